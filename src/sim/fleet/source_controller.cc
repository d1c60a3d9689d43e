// What source-controller does: fetch, keep as an artifact, say so.
#include <fmt/format.h>

#include <algorithm>

#include "sim/fleet/fleet.h"

namespace masthead::sim {
namespace {

constexpr const char* kManager = "source-controller";
// A source that fails is asked again after about this long; real ones back off to the interval.
constexpr int64_t kRetryMs = 12'000;

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return text;
}

std::string stored_message(const std::string& kind, const std::string& revision,
                           const Document& object) {
  if (kind == "HelmRepository") return fmt::format("stored artifact: revision '{}'", revision);
  if (kind == "OCIRepository") return fmt::format("stored artifact for digest '{}'", revision);
  if (kind == "HelmChart") {
    return fmt::format("pulled '{}' chart with version '{}'", text_at(object, {"spec", "chart"}),
                       revision);
  }
  return fmt::format("stored artifact for revision '{}'", revision);
}

std::string artifact_file(const std::string& kind, const std::string& revision,
                          const Document& object) {
  if (kind == "HelmChart") {
    return fmt::format("{}-{}.tgz", text_at(object, {"spec", "chart"}), revision);
  }
  if (kind == "HelmRepository") return "index-" + revision.substr(revision.find(':') + 1) + ".yaml";
  return revision.substr(revision.rfind(':') + 1) + ".tar.gz";
}

}  // namespace

Fleet::Fetched Fleet::fetch(const Key& key, const Document& object) const {
  const std::string& kind = key.type->kind;
  const std::string url(text_at(object, {"spec", "url"}));
  Fetched out;
  if (kind == "GitRepository") {
    out.reason = "GitOperationFailed";
    const auto found = world_.repositories.find(url);
    const std::string_view branch = text_at(object, {"spec", "ref", "branch"});
    const std::string prefix =
        fmt::format("failed to checkout and determine revision: unable to clone '{}': ", url);
    if (found == world_.repositories.end()) {
      out.failure = prefix + "repository not found: ";
    } else if (!found->second.failure.empty()) {
      out.failure = prefix + found->second.failure;
    } else if (branch != found->second.branch) {
      out.failure = prefix + fmt::format("couldn't find remote ref \"refs/heads/{}\"", branch);
    } else {
      const Commit& head = found->second.commits.back();
      out.revision = fmt::format("{}@sha1:{}", branch, head.sha);
      out.subject = head.subject;
    }
    return out;
  }
  if (kind == "HelmChart") {
    out.reason = "ChartPullFailed";
    const std::string name(text_at(object, {"spec", "chart"}));
    const std::string wanted(text_at(object, {"spec", "version"}));
    const auto chart = world_.charts.find(name);
    const std::string_view source = text_at(object, {"spec", "sourceRef", "name"});
    const auto repository = get("HelmRepository", key.ns, source);
    if (!repository || condition(*repository, "Ready") == nullptr) {
      out.reason = "SourceUnavailable";
      out.failure = "no artifact available for HelmRepository source '" + std::string(source) + "'";
    } else if (chart == world_.charts.end()) {
      out.failure = fmt::format(
          "invalid chart reference: failed to get chart version for remote "
          "reference: no '{}' chart with version matching '{}' found",
          name, wanted);
    } else {
      // "1.x" and "*" take the newest, anything else must be there.
      const auto& versions = chart->second.versions;
      const bool any = wanted.empty() || wanted.find_first_of("*x><~^") != std::string::npos;
      const bool there = std::find(versions.begin(), versions.end(), wanted) != versions.end();
      if (any || there) out.revision = any ? versions.back() : wanted;
      if (!any && !there) {
        out.failure = fmt::format(
            "invalid chart reference: failed to get chart version for remote "
            "reference: no '{}' chart with version matching '{}' found",
            name, wanted);
      }
    }
    return out;
  }
  if (kind == "OCIRepository") {
    const std::string tag(text_at(object, {"spec", "ref", "tag"}));
    out.reason = "OCIArtifactPullFailed";
    const std::string name = url.substr(url.rfind('/') + 1);
    const auto chart = world_.charts.find(name);
    const bool there = chart != world_.charts.end() &&
                       std::find(chart->second.versions.begin(), chart->second.versions.end(),
                                 tag) != chart->second.versions.end();
    if (there) {
      out.revision = fmt::format("{}@sha256:{}", tag, digest(url + tag, 64));
    } else {
      out.failure = fmt::format(
          "failed to determine artifact digest: GET https://{}/manifests/{}: MANIFEST_UNKNOWN: "
          "manifest unknown",
          url.substr(std::min(url.find("//") + 2, url.size())), tag);
    }
    return out;
  }
  if (url.find("unreachable") != std::string::npos ||
      text_at(object, {"spec", "endpoint"}).find("unreachable") != std::string_view::npos) {
    out.reason = kind == "Bucket" ? "BucketOperationFailed" : "Failed";
    out.failure =
        kind == "Bucket"
            ? fmt::format(
                  "failed to confirm existence of '{}' bucket: Get "
                  "\"https://{}/{}/\": dial tcp 192.0.2.7:443: i/o timeout",
                  text_at(object, {"spec", "bucketName"}), text_at(object, {"spec", "endpoint"}),
                  text_at(object, {"spec", "bucketName"}))
            : fmt::format(
                  "failed to fetch Helm repository index: failed to cache index to "
                  "temporary file: Get \"{}/index.yaml\": dial tcp "
                  "192.0.2.7:443: i/o timeout",
                  url);
    return out;
  }
  out.revision = "sha256:" + digest(url + key.name, 64);
  return out;
}

void Fleet::reconcile_source(const Key& key) {
  const Document object = *get(key.type->kind, key.ns, key.name);
  if (suspended(object)) return;
  const std::string& kind = key.type->kind;
  // "HelmRepositories of type oci are static": no artifact, no conditions.
  if (kind == "HelmRepository" && text_at(object, {"spec", "type"}) == "oci") return;
  const Fetched got = fetch(key, object);
  const std::string before(text_at(object, {"status", "artifact", "revision"}));
  if (!got.failure.empty()) {
    write_status(key, kManager, [&](Document& now) {
      set_condition(now, {"Reconciling", "True", "ProgressingWithRetry", "building artifact"},
                    now_ms());
      set_condition(now, {"Ready", "False", got.reason, got.failure}, now_ms());
      set_condition(now, {"FetchFailed", "True", got.reason, got.failure}, now_ms());
    });
    record(object, key.type, /*warning=*/true, got.reason, got.failure, kManager);
    enqueue(key, kRetryMs);
    return;
  }
  const std::string good_reason = kind == "HelmChart" ? "ChartPullSucceeded" : "Succeeded";
  const bool is_new = before != got.revision;
  write_status(key, kManager, [&](Document& now) {
    drop_condition(now, "Reconciling");
    drop_condition(now, "FetchFailed");
    const std::string message = stored_message(kind, got.revision, now);
    set_condition(now, {"Ready", "True", good_reason, message}, now_ms());
    set_condition(now, {"ArtifactInStorage", "True", good_reason, message}, now_ms());
    if (!is_new) return;
    const std::string path = fmt::format("{}/{}/{}/{}", lower(kind), key.ns, key.name,
                                         artifact_file(kind, got.revision, now));
    Fields& status = object_in(now.as_object(), "status");
    status["artifact"] =
        Fields{{"digest", "sha256:" + digest(path, 64)},
               {"lastUpdateTime", time_text(now_ms())},
               {"path", path},
               {"revision", got.revision},
               {"size", static_cast<int64_t>(800 + path.size() * 37)},
               {"url", "http://source-controller.flux-system.svc.cluster.local./" + path}};
  });
  if (is_new) {
    const std::string message = kind == "GitRepository"
                                    ? fmt::format("stored artifact for commit '{}'", got.subject)
                                    : stored_message(kind, got.revision, object);
    record(object, key.type, false, kind == "HelmChart" ? good_reason : "NewArtifact", message,
           kManager, {{"source.toolkit.fluxcd.io/revision", got.revision}});
    const auto reads_it = [&](const Document& reader) {
      const bool same_kind = text_at(reader, {"spec", "sourceRef", "kind"}) == kind ||
                             text_at(reader, {"spec", "chartRef", "kind"}) == kind;
      const bool same_name = text_at(reader, {"spec", "sourceRef", "name"}) == key.name ||
                             text_at(reader, {"spec", "chartRef", "name"}) == key.name;
      return same_kind && same_name;
    };
    enqueue_all("Kustomization", 300, key.name, reads_it);
    enqueue_all("HelmRelease", 300, key.name, reads_it);
    enqueue_all("HelmChart", 200, key.name, reads_it);
    if (kind == "HelmChart") {
      const std::string made_from = key.ns + "/" + key.name;
      enqueue_all("HelmRelease", 200, made_from, [&](const Document& release) {
        return text_at(release, {"status", "helmChart"}) == made_from;
      });
    }
  }
  enqueue(key, interval_ms(object, "interval", 60'000));
}

}  // namespace masthead::sim
