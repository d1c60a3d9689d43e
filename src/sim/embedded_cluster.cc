#include "sim/embedded_cluster.h"

#include "base/split.h"
#include "sim/cluster.h"
#include "sim/fleet/fleet.h"

namespace masthead::sim {
namespace {

class LivingCluster final : public EmbeddedCluster {
 public:
  explicit LivingCluster(const Options& options)
      : fleet_({options.scenario}), cluster_(cluster_options(options)) {}
  ~LivingCluster() override {
    cluster_.run([this](ApiServer&, Front&) { fleet_.stop(); });
    cluster_.stop();
  }

  base::Result<void> begin() {
    TRY_VOID(cluster_.start([this](ApiServer& server) { fleet_.fill(server); }));
    cluster_.run([this](ApiServer&, Front&) { fleet_.live(); });
    return {};
  }
  base::Result<std::string> kubeconfig(const std::string& user) const override {
    return cluster_.kubeconfig(user);
  }

 private:
  Cluster::Options cluster_options(const Options& options) {
    Cluster::Options made;
    made.seed = options.seed;
    made.users = Fleet::users();
    made.pods = &fleet_;
    return made;
  }

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
