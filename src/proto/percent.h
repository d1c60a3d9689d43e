// Percent-encoding of request targets (RFC 3986 §2.1). Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace masthead::proto {

// The value of a hexadecimal digit; -1 for anything else.
int hex_digit(char c);

// What is no well-formed escape stays as it is. In a query of a form, '+' is a space.
std::string percent_decoded(std::string_view text, bool plus_is_space);

}  // namespace masthead::proto
