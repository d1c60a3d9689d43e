// Time as a dependency: whoever needs it is given a Clock, so tests decide what time it is.
// Implementations are safe to call from any thread.
#pragma once

#include <atomic>
#include <cstdint>

namespace masthead::base {

class Clock {
 public:
  virtual ~Clock() = default;
  // Milliseconds since the Unix epoch, UTC. May jump; for what people see and Kubernetes wrote.
  virtual int64_t wall_ms() const = 0;
  // Milliseconds since some start; never goes back. For timeouts and ages of our own things.
  virtual int64_t monotonic_ms() const = 0;
};

// The machine's clocks.
const Clock& system_clock();

// A clock that a test moves by hand.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(int64_t wall_ms = 1'790'000'000'000) : wall_(wall_ms) {}
  int64_t wall_ms() const override { return wall_.load(); }
  int64_t monotonic_ms() const override { return monotonic_.load(); }
  void advance(int64_t ms) {
    wall_ += ms;
    monotonic_ += ms;
  }
  void jump_wall(int64_t ms) { wall_ += ms; }

 private:
  std::atomic<int64_t> wall_;
  std::atomic<int64_t> monotonic_{1'000};
};

}  // namespace masthead::base
