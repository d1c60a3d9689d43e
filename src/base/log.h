// Log lines: one JSON object a line on standard error. Any thread may log; a line is written whole.
//
// Fields never hold tokens, Secret values or request bodies. A field longer than
// limits::kLogFieldBytes is cut.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace masthead::base::log {

enum class Level { kDebug, kInfo, kWarn, kError, kOff };

using Field = std::pair<std::string_view, std::string>;

void set_level(Level level);
// "debug", "info", "warn", "error", "off"; false when the name is none of them.
bool set_level(std::string_view name);

void write(Level level, std::string_view module, std::string_view sentence,
           std::initializer_list<Field> fields);

inline void debug(std::string_view m, std::string_view s, std::initializer_list<Field> f = {}) {
  write(Level::kDebug, m, s, f);
}
inline void info(std::string_view m, std::string_view s, std::initializer_list<Field> f = {}) {
  write(Level::kInfo, m, s, f);
}
inline void warn(std::string_view m, std::string_view s, std::initializer_list<Field> f = {}) {
  write(Level::kWarn, m, s, f);
}
inline void error(std::string_view m, std::string_view s, std::initializer_list<Field> f = {}) {
  write(Level::kError, m, s, f);
}

}  // namespace masthead::base::log
