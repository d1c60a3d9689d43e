#include "flux/suspension.h"

#include "base/time_format.h"

namespace masthead::flux {
namespace {

// Who set spec.suspend, as the API server noted it.
struct Owner {
  std::string_view manager;
  int64_t since_ms = 0;  // 0: not known
  bool is_ours = false;
};

// An entry's time is that of its last write: of the suspension, if it owns nothing else of spec.
Owner owner_of(const json::Value& object) {
  Owner owner;
  for (const json::Value entry : object["metadata"]["managedFields"].items()) {
    if (!entry["ownsSuspend"].boolean()) continue;
    const auto manager = entry["manager"].str();
    if (manager == kFieldManager) return {manager, 0, true};
    if (!owner.manager.empty()) continue;
    const bool alone = !entry["specVersion"].exists();
    owner = {manager, alone ? base::rfc3339_or_zero(entry["time"].str()) : 0, false};
  }
  return owner;
}

// Flux Operator's page and we write the same annotation. Ours stands beside the time of the
// suspension, and stays when somebody else resumes the object; Flux Operator replaces it.
bool operator_wrote_by(const json::Value& annotations, std::string_view manager) {
  return !annotations[kSuspendedAt].exists() || manager.starts_with("flux-operator");
}

std::string_view first_of(std::string_view one, std::string_view other) {
  return one.empty() ? other : one;
}

}  // namespace

Suspension suspension_of(const json::Value& object) {
  const json::Value annotations = object["metadata"]["annotations"];
  const Owner owner = owner_of(object);
  const bool by_another = !owner.manager.empty() && !owner.is_ours;
  Suspension suspension;
  if (!by_another || operator_wrote_by(annotations, owner.manager)) {
    suspension.by = annotations[kSuspendedBy].str();
  }
  suspension.by = first_of(suspension.by, annotations["metadata.weave.works/suspended-by"].str());
  suspension.reason = annotations["metadata.weave.works/suspended-comment"].str();
  if (by_another) {
    suspension.by = first_of(suspension.by, owner.manager);
    suspension.since_ms = owner.since_ms;
    return suspension;
  }
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
