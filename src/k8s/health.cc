#include "k8s/health.h"

#include <strings.h>

#include <array>

namespace masthead::k8s {
namespace {
constexpr std::array<std::string_view, kStatusCount> kNames{
    "Failed",  "Stalled",     "Blocked",   "Retrying", "Unknown", "Terminating",
    "Waiting", "Progressing", "Suspended", "Ready",    "Static"};
}

std::string_view status_name(Status status) {
  return kNames[static_cast<size_t>(status)];
}

std::optional<Status> status_from_name(std::string_view name) {
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i].size() == name.size() &&
        strncasecmp(kNames[i].data(), name.data(), name.size()) == 0) {
      return static_cast<Status>(i);
    }
  }
  return std::nullopt;
}

std::string_view badge_name(Badge badge) {
  switch (badge) {
    case Badge::kRetrying:
      return "retrying";
    case Badge::kStuck:
      return "stuck";
    case Badge::kDrifted:
      return "drifted";
    case Badge::kOutdated:
      return "outdated";
    case Badge::kRequested:
      return "requested";
    case Badge::kFetching:
      return "fetching";
    case Badge::kFailed:
      return "failed";
    case Badge::kUnconfirmed:
      return "unconfirmed";
  }
  return "";
}

}  // namespace masthead::k8s
