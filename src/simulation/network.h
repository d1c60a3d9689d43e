// The network of a simulation: links in memory between the client and the API server's front, whose
// bytes are late, in pieces, held up, cut off or lost as the schedule says.
//
// Threading: the one loop. Lifetime: outlives the client and the front.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "kube/dialer.h"
#include "net/loop.h"
#include "simulation/trace.h"

namespace masthead::simulation {

class Link;

class Network final : public kube::Dialer {
 public:
  enum class Door {
    kOpen,
    kRefuses,  // "connection refused"
    kSilent,   // packets vanish: who dials waits in vain
  };
  using Accept = std::function<void(std::unique_ptr<net::ByteStream>, bool http2)>;

  Network(net::Loop& loop, base::Random& random, Trace& trace, bool http2)
      : loop_(loop), random_(random), trace_(trace), http2_(http2) {}
  ~Network() override;
  void set_accept(Accept accept) { accept_ = std::move(accept); }

  std::unique_ptr<kube::Dialing> dial(net::Loop& loop, const kube::Endpoint& endpoint,
                                      kube::DialCallback callback) override;

  void set_door(Door door) { door_ = door; }
  // Each piece is on its way for up to that long.
  void set_delay(int64_t most_ms) { delay_ms_ = most_ms; }

  // Links that carry anything, oldest first.
  std::vector<std::shared_ptr<Link>> links() const;

  // When bytes last came to the client, on the monotonic clock.
  int64_t heard_ms() const { return heard_ms_; }
  // Monotonic times at which the client began to dial, and at which dials have failed.
  const std::vector<int64_t>& dials() const { return dials_; }
  const std::vector<int64_t>& failed_dials() const { return failed_dials_; }

  // For links and dialings.
  net::Loop& loop() { return loop_; }
  int64_t now_ms() const { return loop_.clock().monotonic_ms(); }
  int64_t some_delay() { return static_cast<int64_t>(random_.below(delay_ms_ + 1)); }
  base::Random& random() { return random_; }
  bool http2() const { return http2_; }
  Door door() const { return door_; }
  void heard() { heard_ms_ = now_ms(); }
  // When a link was last harmed, or given up by the client for that: an answer that was under way
  // may not have arrived.
  int64_t harmed_ms() const { return harmed_ms_; }
  void harmed() { harmed_ms_ = now_ms(); }
  // Whether a link that had held up what was sent was let go within `ms` before `at_ms`: what
  // arrives then may have been sent, and taken back, long ago.
  bool let_go_within(int64_t ms, int64_t at_ms) const;
  void let_go() { let_go_.push_back(now_ms()); }
  void dial_failed() { failed_dials_.push_back(now_ms()); }
  kube::Dialed connect();

 private:
  net::Loop& loop_;
  base::Random& random_;
  Trace& trace_;
  const bool http2_;
  Accept accept_;
  Door door_ = Door::kOpen;
  uint64_t delay_ms_ = 5;
  int64_t heard_ms_ = 0, harmed_ms_ = -1;
  std::vector<int64_t> dials_, failed_dials_, let_go_;
  std::vector<std::weak_ptr<Link>> links_;
};

// One connection. Faults are done to both of its directions.
class Link : public std::enable_shared_from_this<Link> {
 public:
  virtual ~Link() = default;
  virtual bool open() const = 0;
  virtual void cut_orderly() = 0;  // both ends read the end
  virtual void reset() = 0;        // both ends read an error; what was under way is lost
  // Nothing arrives any more, until release().
  virtual void stall() = 0;
  virtual void release() = 0;
  virtual bool stalled() const = 0;
};

}  // namespace masthead::simulation
