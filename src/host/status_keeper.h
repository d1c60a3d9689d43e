// Remembers in which spell each object is, so that "since" and "Failed" survive retries and
// restarts.
//
// Controllers flip a failing object False → Unknown → False at each retry. The rule that reads one
// object cannot know what came before; this can. It follows every status as it arrives:
//
//   failed, then progressing              → stays Failed, badge retrying, with the failure's
//   message waiting, then progressing for a blink → stays Waiting (kHoldWaitingMs) failed again →
//   the same spell: since stays at its start
//
// An object that is first seen while it is tried again says only that; the newest failure event
// that no success came after says what failed.
// "since" is the earliest of what the object says, what was persisted, and the first failure event
// that no success came after.
//
// Threading: settle() and gone() under the tables' locks on the writer thread, the rest from any
// thread. One keeper per cluster.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "cache/table.h"
#include "history/history.h"

namespace masthead::host {

class StatusKeeper {
 public:
  // `history` may be null: then nothing outlives the process. Outlived by neither.
  StatusKeeper(history::History* history, std::string cluster, const base::Clock& clock);
  ~StatusKeeper();

  // The settler of one table; lives as long as the keeper.
  cache::StatusSettler& settler(const k8s::GroupKind& kind, bool keeps_history);

  enum class Outcome { kSuccess, kFailure };
  struct Event {
    Outcome outcome = Outcome::kSuccess;
    int64_t first_ms = 0, last_ms = 0;  // wall time of its first and last occurrence
    std::string reason = {}, message = {};
  };
  // An event about `uid`, which may not have been seen yet; true when it moved the start of the
  // object's bad spell, or says what failed. Of several, successes come first.
  bool note_event(std::string_view uid, const Event& event);

 private:
  class Settler;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace masthead::host
