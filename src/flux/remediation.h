// What helm-controller will do next about a release that failed, in words: from spec.install,
// spec.upgrade and the failure counts in the status (helm-controller api/v2, Remediation).
//
// Pure. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "json/value.h"

namespace masthead::flux {

// Empty where nothing has failed since the last success.
std::string next_remediation(const json::Value& helm_release);

// Whether the failure after which no retry is left is undone; `action`: "install" or "upgrade".
bool undoes_last_failure(std::string_view action, const json::Value& remediation);

}  // namespace masthead::flux
