// What a pod's status tells of its containers. Pure; any thread.
#pragma once

#include <string>

#include "json/value.h"

namespace masthead::k8s {

// How a run ended, of state.terminated or lastState.terminated: "OOMKilled, exit code 137"; empty
// when there is none.
std::string ended_text(const json::Value& terminated);

}  // namespace masthead::k8s
