#include "host/kstatus.h"

#include "base/time_format.h"

namespace masthead::host {
namespace {

using k8s::Status;
using k8s::StatusValue;

json::Value condition(const json::Value& object, std::string_view type) {
  for (const json::Value one : object["status"]["conditions"].items()) {
    if (one["type"].str() == type) return one;
  }
  return {};
}

StatusValue by_condition(Status status, const json::Value& condition) {
  StatusValue value;
  value.status = status;
  value.reason = base::Interned(condition["reason"].str());
  value.message = std::string(condition["message"].str());
  value.since_ms = base::rfc3339_or_zero(condition["lastTransitionTime"].str());
  value.since_exact = value.since_ms != 0;
  return value;
}

StatusValue in_progress(std::string message) {
  StatusValue value;
  value.status = Status::kProgressing;
  value.message = std::move(message);
  return value;
}

StatusValue simply(Status status) {
  StatusValue value;
  value.status = status;
  return value;
}

// "crdConditions": names that are taken make it useless, and until it is established nobody can
// make objects of it.
StatusValue of_definition(const json::Value& object) {
  if (const auto names = condition(object, "NamesAccepted"); names["status"].str() == "False") {
    return by_condition(Status::kFailed, names);
  }
  const auto established = condition(object, "Established");
  if (established["status"].str() == "True") return by_condition(Status::kReady, established);
  if (established["status"].str() == "False" && established["reason"].str() != "Installing") {
    return by_condition(Status::kFailed, established);
  }
  return in_progress("The definition is being installed.");
}

// "pvcConditions"
StatusValue of_claim(const json::Value& object) {
  const auto phase = object["status"]["phase"].str();
  if (phase == "Bound") return simply(Status::kReady);
  return in_progress("The claim is not bound. Its phase is " +
                     std::string(phase.empty() ? "not known" : phase) + ".");
}

StatusValue by_ready(const json::Value& object) {
  const auto ready = condition(object, "Ready");
  const auto status = ready["status"].str();
  if (status == "True") return by_condition(Status::kReady, ready);
  // "Ready condition is False: InProgress": whether it will be, only its controller knows.
  if (!status.empty()) return by_condition(Status::kProgressing, ready);
  // "If no error condition or in progress condition was found, the resource is Current."
  return simply(object["status"].size() > 0 ? Status::kReady : Status::kStatic);
}

// "checkGenericProperties", and then what the kind itself tells.
StatusValue judge(const k8s::GroupKind& kind, const json::Value& object) {
  const json::Value metadata = object["metadata"];
  if (const auto at = metadata["deletionTimestamp"].str(); !at.empty()) {
    StatusValue value = simply(Status::kTerminating);
    value.since_ms = base::rfc3339_or_zero(at);
    value.since_exact = value.since_ms != 0;
    return value;
  }
  const auto observed = object["status"]["observedGeneration"].integer();
  const auto generation = metadata["generation"].integer();
  if (observed && generation && *observed != *generation) {
    return in_progress("Its controller has not looked at generation " +
                       std::to_string(*generation) + " yet.");
  }
  if (const auto doing = condition(object, "Reconciling"); doing["status"].str() == "True") {
    return by_condition(Status::kProgressing, doing);
  }
  if (const auto stalled = condition(object, "Stalled"); stalled["status"].str() == "True") {
    return by_condition(Status::kStalled, stalled);
  }
  if (kind.kind == "CustomResourceDefinition") return of_definition(object);
  if (kind.group.empty() && kind.kind == "PersistentVolumeClaim") return of_claim(object);
  return by_ready(object);
}

void overview(const json::Value& object, DetailWriter& out) {
  out.section("overview", "Overview");
  out.mono("version", "API version", object["apiVersion"].str());
  out.labels("labels", "Labels", object["metadata"]["labels"]);
  out.text("phase", "Phase", object["status"]["phase"].str());
}

}  // namespace

StatusValue kstatus(const k8s::GroupKind& kind, const json::Value& object) {
  StatusValue value = judge(kind, object);
  if (value.since_ms == 0) {
    value.since_ms = base::rfc3339_or_zero(object["metadata"]["creationTimestamp"].str());
    value.since_exact = false;
  }
  return value;
}

Kind kind_by_kstatus(const k8s::GroupKind& kind, const std::string& resource, bool namespaced) {
  Kind any;
  any.group_kind = kind;
  any.resource = resource;
  any.title = kind.kind + " objects";
  any.singular = kind.kind;
  any.namespaced = namespaced;
  any.counted_at_home = false;
  any.fill = [kind](const json::Value& object, int64_t, cache::RowBuilder& row) {
    row.status(kstatus(kind, object));
  };
  any.overview = overview;
  any.negative_conditions = {"Stalled"};
  return any;
}

}  // namespace masthead::host
