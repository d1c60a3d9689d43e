#include "server/live_frames.h"

#include "base/limits.h"
#include "host/console_view.h"
#include "json/value.h"
#include "json/writer.h"

namespace masthead::server {
namespace {

// The end of the year 9999, the last that RFC 3339 can say.
constexpr int64_t kLastTimeMs = 253'402'300'799'000;

base::Result<host::LogQuery> parse_logs(const json::Value& query) {
  host::LogQuery logs;
  logs.object = {std::string(query["table"].str()), std::string(query["namespace"].str()),
                 std::string(query["name"].str())};
  logs.controller = query["controller"].boolean();
  logs.pod = std::string(query["pod"].str());
  logs.container = std::string(query["container"].str());
  logs.previous = query["previous"].boolean();
  logs.follow = query["follow"].boolean();
  logs.since_ms = query["since"].integer_or(0);
  if (logs.object.name.empty()) {
    return base::fail(base::ErrorCode::kInvalid, "A query for logs names its object.");
  }
  if (logs.since_ms < 0 || logs.since_ms > kLastTimeMs) {
    return base::fail(base::ErrorCode::kInvalid, "No log goes back to that time.");
  }
  return logs;
}

base::Result<void> parse_window(const json::Value& query, LiveRequest& request) {
  request.first = query["first"].integer_or(-1);
  request.count = query["count"].integer_or(-1);
  const auto limit = static_cast<int64_t>(limits::kWindowRows);
  if (request.first < 0 || request.count < 1 || request.count > limit) {
    return base::fail(base::ErrorCode::kInvalid,
                      "A window starts at 0 or later and has 1 to 500 rows.");
  }
  return {};
}

base::Result<void> parse_tree(const json::Value& query, LiveRequest& request) {
  TRY_VOID(parse_window(query, request));
  request.type = LiveRequest::Type::kTree;
  request.tree.table = request.table;
  request.tree.ns = request.ns;
  request.tree.name = request.name;
  request.tree.first = static_cast<size_t>(request.first);
  request.tree.count = static_cast<size_t>(request.count);
  request.tree.text = std::string(query["filter"].str());
  if (request.tree.text.size() > limits::kFilterBytes) {
    return base::fail(base::ErrorCode::kTooLarge, "The filter is longer than 1,024 bytes.");
  }
  request.tree.open_all = query["openAll"].boolean();
  for (const json::Value id : query["opened"].items()) {
    request.tree.opened.emplace(id.str());
    if (request.tree.opened.size() > limits::kTreeOpened) {
      return base::fail(base::ErrorCode::kTooLarge, "More than 200 rows of a tree are named.");
    }
  }
  return {};
}

base::Result<LiveRequest> parse_request(const json::Value& query) {
  LiveRequest request;
  const auto type = query["type"].str();
  request.ns = std::string(query["namespace"].str());
  if (type == "home") {
    request.type = LiveRequest::Type::kHome;
    return request;
  }
  if (type == "dashboard" || type == "controllers" || type == "graph") {
    request.type = LiveRequest::Type::kDashboard;
    if (type == "controllers") request.type = LiveRequest::Type::kControllers;
    if (type == "graph") request.type = LiveRequest::Type::kGraph;
    request.plugin = std::string(query["plugin"].str());
    if (request.plugin.empty()) {
      return base::fail(base::ErrorCode::kInvalid, "This query names its plugin.");
    }
    return request;
  }
  if (type == "operations") {
    request.type = LiveRequest::Type::kOperations;
    return request;
  }
  request.table = std::string(query["table"].str());
  if (request.table.empty()) {
    return base::fail(base::ErrorCode::kInvalid, "A query names its table.");
  }
  if (type == "logs") {
    request.type = LiveRequest::Type::kLogs;
    request.logs = TRY(parse_logs(query));
    return request;
  }
  if (type == "detail" || type == "tree") {
    request.type = LiveRequest::Type::kDetail;
    request.name = std::string(query["name"].str());
    if (request.name.empty()) {
      return base::fail(base::ErrorCode::kInvalid, "This query names its object.");
    }
    if (type == "tree") TRY_VOID(parse_tree(query, request));
    return request;
  }
  if (type != "list") {
    return base::fail(base::ErrorCode::kInvalid, "There is no query of that type.");
  }
  request.filter = std::string(query["filter"].str());
  request.sort = std::string(query["sort"].str());
  request.descending = query["descending"].boolean();
  TRY_VOID(parse_window(query, request));
  return request;
}

void begin(json::Writer& out, std::string_view type, int64_t id, int64_t seq) {
  out.begin_object().key("type").string(type).key("id").integer(id).key("seq").integer(seq);
}

void write_rows(json::Writer& out, std::string_view key, const std::vector<cache::RowPtr>& rows,
                const cache::Schema& schema) {
  out.key(key).begin_array();
  for (const cache::RowPtr& row : rows) {
    out.begin_object().key("key").string(row->key()).key("cells");
    row->write_cells(schema, out);
    out.end_object();
  }
  out.end_array();
}

void write_keys(json::Writer& out, std::string_view key, const std::vector<std::string>& keys) {
  out.key(key).begin_array();
  for (const std::string& one : keys) out.string(one);
  out.end_array();
}

}  // namespace

base::Result<ClientFrame> parse_client_frame(std::string_view text) {
  const json::Document document = TRY(json::Document::parse(text));
  const json::Value root = document.root();
  const auto type = root["type"].str();
  ClientFrame frame;
  if (type == "credit") {
    frame.type = ClientFrame::Type::kCredit;
    frame.n = root["n"].integer_or(0);
    if (frame.n < 1 || frame.n > 1000) {
      return base::fail(base::ErrorCode::kInvalid, "Credit is given in 1 to 1,000 frames.");
    }
    return frame;
  }
  frame.id = root["id"].integer_or(0);
  if (frame.id < 1) {
    return base::fail(base::ErrorCode::kInvalid, "A frame about a subscription has an id from 1.");
  }
  if (type == "unsubscribe") {
    frame.type = ClientFrame::Type::kUnsubscribe;
    return frame;
  }
  if (type != "subscribe" && type != "update") {
    return base::fail(base::ErrorCode::kInvalid, "There is no frame of that type.");
  }
  frame.type = type == "subscribe" ? ClientFrame::Type::kSubscribe : ClientFrame::Type::kUpdate;
  frame.request = TRY(parse_request(root["query"]));
  return frame;
}

std::string hello_frame(int64_t server_time_ms, std::string_view version, uint64_t meta_revision) {
  json::Writer out;
  out.begin_object().key("type").string("hello").key("protocol").integer(1);
  out.key("serverTime").integer(server_time_ms).key("version").string(version);
  out.key("metaRevision").integer(static_cast<int64_t>(meta_revision)).end_object();
  return std::move(out).finish();
}

std::string meta_frame(uint64_t revision) {
  json::Writer out;
  out.begin_object().key("type").string("meta").key("revision");
  out.integer(static_cast<int64_t>(revision)).end_object();
  return std::move(out).finish();
}

std::string connection_frame(const k8s::Freshness& freshness) {
  json::Writer out;
  out.begin_object().key("type").string("connection").key("freshness");
  host::write_freshness(out, freshness);
  out.end_object();
  return std::move(out).finish();
}

std::string list_frame(int64_t id, int64_t seq, const cache::ListFrame& list,
                       const cache::Schema& schema, std::optional<size_t> elsewhere) {
  json::Writer out;
  begin(out, list.reset ? "reset" : "delta", id, seq);
  out.key("total").integer(static_cast<int64_t>(list.total));
  out.key("unfiltered").integer(static_cast<int64_t>(list.unfiltered));
  if (elsewhere) out.key("elsewhere").integer(static_cast<int64_t>(*elsewhere));
  out.key("first").integer(static_cast<int64_t>(list.first));
  write_rows(out, list.reset ? "rows" : "upserts", list.upserts, schema);
  if (!list.reset) {
    write_keys(out, "removes", list.removes);
    if (!list.gone.empty()) write_keys(out, "gone", list.gone);
    if (!list.order.empty()) write_keys(out, "order", list.order);
  }
  out.end_object();
  return std::move(out).finish();
}

std::string home_frame(int64_t id, int64_t seq, std::string_view home_json) {
  json::Writer out;
  begin(out, "home", id, seq);
  out.key("home").raw(home_json).end_object();
  return std::move(out).finish();
}

std::string dashboard_frame(int64_t id, int64_t seq, std::string_view dashboard_json) {
  json::Writer out;
  begin(out, "dashboard", id, seq);
  out.key("dashboard").raw(dashboard_json).end_object();
  return std::move(out).finish();
}

std::string controllers_frame(int64_t id, int64_t seq, std::string_view controllers_json) {
  json::Writer out;
  begin(out, "controllers", id, seq);
  out.key("controllers").raw(controllers_json).end_object();
  return std::move(out).finish();
}

std::string graph_frame(int64_t id, int64_t seq, const host::GraphChanges& changes) {
  json::Writer out;
  begin(out, "graph", id, seq);
  host::write_graph_changes(out, changes);
  out.end_object();
  return std::move(out).finish();
}

std::string detail_frame(int64_t id, int64_t seq, const std::optional<std::string>& detail_json) {
  json::Writer out;
  begin(out, "detail", id, seq);
  if (detail_json) out.key("detail").raw(*detail_json);
  out.end_object();
  return std::move(out).finish();
}

std::string tree_frame(int64_t id, int64_t seq, const std::optional<std::string>& tree_json) {
  json::Writer out;
  begin(out, "tree", id, seq);
  if (tree_json) out.key("tree").raw(*tree_json);
  out.end_object();
  return std::move(out).finish();
}

std::string operations_frame(int64_t id, int64_t seq, const host::Operations* operations) {
  json::Writer out;
  begin(out, "operations", id, seq);
  out.key("operations").begin_array();
  if (operations != nullptr) {
    for (const host::OperationPtr& one : operations->list()) host::write_operation(out, *one);
  }
  out.end_array().end_object();
  return std::move(out).finish();
}

std::string error_frame(std::optional<int64_t> id, const base::Error& error) {
  json::Writer out;
  out.begin_object().key("type").string("error");
  if (id) out.key("id").integer(*id);
  out.key("code").string(base::error_code_name(error.code)).key("text").string(error.text);
  if (!error.hint.empty()) out.key("hint").string(error.hint);
  out.end_object();
  return std::move(out).finish();
}

std::string state_frame(int64_t id, const k8s::Freshness& freshness,
                        const std::vector<host::Missing>& missing) {
  json::Writer out;
  out.begin_object().key("type").string("state").key("id").integer(id).key("freshness");
  host::write_freshness(out, freshness);
  out.key("missing");
  host::write_missing(out, missing);
  out.end_object();
  return std::move(out).finish();
}

}  // namespace masthead::server
