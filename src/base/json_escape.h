// Escaping of JSON strings (RFC 8259 §7), shared by the log and the JSON writer.
#pragma once

#include <string>
#include <string_view>

namespace masthead::base {

// Appends `text` without quotes. Bytes that are not UTF-8 become U+FFFD, so the output always is.
void append_json_escaped(std::string& out, std::string_view text);

}  // namespace masthead::base
