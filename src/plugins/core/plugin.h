// The plugin for what every cluster has: workloads, nodes, namespaces, services, events.
#pragma once

#include <memory>

#include "host/plugin.h"

namespace masthead::plugins::core {

std::unique_ptr<host::Plugin> make_plugin();

}  // namespace masthead::plugins::core
