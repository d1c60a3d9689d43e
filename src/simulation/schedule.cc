#include "simulation/schedule.h"

#include <algorithm>
#include <iterator>

#include "base/clock.h"
#include "base/interned.h"
#include "base/random.h"
#include "net/loop.h"
#include "simulation/console.h"
#include "simulation/faults.h"
#include "simulation/network.h"
#include "simulation/promises.h"
#include "simulation/server.h"
#include "simulation/trace.h"

namespace masthead::simulation {
namespace {

// A loop that does so much in one millisecond does not come to rest.
constexpr int kStepsAMillisecond = 100'000;

// Seeds that follow each other give schedules that have nothing to do with each other.
uint64_t scattered(uint64_t seed) {
  uint64_t z = seed + 0x9E3779B97F4A7C15;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

Server::Habits some_habits(base::Random& random) {
  Server::Habits habits;
  habits.streaming_lists = random.below(3) != 0;
  habits.knows_streaming = random.below(8) != 0;
  habits.bookmarks = random.below(4) != 0;
  habits.tells_version = random.below(2) == 0;
  if (random.below(3) == 0) habits.watch_seconds = 3 + static_cast<int64_t>(random.below(60));
  return habits;
}

class Schedule {
 public:
  Schedule(uint64_t seed, bool show_trace)
      : random_(scattered(seed)),
        trace_(clock_, show_trace),
        loop_(clock_, net::Loop::Mode::kStepped),
        network_(loop_, random_, trace_, random_.below(4) != 0),
        server_(loop_, random_, trace_, some_habits(random_)),
        console_(loop_, clock_, random_, network_, server_, trace_),
        faults_(loop_, clock_, random_, network_, server_, console_, trace_),
        promises_(clock_, network_, server_, console_, faults_, trace_) {
    network_.set_accept([this](std::unique_ptr<net::ByteStream> stream, bool http2) {
      server_.front().serve(std::move(stream), http2);
    });
  }

  void run() {
    begin();
    chaos();
    settle(/*together=*/false);
    for (int i = 0; i < 2 && !trace_.failed(); ++i) {
      outage();
      settle(/*together=*/true);
    }
  }

  Outcome outcome(uint64_t seed) const {
    return {seed, trace_.hash(), trace_.finding(), clock_.monotonic_ms(), steps_};
  }

 private:
  void begin() {
    server_.set_right("", random_.below(2) == 0);
    server_.set_right("team-a", true);
    server_.set_right("team-b", random_.below(2) == 0);
    for (int i = 0; i < 80; ++i) server_.write_something();
    const uint64_t browsers = 3 + random_.below(4);
    for (uint64_t i = 0; i < browsers; ++i) {
      console_.add_browser(random_.below(watched_kinds().size()), {.filter = {}, .sort = "name"});
    }
  }

  // What a person would call a bad day.
  void chaos() {
    const int64_t end_ms = now_ms() + 20'000 + below(100'000);
    const int64_t restore_ms =
        server_.habits().bookmarks && below(4) == 0 ? now_ms() + below(60'000) : INT64_MAX;
    const int64_t pause_ms = 100 + below(5'000);
    bool restored = false;
    while (now_ms() < end_ms && !trace_.failed()) {
      run_for(1 + below(pause_ms));
      server_.hold_writes(restored_snapshot_is_unknown());
      for (int64_t i = below(6); i > 0; --i) server_.write_something();
      faults_.one();
      if (now_ms() > restore_ms && !std::exchange(restored, true)) restore();
    }
  }

  // A snapshot of etcd is restored with the API servers down.
  void restore() {
    faults_.stop();
    network_.set_door(Network::Door::kRefuses);
    for (const auto& link : network_.links()) link->reset();
    run_for(below(8'000));
    trace_.note("restored: {}", server_.restore());
    server_.hold_writes(true);
    console_.allow_going_back();
    network_.set_door(Network::Door::kOpen);
  }

  bool restored_snapshot_is_unknown() {
    for (const Console::Kind& kind : console_.kinds()) {
      for (const auto& [ns, scope] : kind.scopes) {
        if (scope.tap->last_reset_ms() < server_.restored_ms()) return true;
      }
    }
    return false;
  }

  void outage() {
    faults_.outage();
    const int64_t end_ms = now_ms() + 4'000 + below(40'000);
    while (now_ms() < end_ms && !trace_.failed()) {
      run_for(below(4'000));
      for (int64_t i = below(12); i > 0; --i) server_.write_something();
      if (below(8) == 0) server_.compact();
    }
  }

  void settle(bool together) {
    faults_.stop();
    server_.hold_writes(false);
    promises_.expect_convergence(together);
    do {
      run_for(100);
      promises_.check_convergence();
    } while (!trace_.failed() && !promises_.converged());
    trace_.note("settled");
    // What was learnt about the server is forgotten only after a while of health.
    run_for(35'000);
    promises_.check_convergence();
  }

  void run_for(int64_t ms) { run_until(now_ms() + ms); }
  void run_until(int64_t end_ms) {
    while (!trace_.failed()) {
      come_to_rest();
      if (now_ms() >= end_ms) return;
      const int64_t next_ms = std::min({loop_.next_due_ms(), end_ms, check_ms_});
      clock_.advance(next_ms - now_ms());
      if (now_ms() < check_ms_) continue;
      check_ms_ = now_ms() + 1'000;
      promises_.check();
    }
  }
  void come_to_rest() {
    int steps = 0;
    while (loop_.step([this](size_t ready) { return random_.below(ready); })) {
      ++steps_;
      if (++steps > kStepsAMillisecond) {
        trace_.violated("the loop comes to rest", "{} steps in one millisecond", steps);
        return;
      }
    }
  }

  int64_t now_ms() const { return clock_.monotonic_ms(); }
  int64_t below(int64_t bound) {
    return static_cast<int64_t>(random_.below(static_cast<uint64_t>(bound)));
  }

  base::SeededRandom random_;
  base::ManualClock clock_;
  Trace trace_;
  net::Loop loop_;
  Network network_;
  Server server_;
  Console console_;
  Faults faults_;
  Promises promises_;
  int64_t check_ms_ = 0;
  uint64_t steps_ = 0;
};

}  // namespace

Outcome run_schedule(uint64_t seed, bool show_trace) {
  // Partitions are kept in the order of these ids: the same in any schedule.
  for (const std::string& ns : watched_namespaces()) (void)base::Interned(ns);
  Schedule schedule(seed, show_trace);
  schedule.run();
  return schedule.outcome(seed);
}

}  // namespace masthead::simulation
