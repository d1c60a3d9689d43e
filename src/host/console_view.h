// Everything the console answers for one Scope: lists, Home, details, search. The page and
// `masthead status` use the same one.
//
// One thread: the server's loop, or the terminal's. Nothing here does I/O except reads of the
// history. update() takes in what has changed; the answers are as of the last update().
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "cache/table_view.h"
#include "history/history.h"
#include "host/cluster_snapshot.h"
#include "host/graph.h"
#include "host/logs.h"
#include "host/operations.h"
#include "host/plugin.h"

namespace masthead::host {

// Home's answer, before it is written for the page or the terminal.
struct KindCount {
  const Kind* kind = nullptr;
  cache::Tally tally;
};
struct Home {
  bool known = false;  // everything that may be listed has been read once
  std::vector<Cause> causes;
  size_t waiting = 0;  // over all causes, each object once
  int64_t oldest_ms = 0;
  std::vector<history::Transition> moved;  // newest first, the last hour
  size_t moved_total = 0;
  int64_t moved_since_ms = 0;  // nothing is known of what moved before
  std::vector<KindCount> counts;
  int64_t total = 0;
};

// host/inventory_tree.h
struct Tree;
struct TreeRequest;

class ConsoleView {
 public:
  // `wake` is called from the cluster's thread when update() has something to do; it must only
  // post. `history` may be null.
  ConsoleView(SnapshotPtr snapshot, const std::vector<const Plugin*>& plugins,
              history::History* history, const base::Clock& clock, std::function<void()> wake);
  ~ConsoleView();

  // Whether this view still shows what `newer` says: same tables, same Scope.
  bool fits(const ClusterSnapshot& newer) const;
  const ClusterSnapshot& snapshot() const { return *snapshot_; }
  // A newer snapshot that this view fits: what is said about the cluster has changed, or which
  // kinds are demanded.
  void refresh(SnapshotPtr newer);

  // What may be done to objects is offered from then on. Outlives the view.
  void set_operations(Operations* operations) { operations_ = operations; }
  // Something that no table says has changed: a right, an operation.
  void touch() { ++version_; }

  // True when anything changed. kMayWait: an analyst that takes long on this cluster is not asked
  // at every change, so that lists do not wait for it; analysis_waits() then says so.
  enum class Analysis { kNow, kMayWait };
  bool update(Analysis analysis = Analysis::kNow);
  bool analysis_waits() const { return analysis_waits_; }
  uint64_t version() const { return version_; }

  cache::TableView* view(std::string_view table) const;
  const Kind* kind(std::string_view table) const;
  k8s::Freshness freshness(std::string_view table) const;
  bool lists_anything() const { return !views_.empty(); }
  // Whether every table that may be listed has been read completely once.
  bool complete() const;

  // Worst first: those in the namespace, or that something in it waits on; empty: all.
  std::vector<Cause> causes(std::string_view ns) const;
  Home home(std::string_view ns) const;
  std::string home_json(std::string_view ns) const;
  // Nothing when there is no such object within the Scope.
  std::optional<std::string> detail_json(std::string_view table, std::string_view ns,
                                         std::string_view name) const;
  // What goes on among a plugin's kinds (dashboard.cc); nothing when there is no such plugin.
  std::optional<std::string> dashboard_json(std::string_view plugin, std::string_view ns) const;
  // What reconciles a plugin's kinds (Plugin::controllers_json).
  std::optional<std::string> controllers_json(std::string_view plugin) const;
  // The graph of a plugin's objects as of the last update(), made when it is first asked for; null
  // when there is no such plugin.
  GraphPtr graph(std::string_view plugin, std::string_view ns);
  // Of a plugin, null when there is none.
  const Plugin* plugin(std::string_view id) const;
  // Nothing when there is no such object within the Scope, or it applies nothing.
  std::optional<Tree> tree(const TreeRequest& request) const;
  std::string search_json(std::string_view text) const;
  // What one action would do to each of the objects (offers.cc).
  std::string offers_json(std::string_view action, const std::vector<ObjectAddress>& objects) const;
  // Whose logs belong to an object, or what its controller runs in (log_pods.cc). Nothing when
  // there is no such object within the Scope, or no pod may be listed.
  std::optional<LogPods> log_pods(const ObjectAddress& object, bool controller) const;
  // The object as YAML text with managedFields folded (or as cached).
  base::Result<std::string> object(std::string_view table, std::string_view ns,
                                   std::string_view name) const;

  // The table an object is in, or would be if it was demanded; empty when there is none.
  std::string_view table_of(const k8s::ObjectRef& ref) const;
  // Status of an object the Scope may list; null when it may not, or there is none.
  cache::RowPtr find(const k8s::ObjectRef& ref) const;
  // Whether objects of that kind and namespace may be listed and have been read.
  bool lists(const k8s::ObjectRef& ref) const;

 private:
  bool analyse(Analysis analysis);
  void follow_demand();
  void write_offers(json::Writer& out, const Kind& kind, const k8s::ObjectRef& ref,
                    const json::Value& object) const;
  void write_offer(json::Writer& out, const Action& action, const ActionPlan& plan) const;
  ActionContext context_of(const k8s::ObjectRef& ref, const json::Value& object) const;
  PatchRight right_to(const ActionPlan& plan) const;
  // What cannot do without it.
  std::vector<k8s::ObjectRef> needed_by(const k8s::ObjectRef& ref) const;
  std::vector<cache::RowPtr> events_of(const k8s::ObjectRef& ref, std::string_view uid) const;

  SnapshotPtr snapshot_;
  std::vector<const Plugin*> plugins_;
  history::History* history_;
  Operations* operations_ = nullptr;
  const base::Clock& clock_;
  std::function<void()> wake_;
  Views views_;
  std::vector<std::unique_ptr<Analyst>> analysts_;
  std::vector<std::vector<Cause>> causes_;  // by analyst
  std::vector<uint64_t> analysed_version_;  // by analyst: sum of versions it read
  std::vector<int64_t> analyst_rests_until_ms_;
  struct KeptGraph {
    GraphKeeper keeper;
    GraphPtr graph;
    uint64_t version = 0;
  };
  std::map<std::pair<std::string, std::string>, KeptGraph> graphs_;  // by plugin and namespace
  uint64_t version_ = 1;
  int64_t analyse_at_ms_ = 0;
  bool analysis_waits_ = false;
};

// How Problem, Freshness and Ref look to the page; shared by frames and REST answers.
void write_cause(json::Writer& out, const ConsoleView& view, const Cause& cause);
void write_count(json::Writer& out, const Kind& kind, const cache::Tally& tally);
void write_problem(json::Writer& out, const base::Error& error);
void write_freshness(json::Writer& out, const k8s::Freshness& freshness);
void write_missing(json::Writer& out, const std::vector<Missing>& missing);
std::string meta_json(const ClusterSnapshot& snapshot, std::string_view version);

}  // namespace masthead::host
