// What is known of the cluster as a whole at one moment: who we are, what is served, which tables
// there are, what may be listed. Immutable; published by the thread that talks to the cluster, read
// by the server's loop.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <ranges>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cache/table.h"
#include "host/kind.h"
#include "k8s/reflector_event.h"
#include "k8s/scope.h"

namespace masthead::host {

// Something the answer does not cover, and the right that would change it.
struct Missing {
  std::string table;  // empty: not about one table
  std::optional<std::string> ns;
  std::string text;
  std::string right;
  std::string role;  // a Role or ClusterRole in YAML
};

struct Guidance {
  std::string id;
  std::string severity;  // "info", "warning", "error"
  std::string text;
  std::string hint;
};

struct ServedKind {
  const Kind* kind = nullptr;
  std::string version;
  std::shared_ptr<cache::Table> table;
  std::vector<std::string> versions{};  // all that are served, preferred first
  bool operator==(const ServedKind&) const = default;
};

// A kind that no plugin describes, watched while somebody looks at objects of it.
struct DemandedKind : ServedKind {
  k8s::Partitions partitions;  // none: the user may not list it
  bool operator==(const DemandedKind&) const = default;
};

struct ClusterSnapshot {
  uint64_t revision = 0;         // counts changes of anything but `connection`
  bool ready = false;            // discovery and access reviews have answered once
  int64_t watched_since_ms = 0;  // wall time from which on changes are seen
  std::string uid;               // of the kube-system namespace; empty when it may not be read
  std::string name, context, server, version, user;
  bool read_only = false;
  std::vector<Section> sections;
  std::vector<ServedKind> kinds;
  std::vector<DemandedKind> demanded;
  // The tables that may be demanded, by kind: all that the cluster lists and watches, but no
  // plugin's. Never Secrets: their values are in no cache.
  std::shared_ptr<const std::map<k8s::GroupKind, std::string>> demandable =
      std::make_shared<const std::map<k8s::GroupKind, std::string>>();
  k8s::ScopePtr scope = std::make_shared<const k8s::Scope>();
  std::vector<Missing> missing;
  std::vector<std::string> namespaces;
  bool namespaces_complete = false;
  std::vector<Guidance> guidance;
  k8s::Freshness connection;

  bool may_be_demanded(std::string_view table) const {
    return std::ranges::any_of(*demandable | std::views::values,
                               [&](const std::string& one) { return one == table; });
  }
};
using SnapshotPtr = std::shared_ptr<const ClusterSnapshot>;

// Where the newest snapshot is found. Any thread.
class ClusterSource {
 public:
  virtual ~ClusterSource() = default;
  virtual SnapshotPtr snapshot() const = 0;
  // Called on the cluster's thread after each change; must only post. One listener; null removes it
  // and returns when no call is running any more.
  virtual void set_listener(std::function<void()> changed) = 0;
  // All tables of ClusterSnapshot::demandable that anybody looks at now.
  virtual void demand(std::set<std::string> tables) = 0;
};

}  // namespace masthead::host
