#include "flux/status.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/time_format.h"
#include "flux/conditions.h"
#include "flux/suspension.h"

namespace masthead::flux {
namespace {

using k8s::Badge;
using k8s::Status;
using k8s::StatusValue;

// A controller that runs reports on a new object within seconds.
constexpr int64_t kUnseenGraceMs = 60'000;
// Beyond the object's own timeout: queues, back-off between two looks.
constexpr int64_t kStuckSlackMs = 60'000;
// helm-controller's default; the others' own are shorter.
constexpr int64_t kDefaultTimeoutMs = 5 * 60'000;
// "If not specified, the timeout is the interval minus 30 seconds, at least 30 seconds"
// (kustomize-controller, Kustomization.GetTimeout).
constexpr int64_t kKustomizationSlackMs = 30'000;

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// Provider and Alert have no status since v1beta3; a HelmRepository of type oci is only an address.
bool is_static(std::string_view kind, const json::Value& object) {
  if (kind == "Alert" || kind == "Provider") return true;
  return kind == "HelmRepository" && object["spec"]["type"].str() == "oci";
}

// Whether the newest entries of status.history failed, and since when they did without a success
// between. Kustomization: entries are upserted on (digest, status), newest first (2.7+).
// HelmRelease: one entry a release, newest first.
struct FailedHistory {
  bool failed = false;
  int64_t since_ms = 0;
};

FailedHistory failed_history(std::string_view kind, const json::Value& object) {
  FailedHistory result;
  for (const json::Value entry : object["status"]["history"].items()) {
    bool failed = false;
    int64_t began_ms = 0;
    if (kind == "HelmRelease") {
      failed = entry["status"].str() == "failed";
      began_ms = base::rfc3339_or_zero(entry["lastDeployed"].str());
    } else {
      const auto status = entry["lastReconciledStatus"].str();
      failed = contains(status, "Failed");
      began_ms = base::rfc3339_or_zero(entry["firstReconciled"].str());
    }
    if (!failed) break;
    result.failed = true;
    if (began_ms != 0) {
      result.since_ms = result.since_ms == 0 ? began_ms : std::min(result.since_ms, began_ms);
    }
  }
  return result;
}

StatusValue from(const Condition& condition, Status status) {
  StatusValue value;
  value.status = status;
  value.reason = base::Interned(condition.reason);
  std::string_view message = condition.message;
  while (!message.empty() && (message.back() == '\n' || message.back() == ' ')) {
    message.remove_suffix(1);
  }
  value.message = std::string(message);
  value.since_ms = condition.transition_ms;
  return value;
}

// The earlier of what the condition says and what the history of the failure says.
void extend_by_history(StatusValue& value, const FailedHistory& history) {
  if (!history.failed || history.since_ms == 0) return;
  if (value.since_ms == 0 || history.since_ms <= value.since_ms) {
    value.since_ms = history.since_ms;
    value.since_exact = true;
  }
}

// Ready=False of an object that has not begun, since what it needs is not there yet. A source that
// does not exist at all is another message of ArtifactFailed.
bool says_that_it_waits(const Condition& ready) {
  return ready.reason == "DependencyNotReady" || ready.reason == "SourceNotReady" ||
         (ready.reason == "ArtifactFailed" &&
          ready.message.starts_with("Source artifact not found, retrying"));
}

StatusValue not_ready(std::string_view kind, const json::Value& object, const Condition& ready,
                      const Condition& reconciling, int64_t generation) {
  if (says_that_it_waits(ready)) return from(ready, Status::kWaiting);
  if (ready.reason == "HealthCheckCanceled") return from(ready, Status::kProgressing);
  if (ready.observed_generation != 0 && ready.observed_generation < generation) {
    StatusValue value = from(ready, Status::kProgressing);
    value.add(Badge::kUnconfirmed);
    return value;
  }
  StatusValue value = from(ready, Status::kFailed);
  extend_by_history(value, failed_history(kind, object));
  if (reconciling.is_true()) value.add(Badge::kRetrying);
  return value;
}

// Whether an object whose Ready is Unknown had failed and is at it again: its own evidence only.
bool failed_before(std::string_view kind, const json::Value& object, const Condition& reconciling) {
  if (reconciling.reason == "ProgressingWithRetry") return true;
  if (failed_history(kind, object).failed) return true;
  if (kind == "HelmRelease") return object["status"]["failures"].integer_or(0) > 0;
  return condition_of(object, "FetchFailed").is_true() ||
         condition_of(object, "BuildFailed").is_true();
}

StatusValue in_progress(std::string_view kind, const json::Value& object, const Condition& ready,
                        const Condition& reconciling, int64_t now_ms) {
  if (failed_before(kind, object, reconciling)) {
    StatusValue value = from(ready, Status::kFailed);
    value.add(Badge::kRetrying);
    extend_by_history(value, failed_history(kind, object));
    return value;
  }
  StatusValue value = from(ready, Status::kProgressing);
  if (reconciling.is_true() && !reconciling.message.empty()) {
    value.message = std::string(reconciling.message);
  }
  const int64_t stuck_at_ms = ready.transition_ms + timeout_ms_of(kind, object) + kStuckSlackMs;
  if (ready.transition_ms != 0 && now_ms >= stuck_at_ms) {
    value.add(Badge::kStuck);
  } else if (ready.transition_ms != 0) {
    value.recheck_at_ms = stuck_at_ms;
  }
  return value;
}

StatusValue ready_value(const json::Value& object, const Condition& ready,
                        const Condition& reconciling, int64_t generation) {
  int64_t observed = ready.observed_generation;
  if (observed == 0) observed = object["status"]["observedGeneration"].integer_or(0);
  if (observed != 0 && observed < generation) {
    StatusValue value = from(ready, Status::kProgressing);
    value.message = "A newer generation of the spec has not been reconciled yet.";
    value.add(Badge::kUnconfirmed);
    return value;
  }
  StatusValue value = from(ready, Status::kReady);
  value.since_exact = true;
  if (reconciling.is_true()) value.add(Badge::kFetching);
  return value;
}

StatusValue unseen(const json::Value& object, int64_t created_ms, int64_t now_ms) {
  StatusValue value;
  value.since_ms = created_ms;
  value.since_exact = created_ms != 0;
  if (created_ms != 0 && now_ms - created_ms < kUnseenGraceMs) {
    value.status = Status::kWaiting;
    value.message = "Not seen by a controller yet.";
    value.recheck_at_ms = created_ms + kUnseenGraceMs;
    return value;
  }
  value.status = Status::kUnknown;
  const auto shard = object["metadata"]["labels"]["sharding.fluxcd.io/key"].str();
  value.message = shard.empty()
                      ? "No controller has reported on this object. It may not be running."
                      : "No controller has reported on this object. It is labelled for shard " +
                            std::string(shard) + "; a controller of that shard may not be running.";
  return value;
}

// Ready is something that the conventions do not know: nothing is made of it, and it is shown.
StatusValue of_no_known_value(const Condition& ready) {
  StatusValue value = from(ready, Status::kUnknown);
  value.word = base::Interned("Ready=" + std::string(ready.status));
  return value;
}

StatusValue unsuspended_status(std::string_view kind, const json::Value& object, int64_t now_ms) {
  const int64_t generation = object["metadata"]["generation"].integer_or(0);
  const Condition ready = condition_of(object, "Ready");
  const Condition reconciling = condition_of(object, "Reconciling");
  const Condition stalled = condition_of(object, "Stalled");
  const int64_t created_ms = base::rfc3339_or_zero(object["metadata"]["creationTimestamp"].str());

  if (!ready.present && is_static(kind, object)) {
    StatusValue value;
    value.status = Status::kStatic;
    value.since_ms = created_ms;
    value.since_exact = created_ms != 0;
    return value;
  }
  if (stalled.is_true()) {
    StatusValue value = from(stalled, Status::kStalled);
    // The spell began with the failures that led here.
    if (ready.is_false() && ready.transition_ms != 0 &&
        (value.since_ms == 0 || ready.transition_ms < value.since_ms)) {
      value.since_ms = ready.transition_ms;
    }
    extend_by_history(value, failed_history(kind, object));
    if (ready.is_false() && !ready.message.empty() && stalled.reason == "RetriesExceeded") {
      value.message += ": " + std::string(ready.message);
    }
    return value;
  }
  if (!ready.present) return unseen(object, created_ms, now_ms);
  if (ready.is_true()) return ready_value(object, ready, reconciling, generation);
  if (ready.is_false()) return not_ready(kind, object, ready, reconciling, generation);
  if (ready.status != "Unknown") return of_no_known_value(ready);
  return in_progress(kind, object, ready, reconciling, now_ms);
}

void add_general_badges(std::string_view kind, const json::Value& object, StatusValue& value) {
  if (condition_of(object, "Drifted").is_true()) value.add(Badge::kDrifted);
  const auto requested = object["metadata"]["annotations"]["reconcile.fluxcd.io/requestedAt"].str();
  if (!requested.empty() && requested != object["status"]["lastHandledReconcileAt"].str() &&
      value.status != Status::kStatic && kind != "ExternalArtifact") {
    value.add(Badge::kRequested);
  }
}

// Who, why, since when; past its end it is overdue.
void say_suspension(const json::Value& object, int64_t now_ms, StatusValue& value) {
  const Suspension suspension = suspension_of(object);
  const std::string who = suspension.sentence();
  if (!who.empty()) value.message = "Suspended " + who;
  value.since_ms = suspension.since_ms;
  value.since_exact = suspension.since_ms != 0;
  if (suspension.overdue(now_ms)) {
    value.word = base::Interned("overdue");
  } else {
    value.recheck_at_ms = suspension.until_ms;
  }
}

}  // namespace

int64_t timeout_ms_of(std::string_view kind, const json::Value& object) {
  const auto spec = object["spec"];
  const auto own = base::parse_go_duration(spec["timeout"].str());
  const auto interval = base::parse_go_duration(spec["interval"].str());
  if (kind != "Kustomization" || (!own && !interval)) return own.value_or(kDefaultTimeoutMs);
  return std::max(own.value_or(interval.value_or(0) - kKustomizationSlackMs),
                  kKustomizationSlackMs);
}

bool is_suspended(const json::Value& object) {
  if (object["spec"]["suspend"].boolean()) return true;
  const auto annotations = object["metadata"]["annotations"];
  return annotations["fluxcd.controlplane.io/reconcile"].str() == "disabled" ||
         annotations["source.extensions.fluxcd.io/reconcile"].str() == "disabled";
}

StatusValue status_of(std::string_view kind, const json::Value& object, int64_t now_ms) {
  const int64_t deleting_ms = base::rfc3339_or_zero(object["metadata"]["deletionTimestamp"].str());
  const bool suspended = is_suspended(object);
  StatusValue value = unsuspended_status(kind, object, now_ms);
  const bool was_broken = k8s::is_broken(value.status);
  add_general_badges(kind, object, value);
  if (object["metadata"]["deletionTimestamp"].exists()) {
    value.status = Status::kTerminating;
    value.since_ms = deleting_ms;
    value.since_exact = deleting_ms != 0;
    value.recheck_at_ms = 0;
    if (was_broken) value.add(Badge::kFailed);
    return value;
  }
  if (suspended) {
    // A suspended object's conditions are those of before: stale, and kept as a badge.
    value.status = Status::kSuspended;
    value.since_ms = 0;
    value.since_exact = false;
    value.recheck_at_ms = 0;
    value.remove(Badge::kRetrying);
    value.remove(Badge::kFetching);
    value.remove(Badge::kStuck);
    value.remove(Badge::kUnconfirmed);
    if (was_broken) value.add(Badge::kFailed);
    // Suspending is a new generation, which no controller will look at: what it said last stands,
    // and where it was suspended from the start, its silence means nothing.
    const bool silent = object["status"]["conditions"].size() == 0;
    if (!was_broken || silent) value.message = condition_of(object, "Ready").message;
    say_suspension(object, now_ms, value);
  }
  return value;
}

std::string_view latest_image_tag(const json::Value& object) {
  const auto status = object["status"];
  if (const auto tag = status["latestRef"]["tag"].str(); !tag.empty()) return tag;
  const auto image = status["latestImage"].str();  // v1beta1, v1beta2
  const size_t colon = image.rfind(':');
  const bool is_port = colon != std::string_view::npos && image.substr(colon).contains('/');
  return colon == std::string_view::npos || is_port ? std::string_view() : image.substr(colon + 1);
}

std::string_view revision_of(std::string_view kind, const json::Value& object) {
  const auto status = object["status"];
  if (kind == "Kustomization") return status["lastAppliedRevision"].str();
  if (kind == "HelmRelease") {
    for (const json::Value entry : status["history"].items()) {
      if (entry["status"].str() == "deployed") return entry["chartVersion"].str();
    }
    return status["lastAppliedRevision"].str();  // v2beta1
  }
  if (kind == "ImagePolicy") return latest_image_tag(object);
  if (kind == "ImageUpdateAutomation") return status["lastPushCommit"].str();
  if (kind == "FluxInstance" || kind == "ResourceSet") return status["lastAppliedRevision"].str();
  return status["artifact"]["revision"].str();
}

std::string_view attempted_revision_of(std::string_view kind, const json::Value& object) {
  if (kind == "Kustomization" || kind == "HelmRelease") {
    return object["status"]["lastAttemptedRevision"].str();
  }
  return {};
}

int64_t last_reconciled_ms(std::string_view kind, const json::Value& object) {
  const auto newest = object["status"]["history"].at(0);
  if (kind == "HelmRelease" && newest.exists()) {
    return base::rfc3339_or_zero(newest["lastDeployed"].str());
  }
  const auto status = object["status"];
  for (const json::Value& at : {newest["lastReconciled"], status["lastScanResult"]["scanTime"],
                                status["lastAutomationRunTime"]}) {
    if (const int64_t ms = base::rfc3339_or_zero(at.str()); ms != 0) return ms;
  }
  const int64_t artifact_ms =
      base::rfc3339_or_zero(object["status"]["artifact"]["lastUpdateTime"].str());
  return std::max(artifact_ms, condition_of(object, "Ready").transition_ms);
}

bool is_success_reason(std::string_view reason) {
  // "info" is what helm-controller called its good news before Flux 2.3.
  static constexpr std::array kGood{"ReconciliationSucceeded",
                                    "InstallSucceeded",
                                    "UpgradeSucceeded",
                                    "TestSucceeded",
                                    "NewArtifact",
                                    "ArtifactUpToDate",
                                    "Succeeded",
                                    "GitOperationSucceeded",
                                    "ChartPullSucceeded",
                                    "ChartPackageSucceeded",
                                    "info"};
  return std::ranges::find(kGood, reason) != kGood.end();
}

}  // namespace masthead::flux
