// Header fields of an HTTP message, in order. Plain values.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace masthead::proto {

using Headers = std::vector<std::pair<std::string, std::string>>;

// The first value of `name`, compared without case; empty when there is none.
std::string_view find_header(const Headers& headers, std::string_view name);
size_t count_header(const Headers& headers, std::string_view name);
bool equal_without_case(std::string_view a, std::string_view b);
// Whether a comma-separated list ("keep-alive, Upgrade") holds `token`, compared without case.
bool has_token(std::string_view list, std::string_view token);

}  // namespace masthead::proto
