// What the measuring programs share: pods as the API server lists them, and the table of pods as
// the program makes it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "cache/table.h"
#include "host/plugin.h"

namespace masthead::bench {

// The whole file with json::kPadding bytes behind it that size() does not count; ends the program
// when it cannot be read.
std::string read_padded(const std::string& path);

// The items of a List, each as it stands in `list`.
std::vector<std::string_view> split_list(const std::string& list);

// A table of pods with nothing in it, and what it needs to live.
struct PodTable {
  PodTable();
  std::unique_ptr<host::Plugin> plugin;
  std::unique_ptr<cache::Schema> schema;
  std::shared_ptr<cache::Table> table;
};

// Calls `action` so many times and returns the least processor time of the calling thread, in ms.
double best_cpu_ms(int times, const std::function<void()>& action);

// A size of this process from /proc/self/status ("VmRSS"), in bytes.
size_t status_bytes(std::string_view name);

}  // namespace masthead::bench
