// RFC 3339 times and Go durations, the two ways Kubernetes writes time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace masthead::base {

// "2026-08-14T09:30:00Z", with milliseconds only where they are not zero.
std::string format_rfc3339(int64_t wall_ms);

// Milliseconds since the epoch of "2026-08-14T09:30:00.123456Z" or with "+02:00". Nothing when
// malformed. Fractions below a millisecond are cut.
std::optional<int64_t> parse_rfc3339(std::string_view text);

// The same as a field of an object: 0 means not known.
inline int64_t rfc3339_or_zero(std::string_view text) {
  return parse_rfc3339(text).value_or(0);
}

// Milliseconds of a Go duration as metav1.Duration writes it: "1h30m0s", "500ms", "-5m".
std::optional<int64_t> parse_go_duration(std::string_view text);

// "42 s", "7 m", "3 h 12 m", "5 d": how the terminal says an age. Negative counts as "now".
std::string format_age(int64_t age_ms);

}  // namespace masthead::base
