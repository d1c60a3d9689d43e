#include "bench/pods.h"

#include <fmt/format.h>
#include <simdjson.h>
#include <time.h>

#include <cstdlib>
#include <fstream>
#include <limits>
#include <sstream>

#include "base/check.h"
#include "json/envelope.h"
#include "plugins/core/plugin.h"

namespace masthead::bench {
namespace {

const host::Kind& pod_kind(const host::Plugin& plugin) {
  for (const host::Kind& kind : plugin.kinds()) {
    if (kind.group_kind.kind == "Pod") return kind;
  }
  CHECK(false, "the core plugin describes pods");
  std::abort();
}

double cpu_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

}  // namespace

std::string read_padded(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) {
    fmt::print(stderr, "cannot read {}\n", path);
    std::exit(1);
  }
  const auto size = static_cast<size_t>(file.tellg());
  std::string bytes;
  bytes.reserve(size + json::kPadding);
  bytes.resize(size);
  file.seekg(0);
  file.read(bytes.data(), static_cast<std::streamsize>(size));
  return bytes;
}

std::vector<std::string_view> split_list(const std::string& list) {
  simdjson::ondemand::parser parser;
  std::vector<std::string_view> items;
  simdjson::ondemand::document document;
  simdjson::ondemand::array array;
  CHECK(parser.iterate(list.data(), list.size(), list.size() + json::kPadding).get(document) ==
                simdjson::SUCCESS &&
            document["items"].get_array().get(array) == simdjson::SUCCESS,
        "the API server lists in JSON");
  for (auto element : array) {
    std::string_view raw;
    simdjson::ondemand::object object;
    CHECK(element.get_object().get(object) == simdjson::SUCCESS &&
              object.raw_json().get(raw) == simdjson::SUCCESS,
          "an item is an object");
    items.push_back(raw);
  }
  return items;
}

PodTable::PodTable() : plugin(plugins::core::make_plugin()) {
  const host::Kind& kind = pod_kind(*plugin);
  schema = host::make_schema(kind);
  table = std::make_shared<cache::Table>(
      cache::Table::Options{kind.table_id(), kind.group_kind, schema.get()}, base::system_clock(),
      nullptr);
}

double best_cpu_ms(int times, const std::function<void()>& action) {
  double best = std::numeric_limits<double>::max();
  for (int i = 0; i < times; ++i) {
    const double began = cpu_ms();
    action();
    best = std::min(best, cpu_ms() - began);
  }
  return best;
}

size_t status_bytes(std::string_view name) {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with(std::string(name) + ":")) {
      return std::strtoull(line.c_str() + name.size() + 1, nullptr, 10) * 1024;
    }
  }
  return 0;
}

}  // namespace masthead::bench
