#include "app/release_material.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/limits.h"
#include "base/time_format.h"
#include "cache/row.h"
#include "helm/manifest.h"
#include "host/console_view.h"
#include "k8s/known_kinds.h"

namespace masthead::app {
namespace {

using base::ErrorCode;
using Kind = helm::ValuesSource::Kind;

struct Release {
  json::Document document;
  std::vector<helm::ManifestObject> objects;
  json::Value root() const { return document.root(); }
};

base::Result<Release> read_release(const ReleaseMaterial& material, int64_t revision) {
  const auto found = material.secrets.find(revision);
  if (found == material.secrets.end()) {
    return base::fail(ErrorCode::kNotFound, fmt::format("Revision {} was not read.", revision));
  }
  if (!found->second) return std::unexpected(found->second.error());
  const json::Document secret = TRY(json::Document::parse(*found->second));
  const std::string text = TRY(helm::release_in(secret.root()));
  Release release;
  release.document = TRY(json::Document::parse(text));
  release.objects = helm::read_manifest(release.root()["manifest"].str());
  return release;
}

int64_t newest_of(const ReleaseMaterial& material) {
  return material.revisions.empty() ? 0 : material.revisions.front().revision;
}

helm::Merged merged_now(const ReleaseMaterial& material) {
  static const helm::ValuesInput kNotRead;
  return helm::merge_values(
      material.helm_release.root(), [&](const helm::ValuesReference& reference) -> const auto& {
        const auto found = material.inputs.find({reference.kind, reference.name});
        return found == material.inputs.end() ? kNotRead : found->second;
      });
}

Kind kind_of(const helm::Merged& merged, int source) {
  return merged.sources[static_cast<size_t>(source)].kind;
}

// A release keeps what it was given, and not from where. A key that comes from a plain place now is
// taken to have come from there; of every other a Secret may be the origin.
helm::Merged stored_values(const Release& release, const helm::Merged& now) {
  helm::Merged stored;
  stored.sources = now.sources;
  const int unknown = static_cast<int>(stored.sources.size());
  stored.sources.push_back({Kind::kStored, -1, {}});
  stored.root = helm::make_node(release.root()["config"], unknown);
  if (stored.root->type != helm::Node::Type::kMap) {
    stored.root = std::make_shared<helm::Node>();
    stored.root->type = helm::Node::Type::kMap;
  }
  for (const helm::Leaf& leaf : helm::leaves_of(stored.root)) {
    const helm::NodePtr today = helm::at_path(now.root, leaf.path);
    const helm::NodePtr then = helm::at_path(stored.root, leaf.path);
    if (today == nullptr || then == nullptr) continue;
    const bool plain = kind_of(now, today->source) != Kind::kSecret;
    if (plain || today->json == leaf.json) then->source = today->source;
  }
  return stored;
}

bool is_hidden(const helm::Merged& merged, const helm::Leaf& leaf) {
  // A null takes a key away, and an empty map or list holds nothing: there is nothing to hide.
  if (leaf.json == "{}" || leaf.json == "[]" || leaf.json == "null") return false;
  const Kind kind = kind_of(merged, leaf.source);
  return kind == Kind::kSecret || kind == Kind::kStored;
}

// What no text about this release may show.
void mask_release(helm::Masking& masking, const Release& release, const helm::Merged& now) {
  helm::add_secrets(masking, release.objects);
  for (const json::Value hook : release.root()["hooks"].items()) {
    helm::add_secrets(masking, helm::read_manifest(hook["manifest"].str()));
  }
  const helm::Merged stored = stored_values(release, now);
  for (const helm::Leaf& leaf : helm::leaves_of(stored.root)) {
    // A short one that may be of a Secret may as well not be: it stays in other texts.
    const bool long_enough = helm::scalar_text(leaf.json).size() >= limits::kMaskedWithin;
    if (long_enough && is_hidden(stored, leaf)) masking.add_json(leaf.json);
  }
}

void write_path(json::Writer& out, const helm::Path& path) {
  out.begin_array();
  for (const helm::PathPart& part : path) {
    if (const auto* key = std::get_if<std::string>(&part)) {
      out.string(*key);
    } else {
      out.integer(static_cast<int64_t>(std::get<size_t>(part)));
    }
  }
  out.end_array();
}

void write_leaf_value(json::Writer& out, const helm::Masking& masking, std::string_view json) {
  out.key("value");
  if (json.starts_with('"')) {
    out.string(masking.text(helm::scalar_text(json)));
  } else if (masking.hides(json)) {
    out.string(helm::kMask);
  } else {
    out.raw(json);
  }
}

void write_origin(json::Writer& out, const ReleaseMaterial& material,
                  const helm::ValuesSource& source) {
  static constexpr std::array<std::string_view, 5> kNames{"chart", "configMap", "secret", "inline",
                                                          "stored"};
  out.begin_object().key("kind").string(kNames[static_cast<size_t>(source.kind)]);
  if (source.index >= 0) {
    const helm::ValuesReference& reference = source.reference;
    out.key("index").integer(source.index).key("ref");
    const std::string ns(material.helm_release.root()["metadata"]["namespace"].str());
    cache::write_ref(out, {"", reference.kind, ns, reference.name});
    out.key("key").string(reference.key);
    if (!reference.target_path.empty()) out.key("targetPath").string(reference.target_path);
    if (reference.optional) out.key("optional").boolean(true);
  }
  out.end_object();
}

void write_chart(json::Writer& out, const json::Value& metadata) {
  const auto text = [&](const char* key, std::string_view value) {
    if (!value.empty()) out.key(key).string(value);
  };
  text("chart", metadata["name"].str());
  text("chartVersion", metadata["version"].str());
  text("appVersion", metadata["appVersion"].str());
}

void write_time(json::Writer& out, const char* key, int64_t ms) {
  if (ms > 0) out.key(key).integer(ms);
}

void write_revisions(json::Writer& out, const ReleaseMaterial& material) {
  out.key("listed").boolean(material.listed).key("revisions").begin_array();
  const auto history = material.helm_release.root()["status"]["history"];
  for (const StoredRevision& one : material.revisions) {
    out.begin_object().key("revision").integer(one.revision);
    if (!one.status.empty()) out.key("status").string(one.status);
    write_time(out, "changed", one.changed_ms);
    for (const json::Value entry : history.items()) {
      if (entry["version"].integer_or(0) != one.revision) continue;
      const auto text = [&](const char* key, const char* field) {
        if (const auto value = entry[field].str(); !value.empty()) out.key(key).string(value);
      };
      text("chart", "chartName");
      text("chartVersion", "chartVersion");
      text("appVersion", "appVersion");
      text("action", "action");
      break;
    }
    out.end_object();
  }
  out.end_array();
}

void write_hooks(json::Writer& out, const helm::Masking& masking, const Release& release) {
  out.key("hooks").begin_array();
  for (const helm::Hook& hook : helm::hooks_of(release.root())) {
    out.begin_object().key("name").string(hook.name).key("kind").string(hook.kind);
    if (!hook.path.empty()) out.key("path").string(masking.text(hook.path));
    out.key("weight").integer(hook.weight).key("test").boolean(hook.is_test());
    const auto list = [&](const char* key, const std::vector<std::string>& items) {
      out.key(key).begin_array();
      for (const std::string& item : items) out.string(item);
      out.end_array();
    };
    list("events", hook.events);
    list("deletePolicies", hook.delete_policies);
    if (!hook.phase.empty()) out.key("phase").string(hook.phase);
    write_time(out, "started", hook.started_ms);
    write_time(out, "completed", hook.completed_ms);
    out.end_object();
  }
  out.end_array();
}

// The kinds that belong to no namespace: as the cluster serves them, or, where it serves them
// without our knowing, by name.
bool is_cluster_scoped(const ReleaseMaterial& material, const k8s::ObjectRef& ref) {
  for (const host::ServedKind& served : material.snapshot->kinds) {
    const auto& known = served.kind->group_kind;
    if (known.group == ref.group && known.kind == ref.kind) return !served.kind->namespaced;
  }
  static const std::set<std::string_view> kKnown{
      "APIService",         "ClusterRole",   "ClusterRoleBinding",
      "CSIDriver",          "ClusterIssuer", "CustomResourceDefinition",
      "IngressClass",       "GatewayClass",  "MutatingWebhookConfiguration",
      "Namespace",          "Node",          "ValidatingWebhookConfiguration",
      "PersistentVolume",   "PriorityClass", "ValidatingAdmissionPolicy",
      "RuntimeClass",       "StorageClass",  "ValidatingAdmissionPolicyBinding",
      "VolumeSnapshotClass"};
  return kKnown.contains(ref.kind);
}

std::vector<k8s::ObjectRef> refs_of(const ReleaseMaterial& material, const Release& release) {
  std::vector<k8s::ObjectRef> refs;
  for (const helm::ManifestObject& object : release.objects) {
    if (object.ref.name.empty()) continue;
    refs.push_back(object.ref);
    if (is_cluster_scoped(material, object.ref)) {
      refs.back().ns.clear();
    } else if (refs.back().ns.empty()) {
      refs.back().ns = material.storage.target_ns;
    }
  }
  return refs;
}

void write_values(json::Writer& out, const helm::Masking& masking, const helm::Merged& merged,
                  const helm::NodePtr& root) {
  out.key("values").begin_array();
  size_t count = 0;
  for (const helm::Leaf& leaf : helm::leaves_of(root)) {
    if (++count > limits::kValuesShown) break;
    out.begin_object().key("path");
    write_path(out, leaf.path);
    out.key("origin").integer(leaf.source);
    if (is_hidden(merged, leaf)) {
      out.key("masked").boolean(true);
    } else {
      write_leaf_value(out, masking, leaf.json);
    }
    out.end_object();
  }
  out.end_array().key("cut").boolean(count > limits::kValuesShown);
}

using Leaves = std::map<std::string, helm::Leaf>;
Leaves by_path(const helm::Merged& merged) {
  Leaves leaves;
  for (helm::Leaf& leaf : helm::leaves_of(merged.root)) {
    leaves.emplace(path_text(leaf.path), std::move(leaf));
  }
  return leaves;
}

void write_value_diff(json::Writer& out, const helm::Masking& masking, const helm::Merged& before,
                      const helm::Merged& after) {
  const Leaves was = by_path(before), is = by_path(after);
  std::set<std::string> paths;
  for (const Leaves* leaves : {&was, &is}) {
    for (const auto& [path, leaf] : *leaves) paths.insert(path);
  }
  out.key("values").begin_array();
  for (const std::string& path : paths) {
    const auto one = was.find(path), other = is.find(path);
    if (one != was.end() && other != is.end() && one->second.json == other->second.json) continue;
    out.begin_object().key("path").string(path);
    const auto side = [&](const char* key, const Leaves& leaves, Leaves::const_iterator leaf,
                          const helm::Merged& merged) {
      if (leaf == leaves.end()) return;
      out.key(key);
      if (is_hidden(merged, leaf->second)) {
        out.string(helm::kMask);
      } else {
        out.string(masking.text(helm::scalar_text(leaf->second.json)));
      }
    };
    side("before", was, one, before);
    side("after", is, other, after);
    out.end_object();
  }
  out.end_array();
}

void write_object_diff(json::Writer& out, const helm::ObjectDiff& diff) {
  static constexpr std::array<std::string_view, 4> kChanges{"added", "removed", "changed",
                                                            "masked"};
  out.begin_object().key("ref");
  cache::write_ref(out, diff.object.ref);
  out.key("change").string(kChanges[static_cast<size_t>(diff.change)]);
  out.key("lines").begin_array();
  for (const helm::DiffLine& line : diff.lines) out.string(line.mark + line.text);
  out.end_array().end_object();
}

}  // namespace

std::string path_text(const helm::Path& path) {
  std::string text;
  for (const helm::PathPart& part : path) {
    if (const auto* key = std::get_if<std::string>(&part)) {
      if (!text.empty()) text += '.';
      for (const char c : *key) {
        if (std::string_view("\\.[,=").contains(c)) text += '\\';
        text += c;
      }
    } else {
      text += fmt::format("[{}]", std::get<size_t>(part));
    }
  }
  return text;
}

base::Result<host::ReleaseContents> release_contents(const ReleaseMaterial& material,
                                                     int64_t revision) {
  if (revision == 0) revision = newest_of(material);
  const Release release = TRY(read_release(material, revision));
  const helm::Merged now = merged_now(material);
  helm::Masking masking;
  masking.add(now);
  mask_release(masking, release, now);
  const auto info = release.root()["info"];
  json::Writer out;
  out.begin_object().key("storage").string(material.storage.ns + "/" + material.storage.release);
  write_revisions(out, material);
  out.key("revision").integer(revision);
  write_chart(out, release.root()["chart"]["metadata"]);
  const auto text = [&](const char* key, std::string_view value) {
    if (!value.empty()) out.key(key).string(masking.text(value));
  };
  text("status", info["status"].str());
  text("description", info["description"].str());
  text("notes", info["notes"].str());
  write_time(out, "firstDeployed", base::rfc3339_or_zero(info["first_deployed"].str()));
  write_time(out, "lastDeployed", base::rfc3339_or_zero(info["last_deployed"].str()));
  std::string manifest;
  for (const helm::ManifestObject& object : release.objects) {
    manifest += "---\n" + helm::masked_yaml(masking, object);
  }
  out.key("manifest").string(manifest);
  write_hooks(out, masking, release);
  out.end_object();
  return host::ReleaseContents{std::move(out).finish(), refs_of(material, release)};
}

base::Result<std::string> release_values(const ReleaseMaterial& material, int64_t revision) {
  const helm::Merged now = merged_now(material);
  helm::Masking masking;
  masking.add(now);
  const auto release = read_release(material, revision == 0 ? newest_of(material) : revision);
  if (!release && revision != 0) return std::unexpected(release.error());
  if (release) mask_release(masking, *release, now);
  const helm::Merged merged = revision == 0 ? now : stored_values(*release, now);
  const helm::NodePtr root =
      release ? helm::over_defaults(merged.root, release->root()["chart"]["values"]) : merged.root;
  json::Writer out;
  out.begin_object().key("revision").integer(revision);
  out.key("origins").begin_array();
  for (const helm::ValuesSource& source : merged.sources) write_origin(out, material, source);
  out.end_array();
  write_values(out, masking, merged, root);
  out.key("problems").begin_array();
  for (const std::string& problem : merged.problems) out.string(masking.text(problem));
  out.end_array().key("missing");
  host::write_missing(out, material.missing);
  if (!release) {
    out.key("defaultsProblem");
    host::write_problem(out, release.error());
  }
  write_revisions(out, material);
  out.end_object();
  return std::move(out).finish();
}

base::Result<std::string> release_diff(const ReleaseMaterial& material, int64_t from, int64_t to) {
  const Release before = TRY(read_release(material, from));
  const Release after = TRY(read_release(material, to));
  const helm::Merged now = merged_now(material);
  helm::Masking masking;
  masking.add(now);
  mask_release(masking, before, now);
  mask_release(masking, after, now);
  json::Writer out;
  out.begin_object().key("from").integer(from).key("to").integer(to);
  out.key("objects").begin_array();
  for (const auto& diff : helm::diff_manifests(before.objects, after.objects, masking)) {
    write_object_diff(out, diff);
  }
  out.end_array();
  write_value_diff(out, masking, stored_values(before, now), stored_values(after, now));
  out.end_object();
  return std::move(out).finish();
}

base::Result<HiddenValue> hidden_value(const ReleaseMaterial& material, int64_t revision,
                                       const helm::Path& path) {
  const helm::Merged now = merged_now(material);
  helm::Merged merged = now;
  if (revision != 0) {
    const Release release = TRY(read_release(material, revision));
    merged = stored_values(release, now);
  }
  const helm::NodePtr node = helm::at_path(merged.root, path);
  if (node == nullptr || node->type != helm::Node::Type::kScalar ||
      !is_hidden(merged, {path, node->json, node->source})) {
    return base::fail(ErrorCode::kNotFound, "There is no masked value at this key any more.",
                      "Read the values again.");
  }
  const helm::ValuesSource& source = merged.sources[static_cast<size_t>(node->source)];
  HiddenValue hidden{node->json, source.reference.name, "", path_text(path)};
  hidden.ns = material.helm_release.root()["metadata"]["namespace"].str();
  // What a release was given is read from the release.
  if (revision != 0) {
    hidden.secret = helm::storage_name(material.storage.release, revision);
    hidden.ns = material.storage.ns;
  }
  return hidden;
}

}  // namespace masthead::app
