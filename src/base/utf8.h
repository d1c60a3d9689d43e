// Well-formed UTF-8 (Unicode table 3-7).
#pragma once

#include <string_view>

namespace masthead::base {

bool is_utf8(std::string_view text);

// The longest prefix of at most `bytes` that does not end inside a character.
std::string_view utf8_prefix(std::string_view text, size_t bytes);

}  // namespace masthead::base
