#include "sim/embedded_cluster.h"

#include "base/limits.h"
#include "base/split.h"
#include "sim/cluster.h"
#include "sim/fleet/fleet.h"

namespace masthead::sim {
namespace {

class LivingCluster final : public EmbeddedCluster {
 public:
  explicit LivingCluster(const Options& options)
      : large_(options.large),
        fleet_({options.scenario, options.large ? limits::kSimLargePods : 0}),
        cluster_(cluster_options(options)) {}
  ~LivingCluster() override {
    cluster_.run([this](ApiServer&, Front&) { fleet_.stop(); });
    cluster_.stop();
  }

  base::Result<void> begin() {
    if (!large_) {
      TRY_VOID(cluster_.start([this](ApiServer& server) { fleet_.fill(server); }));
      cluster_.run([this](ApiServer&, Front&) { fleet_.live(); });
      return {};
    }
    TRY_VOID(cluster_.start([](ApiServer& server) { server.hold(); }));
    cluster_.post([this](ApiServer& server) {
      fleet_.fill(server);
      grow(server);
    });
    return {};
  }
  base::Result<std::string> kubeconfig(const std::string& user) const override {
    return cluster_.kubeconfig(user);
  }
  std::map<std::string, size_t> watches() override {
    std::map<std::string, size_t> running;
    cluster_.run([&](ApiServer& server, Front&) { running = server.watches(); });
    return running;
  }

 private:
  // A piece at a turn of the loop, so that connections are made meanwhile.
  void grow(ApiServer& server) {
    if (!fleet_.grow()) {
      server.release();
      fleet_.live();
      return;
    }
    cluster_.post([this](ApiServer& again) { grow(again); });
  }
  Cluster::Options cluster_options(const Options& options) {
    Cluster::Options made;
    made.seed = options.seed;
    made.users = Fleet::users();
    made.pods = &fleet_;
    return made;
  }

  bool large_;
  Fleet fleet_;
  Cluster cluster_;
};

}  // namespace

const std::vector<std::string>& EmbeddedCluster::scenarios() {
  return Fleet::scenario_names();
}

std::vector<std::string> EmbeddedCluster::namespaces_of(const std::string& user) {
  for (const Team& team : teams()) {
    if (team.user == user) return base::split(team.namespaces, ',');
  }
  return {};
}

base::Result<std::unique_ptr<EmbeddedCluster>> EmbeddedCluster::start(const Options& options) {
  auto cluster = std::make_unique<LivingCluster>(options);
  TRY_VOID(cluster->begin());
  return cluster;
}

}  // namespace masthead::sim
