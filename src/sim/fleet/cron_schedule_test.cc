#include "sim/fleet/cron_schedule.h"

#include <gtest/gtest.h>

#include "base/time_format.h"

namespace masthead::sim {
namespace {

std::string next(const char* schedule, const char* now) {
  const auto parsed = CronSchedule::parse(schedule);
  if (!parsed) return "not a schedule";
  const auto at = parsed->after(base::rfc3339_or_zero(now));
  return at ? base::format_rfc3339(*at) : "never";
}

TEST(CronSchedule, says_when_it_is_due_next) {
  EXPECT_EQ(next("*/15 * * * *", "2026-11-21T08:14:59Z"), "2026-11-21T08:15:00Z");
  EXPECT_EQ(next("*/15 * * * *", "2026-11-21T08:15:00Z"), "2026-11-21T08:30:00Z");
  EXPECT_EQ(next("0 3 * * *", "2026-11-21T08:15:00Z"), "2026-11-22T03:00:00Z");
  EXPECT_EQ(next("30 8-10/2 * * 1-5", "2026-11-21T08:15:00Z"), "2026-11-23T08:30:00Z");
  EXPECT_EQ(next("@monthly", "2026-11-21T08:15:00Z"), "2026-12-01T00:00:00Z");
  EXPECT_EQ(next("0 0 29 2 *", "2026-11-21T08:15:00Z"), "2028-02-29T00:00:00Z");
  EXPECT_EQ(next("0 0 30 2 *", "2026-11-21T08:15:00Z"), "never");
}

TEST(CronSchedule, takes_either_day_when_both_are_restricted) {
  EXPECT_EQ(next("0 0 1 * 1", "2026-11-21T08:15:00Z"), "2026-11-23T00:00:00Z");
  EXPECT_EQ(next("0 0 1 * 1", "2026-11-30T08:15:00Z"), "2026-12-01T00:00:00Z");
}

TEST(CronSchedule, refuses_what_is_none) {
  for (const char* text :
       {"", "* * * *", "60 * * * *", "*/0 * * * *", "5-1 * * * *", "a * * * *", "@never"}) {
    EXPECT_FALSE(CronSchedule::parse(text)) << text;
  }
}

}  // namespace
}  // namespace masthead::sim
