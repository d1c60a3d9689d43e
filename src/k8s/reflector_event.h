// The one kind of thing a cache is fed with: what a reflector learnt about (cluster, kind, scope).
//
// A reflector, a recording and a test produce these; a cache::Table knows no other input. Order
// within one scope is the order in which the API server told it:
//
//   kFreshness(syncing) → kResetBegin → kUpsert… → kResetEnd → (kUpsert | kDelete | kBookmark)…
//
// From kResetBegin to kResetEnd upserts are staged; kResetEnd swaps them in at once, and what it
// did not name is gone (deletes are implied: "final state unknown"). A reset that breaks off is
// followed by another kResetBegin, which drops what was staged.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace masthead::k8s {

// How far what is shown can be trusted.
struct Freshness {
  enum class State {
    kSyncing,    // no complete list yet
    kLive,       // the watch is open and was confirmed lately
    kStale,      // connection lost; the last known state is kept
    kForbidden,  // the account may not list or watch here
    kAbsent,     // the API does not serve this kind
  };
  State state = State::kSyncing;
  int64_t since_ms = 0;      // wall time at which this state began
  int64_t confirmed_ms = 0;  // wall time of the last sign of life; 0: never
  int64_t next_try_ms = 0;   // kStale: wall time of the next attempt; 0: not planned
  base::Error cause;         // kStale, kForbidden, kAbsent: why, for people
};

inline std::string_view freshness_name(Freshness::State state) {
  switch (state) {
    case Freshness::State::kSyncing:
      return "syncing";
    case Freshness::State::kLive:
      return "live";
    case Freshness::State::kStale:
      return "stale";
    case Freshness::State::kForbidden:
      return "forbidden";
    case Freshness::State::kAbsent:
      return "absent";
  }
  return "syncing";
}

struct ReflectorEvent {
  enum class Type {
    kResetBegin,
    kUpsert,     // object: the whole object as the server sent it
    kDelete,     // object: its last state as the server sent it
    kResetEnd,   // resource_version: that of the list
    kBookmark,   // resource_version only
    kFreshness,  // freshness only
  };
  Type type;
  std::string_view object;            // JSON, valid during the call only; never a Secret
  std::string_view resource_version;  // of the object, list or bookmark; valid during the call only
  const Freshness* freshness = nullptr;
  // kResetBegin: nothing known holds, not even what a resourceVersion stood for (another cluster, a
  // restored snapshot).
  bool anew = false;
};

// Takes events of one (kind, scope), on the reflector's thread. When on_event returns, the bytes
// have been accepted: only then does the reflector give flow-control credit back to the server.
class ReflectorSink {
 public:
  virtual ~ReflectorSink() = default;
  virtual void on_event(const ReflectorEvent& event) = 0;
};

}  // namespace masthead::k8s
