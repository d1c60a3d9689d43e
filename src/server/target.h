// The target of a request, taken apart: the path below the console's base path, and the query.
// Views into the target given. Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace masthead::server {

struct Target {
  std::string_view path;   // below the base path, without its leading slash
  std::string_view query;  // behind the first '?'

  // The first value of that name, percent-decoded; empty when there is none.
  std::string value(std::string_view name) const;
};

// Nothing when the target lies outside of `base_path`, which begins and ends with '/'.
std::optional<Target> split_target(std::string_view target, std::string_view base_path);

}  // namespace masthead::server
