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
  if (kind == "HelmRepository" || kind == "Bucket") {
    return fmt::format("stored artifact: revision '{}'", revision);
  }
  if (kind == "OCIRepository") return fmt::format("stored artifact for digest '{}'", revision);
  if (kind == "HelmChart") {
    return fmt::format("pulled '{}' chart with version '{}'", text_at(object, {"spec", "chart"}),
                       revision);
  }
  return fmt::format("stored artifact for revision '{}'", revision);
}

// What is said of a revision that is not stored yet.
std::string new_message(const std::string& kind, const std::string& revision,
                        const Document& object) {
  if (kind == "HelmChart") return stored_message(kind, revision, object);
  if (kind == "HelmRepository") return fmt::format("new index revision '{}'", revision);
  if (kind == "OCIRepository") {
    const std::string url(text_at(object, {"spec", "url"}));
    return fmt::format("new revision '{}' for '{}:{}'", revision, url.substr(url.find("//") + 2),
                       revision.substr(0, revision.find('@')));
  }
  return fmt::format("new upstream revision '{}'", revision);
}

std::string stored_event(const std::string& kind, const std::string& revision,
                         const std::string& subject, const Document& object) {
  const std::string_view url = text_at(object, {"spec", "url"});
  if (kind == "GitRepository") return fmt::format("stored artifact for commit '{}'", subject);
  if (kind == "HelmRepository") {
    return fmt::format("stored fetched index of size {}.{}kB from '{}'", 1 + url.size() % 9,
                       100 + url.size() * 7 % 900, url);
  }
  if (kind == "OCIRepository") {
    return fmt::format("stored artifact with revision '{}' from '{}'", revision, url);
  }
  if (kind == "Bucket") {
    return fmt::format("stored artifact with {} fetched files from '{}' bucket", 3,
                       text_at(object, {"spec", "bucketName"}));
  }
  return stored_message(kind, revision, object);
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

Fleet::Fetched Fleet::fetch_git(const Document& object) const {
  const std::string url(text_at(object, {"spec", "url"}));
  const std::string_view branch = text_at(object, {"spec", "ref", "branch"});
  const auto found = world_.repositories.find(url);
  const bool there = found != world_.repositories.end();
  Fetched out;
  if (there && found->second.failure.empty() && branch == found->second.branch) {
    const Commit& head = found->second.commits.back();
    out.revision = fmt::format("{}@sha1:{}", branch, head.sha);
    out.subject = head.subject;
    return out;
  }
  const bool fetched = find(object, {"status", "artifact"}) != nullptr;
  const bool answers = !there || found->second.failure.empty();
  out.reason = "GitOperationFailed";
  out.failure = fmt::format("failed to checkout and determine revision: unable to {} '{}': ",
                            fetched && !answers ? "list remote for" : "clone", url);
  if (!there) {
    out.failure += "repository not found: ";
  } else if (!answers) {
    out.failure +=
        fmt::format("Get \"{}/info/refs?service=git-upload-pack\": {}", url, found->second.failure);
  } else {
    out.failure += fmt::format("couldn't find remote ref \"refs/heads/{}\"", branch);
  }
  return out;
}

Fleet::Fetched Fleet::fetch_chart(const Key& key, const Document& object) const {
  const std::string name(text_at(object, {"spec", "chart"}));
  const std::string wanted(text_at(object, {"spec", "version"}));
  const std::string_view source = text_at(object, {"spec", "sourceRef", "name"});
  const auto repository = get("HelmRepository", key.ns, source);
  Fetched out;
  if (!repository) {
    out.reason = "SourceUnavailable";
    out.failure = fmt::format(
        "failed to get source: HelmRepository.source.toolkit.fluxcd.io \"{}\" not found", source);
    return out;
  }
  const bool oci = text_at(*repository, {"spec", "type"}) == "oci";
  if (!oci && find(*repository, {"status", "artifact"}) == nullptr) {
    out.reason = "NoSourceArtifact";
    out.failure = fmt::format("no artifact available for HelmRepository source '{}'", source);
    out.warns = false;
    return out;
  }
  const auto chart = world_.charts.find(name);
  std::string why = "no chart name found";
  if (chart != world_.charts.end()) {
    // "1.x" and "*" take the newest, anything else must be there.
    const auto& versions = chart->second.versions;
    const bool any = wanted.empty() || wanted.find_first_of("*x><~^") != std::string::npos;
    if (any) out.revision = versions.back();
    if (std::find(versions.begin(), versions.end(), wanted) != versions.end()) {
      out.revision = wanted;
    }
    why = fmt::format("no '{}' chart with version matching '{}' found", name, wanted);
  }
  if (!out.revision.empty()) return out;
  out.reason = "InvalidChartReference";
  out.failure = "invalid chart reference: failed to get chart version for remote reference: " + why;
  out.ends = true;
  return out;
}

Fleet::Fetched Fleet::fetch_oci(const Document& object) const {
  const std::string url(text_at(object, {"spec", "url"}));
  const std::string tag(text_at(object, {"spec", "ref", "tag"}));
  const std::string place = url.substr(std::min(url.find("//") + 2, url.size()));
  const size_t slash = std::min(place.find('/'), place.size());
  const auto chart = world_.charts.find(place.substr(place.rfind('/') + 1));
  Fetched out;
  if (chart != world_.charts.end()) {
    const auto& tags = chart->second.versions;
    if (std::find(tags.begin(), tags.end(), tag) != tags.end()) {
      out.revision = fmt::format("{}@sha256:{}", tag, digest(url + tag, 64));
      return out;
    }
  }
  out.reason = "OCIArtifactPullFailed";
  out.failure = fmt::format(
      "failed to determine artifact digest: GET https://{}/v2{}/manifests/{}: MANIFEST_UNKNOWN: "
      "Unknown manifest",
      place.substr(0, slash), place.substr(slash), tag);
  return out;
}

Fleet::Fetched Fleet::fetch(const Key& key, const Document& object) const {
  const std::string& kind = key.type->kind;
  if (kind == "GitRepository") return fetch_git(object);
  if (kind == "HelmChart") return fetch_chart(key, object);
  if (kind == "OCIRepository") return fetch_oci(object);
  const std::string url(text_at(object, {"spec", "url"}));
  const std::string_view endpoint = text_at(object, {"spec", "endpoint"});
  const std::string_view bucket = text_at(object, {"spec", "bucketName"});
  Fetched out;
  if (endpoint.starts_with("unreachable")) {
    // The quotation is not closed: so it is written.
    out.reason = "BucketOperationFailed";
    out.failure = fmt::format(
        "failed to confirm existence of '{}' bucket: Get \"https://{}/{}/ dial tcp 192.0.2.7:443: "
        "connect: no route to host",
        bucket, endpoint, bucket);
  } else if (url.contains("unreachable")) {
    out.reason = "Failed";
    out.failure = fmt::format(
        "failed to fetch Helm repository index: failed to cache index to temporary file: Get "
        "\"{}/index.yaml\": dial tcp 192.0.2.7:443: connect: no route to host",
        url);
  } else {
    out.revision = "sha256:" + digest(url + key.name, 64);
  }
  return out;
}

// What is seen of an attempt before its end: it says why it looks, and that there is something to
// build.
void Fleet::announce_fetch(const Key& key, const Document& object, const Fetched& got) {
  const std::string_view stored = text_at(object, {"status", "artifact", "revision"});
  const int64_t seen = number_at(object, {"status", "observedGeneration"}, -1);
  const int64_t generation = number_at(object, {"metadata", "generation"}, 1);
  const auto say = [&](const std::string& message, bool not_ready) {
    // Nobody watches the past.
    if (server_->backdated()) return;
    change_status(key, kManager, [&](Document& now) {
      set_condition(now, {"Reconciling", "True", "Progressing", message}, now_ms());
      if (not_ready || condition(now, "Ready") == nullptr) {
        set_condition(now, {"Ready", "Unknown", "Progressing", message}, now_ms());
      }
    });
  };
  if (seen != generation) {
    say(fmt::format("processing object: new generation {} -> {}", seen, generation), false);
  } else if (has_request(object)) {
    say("reconciliation in progress", false);
  }
  if (stored.empty()) say("building artifact", true);
  if (got.failure.empty() && stored != got.revision) {
    const std::string message = new_message(key.type->kind, got.revision, object);
    if (!stored.empty() && !server_->backdated()) {
      change_status(key, kManager, [&](Document& now) {
        set_condition(now, {"ArtifactOutdated", "True", "NewRevision", message}, now_ms());
      });
    }
    say("building artifact: " + message, true);
  }
}

void Fleet::fail_fetch(const Key& key, const Document& object, const Fetched& got) {
  const int64_t seen = number_at(object, {"status", "observedGeneration"}, -1);
  const int64_t generation = number_at(object, {"metadata", "generation"}, 1);
  const std::string at =
      find(object, {"status", "artifact"}) == nullptr ? "building artifact"
      : seen != generation
          ? fmt::format("processing object: new generation {} -> {}", seen, generation)
          : "reconciliation in progress";
  const auto edit = [&](Document& now) {
    if (got.ends) {
      drop_condition(now, "Reconciling");
      set_condition(now, {"Stalled", "True", got.reason, got.failure}, now_ms());
    } else {
      set_condition(now, {"Reconciling", "True", "ProgressingWithRetry", at}, now_ms());
    }
    set_condition(now, {"Ready", "False", got.reason, got.failure}, now_ms());
    set_condition(now, {"FetchFailed", "True", got.reason, got.failure}, now_ms());
    mark_handled(now);
  };
  if (got.ends) {
    write_status(key, kManager, edit);
  } else {
    change_status(key, kManager, edit);
  }
  record(object, key.type, got.warns, got.reason, got.failure, kManager);
  if (!got.ends) enqueue(key, kRetryMs);
}

void Fleet::store_artifact(const Key& key, Document& now, const std::string& revision) const {
  const std::string& kind = key.type->kind;
  const std::string folder = fmt::format("{}/{}/{}/", lower(kind), key.ns, key.name);
  const std::string path = folder + artifact_file(kind, revision, now);
  const std::string host = "http://source-controller.flux-system.svc.cluster.local./";
  Fields& status = object_in(now.as_object(), "status");
  status["artifact"] = Fields{{"digest", "sha256:" + digest(path, 64)},
                              {"lastUpdateTime", time_text(now_ms())},
                              {"path", path},
                              {"revision", revision},
                              {"size", static_cast<int64_t>(800 + path.size() * 37)},
                              {"url", host + path}};
  if (kind != "GitRepository") {
    status["url"] = host + folder + (kind == "HelmRepository" ? "index.yaml" : "latest.tar.gz");
  }
  if (kind != "HelmChart") return;
  status["observedChartName"] = std::string(text_at(now, {"spec", "chart"}));
  const auto source = get("HelmRepository", key.ns, text_at(now, {"spec", "sourceRef", "name"}));
  const std::string_view from =
      source ? text_at(*source, {"status", "artifact", "revision"}) : std::string_view();
  if (!from.empty()) status["observedSourceArtifactRevision"] = std::string(from);
}

// Those that read this source look at it.
void Fleet::wake_readers(const Key& key) {
  const std::string& kind = key.type->kind;
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
  if (kind != "HelmChart") return;
  const std::string made_from = key.ns + "/" + key.name;
  enqueue_all("HelmRelease", 200, made_from, [&](const Document& release) {
    return text_at(release, {"status", "helmChart"}) == made_from;
  });
}

void Fleet::reconcile_source(const Key& key) {
  const auto object_kept = get(key.type->kind, key.ns, key.name);
  const Document& object = *object_kept;
  const std::string& kind = key.type->kind;
  // "HelmRepositories of type oci are static": no artifact, no conditions.
  if (kind == "HelmRepository" && text_at(object, {"spec", "type"}) == "oci") return;
  if (suspended(object)) return skip_suspended(key, object, kManager);
  const Fetched got = fetch(key, object);
  announce_fetch(key, object, got);
  if (!got.failure.empty()) return fail_fetch(key, object, got);
  const std::string good_reason = kind == "HelmChart" ? "ChartPullSucceeded" : "Succeeded";
  const bool is_new = text_at(object, {"status", "artifact", "revision"}) != got.revision;
  write_status(key, kManager, [&](Document& now) {
    for (const char* gone : {"Reconciling", "Stalled", "FetchFailed", "ArtifactOutdated"}) {
      drop_condition(now, gone);
    }
    const std::string message = stored_message(kind, got.revision, now);
    set_condition(now, {"Ready", "True", good_reason, message}, now_ms());
    set_condition(now, {"ArtifactInStorage", "True", good_reason, message}, now_ms());
    if (is_new) store_artifact(key, now, got.revision);
  });
  if (is_new) {
    const auto stored_kept = get(kind, key.ns, key.name);
    const Document& stored = *stored_kept;
    record(object, key.type, false, kind == "HelmChart" ? good_reason : "NewArtifact",
           stored_event(kind, got.revision, got.subject, object), kManager,
           {{"source.toolkit.fluxcd.io/digest",
             std::string(text_at(stored, {"status", "artifact", "digest"}))},
            {"source.toolkit.fluxcd.io/revision", got.revision}});
    wake_readers(key);
  } else if (kind == "GitRepository") {
    record(
        object, key.type, false, "GitOperationSucceeded",
        fmt::format("no changes since last reconciliation: observed revision '{}'", got.revision),
        kManager);
  } else {
    record(object, key.type, false, "ArtifactUpToDate",
           fmt::format("artifact up-to-date with remote revision: '{}'", got.revision), kManager);
  }
  enqueue(key, interval_ms(object, "interval", 60'000));
}

}  // namespace masthead::sim
