// The plugin for Flux: sources, Kustomizations, HelmReleases, and why they are not ready.
#pragma once

#include <memory>

#include "host/plugin.h"

namespace masthead::plugins::flux {

std::unique_ptr<host::Plugin> make_plugin();

}  // namespace masthead::plugins::flux
