// What the page of `masthead demo` tells a person to try. Pure; any thread.
#pragma once

#include <string>

#include "app/commands.h"

namespace masthead::app {

// A sentence for each scenario and for who sees less, with commands that work as they stand.
std::string demo_hint(const DemoOptions& options, const std::string& kubeconfig);

}  // namespace masthead::app
