// How long to wait before trying again (client-go's reflector.go): 0.8 s, factor 2, cap 30 s, full
// jitter, reset after two healthy minutes.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/limits.h"
#include "base/random.h"

namespace masthead::kube {

class Backoff {
 public:
  explicit Backoff(base::Random& random) : random_(random) {}

  // The next pause. `healthy_ms`: for how long things had been well before.
  int64_t next(int64_t healthy_ms = 0) {
    if (healthy_ms >= limits::kBackoffResetMs) reset();
    step_ms_ =
        step_ms_ == 0 ? limits::kBackoffFirstMs : std::min(step_ms_ * 2, limits::kBackoffMaxMs);
    // Full jitter, but never a busy loop.
    return std::max<int64_t>(
        static_cast<int64_t>(random_.below(static_cast<uint64_t>(step_ms_) + 1)),
        limits::kBackoffFirstMs / 8);
  }
  void reset() { step_ms_ = 0; }
  int64_t step_ms() const { return step_ms_; }

 private:
  base::Random& random_;
  int64_t step_ms_ = 0;
};

}  // namespace masthead::kube
