#include "sim/fleet/cron_schedule.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "base/split.h"

namespace masthead::sim {
namespace {

constexpr int64_t kMinuteMs = 60'000;
constexpr int64_t kDayMs = 24 * 60 * kMinuteMs;
constexpr int64_t kFarthestDays = 5 * 366;

struct Range {
  int first, last;
};
constexpr std::array<Range, 5> kRanges = {Range{0, 59}, {0, 23}, {1, 31}, {1, 12}, {0, 6}};

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "*", "5", "1-5", "*/15", "10-40/10".
bool add(std::string_view text, const Range& range, std::bitset<60>& field) {
  const size_t slash = text.find('/');
  const std::string_view span = text.substr(0, slash);
  const auto step = slash == std::string_view::npos ? 1 : number(text.substr(slash + 1));
  const size_t dash = span.find('-');
  std::optional<int> first = range.first;
  std::optional<int> last = range.last;
  if (span != "*" && span != "?") {
    first = number(span.substr(0, dash));
    if (dash != std::string_view::npos) {
      last = number(span.substr(dash + 1));
    } else if (slash == std::string_view::npos) {
      last = first;
    }
  }
  if (!step || !first || !last || *step < 1) return false;
  if (*first < range.first || *last > range.last || *first > *last) return false;
  for (int one = *first; one <= *last; one += *step) field.set(static_cast<size_t>(one));
  return true;
}

}  // namespace

std::optional<CronSchedule> CronSchedule::parse(std::string_view text) {
  static const std::map<std::string_view, std::string_view> kNames = {
      {"@hourly", "0 * * * *"},  {"@daily", "0 0 * * *"},   {"@midnight", "0 0 * * *"},
      {"@weekly", "0 0 * * 0"},  {"@monthly", "0 0 1 * *"}, {"@yearly", "0 0 1 1 *"},
      {"@annually", "0 0 1 1 *"}};
  const auto known = kNames.find(text);
  if (known != kNames.end()) text = known->second;
  const std::vector<std::string> parts = base::split(text, ' ');
  CronSchedule schedule;
  if (parts.size() != schedule.fields_.size()) return std::nullopt;
  for (size_t i = 0; i < parts.size(); ++i) {
    for (const std::string& one : base::split(parts[i], ',')) {
      if (!add(one, kRanges.at(i), schedule.fields_.at(i))) return std::nullopt;
    }
  }
  schedule.any_day_of_month_ = parts[2].starts_with('*') || parts[2] == "?";
  schedule.any_day_of_week_ = parts[4].starts_with('*') || parts[4] == "?";
  return schedule;
}

bool CronSchedule::has_day(int64_t day) const {
  const std::chrono::sys_days date{std::chrono::days(day)};
  const std::chrono::year_month_day parts{date};
  if (!fields_[3].test(static_cast<unsigned>(parts.month()))) return false;
  const bool of_month = fields_[2].test(static_cast<unsigned>(parts.day()));
  const bool of_week = fields_[4].test(std::chrono::weekday(date).c_encoding());
  return any_day_of_month_ || any_day_of_week_ ? of_month && of_week : of_month || of_week;
}

std::optional<int64_t> CronSchedule::after(int64_t wall_ms) const {
  const int64_t start = (wall_ms / kMinuteMs + 1) * kMinuteMs;
  for (int64_t day = start / kDayMs; day <= start / kDayMs + kFarthestDays; ++day) {
    if (!has_day(day)) continue;
    for (int64_t at = std::max(start, day * kDayMs); at < (day + 1) * kDayMs; at += kMinuteMs) {
      const auto hour = static_cast<size_t>(at % kDayMs / (60 * kMinuteMs));
      const auto minute = static_cast<size_t>(at / kMinuteMs % 60);
      if (fields_[1].test(hour) && fields_[0].test(minute)) return at;
    }
  }
  return std::nullopt;
}

}  // namespace masthead::sim
