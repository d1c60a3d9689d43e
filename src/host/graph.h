// What needs what among the objects of one plugin, as one Scope sees it: nodes with their states,
// and by which relation each needs which others.
//
// Nodes are the objects that may be listed, and what those name: an object that is named but may
// not be seen is a node of which nothing but that name is known; nothing that it names is followed.
// So is one that does not exist.
//
// A node keeps its number as long as it exists, so that two graphs of one GraphKeeper can be told
// apart node by node (graph_changes). Threading: the thread of the ConsoleView; a Graph itself
// never changes. Linear in objects, references and inventories.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/plugin.h"
#include "json/writer.h"
#include "k8s/health.h"
#include "k8s/identifiers.h"

namespace masthead::host {

class ConsoleView;

struct GraphNode {
  // Anything but kSeen: known by name alone.
  enum class State { kSeen, kMissing, kHidden, kUnread, kUnwatched };
  enum class Relation { kSource, kDependency, kOwner, kInput };
  struct Need {
    int64_t node = 0;
    Relation relation = Relation::kSource;
    auto operator<=>(const Need&) const = default;
  };

  int64_t id = 0;
  k8s::ObjectRef ref;
  State state = State::kSeen;
  bool has_status = false;
  k8s::Status status = k8s::Status::kUnknown;
  uint8_t badges = 0;
  bool has_inventory = false;
  int64_t cause = 0;  // the node that it waits on in the end; 0: none
  std::vector<Need> needs;
  bool operator==(const GraphNode&) const = default;
};

struct Graph {
  std::vector<GraphNode> nodes;  // by id
  size_t left_out = 0;           // objects beyond limits::kGraphNodes
};
using GraphPtr = std::shared_ptr<const Graph>;

// Makes the graphs of one plugin, one after the other, in one namespace and what is needed there;
// empty: all.
class GraphKeeper {
 public:
  GraphPtr make(const ConsoleView& console, const Plugin& plugin, std::string_view ns);

 private:
  std::map<k8s::ObjectRef, int64_t> ids_;
  int64_t next_id_ = 1;
};

// What a page that has `sent` (null: nothing) has to be told to have `now`.
struct GraphChanges {
  bool reset = false;
  std::vector<const GraphNode*> nodes;
  std::vector<int64_t> gone;
  size_t total = 0;
  size_t left_out = 0;
  bool empty() const { return !reset && nodes.empty() && gone.empty(); }
};
GraphChanges graph_changes(const Graph* sent, const Graph& now);

void write_graph_changes(json::Writer& out, const GraphChanges& changes);

}  // namespace masthead::host
