// Flux's actions: reconcile, reconcile with source, force, reset, suspend, resume, as the `flux`
// command means them. What each does to which kind is in docs/flux.md.
#pragma once

#include "host/action.h"

namespace masthead::plugins::flux {

const host::ActionRules& action_rules();

// The parts, for their tests.
enum class Verb { kReconcile, kWithSource, kForce, kReset, kSuspend, kResume };
std::optional<Verb> verb_of(std::string_view action);
std::vector<Verb> verbs_of(std::string_view kind);

std::unique_ptr<host::ActionFollower> make_outcome(Verb verb, std::string_view kind,
                                                   const json::Value& patched,
                                                   const host::ActionStamp& stamp,
                                                   std::string_view source_revision);

}  // namespace masthead::plugins::flux
