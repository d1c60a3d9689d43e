// What became of an action, read from the object that was patched.
//
// "Handled" is not "succeeded": controllers note a request as handled at the end of every pass, of
// failed ones and of those over suspended objects too. So a request has succeeded when a pass that
// began after it has ended with Ready=True, and failed when one ended with Ready=False.
//
// Nor is it always noted by a pass that began after it. source-controller records the annotation at
// the end of a pass, from an object that each of its patches refreshes
// (internal/reconcile/summarize/processor.go): a pass that had already found a new revision, and
// says so in a patch, then records a request that came in between, though it never looked for what
// the request was made for. A pass that was asked for says first, before it looks, that it is in
// progress (`recAtVal != obj.Status.GetLastHandledReconcileRequest()` in each reconciler). Where a
// source has come to another revision and that was not seen, it has to be asked once more.
#include <algorithm>

#include "flux/conditions.h"
#include "flux/status.h"
#include "flux/suspension.h"
#include "k8s/known_kinds.h"
#include "plugins/flux/actions.h"

namespace masthead::plugins::flux {
namespace {

namespace rules = masthead::flux;
using host::Progress;
using Phase = host::Progress::Phase;

std::string_view handled_of(const json::Value& object) {
  return object["status"]["lastHandledReconcileAt"].str();
}

std::string_view requested_of(const json::Value& object) {
  return object["metadata"]["annotations"]["reconcile.fluxcd.io/requestedAt"].str();
}

int64_t generation_of(const json::Value& object) {
  return object["metadata"]["generation"].integer_or(0);
}

// The generation that the object's conditions speak of; a failing object's
// status.observedGeneration stays behind.
int64_t seen_generation(const json::Value& object) {
  const rules::Condition ready = rules::condition_of(object, "Ready");
  if (ready.observed_generation != 0) return ready.observed_generation;
  return object["status"]["observedGeneration"].integer_or(0);
}

std::string trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  return std::string(text);
}

// Kinds whose specs take effect without a controller that would report.
bool silent(std::string_view kind, const json::Value& object) {
  return kind == "Alert" || kind == "Provider" ||
         (kind == "HelmRepository" && object["spec"]["type"].str() == "oci");
}

// Reads something outside the cluster, or another source.
bool fetches(std::string_view kind) {
  return k8s::flux_group_of(kind) == k8s::kSourceGroup;
}

class Outcome final : public host::ActionFollower {
 public:
  Outcome(Verb verb, std::string_view kind, const json::Value& patched, std::string token,
          std::string_view source_revision)
      : verb_(verb),
        kind_(kind),
        token_(std::move(token)),
        source_revision_(source_revision),
        handled_before_(handled_of(patched)),
        generation_(generation_of(patched)),
        pass_before_(pass_of(patched)),
        revision_before_(rules::revision_of(kind, patched)),
        by_generation_(verb == Verb::kResume && requested_of(patched) != token_) {}

  Progress take(const json::Value& object) override {
    if (object["metadata"]["deletionTimestamp"].exists()) return failed("It is being deleted.");
    const bool suspended = rules::is_suspended(object);
    if (verb_ == Verb::kSuspend) {
      return suspended ? Progress{Phase::kSucceeded, "Suspended.", ""}
                       : failed("Somebody resumed it at once.");
    }
    if (suspended) {
      return failed(
          "It has been suspended meanwhile. The controller passes over it until resumed.");
    }
    if (verb_ == Verb::kResume && silent(kind_, object)) return {Phase::kSucceeded, "Resumed.", ""};
    began_after_ = began_after_ || has_just_begun(object);
    return handled(object) ? after_pass(object) : before_pass(object);
  }

 private:
  static Progress failed(std::string text) { return {Phase::kFailed, std::move(text), ""}; }

  // What tells one pass of a controller from another.
  static std::string pass_of(const json::Value& object) {
    const rules::Condition reconciling = rules::condition_of(object, "Reconciling");
    if (!reconciling.is_true()) return {};
    return std::to_string(reconciling.transition_ms) + std::string(reconciling.message);
  }

  bool has_just_begun(const json::Value& object) const {
    const rules::Condition reconciling = rules::condition_of(object, "Reconciling");
    return reconciling.is_true() && reconciling.message == "reconciliation in progress" &&
           pass_of(object) != pass_before_;
  }

  bool handled(const json::Value& object) const {
    if (by_generation_) return seen_generation(object) >= generation_;
    // A pass that was running already may end with the token of an earlier request: as long as the
    // newest one is not handled, another pass follows.
    const auto last = handled_of(object);
    const auto newest = requested_of(object);
    return last != handled_before_ && (last == token_ || last == newest || newest.empty());
  }

  Progress before_pass(const json::Value& object) const {
    const rules::Condition reconciling = rules::condition_of(object, "Reconciling");
    if (!reconciling.is_true()) return {Phase::kRequested, "Waits for the controller.", ""};
    std::string message = trimmed(reconciling.message);
    if (pass_of(object) == pass_before_) {
      return {Phase::kRequested, "The controller is still at an earlier pass: " + message, ""};
    }
    return {Phase::kWorking, std::move(message), ""};
  }

  // Somebody else's request came before the controller read ours: it ran, but without force or
  // reset, which have to carry the same token.
  bool overtaken(const json::Value& object) const {
    if (verb_ != Verb::kForce && verb_ != Verb::kReset) return false;
    const char* key = verb_ == Verb::kForce ? "lastHandledForceAt" : "lastHandledResetAt";
    return requested_of(object) != token_ && object["status"][key].str() != token_;
  }

  // A Kustomization or HelmChart may have passed once more over what its source had before.
  bool has_seen_source(const json::Value& object, const rules::Condition& ready) const {
    const bool gave_up_before = ready.is_false() && ready.reason != "BuildFailed" &&
                                ready.reason != "ReconciliationFailed" &&
                                ready.reason != "HealthCheckFailed" &&
                                ready.reason != "PruneFailed";
    if (source_revision_.empty() || gave_up_before) return true;
    const json::Value status = object["status"];
    if (kind_ == "Kustomization") return status["lastAttemptedRevision"].str() == source_revision_;
    const auto seen = status["observedSourceArtifactRevision"].str();
    return kind_ != "HelmChart" || seen.empty() || seen == source_revision_;
  }

  Progress after_pass(const json::Value& object) const {
    const rules::Condition ready = rules::condition_of(object, "Ready");
    const rules::Condition reconciling = rules::condition_of(object, "Reconciling");
    const rules::Condition stalled = rules::condition_of(object, "Stalled");
    const std::string step = trimmed(reconciling.is_true() ? reconciling.message : ready.message);
    if (overtaken(object)) {
      return failed(
          "Another request took the place of this one before the controller read it, and a pass "
          "ran without it. Ask again.");
    }
    if (!has_seen_source(object, ready)) {
      return {Phase::kWorking, "Waits for a pass over " + source_revision_ + ".", ""};
    }
    if (stalled.is_true()) return failed(trimmed(stalled.message));
    if (ready.is_false() && ready.reason != "HealthCheckCanceled") {
      return failed(trimmed(ready.message));
    }
    const bool seen =
        seen_generation(object) == 0 || seen_generation(object) >= generation_of(object);
    if (ready.is_true() && !reconciling.is_true() && seen) {
      std::string revision(rules::revision_of(kind_, object));
      const bool may_be_old = verb_ == Verb::kReconcile && fetches(kind_) && !began_after_ &&
                              revision != revision_before_;
      return {Phase::kSucceeded, trimmed(ready.message), std::move(revision), may_be_old};
    }
    return {Phase::kWorking, step, ""};
  }

  Verb verb_;
  std::string kind_;
  std::string token_;
  std::string source_revision_;
  std::string handled_before_;
  int64_t generation_;
  std::string pass_before_;
  std::string revision_before_;
  bool by_generation_;
  bool began_after_ = false;
};

}  // namespace

std::unique_ptr<host::ActionFollower> make_outcome(Verb verb, std::string_view kind,
                                                   const json::Value& patched,
                                                   const host::ActionStamp& stamp,
                                                   std::string_view source_revision) {
  return std::make_unique<Outcome>(verb, kind, patched, stamp.token, source_revision);
}

}  // namespace masthead::plugins::flux
