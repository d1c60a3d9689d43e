#include "server/target.h"

#include <algorithm>

#include "proto/percent.h"

namespace masthead::server {
std::optional<Target> split_target(std::string_view target, std::string_view base_path) {
  const size_t mark = std::min(target.find('?'), target.size());
  Target out{target.substr(0, mark), target.substr(std::min(mark + 1, target.size()))};
  if (!out.path.starts_with(base_path)) return std::nullopt;
  out.path.remove_prefix(base_path.size());
  return out;
}

std::string Target::value(std::string_view name) const {
  std::string_view rest = query;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view pair = rest.substr(0, end);
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') {
      return proto::percent_decoded(pair.substr(name.size() + 1), true);
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

}  // namespace masthead::server
