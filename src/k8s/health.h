// The one vocabulary of states that Masthead shows for every kind, and the value of a status.
//
// Which object is in which state is decided by the kind's own rule (flux/status.h,
// plugins/core/*.cc); the words, their order and their families are the same everywhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/interned.h"
#include "k8s/identifiers.h"

namespace masthead::k8s {

// Worst first: the numeric order is the order in lists and the rank of a group's worst member.
enum class Status : uint8_t {
  kFailed,       // broken, somebody has to act or a retry has to succeed
  kStalled,      // broken, and the controller will not try again without a change
  kBlocked,      // waits on something broken
  kRetrying,     // not used as a primary status by Flux kinds; a Job between attempts
  kUnknown,      // nobody has reported
  kTerminating,  // being deleted
  kWaiting,      // waits on something that is on its way, or not seen by a controller yet
  kProgressing,  // being worked on
  kSuspended,    // told to stand still
  kReady,        // as wanted
  kStatic,       // has no state of its own
};
inline constexpr size_t kStatusCount = 11;

std::string_view status_name(Status status);
std::optional<Status> status_from_name(std::string_view name);  // any case

// Failed and Stalled: what Home calls broken by itself.
inline bool is_broken(Status s) {
  return s == Status::kFailed || s == Status::kStalled;
}
// Broken, or kept from working by something broken: one spell for "since".
inline bool is_bad(Status s) {
  return s <= Status::kRetrying;
}

enum class Badge : uint8_t {
  kRetrying = 1 << 0,     // failed before and is at it again
  kStuck = 1 << 1,        // progressing for longer than its timeout
  kDrifted = 1 << 2,      // the cluster differs from what was applied
  kOutdated = 1 << 3,     // the source has a newer artifact than was applied
  kRequested = 1 << 4,    // a reconciliation was requested and is not handled yet
  kFetching = 1 << 5,     // ready, and being reconciled again
  kFailed = 1 << 6,       // beside Suspended or Terminating: failed before that
  kUnconfirmed = 1 << 7,  // the controller has not looked at the newest generation
};
std::string_view badge_name(Badge badge);

// The state of one object at one time.
struct StatusValue {
  Status status = Status::kUnknown;
  uint8_t badges = 0;              // Badge bits
  bool since_exact = false;        // false: "at least since"
  int64_t since_ms = 0;            // start of the unbroken spell; 0: not known
  int64_t recheck_at_ms = 0;       // when time alone may change the status; 0: never
  base::Interned word;             // the kind's own finer word, such as CrashLoopBackOff
  base::Interned reason;           // of the condition that decided
  std::string message;             // for people, as the object says it
  std::optional<ObjectRef> cause;  // the first broken object this one waits on

  void add(Badge badge) { badges |= static_cast<uint8_t>(badge); }
  void remove(Badge badge) { badges &= static_cast<uint8_t>(~static_cast<uint8_t>(badge)); }
  bool has(Badge badge) const { return (badges & static_cast<uint8_t>(badge)) != 0; }
  bool operator==(const StatusValue&) const = default;
};

}  // namespace masthead::k8s
