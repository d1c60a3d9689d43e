// Of a HelmRelease's detail: what its spec makes of a failed install or upgrade, tests, rollbacks.
#pragma once

#include "host/kind.h"

namespace masthead::plugins::flux {

// Into the section that is open.
void write_remediation(const json::Value& spec, host::DetailWriter& out);
void write_rollback(const json::Value& spec, host::DetailWriter& out);

}  // namespace masthead::plugins::flux
