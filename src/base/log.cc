#include "base/log.h"

#include <unistd.h>

#include <atomic>

#include "base/clock.h"
#include "base/json_escape.h"
#include "base/limits.h"
#include "base/time_format.h"

namespace masthead::base::log {
namespace {

std::atomic<Level> g_level{Level::kInfo};

std::string_view name_of(Level level) {
  switch (level) {
    case Level::kDebug:
      return "debug";
    case Level::kInfo:
      return "info";
    case Level::kWarn:
      return "warn";
    case Level::kError:
      return "error";
    case Level::kOff:
      return "off";
  }
  return "info";
}

void append_member(std::string& line, std::string_view key, std::string_view value) {
  line += line.size() > 1 ? ",\"" : "\"";
  append_json_escaped(line, key);
  line += "\":\"";
  append_json_escaped(line, value.substr(0, limits::kLogFieldBytes));
  line += '"';
}

}  // namespace

void set_level(Level level) {
  g_level = level;
}

bool set_level(std::string_view name) {
  for (const Level level :
       {Level::kDebug, Level::kInfo, Level::kWarn, Level::kError, Level::kOff}) {
    if (name == name_of(level)) {
      g_level = level;
      return true;
    }
  }
  return false;
}

void write(Level level, std::string_view module, std::string_view sentence,
           std::initializer_list<Field> fields) {
  if (level < g_level.load(std::memory_order_relaxed)) return;
  std::string line = "{";
  append_member(line, "time", format_rfc3339(system_clock().wall_ms()));
  append_member(line, "level", name_of(level));
  append_member(line, "module", module);
  append_member(line, "message", sentence);
  for (const auto& [key, value] : fields) append_member(line, key, value);
  line += "}\n";
  // One write call a line: lines of several threads do not mix. A log that cannot be written is
  // not worth dying for.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace masthead::base::log
