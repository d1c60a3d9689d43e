// What helm-controller will do next about a release that failed, in words: from spec.install,
// spec.upgrade and the failure counts in the status (helm-controller api/v2, Remediation).
//
// Pure. Any thread.
#pragma once

#include <string>

#include "json/value.h"

namespace masthead::flux {

// Empty where nothing has failed since the last success.
std::string next_remediation(const json::Value& helm_release);

}  // namespace masthead::flux
