// A list query as a page asks it, from its filter's text to the bytes of the first frame:
// `bench_query LIST.json ROWS…`. Prints one JSON line a size. Every query differs, so that no index
// is shared; each is asked three times and its best time taken, and of these the 50th and the 99th
// percentile are printed.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/check.h"
#include "bench/pods.h"
#include "cache/live_query.h"
#include "cache/table_view.h"
#include "json/writer.h"
#include "server/live_frames.h"

namespace masthead::bench {
namespace {

constexpr int kTimes = 3;
constexpr size_t kWindow = 100;

struct Asked {
  std::string filter;
  std::string_view column;
  bool descending;
};

std::vector<Asked> queries() {
  static constexpr std::array kFilters = {"",
                                          "web",
                                          "api ns:atlas-account-0",
                                          "status:failed",
                                          "status:ready node-1",
                                          "-web cart",
                                          "label:team=atlas",
                                          "10.7",
                                          "crashloopbackoff",
                                          "no such pod",
                                          "-status:ready",
                                          "worker label:app.kubernetes.io/managed-by=Helm"};
  static constexpr std::array kColumns = {"name",     "namespace", "status", "node",
                                          "restarts", "created",   "ready",  "ip"};
  std::vector<Asked> all;
  for (const char* filter : kFilters) {
    for (const char* column : kColumns) {
      all.push_back({filter, column, false});
      all.push_back({filter, column, true});
    }
  }
  return all;
}

size_t ask(cache::TableView& view, const Asked& asked) {
  const auto filter = cache::Filter::parse(asked.filter);
  CHECK(filter, "the filters are good");
  base::Error error;
  const auto index = view.index(*filter, asked.column, asked.descending, &error);
  CHECK(index != nullptr, "the columns can be sorted by");
  cache::LiveQuery query(index, 0, kWindow);
  const auto frame = query.flush();
  CHECK(frame.has_value(), "the first frame is always sent");
  return server::list_frame(1, 1, *frame, view.table().schema(), std::nullopt).size();
}

void measure(const std::vector<std::string_view>& items, size_t rows) {
  using Type = k8s::ReflectorEvent::Type;
  PodTable pods;
  k8s::ReflectorSink& sink = pods.table->sink("");
  sink.on_event({Type::kResetBegin, {}, {}, nullptr});
  for (size_t i = 0; i < rows; ++i) sink.on_event({Type::kUpsert, items[i], {}, nullptr});
  sink.on_event({Type::kResetEnd, {}, "1", nullptr});
  k8s::Partitions everything;
  everything.all = true;
  cache::TableView view(std::move(pods.table), everything, [] {});
  std::vector<std::pair<double, std::string>> times;
  size_t bytes = 0;
  for (const Asked& asked : queries()) {
    times.emplace_back(best_cpu_ms(kTimes, [&] { bytes += ask(view, asked); }),
                       fmt::format("'{}' by {}{}", asked.filter, asked.column,
                                   asked.descending ? ", descending" : ""));
  }
  CHECK(bytes > 0, "frames were made");
  std::sort(times.begin(), times.end());
  json::Writer out;
  out.begin_object().key("rows").integer(static_cast<int64_t>(rows));
  out.key("p50_ms").number(times[times.size() / 2].first);
  out.key("p99_ms").number(times[times.size() * 99 / 100].first);
  out.key("slowest").string(times.back().second).end_object();
  fmt::print("{}\n", std::move(out).finish());
}

}  // namespace
}  // namespace masthead::bench

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "usage: bench_query LIST.json ROWS…\n");
    return 2;
  }
  const std::string list = masthead::bench::read_padded(argv[1]);
  const auto items = masthead::bench::split_list(list);
  for (int i = 2; i < argc; ++i) {
    const size_t rows = std::strtoull(argv[i], nullptr, 10);
    if (rows > items.size()) {
      fmt::print(stderr, "the list holds {} pods only\n", items.size());
      return 1;
    }
    masthead::bench::measure(items, rows);
  }
  return 0;
}
