// Frames of the live socket (api/openapi.yaml), read and written. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cache/live_query.h"
#include "host/cluster_snapshot.h"
#include "host/graph.h"
#include "host/inventory_tree.h"
#include "host/logs.h"
#include "host/operations.h"

namespace masthead::server {

// What a subscription asks for.
struct LiveRequest {
  enum class Type {
    kList,
    kHome,
    kDashboard,
    kControllers,
    kGraph,
    kDetail,
    kTree,
    kOperations,
    kLogs
  };
  Type type = Type::kList;
  std::string table;
  std::string filter;
  std::string sort;
  bool descending = false;
  int64_t first = 0;
  int64_t count = 0;
  std::string ns;      // home, dashboard, graph, detail
  std::string name;    // detail
  std::string plugin;  // dashboard, controllers, graph
  host::LogQuery logs;
  host::TreeRequest tree;
};

struct ClientFrame {
  enum class Type { kSubscribe, kUpdate, kUnsubscribe, kCredit };
  Type type = Type::kCredit;
  int64_t id = 0;
  int64_t n = 0;
  LiveRequest request;
};

// kInvalid with what is wrong for anything that api/openapi.yaml does not allow.
base::Result<ClientFrame> parse_client_frame(std::string_view text);

std::string hello_frame(int64_t server_time_ms, std::string_view version, uint64_t meta_revision);
std::string meta_frame(uint64_t revision);
std::string connection_frame(const k8s::Freshness& freshness);
std::string list_frame(int64_t id, int64_t seq, const cache::ListFrame& list,
                       const cache::Schema& schema, std::optional<size_t> elsewhere);
std::string home_frame(int64_t id, int64_t seq, std::string_view home_json);
std::string dashboard_frame(int64_t id, int64_t seq, std::string_view dashboard_json);
std::string controllers_frame(int64_t id, int64_t seq, std::string_view controllers_json);
std::string graph_frame(int64_t id, int64_t seq, const host::GraphChanges& changes);
std::string detail_frame(int64_t id, int64_t seq, const std::optional<std::string>& detail_json);
std::string tree_frame(int64_t id, int64_t seq, const std::optional<std::string>& tree_json);
std::string operations_frame(int64_t id, int64_t seq, const host::Operations* operations);
std::string error_frame(std::optional<int64_t> id, const base::Error& error);
// `partial` when what may be listed is live and something else may not be listed.
std::string state_frame(int64_t id, const k8s::Freshness& freshness,
                        const std::vector<host::Missing>& missing);

}  // namespace masthead::server
