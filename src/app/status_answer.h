// What `masthead status` says of a cluster: as text for people, as JSON for programs. Both end with
// a line break. Pure: they read the view, and no clock.
#pragma once

#include <cstdint>
#include <string>

#include "host/console_view.h"

namespace masthead::app {

// Texts of the cluster are made safe for a terminal. now_ms is wall time, for ages.
std::string answer_text(const host::ConsoleView& view, const host::Home& home, int64_t now_ms);
std::string answer_json(const host::ConsoleView& view, const host::Home& home);

// What such an answer says, without what a clock alone changes: ages, and when the connection was
// last confirmed. Who watches is told the same substance once. Not for people.
std::string answer_substance(const host::ConsoleView& view, const host::Home& home, bool json);

}  // namespace masthead::app
