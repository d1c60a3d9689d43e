// What the controllers of satellites.cc write into them, and how they react.
#include <fmt/format.h>

#include "sim/fleet/fleet.h"

namespace masthead::sim {
namespace {

constexpr const char* kNotification = "notification-controller";
constexpr const char* kReflector = "image-reflector-controller";
constexpr const char* kAutomation = "image-automation-controller";
constexpr const char* kWatcher = "source-watcher";
constexpr const char* kOperator = "flux-operator";

constexpr int64_t kReceiverMs = 10 * 60'000;
constexpr int64_t kScanMs = 5 * 60'000;
constexpr int64_t kReportMs = 5 * 60'000;
constexpr int64_t kInputsMs = 10 * 60'000;
constexpr int64_t kOperatorMs = 60 * 60'000;
// What fails is tried again after about this long; real ones back off.
constexpr int64_t kRetryMs = 30'000;
// A registry gets a tag now and then.
constexpr int64_t kTagMs = 6 * 60 * 60'000;

ConditionValue ready(std::string message) {
  return {"Ready", "True", "Succeeded", std::move(message)};
}
// It failed, and its controller will try again.
void set_failed(Document& object, const char* reason, const std::string& message,
                std::string progress, int64_t now_ms) {
  set_condition(object, {"Reconciling", "True", "ProgressingWithRetry", std::move(progress)},
                now_ms);
  set_condition(object, {"Ready", "False", reason, message}, now_ms);
}
void set_succeeded(Document& object, std::string message, int64_t now_ms) {
  drop_condition(object, "Reconciling");
  set_condition(object, ready(std::move(message)), now_ms);
}

// What comes of an object of Flux Operator.
void set_operated(Document& object, const std::string& kind, const std::string& revision) {
  Fields& status = object_in(object.as_object(), "status");
  if (kind == "ResourceSetInputProvider") {
    status["exportedInputs"] = Items{Fields{{"id", "41"}, {"branch", "new-checkout"}},
                                     Fields{{"id", "43"}, {"branch", "faster-search"}}};
    status["lastExportedRevision"] = revision;
  } else if (kind != "FluxReport") {
    status["lastAppliedRevision"] = kind == "FluxInstance" ? "v2.7.3@" + revision : revision;
    status["inventory"] = Fields{
        {"entries",
         Items{Fields{{"id", "_team-a__Namespace"}, {"v", "v1"}},
               Fields{{"id", "flux-system_source-controller_apps_Deployment"}, {"v", "v1"}}}}};
  }
}

}  // namespace

// Until v1beta3 they had a status.
void Fleet::reconcile_old_notification(const Key& key, const Document&) {
  write_status(key, kNotification,
               [&](Document& now) { set_condition(now, ready("Initialized"), now_ms()); });
}

void Fleet::reconcile_receiver(const Key& key, const Document& object) {
  const std::string secret(text_at(object, {"spec", "secretRef", "name"}));
  const bool found = secret != "no-such-secret";
  const std::string failure =
      fmt::format("unable to read token from secret '{}/{}' error: secrets \"{}\" not found",
                  key.ns, secret, secret);
  write_status(key, kNotification, [&](Document& now) {
    if (!found) {
      return set_failed(now, "TokenNotFound", failure, "Reconciliation in progress", now_ms());
    }
    const std::string path = "/hook/" + digest(key.ns + key.name, 64);
    object_in(now.as_object(), "status")["webhookPath"] = path;
    set_succeeded(now, "Receiver initialized for path: " + path, now_ms());
  });
  const int64_t next_ms = interval_ms(object, "interval", kReceiverMs);
  record(object, key.type, !found, found ? "Succeeded" : "Failed",
         found ? "Reconciliation finished, next run in " + go_duration(next_ms) : failure,
         kNotification);
  enqueue(key, found ? next_ms : kRetryMs);
}

void Fleet::reconcile_image_repository(const Key& key, const Document& object) {
  const std::string image(text_at(object, {"spec", "image"}));
  const std::string host = image.substr(0, image.find('/'));
  const bool reachable = !image.starts_with("unreachable");
  const int64_t tags = now_ms() / kTagMs % 10'000;
  // Without a certificate allowed (insecure), both ways are tried.
  const std::string failure = fmt::format(
      "scan failed: Get \"https://{0}/v2/\": dial tcp 192.0.2.7:443: connect: no route to host; "
      "Get \"http://{0}/v2/\": dial tcp 192.0.2.7:80: connect: no route to host",
      host);
  const std::string found =
      fmt::format("successful scan: found {} tags with checksum {}", tags, 1'000'000 + tags * 7919);
  const bool changed = condition(object, "Ready") == nullptr ||
                       text_at(*condition(object, "Ready"), {"message"}) != found;
  const int64_t next_ms = reachable ? interval_ms(object, "interval", kScanMs) : kRetryMs;
  write_status(key, kReflector, [&](Document& now) {
    Fields& status = object_in(now.as_object(), "status");
    status["canonicalImageName"] = image;
    if (!reachable) {
      return set_failed(now, "ReadOperationFailed", failure, "scanning: first scan", now_ms());
    }
    Items latest;
    for (int64_t tag = 0; tag < 5; ++tag) latest.emplace_back(fmt::format("7.{}.0", tags - tag));
    status["lastScanResult"] = Fields{
        {"tagCount", tags}, {"scanTime", time_text(now_ms())}, {"latestTags", std::move(latest)}};
    set_succeeded(now, found, now_ms());
  });
  if (!reachable) {
    record(object, key.type, true, "ReadOperationFailed", failure, kReflector);
  } else {
    record(object, key.type, false, "Succeeded",
           changed ? found : "tags did not change, next scan in " + go_duration(next_ms),
           kReflector);
  }
  enqueue_all("ImagePolicy", 300, key.name, [&](const Document& policy) {
    return text_at(policy, {"spec", "imageRepositoryRef", "name"}) == key.name;
  });
  enqueue(key, next_ms);
}

void Fleet::reconcile_image_policy(const Key& key, const Document& object) {
  const std::string_view name = text_at(object, {"spec", "imageRepositoryRef", "name"});
  const auto repository = get("ImageRepository", key.ns, name);
  const Items* tags = repository && is_ready(*repository)
                          ? items_at(*repository, {"status", "lastScanResult", "latestTags"})
                          : nullptr;
  if (tags == nullptr || tags->empty()) {
    const std::string failure =
        repository ? "retrying in 30s error: no tags in database"
                   : fmt::format(
                         "failed to get the referred ImageRepository: referenced "
                         "ImageRepository does not exist: "
                         "ImageRepository.image.toolkit.fluxcd.io \"{}\" not found",
                         name);
    write_status(key, kReflector, [&](Document& now) {
      set_failed(now, "DependencyNotReady", failure, "reconciliation in progress", now_ms());
    });
    record(object, key.type, true, "DependencyNotReady", failure, kReflector);
    return enqueue(key, kRetryMs);
  }
  const std::string image(text_at(*repository, {"spec", "image"}));
  const std::string tag(tags->front().as_string());
  std::string resolved = fmt::format("Latest image tag for {} resolved to {}", image, tag);
  bool moved = true;
  write_status(key, kReflector, [&](Document& now) {
    Fields& status = object_in(now.as_object(), "status");
    if (key.type->storage_version() != "v1") {
      status["latestImage"] = image + ":" + tag;
    } else {
      moved = text_at(now, {"status", "latestRef", "tag"}) != tag;
      if (moved && status.contains("latestRef")) {
        status["observedPreviousRef"] = Document(status["latestRef"]);
      }
      status["latestRef"] = Fields{{"name", image}, {"tag", tag}};
      const std::string before(text_at(now, {"status", "observedPreviousRef", "tag"}));
      if (!before.empty()) resolved += fmt::format(" (previously {}:{})", image, before);
    }
    set_succeeded(now, resolved, now_ms());
  });
  if (moved) record(object, key.type, false, "Succeeded", resolved, kReflector);
}

void Fleet::reconcile_image_automation(const Key& key, const Document& object) {
  const std::string name(text_at(object, {"spec", "sourceRef", "name"}));
  const auto source = get("GitRepository", key.ns, name);
  const std::string_view revision =
      source ? text_at(*source, {"status", "artifact", "revision"}) : std::string_view();
  if (revision.empty()) {
    const std::string url(source ? text_at(*source, {"spec", "url"}) : std::string_view());
    const char* reason = source ? "GitOperationFailed" : "SourceManagerFailed";
    const std::string failure =
        source ? fmt::format(
                     "failed to checkout source: unable to clone '{0}': Get "
                     "\"{0}/info/refs?service=git-upload-pack\": dial tcp 192.0.2.7:443: "
                     "connect: connection refused",
                     url)
               : fmt::format(
                     "failed configuring source manager: referenced git repository does "
                     "not exist: GitRepository.source.toolkit.fluxcd.io \"{}\" not found",
                     name);
    write_status(key, kAutomation, [&](Document& now) {
      set_condition(now, {"Ready", "False", reason, failure}, now_ms());
    });
    record(object, key.type, true, reason, failure, kAutomation);
    return enqueue(key, kRetryMs);
  }
  std::string pushed;
  write_status(key, kAutomation, [&](Document& now) {
    Fields& status = object_in(now.as_object(), "status");
    status["lastAutomationRunTime"] = time_text(now_ms());
    status["observedSourceRevision"] = std::string(revision);
    if (!status.contains("lastPushTime")) {
      status["lastPushTime"] = time_text(now_ms());
      pushed = digest(key.ns + key.name, 40);
      status["lastPushCommit"] = pushed;
    }
    Fields observed;
    for (const char* policy : {"checkout", "storefront"}) {
      const auto found = get("ImagePolicy", key.ns, policy);
      const auto* latest = found ? find(*found, {"status", "latestRef"}) : nullptr;
      if (latest != nullptr) observed[policy] = *latest;
    }
    status["observedPolicies"] = std::move(observed);
    set_succeeded(now, "repository up-to-date", now_ms());
  });
  record(object, key.type, false, "Succeeded",
         pushed.empty() ? "repository up-to-date"
                        : fmt::format("pushed commit '{}' to branch 'image-updates'\n"
                                      "Update from image update automation",
                                      pushed.substr(0, 7)),
         kAutomation);
  enqueue(key, interval_ms(object, "interval", 6 * kScanMs));
}

// One artifact of one source.
void Fleet::reconcile_generator(const Key& key, const Document& object) {
  const Items* sources = items_at(object, {"spec", "sources"});
  const Items* artifacts = items_at(object, {"spec", "artifacts"});
  if (sources == nullptr || artifacts == nullptr || sources->empty() || artifacts->empty()) return;
  const std::string kind(text_at(sources->front(), {"kind"}));
  const std::string name(text_at(sources->front(), {"name"}));
  const auto source = get(kind, key.ns, name);
  const std::string from(source ? text_at(*source, {"status", "artifact", "revision"})
                                : std::string_view());
  if (from.empty()) {
    const std::string failure =
        source
            ? fmt::format("get sources failed: source '{}/{}/{}' is not ready", kind, key.ns, name)
            : fmt::format("get sources failed: {}.source.toolkit.fluxcd.io \"{}\" not found", kind,
                          name);
    write_status(key, kWatcher, [&](Document& now) {
      set_failed(now, "SourceFetchFailed", failure, "Reconciliation in progress", now_ms());
    });
    record(object, key.type, true, "SourceFetchFailed", failure, kWatcher);
    return enqueue(key, kRetryMs);
  }
  const std::string made(text_at(artifacts->front(), {"name"}));
  const std::string sum = digest(key.name + from, 64);
  const bool changed = make_external_artifact(key, made, sum);
  write_status(key, kWatcher, [&](Document& now) {
    object_in(now.as_object(), "status")["inventory"] =
        Items{Fields{{"name", made},
                     {"namespace", key.ns},
                     {"digest", "sha256:" + sum},
                     {"filename", sum + ".tar.gz"}}};
    set_succeeded(now, "reconciliation succeeded, generated 1 artifact(s)", now_ms());
  });
  record(object, key.type, false, "Ready",
         changed
             ? fmt::format("external artifacts reconciled: {}/{} (sha256:{})", key.ns, made, sum)
             : "No drift detected, 1 artifact(s) up to date",
         kWatcher);
  enqueue(key, 60'000);
}

// Whether there is a new one.
bool Fleet::make_external_artifact(const Key& generator, const std::string& name,
                                   const std::string& sum) {
  if (!get("ExternalArtifact", generator.ns, name)) {
    make("ExternalArtifact", generator.ns,
         make_object(generator.ns, name,
                     {{"sourceRef", Fields{{"apiVersion", "source.extensions.fluxcd.io/v1beta1"},
                                           {"kind", generator.type->kind},
                                           {"name", generator.name}}}}),
         kWatcher);
  }
  bool changed = false;
  write_status({type("ExternalArtifact"), generator.ns, name}, kWatcher, [&](Document& now) {
    Fields& status = object_in(now.as_object(), "status");
    changed = text_at(now, {"status", "artifact", "digest"}) != "sha256:" + sum;
    if (changed) {
      status["artifact"] =
          Fields{{"digest", "sha256:" + sum},
                 {"lastUpdateTime", time_text(now_ms())},
                 {"path", fmt::format("externalartifact/{}/{}/{}.tar.gz", generator.ns, name, sum)},
                 {"revision", "latest@sha256:" + sum},
                 {"size", 5'120}};
    }
    set_condition(now, ready("Artifact is ready"), now_ms());
  });
  return changed;
}

// What Flux Operator writes of something it cannot do. What waits for another spec is stalled, the
// rest is tried again.
void Fleet::fail_operator_kind(const Key& key, const Document& object, const char* reason,
                               const std::string& message) {
  const bool stalled = std::string_view(reason) == "BuildFailed";
  write_status(key, kOperator, [&](Document& now) {
    if (!stalled) return set_failed(now, reason, message, "Reconciliation in progress", now_ms());
    set_condition(now, {"Stalled", "True", reason, message}, now_ms());
    set_condition(now, {"Ready", "False", reason, message}, now_ms());
  });
  record(object, key.type, true, reason, message, kOperator);
  if (!stalled) enqueue(key, kRetryMs);
}

void Fleet::reconcile_operator_kind(const Key& key, const Document& object) {
  const std::string& kind = key.type->kind;
  if (text_at(object, {"spec", "url"}).contains("unreachable")) {
    return fail_operator_kind(key, object, "ReconciliationFailed",
                              "failed to call Git provider: failed to list requests: could not "
                              "list merge requests: context deadline exceeded");
  }
  const Items* from = items_at(object, {"spec", "inputsFrom"});
  for (const Document& one : from == nullptr ? Items() : *from) {
    const std::string_view name = text_at(one, {"name"});
    if (get("ResourceSetInputProvider", key.ns, name)) continue;
    return fail_operator_kind(
        key, object, "BuildFailed",
        fmt::format("failed to compute inputs: failed to get provider {}/{}: "
                    "ResourceSetInputProvider.fluxcd.controlplane.io \"{}\" not found",
                    key.ns, name, name));
  }
  const std::string digest_of_it = "sha256:" + digest(key.name, 64);
  const bool report = kind == "FluxReport";
  const bool provider = kind == "ResourceSetInputProvider";
  const std::string finished =
      (report ? "Reporting finished in " : "Reconciliation finished in ") + duration_text(key.name);
  const bool first = condition(object, "Ready") == nullptr;
  write_status(key, kOperator, [&](Document& now) {
    set_operated(now, kind, digest_of_it);
    drop_condition(now, "Reconciling");
    drop_condition(now, "Stalled");
    set_condition(now,
                  {"Ready", "True", report ? "Succeeded" : "ReconciliationSucceeded", finished},
                  now_ms());
  });
  enqueue(key, report ? kReportMs : provider ? kInputsMs : kOperatorMs);
  if (report) return;
  if (kind == "FluxInstance" && first) {
    record(object, key.type, false, "Progressing", "Installing revision v2.7.3@" + digest_of_it,
           kOperator);
    record(object, key.type, false, "ReconciliationSucceeded",
           "Flux v2.7.3 installed\nDeployment/flux-system/source-controller created", kOperator);
  }
  if (kind == "ResourceSet" && first) {
    record(object, key.type, false, "ApplySucceeded", "Namespace/team-a created", kOperator);
  }
  record(object, key.type, false, "ReconciliationSucceeded",
         provider ? finished + ", revision " + digest_of_it : finished, kOperator);
  if (!provider) return;
  enqueue_all("ResourceSet", 300, key.name, [](const Document&) { return true; });
}

}  // namespace masthead::sim
