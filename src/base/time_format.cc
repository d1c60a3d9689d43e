#include "base/time_format.h"

#include <fmt/format.h>

#include <array>

namespace masthead::base {
namespace {

// Howard Hinnant's algorithms: days since 1970-01-01 of a proleptic Gregorian date, and back.
int64_t days_from_civil(int64_t year, int month, int day) {
  year -= month <= 2 ? 1 : 0;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         719468;
}

struct Civil {
  int64_t year;
  int month;
  int day;
};

Civil civil_from_days(int64_t days) {
  days += 719468;
  const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const int64_t doe = days - era * 146097;
  const int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const int64_t mp = (5 * doy + 2) / 153;
  const int month = static_cast<int>(mp < 10 ? mp + 3 : mp - 9);
  return {yoe + era * 400 + (month <= 2 ? 1 : 0), month,
          static_cast<int>(doy - (153 * mp + 2) / 5 + 1)};
}

// Reads exactly `digits` digits at the front of `text`.
std::optional<int> take_number(std::string_view& text, size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  for (size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take_char(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

int days_in_month(int year, int month) {
  static constexpr std::array<int, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[static_cast<size_t>(month - 1)];
}

// ".123456" → 123, "" → 0.
std::optional<int64_t> take_fraction_ms(std::string_view& text) {
  if (!take_char(text, '.')) return 0;
  int64_t ms = 0;
  size_t digits = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    if (digits < 3) ms = ms * 10 + (text.front() - '0');
    ++digits;
    text.remove_prefix(1);
  }
  if (digits == 0) return std::nullopt;
  for (; digits < 3; ++digits) ms *= 10;
  return ms;
}

// "Z" → 0, "+02:00" → 7200000.
std::optional<int64_t> take_offset_ms(std::string_view& text) {
  if (take_char(text, 'Z') || take_char(text, 'z')) return 0;
  const bool east = take_char(text, '+');
  if (!east && !take_char(text, '-')) return std::nullopt;
  const auto hours = take_number(text, 2);
  if (!hours || !take_char(text, ':')) return std::nullopt;
  const auto minutes = take_number(text, 2);
  if (!minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  return (east ? 1 : -1) * (*hours * 60 + *minutes) * int64_t{60'000};
}

struct Unit {
  std::string_view name;
  double ms;
};
constexpr std::array<Unit, 7> kUnits{
    {{"ns", 1e-6}, {"us", 1e-3}, {"µs", 1e-3}, {"ms", 1}, {"s", 1e3}, {"m", 6e4}, {"h", 3.6e6}}};

}  // namespace

std::string format_rfc3339(int64_t wall_ms) {
  int64_t days = wall_ms / 86'400'000;
  int64_t rest = wall_ms % 86'400'000;
  if (rest < 0) {
    rest += 86'400'000;
    --days;
  }
  const Civil date = civil_from_days(days);
  const int64_t seconds = rest / 1000;
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", date.year, date.month,
                                 date.day, seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (rest % 1000 != 0) text += fmt::format(".{:03}", rest % 1000);
  return text + "Z";
}

std::optional<int64_t> parse_rfc3339(std::string_view text) {
  const auto year = take_number(text, 4);
  if (!year || !take_char(text, '-')) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || *month < 1 || *month > 12 || !take_char(text, '-')) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day || *day < 1 || *day > days_in_month(*year, *month)) return std::nullopt;
  if (!take_char(text, 'T') && !take_char(text, 't')) return std::nullopt;
  const auto hour = take_number(text, 2);
  if (!hour || *hour > 23 || !take_char(text, ':')) return std::nullopt;
  const auto minute = take_number(text, 2);
  if (!minute || *minute > 59 || !take_char(text, ':')) return std::nullopt;
  const auto second = take_number(text, 2);
  if (!second || *second > 60) return std::nullopt;
  const auto fraction_ms = take_fraction_ms(text);
  if (!fraction_ms) return std::nullopt;
  const auto offset_ms = take_offset_ms(text);
  if (!offset_ms || !text.empty()) return std::nullopt;
  const int64_t day_ms = (*hour * 3600 + *minute * 60 + *second) * int64_t{1000} + *fraction_ms;
  return days_from_civil(*year, *month, *day) * 86'400'000 + day_ms - *offset_ms;
}

std::optional<int64_t> parse_go_duration(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  if (text == "0") return 0;
  if (text.empty()) return std::nullopt;
  double total_ms = 0;
  while (!text.empty()) {
    double value = 0;
    double scale = 1;
    size_t digits = 0;
    bool point = false;
    while (!text.empty() &&
           ((text.front() >= '0' && text.front() <= '9') || (text.front() == '.' && !point))) {
      if (text.front() == '.') {
        point = true;
      } else {
        ++digits;
        value = value * 10 + (text.front() - '0');
        if (point) scale *= 10;
      }
      text.remove_prefix(1);
    }
    const Unit* unit = nullptr;
    for (const Unit& candidate : kUnits) {
      // "m" is a prefix of "ms": the longest name that fits wins.
      if (text.starts_with(candidate.name) &&
          (unit == nullptr || candidate.name.size() > unit->name.size())) {
        unit = &candidate;
      }
    }
    if (digits == 0 || unit == nullptr) return std::nullopt;
    text.remove_prefix(unit->name.size());
    total_ms += value / scale * unit->ms;
    // Go's own limit is 2^63 ns, about 292 years; so many digits that they are no number fail too.
    if (!(total_ms <= 9.2e12)) return std::nullopt;
  }
  return static_cast<int64_t>(negative ? -total_ms : total_ms);
}

std::string format_age(int64_t age_ms) {
  const int64_t s = age_ms / 1000;
  if (s < 5) return "now";
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{} m", s / 60);
  if (s < 86400) {
    return s / 60 % 60 == 0 ? fmt::format("{} h", s / 3600)
                            : fmt::format("{} h {} m", s / 3600, s / 60 % 60);
  }
  return fmt::format("{} d", s / 86400);
}

}  // namespace masthead::base
