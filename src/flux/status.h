// The one rule that says in which state a Flux object is, from the object and the clock alone.
//
// First match wins (docs/flux.md explains each with its reason):
//   1 deletionTimestamp                → Terminating
//   2 suspended                        → Suspended, badge failed when it failed before
//   3 static kind without conditions   → Static
//   4 no Ready condition               → Waiting for a minute, then Unknown
//   5 Stalled=True                     → Stalled
//   6 Ready=False                      → Waiting (dependency, source), Progressing (health check
//                                        cancelled, generation not seen), else Failed
//   7 Ready=Unknown                    → Failed · retrying when it failed before, else Progressing
//   8 Ready=True                       → Progressing (generation not seen), else Ready with badges
// An unknown condition, reason or status value is shown as it is.
//
// What depends on other objects (Blocked, outdated) is added by causes.h.
#pragma once

#include <cstdint>
#include <string_view>

#include "json/value.h"
#include "k8s/health.h"

namespace masthead::flux {

// Whether an event of that reason is written after a pass that went well, in any version of Flux.
bool is_success_reason(std::string_view reason);

// `kind` as in "Kustomization"; `now_ms` is wall time.
k8s::StatusValue status_of(std::string_view kind, const json::Value& object, int64_t now_ms);

// spec.suspend, or the annotation that Flux Operator and ArtifactGenerator use.
bool is_suspended(const json::Value& object);

// How long one pass of it may take: its own timeout, or what its controller takes for it.
int64_t timeout_ms_of(std::string_view kind, const json::Value& object);

// The revision that the object's last success brought: artifact, applied revision or chart version.
std::string_view revision_of(std::string_view kind, const json::Value& object);
// Of an ImagePolicy, in any of its versions; empty before the first.
std::string_view latest_image_tag(const json::Value& object);
// The one it tried last; empty where the kind has none or it is not known.
std::string_view attempted_revision_of(std::string_view kind, const json::Value& object);

// Wall time of the last reconciliation that left a trace; 0 when none did.
int64_t last_reconciled_ms(std::string_view kind, const json::Value& object);

}  // namespace masthead::flux
