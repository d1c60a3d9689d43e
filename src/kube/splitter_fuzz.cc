// Watch lines and list items: any bytes in any pieces give the same lines, items and verdict.
#include <algorithm>
#include <string>

#include "base/check.h"
#include "json/envelope.h"
#include "kube/line_splitter.h"
#include "kube/list_splitter.h"

namespace {
using namespace masthead;

struct Heard : kube::LineSplitter::Lines, kube::ListSplitter::Items {
  std::string log;
  json::EnvelopeReader reader;
  bool on_line(std::string_view line) override {
    json::WatchEnvelope event;
    const bool good = reader.read_event(line, event);
    log += std::string(line) + (good ? "+" : "-") + std::string(event.resource_version) + "\n";
    return true;
  }
  void on_item(std::string_view item) override {
    log += std::string(item) + "@" + std::string(reader.resource_version_of(item)) + "\n";
  }
  void on_oversize() override { log += "!"; }
};

std::string lines_outcome(std::string_view bytes, size_t step) {
  Heard heard;
  kube::LineSplitter lines(300);
  for (; !bytes.empty(); bytes.remove_prefix(std::min(step, bytes.size()))) {
    lines.feed(bytes.substr(0, step), heard);
  }
  return heard.log;
}

std::string list_outcome(std::string_view bytes, size_t step) {
  Heard heard;
  kube::ListSplitter list(300);
  for (; !bytes.empty(); bytes.remove_prefix(std::min(step, bytes.size()))) {
    if (!list.feed(bytes.substr(0, step), heard)) return heard.log + "refused";
  }
  const auto meta = list.finish();
  return heard.log + (meta ? meta->resource_version : "incomplete");
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  CHECK(lines_outcome(bytes, 1) == lines_outcome(bytes, size + 1), "pieces do not matter to lines");
  CHECK(list_outcome(bytes, 1) == list_outcome(bytes, size + 1), "nor to lists");
  return 0;
}
