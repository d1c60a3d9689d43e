#include "flux/health_checks.h"

#include "base/limits.h"
#include "base/split.h"
#include "k8s/known_kinds.h"

namespace masthead::flux {

std::vector<k8s::ObjectRef> unhealthy_of(std::string_view message) {
  constexpr std::string_view kStatus = " status: '";
  std::vector<k8s::ObjectRef> refs;
  size_t from = 0;
  for (size_t at = message.find(kStatus); at != std::string_view::npos;
       at = message.find(kStatus, at + kStatus.size())) {
    const std::string_view before = message.substr(from, at - from);
    const std::vector<std::string> parts =
        base::split(before.substr(before.find_last_of("[ ") + 1), '/');
    from = at + kStatus.size();
    if (parts.size() != 3 || parts[1].empty() || parts[2].empty()) continue;
    const std::string_view group = k8s::flux_group_of(parts[0]);
    if (group.empty()) continue;
    refs.push_back({std::string(group), parts[0], parts[1], parts[2]});
    if (refs.size() == limits::kHealthChecksNamed) break;
  }
  return refs;
}

}  // namespace masthead::flux
