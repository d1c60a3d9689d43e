// CHECK(condition, "why it must hold"): ends the process with a message when an invariant of our
// own is broken, in release builds too. Never for input: that is a Result.
#pragma once

namespace masthead::base {
[[noreturn]] void check_failed(const char* condition, const char* why, const char* file, int line);
}

#define CHECK(condition, why)                                                \
  do {                                                                       \
    if (!(condition)) [[unlikely]]                                           \
      ::masthead::base::check_failed(#condition, (why), __FILE__, __LINE__); \
  } while (0)
