// What kustomize-controller does: wait for source and dependencies, apply, watch health, keep the
// inventory and the history.
#include <fmt/format.h>

#include <algorithm>

#include "base/time_format.h"
#include "sim/fleet/fleet.h"

namespace masthead::sim {
namespace {

// It writes into Kustomizations under another name than into what it applies.
constexpr const char* kManager = "gotk-kustomize-controller";
constexpr const char* kComponent = "kustomize-controller";
// How long an attempt is seen as "Reconciliation in progress".
constexpr int64_t kAttemptMs = 400;
// How often health is looked at; nobody watches the past.
constexpr int64_t kPollMs = 2'000;
constexpr int64_t kPastPollMs = 20'000;
constexpr int64_t kDependencyMs = 30'000;

Fields annotations_of(const std::string& revision) {
  return {{"kustomize.toolkit.fluxcd.io/revision", revision}};
}

// spec.timeout, or the interval less half a minute; half a minute at least.
int64_t timeout_ms(const Document& object) {
  const auto given = base::parse_go_duration(text_at(object, {"spec", "timeout"}));
  const auto interval = base::parse_go_duration(text_at(object, {"spec", "interval"}));
  return std::max<int64_t>(30'000, given.value_or(interval.value_or(0) - 30'000));
}

std::string step(std::string_view doing, const Document& object, const std::string& revision) {
  return fmt::format("{} for revision {} with a timeout of {}", doing, revision,
                     go_duration(timeout_ms(object)));
}

std::string content_digest(const std::vector<Workload>& workloads) {
  std::string content;
  for (const Workload& one : workloads) {
    content += fmt::format("{}/{} {} {}\n", one.kind, one.name, one.image, one.replicas);
  }
  return "sha256:" + digest(content, 64);
}

// One entry for each content and outcome, the newest first.
void add_history(Document& object, const std::string& of, const std::string& revision,
                 std::string_view outcome, const std::string& took, int64_t now_ms) {
  Document& list = object_in(object.as_object(), "status")["history"];
  if (!list.is_array()) list = Items();
  Items& history = list.get_array();
  const auto same = std::find_if(history.begin(), history.end(), [&](const Document& one) {
    return text_at(one, {"digest"}) == of && text_at(one, {"lastReconciledStatus"}) == outcome;
  });
  Fields entry{{"digest", of},
               {"firstReconciled", time_text(now_ms)},
               {"lastReconciled", time_text(now_ms)},
               {"lastReconciledDuration", took},
               {"lastReconciledStatus", std::string(outcome)},
               {"metadata", Fields{{"revision", revision}}},
               {"totalReconciliations", 1}};
  if (same != history.end()) {
    entry["firstReconciled"] = std::string(text_at(*same, {"firstReconciled"}));
    entry["totalReconciliations"] = number_at(*same, {"totalReconciliations"}) + 1;
    history.erase(same);
  }
  history.insert(history.begin(), std::move(entry));
  // "at most five entries".
  if (history.size() > 5) history.pop_back();
}

// Ready, or on its way through a pass that changes nothing.
bool is_settled(const Document& object) {
  if (is_ready(object)) return true;
  const Document* ready = condition(object, "Ready");
  const Items* history = items_at(object, {"status", "history"});
  return ready != nullptr && text_at(*ready, {"status"}) == "Unknown" && history != nullptr &&
         !history->empty() &&
         text_at(history->front(), {"lastReconciledStatus"}) == "ReconciliationSucceeded" &&
         number_at(object, {"status", "observedGeneration"}) ==
             number_at(object, {"metadata", "generation"});
}

std::string joined(const std::vector<std::string>& lines) {
  return fmt::format("{}", fmt::join(lines, "\n"));
}

}  // namespace

// What has to be there before anything is tried; `revision` of its source.
std::optional<ConditionValue> Fleet::unmet_prerequisite(const Document& object,
                                                        std::string& revision) const {
  const std::string ns(text_at(object, {"metadata", "namespace"}));
  const std::string kind(text_at(object, {"spec", "sourceRef", "kind"}));
  const std::string source_name(text_at(object, {"spec", "sourceRef", "name"}));
  std::string source_ns(text_at(object, {"spec", "sourceRef", "namespace"}));
  if (source_ns.empty()) source_ns = ns;
  const auto source = get(kind, source_ns, source_name);
  if (!source) {
    return ConditionValue{
        "Ready", "False", "ArtifactFailed",
        fmt::format("{}.source.toolkit.fluxcd.io \"{}\" not found", kind, source_name)};
  }
  revision = text_at(*source, {"status", "artifact", "revision"});
  if (revision.empty()) {
    return ConditionValue{
        "Ready", "False", "ArtifactFailed",
        fmt::format("Source artifact not found, retrying in {}", go_duration(kDependencyMs))};
  }
  const Items* dependencies = items_at(object, {"spec", "dependsOn"});
  if (dependencies == nullptr) return std::nullopt;
  for (const Document& dependency : *dependencies) {
    const std::string name(text_at(dependency, {"name"}));
    std::string dependency_ns(text_at(dependency, {"namespace"}));
    if (dependency_ns.empty()) dependency_ns = ns;
    const auto other = get("Kustomization", dependency_ns, name);
    if (other && is_settled(*other)) continue;
    return ConditionValue{
        "Ready", "False", "DependencyNotReady",
        other ? fmt::format("dependency '{}/{}' is not ready", dependency_ns, name)
              : fmt::format(
                    "dependency '{}/{}' not found: kustomizations.kustomize.toolkit.fluxcd.io "
                    "\"{}\" not found",
                    dependency_ns, name, name)};
  }
  return std::nullopt;
}

void Fleet::postpone_kustomization(const Key& key, const Document& object,
                                   const ConditionValue& unmet, const std::string& revision) {
  change_status(key, kManager, [&](Document& now) {
    if (const Document* doing = condition(now, "Reconciling")) {
      set_condition(now,
                    {"Reconciling", "True", "ProgressingWithRetry",
                     std::string(text_at(*doing, {"message"}))},
                    now_ms());
    }
    set_condition(now, unmet, now_ms());
    mark_handled(now);
  });
  if (unmet.reason == "DependencyNotReady") {
    record(object, key.type, false, "DependencyNotReady",
           fmt::format("Dependencies do not meet ready condition, retrying in {}",
                       go_duration(kDependencyMs)),
           kComponent, annotations_of(revision));
  }
  enqueue(key, kDependencyMs);
}

void Fleet::reconcile_kustomization(const Key& key) {
  const auto object_kept = get("Kustomization", key.ns, key.name);
  const Document& object = *object_kept;
  if (suspended(object)) return skip_suspended(key, object, kManager);
  std::string revision;
  if (const auto unmet = unmet_prerequisite(object, revision)) {
    return postpone_kustomization(key, object, *unmet, revision);
  }
  const Document* ready = condition(object, "Ready");
  const bool trying = ready != nullptr && text_at(*ready, {"status"}) == "Unknown";
  // Each attempt begins so: Ready turns Unknown, and back a moment later. Where it is well nobody
  // watches that in the past.
  if (!trying && !(server_->backdated() && is_ready(object))) {
    change_status(key, kManager, [&](Document& now) {
      set_condition(
          now, {"Reconciling", "True", "Progressing", step("Fetching manifests", now, revision)},
          now_ms());
      set_condition(now, {"Ready", "Unknown", "Progressing", "Reconciliation in progress"},
                    now_ms());
    });
    enqueue(key, kAttemptMs);
    return;
  }
  const Document* doing = condition(object, "Reconciling");
  const std::string watching = step("Running health checks", object, revision);
  const bool applied = trying && doing != nullptr && text_at(*doing, {"message"}) == watching;
  Attempt attempt;
  attempt.revision = revision;
  attempt.began_ms =
      trying ? base::rfc3339_or_zero(text_at(*ready, {"lastTransitionTime"})) : now_ms();
  if (!read_folder(object, attempt.workloads)) {
    const std::string path(text_at(object, {"spec", "path"}));
    const std::string made = digest(key.ns + key.name + time_text(now_ms()), 7);
    return fail_kustomization(
        key, object, attempt, "Fetching manifests", "ArtifactFailed",
        fmt::format("kustomization path not found: stat /tmp/kustomization-{}/{}: no such file or "
                    "directory",
                    std::stoul(made, nullptr, 16), path.starts_with("./") ? path.substr(2) : path));
  }
  if (!applied && !apply_kustomization(key, object, attempt)) return;
  watch_health(key, object, attempt);
}

// False: the path is not there. A source that is no Git repository has nothing to apply.
bool Fleet::read_folder(const Document& object, std::vector<Workload>& workloads) const {
  const std::string kind(text_at(object, {"spec", "sourceRef", "kind"}));
  std::string ns(text_at(object, {"spec", "sourceRef", "namespace"}));
  if (ns.empty()) ns = text_at(object, {"metadata", "namespace"});
  const auto source = get(kind, ns, text_at(object, {"spec", "sourceRef", "name"}));
  if (!source) return false;
  const auto repository = world_.repositories.find(std::string(text_at(*source, {"spec", "url"})));
  if (repository == world_.repositories.end()) return true;
  const auto folder = repository->second.paths.find(std::string(text_at(object, {"spec", "path"})));
  if (folder == repository->second.paths.end()) return false;
  workloads = in_apply_order(folder->second);
  return true;
}

// Why its manifests can't be substituted; empty: they can.
std::string Fleet::missing_variables(const Document& object) const {
  const Items* from = items_at(object, {"spec", "postBuild", "substituteFrom"});
  if (from == nullptr) return "";
  for (const Document& one : *from) {
    const std::string kind(text_at(one, {"kind"})), name(text_at(one, {"name"}));
    if (flag_at(one, {"optional"}) || get(kind, text_at(object, {"metadata", "namespace"}), name)) {
      continue;
    }
    return fmt::format("substitute from '{}/{}' error: {} \"{}\" not found", kind, name,
                       kind == "Secret" ? "secrets" : "configmaps", name);
  }
  return "";
}

bool Fleet::apply_kustomization(const Key& key, const Document& object, const Attempt& attempt) {
  if (const std::string missing = missing_variables(object); !missing.empty()) {
    fail_kustomization(key, object, attempt, "Building manifests", "BuildFailed",
                       fmt::format("post build failed for 'ConfigMap.v1.[noGrp]/{}-settings': {}",
                                   key.name, missing));
    return false;
  }
  for (const char* doing : {"Building manifests", "Detecting drift"}) {
    if (server_->backdated()) break;
    change_status(key, kManager, [&](Document& now) {
      set_condition(now, {"Reconciling", "True", "Progressing", step(doing, now, attempt.revision)},
                    now_ms());
      object_in(now.as_object(), "status")["lastAttemptedRevision"] = attempt.revision;
    });
  }
  const std::string target = target_of(object);
  if (!get("Namespace", "", target)) {
    const Workload first = attempt.workloads.empty() ? Workload{"ConfigMap", "settings", "", 0}
                                                     : attempt.workloads.front();
    fail_kustomization(key, object, attempt, "Detecting drift", "ReconciliationFailed",
                       fmt::format("{}/{}/{} not found: namespaces \"{}\" not found\n", first.kind,
                                   target, first.name, target));
    return false;
  }
  const Fields about = annotations_of(attempt.revision);
  const auto changed =
      apply_workloads(object, target, attempt.workloads, "kustomize.toolkit.fluxcd.io");
  if (!changed.empty()) {
    record(object, key.type, false, "Progressing", joined(changed), kComponent, about);
  }
  const Document inventory = inventory_of(target, attempt.workloads);
  if (flag_at(object, {"spec", "prune"})) {
    const auto gone = prune(object, inventory);
    if (!gone.empty()) {
      record(object, key.type, false, "Progressing", joined(gone), kComponent, about);
    }
  }
  return true;
}

// What was applied becomes well, or does not within the timeout.
void Fleet::watch_health(const Key& key, const Document& object, const Attempt& attempt) {
  const std::string target = target_of(object);
  const bool waits = flag_at(object, {"spec", "wait"});
  const std::string sick = waits ? unhealthy(target, attempt.workloads) : "";
  const int64_t took = now_ms() - attempt.began_ms;
  if (sick.empty()) return end_kustomization(key, object, attempt);
  if (took < timeout_ms(object)) {
    const std::string watching = step("Running health checks", object, attempt.revision);
    change_status(key, kManager, [&](Document& now) {
      set_condition(now, {"Reconciling", "True", "Progressing", watching}, now_ms());
      set_condition(now, {"Ready", "Unknown", "Progressing", "Reconciliation in progress"},
                    now_ms());
      set_condition(now, {"Healthy", "Unknown", "Progressing", watching}, now_ms());
      Fields& status = object_in(now.as_object(), "status");
      status["lastAttemptedRevision"] = attempt.revision;
      status["inventory"] = inventory_of(target, attempt.workloads);
    });
    enqueue(key, server_->backdated() ? kPastPollMs : kPollMs);
    return;
  }
  const std::string late = fmt::format("timeout waiting for: [{}]", sick);
  change_status(key, kManager, [&](Document& now) {
    set_condition(now, {"Healthy", "False", "HealthCheckFailed", late}, now_ms());
    object_in(now.as_object(), "status")["inventory"] = inventory_of(target, attempt.workloads);
  });
  fail_kustomization(
      key, object, attempt, "Running health checks", "HealthCheckFailed",
      fmt::format("health check failed after {}: {}", duration_text(took, key.name), late));
}

void Fleet::fail_kustomization(const Key& key, const Document& object, const Attempt& attempt,
                               const char* doing, const char* reason, const std::string& message) {
  const bool built = std::string_view(reason) != "ArtifactFailed";
  change_status(key, kManager, [&](Document& now) {
    set_condition(
        now, {"Reconciling", "True", "ProgressingWithRetry", step(doing, now, attempt.revision)},
        now_ms());
    set_condition(now, {"Ready", "False", reason, message}, now_ms());
    mark_handled(now);
    if (!built) return;
    object_in(now.as_object(), "status")["lastAttemptedRevision"] = attempt.revision;
    add_history(now, content_digest(attempt.workloads), attempt.revision, reason,
                duration_text(now_ms() - attempt.began_ms, key.name + time_text(now_ms())),
                now_ms());
  });
  record(object, key.type, true, reason, message, kComponent, annotations_of(attempt.revision));
  enqueue(key, interval_ms(object, "retryInterval", interval_ms(object, "interval", 15'000)));
}

void Fleet::end_kustomization(const Key& key, const Document& object, const Attempt& attempt) {
  const std::string target = target_of(object);
  const int64_t took = now_ms() - attempt.began_ms;
  const std::string seed = key.name + time_text(now_ms());
  const bool waits = flag_at(object, {"spec", "wait"});
  const bool is_new = text_at(object, {"status", "lastAppliedRevision"}) != attempt.revision;
  const std::string passed = "Health check passed in " + duration_text(took, seed + "health");
  write_status(key, kManager, [&](Document& now) {
    for (const char* gone : {"Reconciling", "Stalled", "Ready", "Healthy"}) {
      drop_condition(now, gone);
    }
    set_condition(
        now, {"Ready", "True", "ReconciliationSucceeded", "Applied revision: " + attempt.revision},
        now_ms());
    if (waits) set_condition(now, {"Healthy", "True", "Succeeded", passed}, now_ms());
    Fields& status = object_in(now.as_object(), "status");
    status["lastAppliedRevision"] = attempt.revision;
    status["lastAttemptedRevision"] = attempt.revision;
    status["inventory"] = inventory_of(target, attempt.workloads);
    add_history(now, content_digest(attempt.workloads), attempt.revision, "ReconciliationSucceeded",
                duration_text(took, seed), now_ms());
  });
  const Fields about = annotations_of(attempt.revision);
  if (waits && is_new) record(object, key.type, false, "Progressing", passed, kComponent, about);
  Fields ended = about;
  ended["kustomize.toolkit.fluxcd.io/commit_status"] = "update";
  const int64_t interval = interval_ms(object, "interval", 60'000);
  record(object, key.type, false, "ReconciliationSucceeded",
         fmt::format("Reconciliation finished in {}, next run in {}", duration_text(took, seed),
                     go_duration(interval)),
         kComponent, ended);
  enqueue_all("Kustomization", 1'000, key.name, [&](const Document& other) {
    const Document* ready = condition(other, "Ready");
    if (ready == nullptr || text_at(*ready, {"reason"}) != "DependencyNotReady") return false;
    const Items* dependencies = items_at(other, {"spec", "dependsOn"});
    return dependencies != nullptr &&
           std::any_of(dependencies->begin(), dependencies->end(),
                       [&](const Document& one) { return text_at(one, {"name"}) == key.name; });
  });
  enqueue(key, interval);
}

}  // namespace masthead::sim
