// The network in front of the listener, for fault tests: slow, losing packets, or a black hole that
// swallows everything, the ends of connections too.
//
// Threading: set() from any thread; over() on the loop given. Lifetime: outlives the listener and
// does not outlive the loop.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/random.h"
#include "net/byte_stream.h"
#include "net/loop.h"

namespace masthead::sim {

struct Weather {
  bool black_hole = false;
  int64_t one_way_ms = 0;
  // So many pieces of a hundred are sent a second time after this; those behind them wait.
  int lost_percent = 0;
  int64_t resent_ms = 300;
};

class Network {
 public:
  explicit Network(net::Loop& loop) : loop_(loop) {}

  void set(const Weather& weather);
  // A connection through this network, which `near` ends.
  std::unique_ptr<net::ByteStream> over(std::unique_ptr<net::ByteStream> near);

 private:
  friend class DistantStream;
  // When something that is sent now arrives, if it does not overtake what was due at `behind_ms`.
  int64_t arrival_ms(int64_t behind_ms);

  net::Loop& loop_;
  base::SeededRandom random_{7};
  std::atomic<bool> black_hole_ = false;
  std::atomic<int64_t> one_way_ms_ = 0, resent_ms_ = 0;
  std::atomic<int> lost_percent_ = 0;
  // Closed in a black hole: their peers are never told.
  std::vector<std::unique_ptr<net::ByteStream>> lost_;
};

}  // namespace masthead::sim
