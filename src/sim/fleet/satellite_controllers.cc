// What the controllers of satellites.cc write into them, and how they react.
#include <fmt/format.h>

#include "sim/fleet/fleet.h"

namespace masthead::sim {
namespace {

constexpr int64_t kScanMs = 5 * 60'000;
// A registry gets a tag now and then.
constexpr int64_t kTagMs = 6 * 60 * 60'000;

ConditionValue ready(std::string message) {
  return {"Ready", "True", "Succeeded", std::move(message)};
}
ConditionValue not_ready(const char* reason, std::string message) {
  return {"Ready", "False", reason, std::move(message)};
}

}  // namespace

// Until v1beta3 they had a status.
void Fleet::reconcile_old_notification(const Key& key, const Document&) {
  write_status(key, "notification-controller",
               [&](Document& now) { set_condition(now, ready("Initialized"), now_ms()); });
}

void Fleet::reconcile_receiver(const Key& key, const Document& object) {
  const std::string secret(text_at(object, {"spec", "secretRef", "name"}));
  const bool found = secret != "no-such-secret";
  write_status(key, "notification-controller", [&](Document& now) {
    if (!found) {
      set_condition(
          now,
          not_ready("TokenNotFound", fmt::format("unable to read token from secret '{}/{}' error: "
                                                 "Secret \"{}\" not found",
                                                 key.ns, secret, secret)),
          now_ms());
      return;
    }
    const std::string path = "/hook/" + digest(key.ns + key.name, 64);
    object_in(now.as_object(), "status")["webhookPath"] = path;
    set_condition(now, ready("Receiver initialized for path: " + path), now_ms());
  });
}

void Fleet::reconcile_image_repository(const Key& key, const Document& object) {
  const std::string image(text_at(object, {"spec", "image"}));
  const bool reachable = !image.starts_with("unreachable");
  const int64_t tags = now_ms() / kTagMs % 10'000;
  write_status(key, "image-reflector-controller", [&](Document& now) {
    Fields& status = object_in(now.as_object(), "status");
    status["canonicalImageName"] = image;
    if (!reachable) {
      set_condition(now,
                    not_ready("ReadOperationFailed",
                              fmt::format("failed to list tags: Get \"https://{}/\": dial tcp "
                                          "192.0.2.7:443: i/o timeout",
                                          image.substr(0, image.find('/')))),
                    now_ms());
      return;
    }
    Items latest;
    for (int64_t tag = 0; tag < 5; ++tag) latest.emplace_back(fmt::format("7.{}.0", tags - tag));
    status["lastScanResult"] = Fields{
        {"tagCount", tags}, {"scanTime", time_text(now_ms())}, {"latestTags", std::move(latest)}};
    set_condition(now, ready(fmt::format("successful scan: found {} tags", tags)), now_ms());
  });
  if (!reachable) {
    record(object, key.type, true, "ReadOperationFailed", "failed to list tags: i/o timeout",
           "image-reflector-controller");
  }
  enqueue_all("ImagePolicy", 300, key.name, [&](const Document& policy) {
    return text_at(policy, {"spec", "imageRepositoryRef", "name"}) == key.name;
  });
  enqueue(key, reachable ? interval_ms(object, "interval", kScanMs) : 30'000);
}

void Fleet::reconcile_image_policy(const Key& key, const Document& object) {
  const std::string_view name = text_at(object, {"spec", "imageRepositoryRef", "name"});
  const auto repository = get("ImageRepository", key.ns, name);
  const Items* tags = repository && is_ready(*repository)
                          ? items_at(*repository, {"status", "lastScanResult", "latestTags"})
                          : nullptr;
  write_status(key, "image-reflector-controller", [&](Document& now) {
    if (tags == nullptr || tags->empty()) {
      set_condition(now,
                    not_ready("DependencyNotReady",
                              repository ? "referenced ImageRepository has not been scanned yet"
                                         : "referenced ImageRepository does not exist"),
                    now_ms());
      return;
    }
    Fields& status = object_in(now.as_object(), "status");
    const std::string image(text_at(*repository, {"spec", "image"}));
    const std::string tag(tags->front().as_string());
    if (key.type->storage_version() == "v1") {
      const Fields latest{{"name", image}, {"tag", tag}};
      const bool moved = text_at(now, {"status", "latestRef", "tag"}) != tag;
      if (moved && status.contains("latestRef")) {
        status["observedPreviousRef"] = Document(status["latestRef"]);
      }
      status["latestRef"] = latest;
    } else {
      status["latestImage"] = image + ":" + tag;
    }
    set_condition(now, ready(fmt::format("Latest image tag for {} resolved to {}", image, tag)),
                  now_ms());
  });
}

void Fleet::reconcile_image_automation(const Key& key, const Document& object) {
  const auto source = get("GitRepository", key.ns, text_at(object, {"spec", "sourceRef", "name"}));
  const std::string_view revision =
      source ? text_at(*source, {"status", "artifact", "revision"}) : std::string_view();
  write_status(key, "image-automation-controller", [&](Document& now) {
    if (revision.empty()) {
      set_condition(now, not_ready("SourceManagementFailed", "the source has no artifact"),
                    now_ms());
      return;
    }
    Fields& status = object_in(now.as_object(), "status");
    status["lastAutomationRunTime"] = time_text(now_ms());
    status["observedSourceRevision"] = std::string(revision);
    if (!status.contains("lastPushTime")) {
      status["lastPushTime"] = time_text(now_ms());
      status["lastPushCommit"] = digest(key.ns + key.name, 40);
    }
    Fields observed;
    for (const char* policy : {"checkout", "storefront"}) {
      const auto found = get("ImagePolicy", key.ns, policy);
      const auto* latest = found ? find(*found, {"status", "latestRef"}) : nullptr;
      if (latest != nullptr) observed[policy] = *latest;
    }
    status["observedPolicies"] = std::move(observed);
    set_condition(now, ready("repository up-to-date"), now_ms());
  });
  enqueue(key, interval_ms(object, "interval", 6 * kScanMs));
}

// One artifact of one source.
void Fleet::reconcile_generator(const Key& key, const Document& object) {
  const Items* sources = items_at(object, {"spec", "sources"});
  const Items* artifacts = items_at(object, {"spec", "artifacts"});
  if (sources == nullptr || artifacts == nullptr || sources->empty() || artifacts->empty()) return;
  const auto source =
      get(text_at(sources->front(), {"kind"}), key.ns, text_at(sources->front(), {"name"}));
  const std::string made(text_at(artifacts->front(), {"name"}));
  const std::string from(source ? text_at(*source, {"status", "artifact", "revision"})
                                : std::string_view());
  if (from.empty()) {
    write_status(key, "source-watcher", [&](Document& now) {
      set_condition(now, not_ready("SourceFetchFailed", "the source has no artifact"), now_ms());
    });
    enqueue(key, 30'000);
    return;
  }
  const std::string sum = digest(key.name + from, 64);
  if (!get("ExternalArtifact", key.ns, made)) {
    make("ExternalArtifact", key.ns,
         make_object(key.ns, made,
                     {{"sourceRef", Fields{{"apiVersion", "source.extensions.fluxcd.io/v1beta1"},
                                           {"kind", key.type->kind},
                                           {"name", key.name}}}}),
         "source-watcher");
  }
  write_status({type("ExternalArtifact"), key.ns, made}, "source-watcher", [&](Document& now) {
    Fields& status = object_in(now.as_object(), "status");
    if (text_at(now, {"status", "artifact", "digest"}) != "sha256:" + sum) {
      status["artifact"] =
          Fields{{"digest", "sha256:" + sum},
                 {"lastUpdateTime", time_text(now_ms())},
                 {"path", fmt::format("externalartifact/{}/{}/{}.tar.gz", key.ns, made, sum)},
                 {"revision", "latest@sha256:" + sum},
                 {"size", 5'120}};
    }
    set_condition(now, ready("Artifact is ready"), now_ms());
  });
  write_status(key, "source-watcher", [&](Document& now) {
    object_in(now.as_object(), "status")["inventory"] =
        Items{Fields{{"name", made},
                     {"namespace", key.ns},
                     {"digest", "sha256:" + sum},
                     {"filename", sum + ".tar.gz"}}};
    set_condition(now, ready("reconciliation succeeded, generated 1 artifact(s)"), now_ms());
  });
  enqueue(key, 60'000);
}

void Fleet::reconcile_operator_kind(const Key& key, const Document& object) {
  const std::string& kind = key.type->kind;
  const bool unreachable = text_at(object, {"spec", "url"}).contains("unreachable");
  const auto broken = [&] {
    const Items* from = items_at(object, {"spec", "inputsFrom"});
    if (from == nullptr || from->empty()) return false;
    const auto provider = get("ResourceSetInputProvider", key.ns, text_at(from->front(), {"name"}));
    return !provider || (condition(*provider, "Ready") != nullptr && !is_ready(*provider));
  };
  write_status(key, "flux-operator", [&](Document& now) {
    Fields& status = object_in(now.as_object(), "status");
    if (unreachable) {
      set_condition(now,
                    not_ready("ReconciliationFailed",
                              "failed to call provider: dial tcp 192.0.2.7:443: i/o timeout"),
                    now_ms());
      return;
    }
    if (broken()) {
      set_condition(now, not_ready("BuildFailed", "build failed: the input provider is not ready"),
                    now_ms());
      return;
    }
    if (kind == "ResourceSetInputProvider") {
      status["exportedInputs"] = Items{Fields{{"id", "41"}, {"branch", "new-checkout"}},
                                       Fields{{"id", "43"}, {"branch", "faster-search"}}};
    } else if (kind != "FluxReport") {
      const std::string revision = "sha256:" + digest(key.name, 64);
      status["lastAppliedRevision"] = kind == "FluxInstance" ? "v2.7.3@" + revision : revision;
      status["inventory"] = Fields{
          {"entries",
           Items{Fields{{"id", "_team-a__Namespace"}, {"v", "v1"}},
                 Fields{{"id", "flux-system_source-controller_apps_Deployment"}, {"v", "v1"}}}}};
    }
    set_condition(now,
                  {"Ready", "True", "ReconciliationSucceeded",
                   "Reconciliation finished in " + duration_text(key.name)},
                  now_ms());
  });
}

}  // namespace masthead::sim
