// What helm-controller does: wait for dependencies and chart, decide what to do. How it is done is
// in helm_actions.cc.
#include <fmt/format.h>

#include "sim/fleet/fleet.h"
#include "sim/fleet/releases.h"

namespace masthead::sim {
namespace {

constexpr const char* kManager = "helm-controller";
constexpr int64_t kAttemptMs = 1'500;
constexpr int64_t kDependencyMs = 30'000;
constexpr const char* kPreparing = "Fulfilling prerequisites";
constexpr const char* kResetAt = "reconcile.fluxcd.io/resetAt";
constexpr const char* kForceAt = "reconcile.fluxcd.io/forceAt";

// "An annotation that has the token of the request, and was not handled yet."
bool is_asked(const Document& object, const char* annotation, const char* handled) {
  const std::string_view token = text_at(object, {"metadata", "annotations", annotation});
  return !token.empty() && token != text_at(object, {"status", handled}) &&
         token == text_at(object, {"metadata", "annotations", "reconcile.fluxcd.io/requestedAt"});
}

}  // namespace

bool Fleet::find_chart(const Key& key, const Document& object, ReleaseChart& chart,
                       ConditionValue& problem) {
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
      spec["reconcileStrategy"] = "ChartVersion";
      Document helm_chart = make_object(ns, name, std::move(spec));
      object_in(helm_chart.as_object(), "metadata")["labels"] = Fields{
          {"helm.toolkit.fluxcd.io/name", key.name}, {"helm.toolkit.fluxcd.io/namespace", key.ns}};
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
      record(object, key.type, false, "HelmChartConfigured",
             fmt::format("Configured HelmChart/{}/{} with SourceRef 'HelmRepository/{}/{}'", ns,
                         name, ns, text_at(*wanted, {"sourceRef", "name"})),
             kManager);
    }
  }
  const auto source = get(kind, ns, name);
  if (!source) {
    problem = {"Ready", "False", "ArtifactFailed",
               fmt::format("could not get Source object: {}.source.toolkit.fluxcd.io \"{}\" not "
                           "found",
                           kind, name)};
    return false;
  }
  const Document* ready = condition(*source, "Ready");
  const bool failed = ready != nullptr && text_at(*ready, {"status"}) == "False";
  const bool seen = number_at(*source, {"status", "observedGeneration"}, -1) ==
                    number_at(*source, {"metadata", "generation"});
  if (failed || !seen || find(*source, {"status", "artifact"}) == nullptr) {
    problem = {"Ready", "False", "SourceNotReady",
               fmt::format("{} '{}/{}' is not ready: {}", kind, ns, name,
                           failed ? text_at(*ready, {"message"})
                                  : "latest generation of object has not been reconciled")};
    return false;
  }
  const std::string revision(text_at(*source, {"status", "artifact", "revision"}));
  if (kind == "OCIRepository") {
    const std::string url(text_at(*source, {"spec", "url"}));
    const size_t at = revision.find("@sha256:");
    chart = {url.substr(url.rfind('/') + 1),
             revision.substr(0, at) + "+" + revision.substr(at + 8, 12), revision.substr(at + 1)};
  } else {
    chart = {std::string(text_at(*source, {"spec", "chart"})), revision, ""};
  }
  return true;
}

std::optional<ConditionValue> Fleet::unready_dependency(const Document& object) const {
  const Items* dependencies = items_at(object, {"spec", "dependsOn"});
  if (dependencies == nullptr) return std::nullopt;
  for (const Document& dependency : *dependencies) {
    const std::string name(text_at(dependency, {"name"}));
    std::string ns(text_at(dependency, {"namespace"}));
    if (ns.empty()) ns = text_at(object, {"metadata", "namespace"});
    const auto other = get("HelmRelease", ns, name);
    if (other && is_ready(*other)) continue;
    return ConditionValue{
        "Ready", "False", "DependencyNotReady",
        other ? fmt::format("dependency '{}/{}' is not ready", ns, name)
              : fmt::format("unable to get '{}/{}' dependency: helmreleases.helm.toolkit.fluxcd.io "
                            "\"{}\" not found",
                            ns, name, name)};
  }
  return std::nullopt;
}

void Fleet::postpone_release(const Key& key, const Document& object,
                             const ConditionValue& problem) {
  change_status(key, kManager, [&](Document& now) {
    drop_condition(now, "Stalled");
    set_condition(now, {"Reconciling", "True", "Progressing", kPreparing}, now_ms());
    set_condition(now, problem, now_ms());
    mark_handled(now);
  });
  if (problem.reason == "DependencyNotReady") {
    record(object, key.type, false, "DependencyNotReady", problem.message, kManager);
  }
  enqueue(key, kDependencyMs);
}

void Fleet::reconcile_release(const Key& key) {
  const auto object_kept = get("HelmRelease", key.ns, key.name);
  const Document& object = *object_kept;
  if (suspended(object)) return skip_suspended(key, object, kManager);
  const Document* ready = condition(object, "Ready");
  const bool trying = ready != nullptr && text_at(*ready, {"status"}) == "Unknown" &&
                      text_at(*ready, {"message"}).starts_with("Running");
  if (!trying && !server_->backdated()) {
    change_status(key, kManager, [&](Document& now) {
      drop_condition(now, "Stalled");
      set_condition(now, {"Reconciling", "True", "Progressing", kPreparing}, now_ms());
    });
  }
  if (const auto unready = unready_dependency(object)) {
    return postpone_release(key, object, *unready);
  }
  ConditionValue problem{};
  ReleaseChart chart;
  const bool found = find_chart(key, object, chart, problem);
  if (find(object, {"spec", "chart"}) != nullptr &&
      find(object, {"status", "helmChart"}) == nullptr) {
    const std::string ns(text_at(object, {"spec", "chart", "spec", "sourceRef", "namespace"}));
    change_status(key, kManager, [&](Document& now) {
      object_in(now.as_object(), "status")["helmChart"] =
          fmt::format("{}/{}-{}", ns.empty() ? key.ns : ns, key.ns, key.name);
    });
  }
  if (!found) return postpone_release(key, object, problem);
  const bool reset = is_asked(object, kResetAt, "lastHandledResetAt");
  const bool forced = is_asked(object, kForceAt, "lastHandledForceAt");
  const Document* stalled = condition(object, "Stalled");
  const bool given_up = stalled != nullptr && !reset && !forced &&
                        text_at(object, {"status", "lastAttemptedRevision"}) == chart.version &&
                        number_at(object, {"status", "observedGeneration"}) ==
                            number_at(object, {"metadata", "generation"});
  if (given_up) {
    const ConditionValue again{"Stalled", "True", "RetriesExceeded",
                               std::string(text_at(*stalled, {"message"}))};
    write_status(key, kManager, [&](Document& now) {
      drop_condition(now, "Reconciling");
      set_condition(now, again, now_ms());
    });
    return;
  }
  if (trying) return end_attempt(key, object, chart);
  if (is_deployed(object, chart.version) && !forced) return look_for_drift(key, object, chart);
  begin_attempt(key, object, chart, reset, forced);
  enqueue(key, kAttemptMs);
}

void Fleet::begin_attempt(const Key& key, const Document& object, const ReleaseChart& chart,
                          bool reset, bool forced) {
  const std::string running =
      running_text(newest_release(object) == nullptr ? "install" : "upgrade", object);
  change_status(key, kManager, [&](Document& now) {
    drop_condition(now, "Stalled");
    set_condition(now, {"Reconciling", "True", "Progressing", running}, now_ms());
    set_condition(now, {"Ready", "Unknown", "Progressing", running}, now_ms());
    Fields& status = object_in(now.as_object(), "status");
    // Other content is tried afresh, and so is what a person resets.
    const bool other = number_at(now, {"status", "lastAttemptedGeneration"}) !=
                           number_at(now, {"metadata", "generation"}, 1) ||
                       text_at(now, {"status", "lastAttemptedRevision"}) != chart.version;
    if (other || reset) {
      for (const char* counter : {"failures", "installFailures", "upgradeFailures"}) {
        status.erase(counter);
      }
    }
    status["lastAttemptedConfigDigest"] = config_digest(now);
    status["lastAttemptedGeneration"] = number_at(now, {"metadata", "generation"}, 1);
    status["lastAttemptedRevision"] = chart.version;
    if (!chart.oci_digest.empty()) status["lastAttemptedRevisionDigest"] = chart.oci_digest;
    status["storageNamespace"] = key.ns;
    if (reset) {
      status["lastHandledResetAt"] =
          std::string(text_at(now, {"metadata", "annotations", kResetAt}));
    }
    if (forced) {
      status["lastHandledForceAt"] =
          std::string(text_at(now, {"metadata", "annotations", kForceAt}));
    }
  });
}

}  // namespace masthead::sim
