// Why a text is not JSON, in the words of Go's encoding/json: those of a real API server.
#pragma once

#include <string>
#include <string_view>

namespace masthead::sim {

// Empty when `text` is one JSON value.
std::string go_json_problem(std::string_view text);

}  // namespace masthead::sim
