#include "k8s/resource_version.h"

#include <algorithm>

namespace masthead::k8s {

bool well_formed_resource_version(std::string_view version) {
  return !version.empty() && (version.front() != '0' || version.size() == 1) &&
         std::all_of(version.begin(), version.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<int> compare_resource_versions(std::string_view a, std::string_view b) {
  if (a == b) return 0;
  // KEP-5504: "reject leading zeros and non-digits; longer wins, else compare byte by byte".
  if (!well_formed_resource_version(a) || !well_formed_resource_version(b)) return std::nullopt;
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a < b ? -1 : 1;
}

}  // namespace masthead::k8s
