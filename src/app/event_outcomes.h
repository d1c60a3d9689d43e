// What events tell of how passes over objects ended. Pure; any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cache/row.h"
#include "cache/schema.h"
#include "cache/table.h"
#include "host/kind.h"
#include "host/status_keeper.h"

namespace masthead::app {

struct EventOutcome {
  std::string table;
  std::string uid;
  host::StatusKeeper::Event event;
};

// Of events that came or changed, those that say that an object is well or is not; successes first,
// as the keeper asks. `kind_of` finds the kind of a table that is watched, or null.
std::vector<EventOutcome> outcomes_of(
    const std::vector<cache::Change>& changes, const cache::Schema& events,
    const std::function<const host::Kind*(std::string_view table)>& kind_of);

}  // namespace masthead::app
