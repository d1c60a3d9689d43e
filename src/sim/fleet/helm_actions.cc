// What helm-controller does to a release: install, upgrade, retry, roll back, give up, look for
// drift, uninstall.
#include <fmt/format.h>

#include "base/time_format.h"
#include "sim/fleet/fleet.h"
#include "sim/fleet/releases.h"

namespace masthead::sim {
namespace {

constexpr const char* kManager = "helm-controller";
constexpr int64_t kPollMs = 1'500;
constexpr int64_t kPastPollMs = 20'000;
constexpr int64_t kRetryMs = 15'000;
constexpr const char* kGroup = "helm.toolkit.fluxcd.io";

std::string capital(std::string text) {
  text.front() = static_cast<char>(text.front() - 'a' + 'A');
  return text;
}

Fields annotations_of(const Document& object, const ReleaseChart& chart,
                      const std::string& app_version) {
  Fields about{{"helm.toolkit.fluxcd.io/app-version", app_version},
               {"helm.toolkit.fluxcd.io/revision", chart.version},
               {"helm.toolkit.fluxcd.io/token", config_digest(object)}};
  if (!chart.oci_digest.empty()) about["helm.toolkit.fluxcd.io/oci-digest"] = chart.oci_digest;
  return about;
}

int64_t retries_of(const Document& object, const std::string& action) {
  return number_at(object, {"spec", action, "remediation", "retries"});
}

}  // namespace

std::vector<Workload> Fleet::workloads_of(const std::string& chart, const std::string& version) {
  std::vector<Workload> workloads = in_apply_order(world_.charts[chart].workloads);
  for (Workload& workload : workloads) workload.image += ":" + version.substr(0, version.find('+'));
  return workloads;
}

void Fleet::end_attempt(const Key& key, const Document& object, const ReleaseChart& chart) {
  const World::Chart& known = world_.charts[chart.name];
  const bool breaks = known.failing_version == chart.version.substr(0, chart.version.find('+'));
  const Document* ready = condition(object, "Ready");
  const int64_t began = base::rfc3339_or_zero(text_at(*ready, {"lastTransitionTime"}));
  const std::vector<Workload> workloads = workloads_of(chart.name, chart.version);
  std::string sick;
  if (breaks) {
    sick = fmt::format("Deployment/{}/{} status: 'InProgress'", key.ns, key.name);
  } else {
    apply_workloads(object, key.ns, workloads, kGroup);
    sick = unhealthy(key.ns, workloads);
  }
  if (!sick.empty() && now_ms() - began < release_timeout_ms(object)) {
    return enqueue(key, server_->backdated() ? kPastPollMs : kPollMs);
  }
  const std::string action = newest_release(object) == nullptr ? "install" : "upgrade";
  const ReleaseEnd end{action, sick.empty() ? "deployed" : "failed", known.app_version, began};
  const auto finish = [&](Document& now) {
    Fields& status = object_in(now.as_object(), "status");
    status["lastAttemptedReleaseAction"] = action;
    status["lastAttemptedReleaseActionDuration"] =
        duration_text(now_ms() - began, key.name + chart.text());
    status["inventory"] = inventory_of(key.ns, workloads);
    add_release(now, chart, end);
  };
  if (sick.empty()) return succeed_release(key, object, chart, end, finish);
  const std::string why = fmt::format("timeout waiting for: [{}]", sick);
  fail_release(key, object, chart, end, why, finish);
}

void Fleet::succeed_release(const Key& key, const Document& object, const ReleaseChart& chart,
                            const ReleaseEnd& end, const Edit& finish) {
  const Document* top = newest_release(object);
  const int64_t number = top == nullptr ? 1 : number_at(*top, {"version"}) + 1;
  const std::string reason = capital(std::string(end.action)) + "Succeeded";
  const std::string said = fmt::format("Helm {} succeeded for release {} with chart {}", end.action,
                                       release_text(object, number), chart.text());
  const std::string_view mode = text_at(object, {"spec", "driftDetection", "mode"});
  write_status(key, kManager, [&](Document& now) {
    for (const char* gone : {"Reconciling", "Stalled", "Remediated"}) drop_condition(now, gone);
    Fields& status = object_in(now.as_object(), "status");
    for (const char* counter : {"failures", "installFailures", "upgradeFailures"}) {
      status.erase(counter);
    }
    finish(now);
    set_condition(now, {"Ready", "True", reason, said}, now_ms());
    set_condition(now, {"Released", "True", reason, said}, now_ms());
    if (mode == "enabled" || mode == "warn") {
      set_condition(
          now,
          {"Drifted", "False", "NoDriftDetected", "No drift detected against the cluster state"},
          now_ms());
    }
  });
  store_release(key);
  record(object, key.type, false, reason, said, kManager,
         annotations_of(object, chart, end.app_version));
  enqueue(key, interval_ms(object, "interval", 60'000));
}

void Fleet::fail_release(const Key& key, const Document& object, const ReleaseChart& chart,
                         const ReleaseEnd& end, const std::string& why, const Edit& finish) {
  const std::string action(end.action);
  const std::string reason = capital(action) + "Failed";
  const std::string said = fmt::format("Helm {} failed for release {}/{} with chart {}: {}", action,
                                       key.ns, key.name, chart.text(), why);
  const std::string counter = action + "Failures";
  const int64_t failures = number_at(object, {"status", counter}) + 1;
  change_status(key, kManager, [&](Document& now) {
    drop_condition(now, "Remediated");
    set_condition(now, {"Ready", "False", reason, said}, now_ms());
    set_condition(now, {"Released", "False", reason, said}, now_ms());
    Fields& status = object_in(now.as_object(), "status");
    status["failures"] = number_at(now, {"status", "failures"}) + 1;
    status[counter] = failures;
    finish(now);
  });
  store_release(key);
  record(object, key.type, true, reason, said + helm_logs(action, object, end.began_ms, now_ms()),
         kManager, annotations_of(object, chart, end.app_version));
  const int64_t retries = retries_of(object, action);
  const bool gives_up = failures > retries;
  std::string again = said;
  if (action == "upgrade" ? retries > 0 && running_release(object) != nullptr : !gives_up) {
    remediate(key, chart, end, again);
  }
  if (!gives_up) {
    change_status(key, kManager, [&](Document& now) {
      set_condition(now, {"Reconciling", "True", "ProgressingWithRetry", again}, now_ms());
      mark_handled(now);
    });
    return enqueue(key, kRetryMs);
  }
  write_status(key, kManager, [&](Document& now) {
    drop_condition(now, "Reconciling");
    set_condition(now,
                  {"Stalled", "True", "RetriesExceeded",
                   fmt::format("Failed to {} after {} attempt(s)", action, failures)},
                  now_ms());
  });
}

// A failed upgrade is rolled back, a failed install taken away; `said` of it.
void Fleet::remediate(const Key& key, const ReleaseChart& chart, const ReleaseEnd& end,
                      std::string& said) {
  const auto object_kept = get("HelmRelease", key.ns, key.name);
  const Document& object = *object_kept;
  const bool back = end.action == "upgrade";
  const Document* before = back ? running_release(object) : newest_release(object);
  const std::string release = release_text(object, number_at(*before, {"version"}));
  const std::string chart_text = back ? fmt::format("{}@{}", text_at(*before, {"chartName"}),
                                                    text_at(*before, {"chartVersion"}))
                                      : chart.text();
  const std::string running = running_text(back ? "rollback" : "uninstall", object);
  change_status(key, kManager, [&](Document& now) {
    set_condition(now, {"Reconciling", "True", "Progressing", running}, now_ms());
  });
  const std::string done =
      back ? fmt::format("Helm rollback to previous release {} with chart {} succeeded", release,
                         chart_text)
           : fmt::format("Helm uninstall remediation for release {} with chart {} succeeded",
                         release, chart_text);
  if (back) {
    const std::string version(text_at(*before, {"chartVersion"}));
    apply_workloads(object, key.ns, workloads_of(chart.name, version), kGroup);
    said = done;
  } else {
    prune(object, Fields());
  }
  const std::string reason = back ? "RollbackSucceeded" : "UninstallSucceeded";
  change_status(key, kManager, [&](Document& now) {
    if (back) {
      set_condition(now, {"Ready", "False", reason, done}, now_ms());
      add_rollback(now, now_ms());
    } else {
      object_in(now.as_object(), "status").erase("history");
    }
    set_condition(now, {"Remediated", "True", reason, done}, now_ms());
  });
  store_release(key);
  record(object, key.type, false, reason, done, kManager,
         annotations_of(object, chart, end.app_version));
}

// What a release has in the cluster that it should not have, a line each.
std::string Fleet::drift_of(const Key& key, const ReleaseChart& chart) const {
  std::string drift;
  const auto known = world_.charts.find(chart.name);
  if (known == world_.charts.end()) return drift;
  for (const Workload& workload : known->second.workloads) {
    const auto now = get(workload.kind, key.ns, workload.name);
    const bool counts = workload.kind == "Deployment";
    if (now && (!counts || number_at(*now, {"spec", "replicas"}, 1) == workload.replicas)) continue;
    drift += fmt::format("\n{}/{}/{} {}", workload.kind, key.ns, workload.name,
                         now ? "changed (0 additions, 1 changes, 0 removals)" : "removed");
  }
  return drift;
}

void Fleet::look_for_drift(const Key& key, const Document& object, const ReleaseChart& chart) {
  const std::string_view mode = text_at(object, {"spec", "driftDetection", "mode"});
  const bool looks = mode == "enabled" || mode == "warn";
  const std::string drift = looks ? drift_of(key, chart) : "";
  const std::string release = release_text(object, number_at(*newest_release(object), {"version"}));
  if (!drift.empty()) {
    const std::string said = fmt::format(
        "Cluster state of release {} has drifted from the desired state:{}", release, drift);
    record(object, key.type, true, "DriftDetected", said, kManager);
    change_status(key, kManager, [&](Document& now) {
      set_condition(now, {"Drifted", "True", "DriftDetected", said}, now_ms());
    });
    if (mode == "enabled") return correct_drift(key, object, chart, release);
  }
  write_status(key, kManager, [&](Document& now) {
    drop_condition(now, "Reconciling");
    const Document* ready = condition(now, "Ready");
    const Document* released = condition(now, "Released");
    // Also where nothing was to be done: it was so for this generation.
    if (ready != nullptr && released != nullptr) {
      const std::string reason(text_at(*released, {"reason"}));
      set_condition(now, {"Ready", "True", reason, std::string(text_at(*released, {"message"}))},
                    now_ms());
    }
    if (!looks || !drift.empty()) return;
    set_condition(
        now, {"Drifted", "False", "NoDriftDetected", "No drift detected against the cluster state"},
        now_ms());
  });
  enqueue(key, interval_ms(object, "interval", 60'000));
}

void Fleet::correct_drift(const Key& key, const Document& object, const ReleaseChart& chart,
                          const std::string& release) {
  const std::string running = running_text("correct cluster drift", object);
  const auto changed =
      apply_workloads(object, key.ns, workloads_of(chart.name, chart.version), kGroup);
  change_status(key, kManager, [&](Document& now) {
    set_condition(now, {"Reconciling", "True", "Progressing", running}, now_ms());
    set_condition(now, {"Ready", "Unknown", "Progressing", "correcting cluster drift"}, now_ms());
  });
  record(object, key.type, false, "DriftCorrected",
         fmt::format("Cluster state of release {} has been corrected:\n{}", release,
                     fmt::join(changed, "\n")),
         kManager, annotations_of(object, chart, world_.charts[chart.name].app_version));
  enqueue(key, kPollMs);
}

void Fleet::end_release(const Key& key, const Document& object) {
  const Document* top = newest_release(object);
  if (top == nullptr) return;
  const ReleaseChart chart{std::string(text_at(*top, {"chartName"})),
                           std::string(text_at(*top, {"chartVersion"})), ""};
  const std::string said =
      fmt::format("Helm uninstall succeeded for release {} with chart {}",
                  release_text(object, number_at(*top, {"version"})), chart.text());
  change_status(key, kManager, [&](Document& now) {
    set_condition(now, {"Ready", "False", "UninstallSucceeded", said}, now_ms());
    set_condition(now, {"Released", "False", "UninstallSucceeded", said}, now_ms());
  });
  record(object, key.type, false, "UninstallSucceeded", said, kManager,
         annotations_of(object, chart, std::string(text_at(*top, {"appVersion"}))));
}

}  // namespace masthead::sim
