// simulation --seed N [--schedules N] [--trace]
//
// Runs schedules from seed N on. A failing one prints its seed and the command that runs it again,
// and ends the program with 1.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <cstdio>

#include "base/log.h"
#include "simulation/schedule.h"

int main(int argc, char** argv) {
  uint64_t seed = 1, schedules = 1;
  bool trace = false;
  CLI::App app{
      "Runs seeded schedules of faults against the reflector, the cache and live queries."};
  app.add_option("--seed", seed, "The first seed");
  app.add_option("--schedules", schedules, "How many seeds, from the first on");
  app.add_flag("--trace", trace, "Prints what happens");
  CLI11_PARSE(app, argc, argv);

  namespace simulation = masthead::simulation;
  masthead::base::log::set_level(masthead::base::log::Level::kOff);
  uint64_t failed = 0, steps = 0;
  int64_t simulated_ms = 0;
  for (uint64_t i = 0; i < schedules; ++i) {
    const simulation::Outcome outcome = simulation::run_schedule(seed + i, trace);
    steps += outcome.steps;
    simulated_ms += outcome.simulated_ms;
    if (trace) fmt::print("trace hash {:016x}\n", outcome.trace_hash);
    if (outcome.finding.empty()) continue;
    ++failed;
    fmt::print("seed {} failed: {}\n  again: {} --seed {} --trace\n", outcome.seed, outcome.finding,
               argv[0], outcome.seed);
    std::fflush(stdout);
  }
  fmt::print("{} schedules from seed {}, {} failed; {} s simulated in {} steps\n", schedules, seed,
             failed, simulated_ms / 1'000, steps);
  return failed == 0 ? 0 : 1;
}
