// One schedule: a cluster and a console on one loop, faults in an order that the seed decides, and
// the six promises (docs/promise.md) checked all the way.
#pragma once

#include <cstdint>
#include <string>

namespace masthead::simulation {

struct Outcome {
  uint64_t seed = 0;
  uint64_t trace_hash = 0;
  std::string finding;  // empty: every promise held
  int64_t simulated_ms = 0;
  uint64_t steps = 0;
};

// The same seed gives the same outcome, in any process. One at a time.
Outcome run_schedule(uint64_t seed, bool show_trace);

}  // namespace masthead::simulation
