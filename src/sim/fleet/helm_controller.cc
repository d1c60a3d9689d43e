// What helm-controller does: wait for dependencies and chart, install or upgrade, retry, roll back,
// give up, look for drift; and the history of it.
#include <fmt/format.h>

#include <algorithm>

#include "base/time_format.h"
#include "sim/fleet/fleet.h"

namespace masthead::sim {
namespace {

constexpr const char* kManager = "helm-controller";
constexpr int64_t kAttemptMs = 1'500;
constexpr int64_t kRetryMs = 15'000;
constexpr int64_t kTimeoutMs = 5 * 60'000;

std::string release_text(const Document& object, int64_t version) {
  return fmt::format("{}/{}.v{}", text_at(object, {"metadata", "namespace"}),
                     text_at(object, {"metadata", "name"}), version);
}

std::string config_digest(const Document& object) {
  const Document* values = find(object, {"spec", "values"});
  return "sha256:" + digest(values == nullptr ? "{}" : to_text(*values), 64);
}

const Document* newest(const Document& object) {
  const Items* history = items_at(object, {"status", "history"});
  return history == nullptr || history->empty() ? nullptr : &history->front();
}

bool is_deployed(const Document& object, const std::string& version) {
  const Document* top = newest(object);
  return top != nullptr && text_at(*top, {"status"}) == "deployed" &&
         text_at(*top, {"chartVersion"}) == version &&
         text_at(*top, {"configDigest"}) == config_digest(object);
}

void add_release(Document& object, const std::string& chart, const std::string& version,
                 const std::string& app_version, std::string_view status, int64_t now_ms) {
  const Document* top = newest(object);
  const int64_t number = top == nullptr ? 1 : number_at(*top, {"version"}) + 1;
  const std::string at = time_text(now_ms);
  Document& list = object_in(object.as_object(), "status")["history"];
  if (!list.is_array()) list = Items();
  Items& history = list.get_array();
  for (Document& entry : history) {
    if (text_at(entry, {"status"}) == "deployed" && status == "deployed") {
      entry.as_object()["status"] = "superseded";
    }
  }
  Fields entry{
      {"action", number == 1 ? "install" : "upgrade"},
      {"apiVersion", "v2"},
      {"appVersion", app_version},
      {"chartName", chart},
      {"chartVersion", version},
      {"configDigest", config_digest(object)},
      {"digest", "sha256:" + digest(chart + version + at, 64)},
      {"firstDeployed", number == 1 ? at : std::string(text_at(history.back(), {"firstDeployed"}))},
      {"lastDeployed", at},
      {"name", std::string(text_at(object, {"metadata", "name"}))},
      {"namespace", std::string(text_at(object, {"metadata", "namespace"}))},
      {"status", std::string(status)},
      {"version", number}};
  history.insert(history.begin(), std::move(entry));
  // "--history-max": five by default.
  if (history.size() > 5) history.pop_back();
}

}  // namespace

bool Fleet::find_chart(const Key& key, const Document& object, std::string& chart,
                       std::string& version, ConditionValue& problem) {
  std::string kind(text_at(object, {"spec", "chartRef", "kind"}));
  std::string name(text_at(object, {"spec", "chartRef", "name"}));
  std::string ns = key.ns;
  if (kind.empty()) {
    kind = "HelmChart";
    name = key.ns + "-" + key.name;
    const std::string source_ns(
        text_at(object, {"spec", "chart", "spec", "sourceRef", "namespace"}));
    if (!source_ns.empty()) ns = source_ns;
    const Document* wanted = find(object, {"spec", "chart", "spec"});
    const auto made = get("HelmChart", ns, name);
    if (!made && wanted != nullptr) {
      Fields spec = wanted->as_object();
      spec["interval"] = std::string(text_at(object, {"spec", "interval"}));
      Document helm_chart = make_object(ns, name, std::move(spec));
      make("HelmChart", ns, std::move(helm_chart), kManager);
      record(object, key.type, false, "HelmChartCreated",
             fmt::format("Created HelmChart/{}/{} with SourceRef 'HelmRepository/{}/{}'", ns, name,
                         ns, text_at(*wanted, {"sourceRef", "name"})),
             kManager);
    } else if (made && wanted != nullptr &&
               text_at(*made, {"spec", "version"}) != text_at(*wanted, {"version"})) {
      edit("HelmChart", ns, name, kManager, [&](Document& now) {
        object_in(now.as_object(), "spec")["version"] = std::string(text_at(*wanted, {"version"}));
      });
    }
  }
  const auto source = get(kind, ns, name);
  if (!source || !is_ready(*source)) {
    const Document* ready = source ? condition(*source, "Ready") : nullptr;
    problem = {"Ready", "False", "SourceNotReady",
               source ? fmt::format("{} '{}/{}' is not ready{}{}", kind, ns, name,
                                    ready == nullptr ? "" : ": ",
                                    ready == nullptr ? "" : text_at(*ready, {"message"}))
                      : fmt::format("{}.source.toolkit.fluxcd.io \"{}\" not found", kind, name)};
    return false;
  }
  const std::string revision(text_at(*source, {"status", "artifact", "revision"}));
  if (kind == "OCIRepository") {
    const std::string url(text_at(*source, {"spec", "url"}));
    chart = url.substr(url.rfind('/') + 1);
    const size_t at = revision.find("@sha256:");
    version = revision.substr(0, at) + "+" + revision.substr(at + 8, 12);
  } else {
    chart = text_at(*source, {"spec", "chart"});
    version = revision;
  }
  return true;
}

void Fleet::reconcile_release(const Key& key) {
  const Document object = *get("HelmRelease", key.ns, key.name);
  if (suspended(object)) return;
  ConditionValue problem{};
  std::string chart;
  std::string version;
  bool prepared = true;
  if (const Items* dependencies = items_at(object, {"spec", "dependsOn"})) {
    for (const Document& dependency : *dependencies) {
      const std::string name(text_at(dependency, {"name"}));
      std::string ns(text_at(dependency, {"namespace"}));
      if (ns.empty()) ns = key.ns;
      const auto other = get("HelmRelease", ns, name);
      if (other && is_ready(*other)) continue;
      problem = {"Ready", "False", "DependencyNotReady",
                 fmt::format("dependency '{}/{}' is not ready", ns, name)};
      prepared = false;
    }
  }
  if (!prepared || !find_chart(key, object, chart, version, problem)) {
    write_status(key, kManager, [&](Document& now) {
      set_condition(now, {"Reconciling", "True", "Progressing", "Fulfilling prerequisites"},
                    now_ms());
      set_condition(now, problem, now_ms());
    });
    enqueue(key, 30'000);
    return;
  }
  if (find(object, {"spec", "chart"}) != nullptr &&
      find(object, {"status", "helmChart"}) == nullptr) {
    const std::string source_ns(
        text_at(object, {"spec", "chart", "spec", "sourceRef", "namespace"}));
    write_status(key, kManager, [&](Document& now) {
      object_in(now.as_object(), "status")["helmChart"] =
          fmt::format("{}/{}-{}", source_ns.empty() ? key.ns : source_ns, key.ns, key.name);
    });
  }
  const Document* stalled = condition(object, "Stalled");
  const bool given_up =
      stalled != nullptr && text_at(object, {"status", "lastAttemptedRevision"}) == version &&
      number_at(object, {"status", "observedGeneration"}) ==
          number_at(object, {"metadata", "generation"}) &&
      text_at(object, {"metadata", "annotations", "reconcile.fluxcd.io/resetAt"}) ==
          text_at(object, {"status", "lastHandledResetAt"});
  if (given_up) {
    write_status(key, kManager, [](Document&) {});
    return;
  }
  if (is_deployed(object, version)) {
    look_for_drift(key, object, chart);
    enqueue(key, interval_ms(object, "interval", 60'000));
    return;
  }
  const Document* ready = condition(object, "Ready");
  const bool trying = ready != nullptr && text_at(*ready, {"status"}) == "Unknown";
  const std::string action = newest(object) == nullptr ? "install" : "upgrade";
  if (!trying) {
    const std::string running = fmt::format("Running '{}' action with timeout of {}", action,
                                            find(object, {"spec", "timeout"}) == nullptr
                                                ? "5m0s"
                                                : text_at(object, {"spec", "timeout"}));
    write_status(key, kManager, [&](Document& now) {
      set_condition(now, {"Reconciling", "True", "Progressing", running}, now_ms());
      set_condition(now, {"Ready", "Unknown", "Progressing", running}, now_ms());
    });
    enqueue(key, kAttemptMs);
    return;
  }
  end_attempt(key, object, chart, version, action);
}

void Fleet::end_attempt(const Key& key, const Document& object, const std::string& chart,
                        const std::string& version, const std::string& action) {
  const World::Chart& known = world_.charts[chart];
  const std::string bare = version.substr(0, version.find('+'));
  std::vector<Workload> workloads = known.workloads;
  for (Workload& workload : workloads) workload.image += ":" + bare;
  std::string failure = known.failing_version == bare ? known.failure : "";
  if (failure.empty()) {
    apply_workloads(object, key.ns, workloads, "helm.toolkit.fluxcd.io", version);
    const Document* ready = condition(object, "Ready");
    const int64_t began = base::rfc3339_or_zero(text_at(*ready, {"lastTransitionTime"}));
    if (!unhealthy(key.ns, workloads).empty()) {
      if (now_ms() - began < interval_ms(object, "timeout", kTimeoutMs)) {
        enqueue(key, kAttemptMs);
        return;
      }
      failure = "context deadline exceeded";
    }
  }
  const bool fails = !failure.empty();
  const std::string upper = action == "install" ? "Install" : "Upgrade";
  const Fields about{{"helm.toolkit.fluxcd.io/revision", version},
                     {"helm.toolkit.fluxcd.io/app-version", known.app_version}};
  const Document* top = newest(object);
  const int64_t number = top == nullptr ? 1 : number_at(*top, {"version"}) + 1;
  const std::string said =
      fails ? fmt::format("Helm {} failed for release {}/{} with chart {}@{}: {}", action, key.ns,
                          key.name, chart, version, failure)
            : fmt::format("Helm {} succeeded for release {} with chart {}@{}", action,
                          release_text(object, number), chart, version);
  const int64_t failures = number_at(object, {"status", "failures"}) + 1;
  const int64_t retries =
      number_at(object, {"spec", std::string_view(action), "remediation", "retries"});
  const bool gives_up = fails && failures > retries;
  write_status(key, kManager, [&](Document& now) {
    Fields& status = object_in(now.as_object(), "status");
    status["lastAttemptedRevision"] = version;
    status["lastAttemptedReleaseAction"] = action;
    status["lastAttemptedGeneration"] = number_at(now, {"metadata", "generation"}, 1);
    status["lastAttemptedConfigDigest"] = config_digest(now);
    status["storageNamespace"] = key.ns;
    if (fails) {
      status["failures"] = failures;
      status[action == "install" ? "installFailures" : "upgradeFailures"] = failures;
      const std::string reason = upper + "Failed";
      set_condition(now, {"Ready", "False", reason, said}, now_ms());
      set_condition(now, {"Released", "False", reason, said}, now_ms());
      drop_condition(now, "Reconciling");
      if (gives_up) {
        set_condition(now,
                      {"Stalled", "True", "RetriesExceeded",
                       fmt::format("Failed to {} after {} attempt(s)", action, failures)},
                      now_ms());
      } else {
        set_condition(now, {"Reconciling", "True", "ProgressingWithRetry", "retrying after 15s"},
                      now_ms());
      }
      if (action == "upgrade" && failures == 1) {
        add_release(now, chart, version, known.app_version, "failed", now_ms());
        set_condition(now,
                      {"Remediated", "True", "RollbackSucceeded",
                       fmt::format("Helm rollback to previous release {} with chart {} succeeded",
                                   release_text(now, number - 1), chart)},
                      now_ms());
      }
      return;
    }
    for (const char* gone : {"Reconciling", "Stalled", "Remediated"}) drop_condition(now, gone);
    for (const char* counter : {"failures", "installFailures", "upgradeFailures"}) {
      status.erase(counter);
    }
    add_release(now, chart, version, known.app_version, "deployed", now_ms());
    object_in(now.as_object(), "status")["inventory"] = inventory_of(key.ns, workloads);
    set_condition(now, {"Ready", "True", upper + "Succeeded", said}, now_ms());
    set_condition(now, {"Released", "True", upper + "Succeeded", said}, now_ms());
  });
  record(object, key.type, fails, upper + (fails ? "Failed" : "Succeeded"), said, kManager, about);
  if (!gives_up) enqueue(key, fails ? kRetryMs : interval_ms(object, "interval", 60'000));
}

void Fleet::look_for_drift(const Key& key, const Document& object, const std::string& chart) {
  const std::string_view mode = text_at(object, {"spec", "driftDetection", "mode"});
  const bool looks = !mode.empty() && mode != "disabled";
  std::string drift;
  for (const Workload& workload : world_.charts[chart].workloads) {
    if (!looks || workload.kind != "Deployment") continue;
    const auto now = get(workload.kind, key.ns, workload.name);
    if (now && number_at(*now, {"spec", "replicas"}, 1) == workload.replicas) continue;
    drift += fmt::format("\n{}/{}/{} {}", workload.kind, key.ns, workload.name,
                         now ? "changed (0 additions, 1 changes, 0 removals)" : "removed");
    if (mode != "enabled") continue;
    if (!now) {
      std::vector<Workload> again = {workload};
      again.front().image += ":" + std::string(text_at(*newest(object), {"chartVersion"}));
      apply_workloads(object, key.ns, again, "helm.toolkit.fluxcd.io", "");
      continue;
    }
    edit(workload.kind, key.ns, workload.name, kManager, [&](Document& wrong) {
      object_in(wrong.as_object(), "spec")["replicas"] = workload.replicas;
    });
  }
  const Document* top = newest(object);
  const std::string release = release_text(object, number_at(*top, {"version"}));
  const bool corrected = mode == "enabled" && !drift.empty();
  write_status(key, kManager, [&](Document& now) {
    const Document* ready = condition(now, "Ready");
    const Document* released = condition(now, "Released");
    if (ready != nullptr && released != nullptr && text_at(*ready, {"status"}) != "True") {
      set_condition(
          now, {"Ready", "True", "UpgradeSucceeded", std::string(text_at(*released, {"message"}))},
          now_ms());
    }
    if (!looks) return;
    if (drift.empty() || corrected) {
      set_condition(
          now,
          {"Drifted", "False", "NoDriftDetected", "No drift detected against the cluster state"},
          now_ms());
    } else {
      set_condition(
          now,
          {"Drifted", "True", "DriftDetected",
           fmt::format("Cluster state of release {} has drifted from the desired state:{}", release,
                       drift)},
          now_ms());
    }
  });
  if (!drift.empty()) {
    record(object, key.type, !corrected, corrected ? "DriftCorrected" : "DriftDetected",
           fmt::format("Cluster state of release {} has {}:{}", release,
                       corrected ? "been corrected" : "drifted from the desired state", drift),
           kManager);
  }
}

}  // namespace masthead::sim
