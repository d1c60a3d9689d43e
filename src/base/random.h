// Randomness as a dependency: jitter and identifiers come from a Random that tests can seed.
#pragma once

#include <cstdint>
#include <string>

namespace masthead::base {

class Random {
 public:
  virtual ~Random() = default;
  virtual uint64_t next() = 0;
  // Uniform in [0, bound); 0 when bound is 0. The bias of the modulo is far below what jitter
  // needs.
  uint64_t below(uint64_t bound) { return bound == 0 ? 0 : next() % bound; }
};

// xorshift64*: fast, seeded, not for secrets. Not thread-safe.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(uint64_t seed) : state_(seed | 1) {}
  uint64_t next() override {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return state_ * 2685821657736338717ULL;
  }

 private:
  uint64_t state_;
};

// The operating system's generator; for secrets too. Thread-safe.
Random& system_random();

// `bytes` of the operating system's randomness in lower-case hex. For session secrets.
std::string random_hex(size_t bytes);

}  // namespace masthead::base
