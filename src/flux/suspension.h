// Who suspended an object, why, since when and until when, as far as annotations and field
// ownership tell.
//
// Read: our own annotations, those of Weave GitOps and of Flux Operator. Written: our own and
// Flux Operator's, so that its page shows who it was too. Where somebody else owns spec.suspend,
// ours are of an earlier suspension: then it is the field manager who is told, as "flux" or
// "kubectl-edit".
//
// Pure; views into the object's document.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "json/value.h"

namespace masthead::flux {

inline constexpr std::string_view kFieldManager = "masthead";
inline constexpr const char* kSuspendedBy = "fluxcd.controlplane.io/suspendedBy";
inline constexpr const char* kSuspensionReason = "masthead/suspension-reason";
inline constexpr const char* kSuspendedAt = "masthead/suspended-at";
inline constexpr const char* kSuspendedUntil = "masthead/suspended-until";

struct Suspension {
  std::string_view by;
  std::string_view reason;
  int64_t since_ms = 0;  // 0: not known
  int64_t until_ms = 0;  // 0: no end was given

  bool overdue(int64_t now_ms) const { return until_ms != 0 && now_ms >= until_ms; }
  // "by ann: database migration"; empty when nothing is known.
  std::string sentence() const;
};

// Of an object that is suspended.
Suspension suspension_of(const json::Value& object);

// The controller that sets spec.suspend from what it applies, and so will set it back; empty when
// none does.
std::string_view declares_suspend(const json::Value& object);

}  // namespace masthead::flux
