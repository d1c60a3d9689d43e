// Text that others wrote, for a terminal. A message of a cluster may hold anything: escape
// sequences, which would drive the terminal, lines, which would break the layout, and marks that
// turn the order of what is read.
#pragma once

#include <string>
#include <string_view>

namespace masthead::base {

// Control characters and bidirectional marks become U+FFFD, further lines are indented; what is no
// UTF-8 is not shown.
std::string for_terminal(std::string_view text, size_t indent);

}  // namespace masthead::base
