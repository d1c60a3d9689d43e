// What kustomize-controller does: wait for source and dependencies, apply, watch health, keep the
// inventory and the history.
#include <fmt/format.h>

#include <algorithm>

#include "base/time_format.h"
#include "sim/fleet/fleet.h"

namespace masthead::sim {
namespace {

constexpr const char* kManager = "kustomize-controller";
// How long an attempt is seen as "Reconciliation in progress".
constexpr int64_t kAttemptMs = 900;
// How often health is looked at; nobody watches the past.
constexpr int64_t kPollMs = 2'000;
constexpr int64_t kPastPollMs = 20'000;

void add_history(Document& object, const std::string& revision, std::string_view outcome,
                 int64_t now_ms) {
  Document& list = object_in(object.as_object(), "status")["history"];
  if (!list.is_array()) list = Items();
  Items& history = list.get_array();
  const std::string of = "sha256:" + digest(revision, 64);
  const bool same = !history.empty() && text_at(history.front(), {"digest"}) == of &&
                    text_at(history.front(), {"lastReconciledStatus"}) == outcome;
  if (same) {
    Fields& entry = history.front().as_object();
    entry["lastReconciled"] = time_text(now_ms);
    entry["lastReconciledDuration"] = duration_text(revision + time_text(now_ms));
    entry["totalReconciliations"] = number_at(history.front(), {"totalReconciliations"}) + 1;
    return;
  }
  history.insert(history.begin(), Fields{{"digest", of},
                                         {"firstReconciled", time_text(now_ms)},
                                         {"lastReconciled", time_text(now_ms)},
                                         {"lastReconciledDuration", duration_text(revision)},
                                         {"lastReconciledStatus", std::string(outcome)},
                                         {"metadata", Fields{{"revision", revision}}},
                                         {"totalReconciliations", 1}});
  // "at most five entries".
  if (history.size() > 5) history.pop_back();
}

}  // namespace

// How an attempt ends, as the Ready condition; what it applied.
ConditionValue Fleet::kustomization_outcome(const Document& object, std::string& revision,
                                            std::vector<Workload>& applied) {
  const std::string ns(text_at(object, {"metadata", "namespace"}));
  const std::string kind(text_at(object, {"spec", "sourceRef", "kind"}));
  const std::string source_name(text_at(object, {"spec", "sourceRef", "name"}));
  std::string source_ns(text_at(object, {"spec", "sourceRef", "namespace"}));
  if (source_ns.empty()) source_ns = ns;
  const auto source = get(kind, source_ns, source_name);
  if (!source) {
    return {"Ready", "False", "ArtifactFailed",
            fmt::format("{}.source.toolkit.fluxcd.io \"{}\" not found", kind, source_name)};
  }
  revision = text_at(*source, {"status", "artifact", "revision"});
  if (revision.empty()) {
    return {"Ready", "False", "ArtifactFailed",
            fmt::format("Source artifact not found, retrying in 30s")};
  }
  if (const Items* dependencies = items_at(object, {"spec", "dependsOn"})) {
    for (const Document& dependency : *dependencies) {
      const std::string name(text_at(dependency, {"name"}));
      std::string dependency_ns(text_at(dependency, {"namespace"}));
      if (dependency_ns.empty()) dependency_ns = ns;
      const auto other = get("Kustomization", dependency_ns, name);
      if (!other) {
        return {
            "Ready", "False", "DependencyNotReady",
            fmt::format("dependency '{}/{}' not found: kustomizations.kustomize.toolkit.fluxcd.io "
                        "\"{}\" not found",
                        dependency_ns, name, name)};
      }
      if (!is_ready(*other)) {
        return {"Ready", "False", "DependencyNotReady",
                fmt::format("dependency '{}/{}' is not ready", dependency_ns, name)};
      }
    }
  }
  const std::string path(text_at(object, {"spec", "path"}));
  const auto repository = world_.repositories.find(std::string(text_at(*source, {"spec", "url"})));
  if (repository != world_.repositories.end()) {
    const auto folder = repository->second.paths.find(path);
    if (folder == repository->second.paths.end()) {
      return {"Ready", "False", "ArtifactFailed",
              fmt::format("kustomization path not found: stat /tmp/kustomization-{}/{}: no such "
                          "file or directory",
                          std::stoul(digest(ns + source_name, 7), nullptr, 16),
                          path.starts_with("./") ? path.substr(2) : path)};
    }
    applied = folder->second;
  }
  std::string target(text_at(object, {"spec", "targetNamespace"}));
  if (target.empty()) target = ns;
  if (!get("Namespace", "", target)) {
    return {"Ready", "False", "ReconciliationFailed",
            fmt::format("{}/{}/{} not found: namespaces \"{}\" not found\n",
                        applied.empty() ? "ConfigMap" : applied.front().kind, target,
                        applied.empty() ? "settings" : applied.front().name, target)};
  }
  apply_workloads(object, target, applied, "kustomize.toolkit.fluxcd.io", revision);
  const std::string sick = flag_at(object, {"spec", "wait"}) ? unhealthy(target, applied) : "";
  if (!sick.empty()) {
    return {"Ready", "False", "HealthCheckFailed",
            fmt::format("health check failed after {}: timeout waiting for: [{}]",
                        text_at(object, {"spec", "timeout"}), sick)};
  }
  return {"Ready", "True", "ReconciliationSucceeded", "Applied revision: " + revision};
}

void Fleet::reconcile_kustomization(const Key& key) {
  const Document object = *get("Kustomization", key.ns, key.name);
  if (suspended(object)) return;
  const Document* ready = condition(object, "Ready");
  const bool trying = ready != nullptr && text_at(*ready, {"status"}) == "Unknown";
  const bool well = is_ready(object);
  std::string revision;
  std::vector<Workload> applied;
  if (!trying && !well) {
    // Each attempt begins so: Ready turns Unknown, and back a moment later.
    const bool waits = ready != nullptr && text_at(*ready, {"reason"}) == "DependencyNotReady";
    if (!waits) {
      write_status(key, kManager, [&](Document& now) {
        set_condition(now, {"Reconciling", "True", "Progressing", "Reconciliation in progress"},
                      now_ms());
        set_condition(now, {"Ready", "Unknown", "Progressing", "Reconciliation in progress"},
                      now_ms());
      });
      enqueue(key, kAttemptMs);
      return;
    }
  }
  const ConditionValue outcome = kustomization_outcome(object, revision, applied);
  const bool good = outcome.status == "True";
  const bool waits = outcome.reason == "DependencyNotReady";
  const int64_t began =
      trying ? base::rfc3339_or_zero(text_at(*ready, {"lastTransitionTime"})) : now_ms();
  if (outcome.reason == "HealthCheckFailed" &&
      now_ms() - began < interval_ms(object, "timeout", 30'000)) {
    const std::string watching =
        fmt::format("Running health checks for revision {} with a timeout of {}", revision,
                    text_at(object, {"spec", "timeout"}));
    write_status(key, kManager, [&](Document& now) {
      set_condition(now, {"Reconciling", "True", "Progressing", watching}, now_ms());
      set_condition(now, {"Ready", "Unknown", "Progressing", "Reconciliation in progress"},
                    now_ms());
      set_condition(now, {"Healthy", "Unknown", "Progressing", watching}, now_ms());
    });
    enqueue(key, server_->backdated() ? kPastPollMs : kPollMs);
    return;
  }
  const std::string applied_before(text_at(object, {"status", "lastAppliedRevision"}));
  std::string target(text_at(object, {"spec", "targetNamespace"}));
  if (target.empty()) target = key.ns;
  if (good && flag_at(object, {"spec", "prune"})) prune(object, inventory_of(target, applied));
  write_status(key, kManager, [&](Document& now) {
    Fields& status = object_in(now.as_object(), "status");
    set_condition(now, outcome, now_ms());
    if (good) {
      drop_condition(now, "Reconciling");
      status["lastAppliedRevision"] = revision;
      status["inventory"] = inventory_of(target, applied);
    } else if (waits) {
      drop_condition(now, "Reconciling");
    } else {
      set_condition(now,
                    {"Reconciling", "True", "ProgressingWithRetry",
                     fmt::format("Fetching manifests for revision {} with a timeout of {}",
                                 revision, text_at(now, {"spec", "timeout"}))},
                    now_ms());
    }
    if (flag_at(now, {"spec", "wait"}) && (good || outcome.reason == "HealthCheckFailed")) {
      set_condition(now,
                    {"Healthy", good ? "True" : "False", good ? "Succeeded" : "HealthCheckFailed",
                     good ? "Health check passed in " + duration_text(revision) : outcome.message},
                    now_ms());
    }
    if (!revision.empty() && !waits) {
      status["lastAttemptedRevision"] = revision;
      add_history(now, revision, outcome.reason, now_ms());
    }
  });
  const Fields about{{"kustomize.toolkit.fluxcd.io/revision", revision}};
  if (good && applied_before != revision) {
    record(object, key.type, false, "ReconciliationSucceeded",
           fmt::format("Reconciliation finished in {}, next run in {}", duration_text(revision),
                       text_at(object, {"spec", "interval"})),
           kManager, about);
  } else if (waits) {
    record(object, key.type, false, "DependencyNotReady",
           "Dependencies do not meet ready condition, retrying in 30s", kManager, about);
  } else if (!good) {
    record(object, key.type, true, std::string(outcome.reason), outcome.message, kManager, about);
  }
  if (good && !well) {
    enqueue_all("Kustomization", 1'000, key.name, [&](const Document& other) {
      const Items* dependencies = items_at(other, {"spec", "dependsOn"});
      return dependencies != nullptr &&
             std::any_of(dependencies->begin(), dependencies->end(),
                         [&](const Document& one) { return text_at(one, {"name"}) == key.name; });
    });
  }
  enqueue(key, good    ? interval_ms(object, "interval", 60'000)
               : waits ? 30'000
                       : interval_ms(object, "retryInterval", 15'000));
}

}  // namespace masthead::sim
