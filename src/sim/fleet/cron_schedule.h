// When a CronJob is due: "*/15 8-18 * * 1-5", "@hourly", in UTC. Plain values.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>

namespace masthead::sim {

class CronSchedule {
 public:
  static std::optional<CronSchedule> parse(std::string_view text);
  // The first time after then; nothing when there is none within five years.
  std::optional<int64_t> after(int64_t wall_ms) const;

 private:
  bool has_day(int64_t day) const;

  static constexpr size_t kMost = 60;
  // Minute, hour, day of month, month, day of week.
  std::array<std::bitset<kMost>, 5> fields_;
  // "If both days are restricted, either is enough."
  bool any_day_of_month_ = false;
  bool any_day_of_week_ = false;
};

}  // namespace masthead::sim
