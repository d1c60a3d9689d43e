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

  // An event about `uid`, which may not have been seen yet; true when it moved the start of the
  // object's bad spell. Of several, successes come first.
  enum class Outcome { kSuccess, kFailure };
  bool note_event(std::string_view uid, Outcome outcome, int64_t first_ms, int64_t last_ms);

 private:
  class Settler;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace masthead::host
