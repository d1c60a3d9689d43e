// For fault tests: the embedded cluster with faults, and the program's own ClusterSession on it.
//
// Threading: a test runs on one thread; the cluster and the session have threads of their own.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "app/cluster_session.h"
#include "cache/table.h"
#include "kube/client.h"
#include "sim/cluster.h"
#include "sim/fleet/fleet.h"

namespace masthead::fault {

// A clock whose hands a test moves while time goes on.
class JumpingClock final : public base::Clock {
 public:
  int64_t wall_ms() const override { return base::system_clock().wall_ms() + ahead_ms_; }
  int64_t monotonic_ms() const override { return base::system_clock().monotonic_ms(); }
  void jump(int64_t ms) { ahead_ms_ += ms; }

 private:
  std::atomic<int64_t> ahead_ms_ = 0;
};

class FaultTest : public testing::Test {
 public:
  ~FaultTest() override;

 protected:
  struct Setting {
    bool http2 = true;
    std::string user = "admin";
    std::string client_authority_pem;  // who signs certificates of users
    std::vector<std::string> namespaces;
    std::function<void(kube::ClusterConfig&)> adjust;
    history::History* history = nullptr;
    const base::Clock* clock = &base::system_clock();
    bool wait = true;                           // until everything is listed
    sim::PodRuntime* pods = nullptr;            // what they write to their logs
    std::function<void(sim::ApiServer&)> fill;  // besides some pods, ConfigMaps and Kustomizations
  };
  FaultTest();
  // Whatever a test did: with all faults gone the cache equals a fresh list at its end.
  void TearDown() override;

  // Starts the cluster, then the session.
  void begin(Setting setting);
  void begin() { begin(Setting()); }
  // A session of a user on the cluster that runs.
  std::unique_ptr<app::ClusterSession> session_for(const Setting& setting);
  kube::ClusterConfig config_for(const std::string& user);

  // Checks about every 10 ms what `done` says, and at all times that no row goes back.
  bool eventually(const std::function<bool()>& done, int64_t limit_ms = 10'000);
  void pass(int64_t ms);

  // "table namespace/name uid resourceVersion" of everything, sorted: as the session shows it, as
  // it is stored, as a list through a client of its own says.
  std::vector<std::string> shown() const;
  std::vector<std::string> stored();
  std::vector<std::string> listed();
  void expect_fresh_list(int64_t limit_ms);
  bool all(k8s::Freshness::State state) const;
  bool caught_up();
  // Everything is live and the cache equals the store within `limit_ms` of the first request that
  // the server saw after the log's line `mark`, and then equals a fresh list. Returns how long it
  // took.
  int64_t expect_recovery(size_t mark, int64_t limit_ms = 5'000);

  sim::Faults& faults() { return cluster_->faults(); }
  sim::Network& network() { return cluster_->network(); }
  size_t mark() { return faults().log().size(); }
  // The texts of the requests behind `mark` whose path this is, but for lists without a
  // resourceVersion and limit: listed() makes those, and whoever asks which cluster this is.
  std::vector<std::string> requests(size_t mark, std::string_view path);
  static std::string path_of(const host::ServedKind& kind, std::string_view ns);
  // Of the kinds that are shown, e.g. "/api/v1/pods".
  std::vector<std::string> paths() const;
  // Each kind was asked for by these and nothing else: "watch rv=7", "list limit=0". One that
  // begins with '?' may be missing: the caller says why.
  void expect_each_asked(size_t mark, const std::vector<std::string>& wanted);
  void expect_asked(size_t mark, const std::string& path, const std::vector<std::string>& wanted);
  void expect_nothing_asked(size_t mark) { expect_each_asked(mark, {}); }
  // Nothing but `text` ("watch rv=7") of each kind, again and again after the whole steps of the
  // backoff, no sooner than `at_least_ms` and no later than `at_most_ms` say.
  void expect_each_backed_off(size_t mark, const std::string& text, int64_t at_least_ms = 0,
                              int64_t at_most_ms = limits::kBackoffMaxMs);

  // --- What happens in the cluster ---
  void on_server(const std::function<void(sim::ApiServer&)>& what);
  static void put(sim::ApiServer& server, const char* group, const char* plural,
                  const std::string& ns, const std::string& name, const std::string& json = "{}");
  static void touch(sim::ApiServer& server, const char* group, const char* plural,
                    const std::string& ns, const std::string& name, const std::string& value);
  void add_pod(const std::string& name);
  void touch_pod(const std::string& name, const std::string& value);
  void remove_pod(const std::string& name);
  uint64_t revision();
  // What fills the cluster in begin().
  std::function<void(sim::ApiServer&)> filling(std::function<void(sim::ApiServer&)> more = {});
  cache::RowPtr row(const std::string& table, const std::string& ns, const std::string& name) const;

  const std::string folder_;  // for files of this test
  std::vector<std::unique_ptr<host::Plugin>> owned_plugins_;
  std::vector<const host::Plugin*> plugins_;
  std::vector<std::unique_ptr<sim::Fleet>> fleets_;
  std::unique_ptr<sim::Cluster> cluster_;
  std::unique_ptr<app::ClusterSession> session_;
  int went_back_ = 0;  // rows that went back in resourceVersion
  bool may_go_back_ = false;
  std::string too_large_;  // begins the line of an object that is left out on purpose

 private:
  struct Observed;
  void observe();
  void expect_log(size_t mark, const std::string& path, const std::vector<std::string>& wanted);
  std::vector<std::string> sorted(std::vector<std::string> lines) const;
  bool as_many_as_stored();
  void expect_as_listed();
  std::vector<std::unique_ptr<Observed>> observed_;
};

inline constexpr const char* kKustomize = "kustomize.toolkit.fluxcd.io";
inline constexpr const char* kPods = "/api/v1/pods";

}  // namespace masthead::fault
