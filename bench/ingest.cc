// From the bytes of a watch to rows and compressed objects: `bench_ingest LIST.json`, the body of
// GET /api/v1/pods. Prints one JSON line with processor time on one core, best of three, and where
// it goes; beside it simdjson splitting the same bytes.
#include <fmt/format.h>
#include <simdjson.h>

#include "base/check.h"
#include "bench/pods.h"
#include "cache/object_codec.h"
#include "cache/row.h"
#include "json/envelope.h"
#include "json/writer.h"
#include "kube/line_splitter.h"

namespace masthead::bench {
namespace {

constexpr int kTimes = 3;
// What one HTTP/2 DATA frame holds.
constexpr size_t kPiece = 16'384;

// A streaming list as the API server sends it: a line an object.
std::string as_watch(const std::vector<std::string_view>& items) {
  std::string lines;
  for (const std::string_view item : items) {
    lines += R"({"type":"ADDED","object":)";
    // Items of a list carry neither; those of a watch do.
    lines += R"({"kind":"Pod","apiVersion":"v1",)";
    lines += item.substr(1);
    lines += "}\n";
  }
  lines.reserve(lines.size() + json::kPadding);
  return lines;
}

template <typename Take>
class Lines final : public kube::LineSplitter::Lines {
 public:
  explicit Lines(Take take) : take_(std::move(take)) {}
  bool on_line(std::string_view line) override {
    json::WatchEnvelope event;
    CHECK(reader_.read_event(line, event), "the lines are ours");
    take_(event);
    return true;
  }
  void on_oversize() override { CHECK(false, "no pod is that large"); }

 private:
  Take take_;
  json::EnvelopeReader reader_;
};

template <typename Take>
void cut(std::string_view watch, Take take) {
  Lines<Take> lines(std::move(take));
  kube::LineSplitter splitter;
  while (!watch.empty()) {
    splitter.feed(watch.substr(0, kPiece), lines);
    watch.remove_prefix(std::min(kPiece, watch.size()));
  }
}

void ingest(std::string_view watch, size_t count) {
  using Type = k8s::ReflectorEvent::Type;
  const PodTable pods;
  k8s::ReflectorSink& sink = pods.table->sink("");
  sink.on_event({Type::kResetBegin, {}, {}, nullptr});
  cut(watch, [&](const json::WatchEnvelope& event) {
    sink.on_event({Type::kUpsert, event.object, event.resource_version, nullptr});
  });
  sink.on_event({Type::kResetEnd, {}, "1", nullptr});
  CHECK(pods.table->footprint().objects == count, "every pod has its own name");
}

// simdjson alone: finds where each object begins and ends in its line, and does nothing with it.
void split_only(const std::string& watch, size_t count) {
  namespace ondemand = simdjson::ondemand;
  ondemand::parser parser;
  ondemand::document_stream stream;
  CHECK(parser.iterate_many(watch.data(), watch.size(), limits::kMiB).get(stream) ==
            simdjson::SUCCESS,
        "the lines are ours");
  size_t found = 0;
  for (auto document : stream) {
    std::string_view raw;
    ondemand::object object;
    if (document["object"].get_object().get(object) != simdjson::SUCCESS ||
        object.raw_json().get(raw) != simdjson::SUCCESS || raw.empty()) {
      continue;
    }
    ++found;
  }
  CHECK(found == count, "simdjson finds every object");
}

std::string stages(const std::vector<std::string_view>& items, std::string_view watch) {
  json::Writer out;
  out.begin_object();
  const auto stage = [&](std::string_view name, const std::function<void()>& action) {
    out.key(name).number(best_cpu_ms(kTimes, action) * 1e3 / static_cast<double>(items.size()));
  };
  stage("cut", [&] { cut(watch, [](const json::WatchEnvelope&) {}); });
  cache::ObjectCodec codec;
  std::vector<std::string> stripped;
  for (const std::string_view item : items) stripped.emplace_back(*codec.strip(item));
  stage("strip", [&] {
    for (const std::string_view item : items) CHECK(codec.strip(item), "an item is an object");
  });
  json::Document document;
  stage("parse", [&] {
    for (const std::string& item : stripped) CHECK(document.reparse(item), "an item is JSON");
  });
  for (const std::string& item : stripped) codec.compress(item);
  stage("compress", [&] {
    for (const std::string& item : stripped) codec.compress(item);
  });
  out.end_object();
  return std::move(out).finish();
}

int run(const std::string& path) {
  const std::string list = read_padded(path);
  const std::vector<std::string_view> items = split_list(list);
  const std::string watch = as_watch(items);
  const auto count = static_cast<double>(items.size());
  const double ours_ms = best_cpu_ms(kTimes, [&] { ingest(watch, items.size()); });
  const double peer_ms = best_cpu_ms(kTimes, [&] { split_only(watch, items.size()); });
  json::Writer out;
  out.begin_object().key("objects").number(count);
  out.key("bytes_each").number(static_cast<double>(watch.size()) / count);
  out.key("per_s").number(count / ours_ms * 1e3).key("peer_per_s").number(count / peer_ms * 1e3);
  out.key("stages_us").raw(stages(items, watch)).end_object();
  fmt::print("{}\n", std::move(out).finish());
  return 0;
}

}  // namespace
}  // namespace masthead::bench

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: bench_ingest LIST.json\n");
    return 2;
  }
  return masthead::bench::run(argv[1]);
}
