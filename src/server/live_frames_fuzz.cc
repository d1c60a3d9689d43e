// Any text as a client's frame: refused, or within the contract's limits and read back the same
// when written again.
#include "base/check.h"
#include "base/limits.h"
#include "json/writer.h"
#include "server/live_frames.h"

namespace {
using namespace masthead;
using server::ClientFrame;
using server::LiveRequest;

constexpr const char* kFrameTypes[] = {"subscribe", "update", "unsubscribe", "credit"};
// As LiveRequest::Type has them.
constexpr const char* kQueryTypes[] = {"list",   "home", "dashboard",  "controllers", "graph",
                                       "detail", "tree", "operations", "logs"};

bool carries_query(const ClientFrame& frame) {
  return frame.type == ClientFrame::Type::kSubscribe || frame.type == ClientFrame::Type::kUpdate;
}

std::string written(const ClientFrame& frame) {
  json::Writer out;
  out.begin_object().key("type").string(kFrameTypes[static_cast<size_t>(frame.type)]);
  out.key("id").integer(frame.id).key("n").integer(frame.n);
  const LiveRequest& query = frame.request;
  out.key("query").begin_object().key("type").string(kQueryTypes[static_cast<size_t>(query.type)]);
  const bool tree = query.type == LiveRequest::Type::kTree;
  const bool logs = query.type == LiveRequest::Type::kLogs;
  out.key("table").string(query.table);
  out.key("filter").string(tree ? query.tree.text : query.filter);
  out.key("sort").string(query.sort).key("descending").boolean(query.descending);
  out.key("first").integer(query.first).key("count").integer(query.count);
  out.key("namespace").string(query.ns);
  out.key("name").string(logs ? query.logs.object.name : query.name);
  out.key("plugin").string(query.plugin).key("openAll").boolean(query.tree.open_all);
  out.key("opened").begin_array();
  for (const std::string& id : query.tree.opened) out.string(id);
  out.end_array();
  out.key("pod").string(query.logs.pod).key("container").string(query.logs.container);
  out.key("controller").boolean(query.logs.controller).key("follow").boolean(query.logs.follow);
  out.key("previous").boolean(query.logs.previous).key("since").integer(query.logs.since_ms);
  out.end_object().end_object();
  return std::move(out).finish();
}

void check_limits(const ClientFrame& frame) {
  if (frame.type == ClientFrame::Type::kCredit) {
    CHECK(frame.n >= 1 && frame.n <= 1000, "credit is bounded");
    return;
  }
  CHECK(frame.id >= 1, "a subscription has an id");
  if (!carries_query(frame)) return;
  const LiveRequest& query = frame.request;
  using Type = LiveRequest::Type;
  if (query.type == Type::kList || query.type == Type::kTree) {
    CHECK(query.first >= 0, "a window starts in the list");
    CHECK(query.count >= 1 && query.count <= static_cast<int64_t>(limits::kWindowRows), "it ends");
  }
  CHECK(query.tree.opened.size() <= limits::kTreeOpened, "a tree names so many rows");
  CHECK(query.tree.text.size() <= limits::kFilterBytes, "a filter has an end");
  const bool of_table = query.type == Type::kList || query.type == Type::kDetail ||
                        query.type == Type::kTree || query.type == Type::kLogs;
  CHECK(!of_table || !query.table.empty(), "it names its table");
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto frame = server::parse_client_frame(text);
  if (!frame) {
    CHECK(!frame.error().text.empty(), "a refusal says why");
    return 0;
  }
  check_limits(*frame);
  const std::string again = written(*frame);
  const auto second = server::parse_client_frame(again);
  CHECK(second && written(*second) == again, "a frame reads back the same");
  return 0;
}
