// What happened in one schedule, as lines: a hash of all of them, and the lines themselves when
// they are asked for. The first finding ends the schedule.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"

namespace masthead::simulation {

class Trace {
 public:
  Trace(const base::Clock& clock, bool shown) : clock_(clock), shown_(shown) {}

  template <typename... Args>
  void note(fmt::format_string<Args...> text, Args&&... args) {
    line(fmt::format(text, std::forward<Args>(args)...));
  }
  // An invariant does not hold.
  template <typename... Args>
  void violated(std::string_view invariant, fmt::format_string<Args...> text, Args&&... args) {
    const std::string what = fmt::format(text, std::forward<Args>(args)...);
    line(fmt::format("VIOLATED {}: {}", invariant, what));
    if (finding_.empty()) finding_ = fmt::format("{}: {} (at {} ms)", invariant, what, now_ms());
  }

  bool failed() const { return !finding_.empty(); }
  const std::string& finding() const { return finding_; }
  uint64_t hash() const { return hash_; }

 private:
  int64_t now_ms() const { return clock_.monotonic_ms() - start_ms_; }
  void line(const std::string& text) {
    const std::string whole = fmt::format("{:>8} {}\n", now_ms(), text);
    for (const char c : whole) hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    if (shown_) fmt::print("{}", whole);
  }

  const base::Clock& clock_;
  const int64_t start_ms_ = clock_.monotonic_ms();
  const bool shown_;
  uint64_t hash_ = 0xCBF29CE484222325;  // FNV-1a
  std::string finding_;
};

}  // namespace masthead::simulation
