#include <gtest/gtest.h>

#include "base/log.h"
#include "simulation/schedule.h"

namespace masthead::simulation {
namespace {

TEST(Simulation, the_same_seed_is_the_same_trace) {
  base::log::set_level(base::log::Level::kOff);
  const Outcome first = run_schedule(8, /*show_trace=*/false);
  EXPECT_EQ(first.finding, "");
  EXPECT_GT(first.simulated_ms, 60'000);
  const Outcome other = run_schedule(9, /*show_trace=*/false);
  EXPECT_NE(other.trace_hash, first.trace_hash);
  const Outcome again = run_schedule(8, /*show_trace=*/false);
  EXPECT_EQ(again.trace_hash, first.trace_hash);
  EXPECT_EQ(again.steps, first.steps);
}

}  // namespace
}  // namespace masthead::simulation
