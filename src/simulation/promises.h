// The promises of docs/promise.md as a schedule checks them, but for "no row lost or doubled"
// (browser.cc) and "no object goes back" (console.cc), which are checked at each change.
//
// Threading: the one loop.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "simulation/console.h"
#include "simulation/faults.h"
#include "simulation/network.h"
#include "simulation/server.h"
#include "simulation/trace.h"

namespace masthead::simulation {

class Promises {
 public:
  Promises(const base::Clock& clock, Network& network, Server& server, Console& console,
           const Faults& faults, Trace& trace)
      : clock_(clock),
        network_(network),
        server_(server),
        console_(console),
        faults_(faults),
        trace_(trace) {}

  // While faults go on and after them, every second.
  void check();

  // Faults have stopped and nobody writes. Each scope has 5 s from the first good answer to it;
  // `together`, 5 s from the first good answer to anybody.
  void expect_convergence(bool together);
  void check_convergence();
  bool converged() const { return converged_; }

 private:
  void staleness_is_visible(Console::Kind& kind, Console::Scope& scope);
  void has_what_was_known(Console::Kind& kind, Console::Scope& scope);
  void nothing_forbidden_is_shown();
  void asks_no_more_than_it_may(const Console::Kind& kind, const Console::Scope& scope);
  void probes_no_more_than_it_may();
  std::optional<int64_t> first_good_answer_ms(const ScopeId& id);
  bool rights_are_followed(const Console::Kind& kind);
  std::string difference(Console::Kind& kind, Console::Scope& scope);
  int64_t now_ms() const { return clock_.monotonic_ms(); }

  const base::Clock& clock_;
  Network& network_;
  Server& server_;
  Console& console_;
  const Faults& faults_;
  Trace& trace_;

  std::map<ScopeId, int64_t> last_allowed_ms_;  // by plural, namespace
  bool together_ = false;
  bool converged_ = false;
  int64_t stopped_ms_ = 0;
};

}  // namespace masthead::simulation
