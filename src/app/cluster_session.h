// One cluster, live: discovery, rights, tables and the reflectors that feed them.
//
// Everything happens on a loop thread of its own: discovery and access reviews are asked again
// every limits::kRediscoverEveryMs, so that kinds and rights that appear or go are followed without
// a restart. What it knows is published as ClusterSnapshots.
//
// Lifetime: start() once; stop() ends all requests and joins the thread (the destructor does too).
// The tables in published snapshots outlive it, without changes any more.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "history/history.h"
#include "host/cluster_snapshot.h"
#include "host/logs.h"
#include "host/operations.h"
#include "host/plugin.h"
#include "host/releases.h"
#include "kube/kubeconfig.h"

namespace masthead::app {

struct ClusterOptions {
  kube::ClusterConfig config;
  std::vector<std::string> namespaces;  // to try where nothing may be listed everywhere
  bool read_only = false;
  std::string embedded_hint;  // empty: a real cluster
};

class ClusterSession final : public host::ClusterSource {
 public:
  static base::Result<std::unique_ptr<ClusterSession>> create(
      ClusterOptions options, const std::vector<const host::Plugin*>& plugins,
      history::History* history, const base::Clock& clock, base::Random& random);
  ~ClusterSession() override;

  void start();
  void stop();

  host::SnapshotPtr snapshot() const override;
  void set_listener(std::function<void()> changed) override;
  void demand(std::set<std::string> tables) override;

  // Until stop().
  host::Operations& operations();
  host::Releases& releases();
  host::Logs& logs();

  // One object, newest state, as the user. Any thread; the callback arrives on the cluster's loop.
  using ObjectCallback = std::function<void(base::Result<std::string>)>;
  void get_object(const std::string& table, const std::string& ns, const std::string& name,
                  ObjectCallback callback);

 private:
  struct Impl;
  explicit ClusterSession(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace masthead::app
