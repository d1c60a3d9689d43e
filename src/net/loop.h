// An event loop: one thread, a test that drives it inline, or a simulation that steps through it.
//
// Threading: post(), post_after() and Timer are safe from any thread; everything else that takes a
// Loop (streams, listeners, kube::Client) belongs to the loop's thread and is used and destroyed
// there, or while the loop does not run (before start(), after stop()).
// Lifetime: a Loop outlives what was made on it. Functions still queued at destruction are
// destroyed without being called, on the destroying thread.
// Time: timers follow the Clock given. With a ManualClock, call wake() after advancing it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "base/clock.h"

namespace masthead::net {

using Function = std::move_only_function<void()>;

// A pending call. Destroying or cancelling it prevents the call; on the loop's thread that is
// certain, from another thread the call may be running already.
class [[nodiscard]] Timer {
 public:
  Timer() = default;
  ~Timer() { cancel(); }
  Timer(Timer&&) noexcept = default;
  Timer& operator=(Timer&& other) noexcept;
  void cancel();
  // Lets the call happen without a handle.
  void detach() { queue_.reset(); }
  bool pending() const;

 private:
  friend class Loop;
  struct Queue;
  std::weak_ptr<Queue> queue_;
  uint64_t id_ = 0;
};

class Loop {
 public:
  enum class Mode {
    kRunning,
    kStepped,  // for simulations: no thread and no sockets, moved on by step() alone
  };
  explicit Loop(const base::Clock& clock = base::system_clock(), Mode mode = Mode::kRunning);
  ~Loop();  // stops first
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Runs the loop on a thread of its own until stop(), which joins it. stop() is for other
  // threads; a stopped loop may be driven inline or started again.
  void start(const std::string& thread_name = "loop");
  void stop();

  // Inline, for tests and small programs: handles what is ready and due until `done()` is true or
  // `limit_ms` of real time have passed; true when done() is. Not while started.
  bool drive_until(const std::function<bool()>& done, int64_t limit_ms = 10'000);
  void drive_for(int64_t real_ms);

  // Of a stepped loop: calls one of the functions that may be next, which are the first that was
  // posted and every timer that is due. `pick(n)` says which of n, the posted one before the timers
  // by their time; false when there is none.
  bool step(const std::function<size_t(size_t)>& pick);
  // When the first timer is due, on the monotonic clock; INT64_MAX without one.
  int64_t next_due_ms() const;

  void post(Function function);
  Timer post_after(int64_t delay_ms, Function function);
  void wake();  // looks at the clock again

  // True on the loop's thread, and always while the loop is not started.
  bool on_loop() const;
  const base::Clock& clock() const;

  // For the files of net only: the io_context behind it, and read buffers shared by all streams
  // (a read callback is done with its bytes before the next one starts).
  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace masthead::net
