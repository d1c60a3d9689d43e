// What is broken among workloads: failing pods under the controller that owns them, whose status
// they correct, and nodes that are not ready. Also fills each namespace's tally of pods.
#pragma once

#include <memory>

#include "host/plugin.h"

namespace masthead::plugins::core {

std::unique_ptr<host::Analyst> make_workload_analyst();

}  // namespace masthead::plugins::core
