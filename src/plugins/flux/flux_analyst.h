// Causes among the Flux objects of one Scope (flux/causes.h), dated and explained by events.
#pragma once

#include <memory>

#include "host/plugin.h"

namespace masthead::plugins::flux {

std::unique_ptr<host::Analyst> make_flux_analyst(const std::vector<host::Kind>& kinds);

}  // namespace masthead::plugins::flux
