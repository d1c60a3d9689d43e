// What goes wrong in a schedule, and when it stops.
//
// Threading: the one loop.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "base/random.h"
#include "net/loop.h"
#include "simulation/console.h"
#include "simulation/network.h"
#include "simulation/server.h"
#include "simulation/trace.h"

namespace masthead::simulation {

class Faults {
 public:
  Faults(net::Loop& loop, base::ManualClock& clock, base::Random& random, Network& network,
         Server& server, Console& console, Trace& trace)
      : loop_(loop),
        clock_(clock),
        random_(random),
        network_(network),
        server_(server),
        console_(console),
        trace_(trace) {}

  // One of them, some for a while.
  void one();
  // An outage of the whole server that everybody notices, until stop().
  void outage();
  // Everything is well again.
  void stop();

  // While nobody could reach the server, since when (monotonic).
  std::optional<int64_t> unreachable_since_ms() const { return unreachable_since_ms_; }
  std::optional<int64_t> unready_since_ms() const { return unready_since_ms_; }

 private:
  void cut_links();
  void of_the_network(uint64_t which);
  void of_the_server(uint64_t which);
  void of_the_readers(uint64_t which);
  void close_door(Network::Door door);
  void set_health(Server::Health health);
  void for_a_while(int64_t most_ms, net::Function undo);

  net::Loop& loop_;
  base::ManualClock& clock_;
  base::Random& random_;
  Network& network_;
  Server& server_;
  Console& console_;
  Trace& trace_;
  std::optional<int64_t> unreachable_since_ms_, unready_since_ms_;
  uint64_t era_ = 0;  // what began before a stop() undoes nothing after it
};

}  // namespace masthead::simulation
