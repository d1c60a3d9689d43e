#include "flux/suspension.h"

#include "base/time_format.h"

namespace masthead::flux {
namespace {

// Our annotations stay when somebody else resumes the object. Whoever suspended it after that owns
// the field now, and what we wrote is not about his suspension.
bool ours_are_stale(const json::Value& object) {
  bool owned = false;
  for (const json::Value entry : object["metadata"]["managedFields"].items()) {
    if (!entry["ownsSuspend"].boolean()) continue;
    if (entry["manager"].str() == kFieldManager) return false;
    owned = true;
  }
  return owned;
}

std::string_view first_of(std::string_view one, std::string_view other) {
  return one.empty() ? other : one;
}

}  // namespace

Suspension suspension_of(const json::Value& object) {
  const json::Value annotations = object["metadata"]["annotations"];
  Suspension suspension;
  suspension.by = first_of(annotations[kSuspendedBy].str(),
                           annotations["metadata.weave.works/suspended-by"].str());
  suspension.reason = annotations["metadata.weave.works/suspended-comment"].str();
  if (ours_are_stale(object)) return suspension;
  suspension.reason = first_of(annotations[kSuspensionReason].str(), suspension.reason);
  suspension.since_ms = base::rfc3339_or_zero(annotations[kSuspendedAt].str());
  suspension.until_ms = base::rfc3339_or_zero(annotations[kSuspendedUntil].str());
  return suspension;
}

std::string Suspension::sentence() const {
  std::string text;
  if (!by.empty()) text = "by " + std::string(by);
  if (!reason.empty()) text += (text.empty() ? "" : ": ") + std::string(reason);
  return text;
}

std::string_view declares_suspend(const json::Value& object) {
  for (const json::Value entry : object["metadata"]["managedFields"].items()) {
    const auto manager = entry["manager"].str();
    const bool controller = manager == "kustomize-controller" || manager == "helm-controller" ||
                            manager == "flux-operator";
    if (controller && entry["ownsSuspend"].boolean()) return manager;
  }
  return {};
}

}  // namespace masthead::flux
