// Lists within texts: "a,b,c". Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace masthead::base {

// The parts between separators; empty ones are left out.
std::vector<std::string> split(std::string_view list, char separator);

}  // namespace masthead::base
