#include "sim/metadata_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/names.h"

namespace masthead::sim {

namespace {

using Causes = std::vector<ApiStatus::Cause>;

void invalid_value(Causes& causes, std::string_view value, const std::string& problem,
                   const std::string& field) {
  if (problem.empty()) return;
  causes.push_back(
      {"FieldValueInvalid", fmt::format("Invalid value: \"{}\": {}", value, problem), field});
}

void check_maps(Causes& causes, const Document& object) {
  if (const Fields* labels = fields_at(object, {"metadata", "labels"})) {
    for (const auto& [key, value] : *labels) {
      invalid_value(causes, key, qualified_name_problem(key), "metadata.labels");
      if (!value.is_string()) continue;
      invalid_value(causes, value.get_string(), label_value_problem(value.get_string()),
                    "metadata.labels");
    }
  }
  if (const Fields* annotations = fields_at(object, {"metadata", "annotations"})) {
    for (const auto& [key, value] : *annotations) {
      std::string lower(key);
      for (char& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
      invalid_value(causes, key, qualified_name_problem(lower), "metadata.annotations");
    }
  }
}

void check_finalizer_names(Causes& causes, const ResourceType& type, const Document& object) {
  const Items* finalizers = items_at(object, {"metadata", "finalizers"});
  for (size_t i = 0; finalizers != nullptr && i < finalizers->size(); ++i) {
    if (!(*finalizers)[i].is_string()) continue;
    const std::string_view name = (*finalizers)[i].get_string();
    if (name == "orphan" || name == "foregroundDeletion" || name == "kubernetes") continue;
    std::string problem = qualified_name_problem(name);
    if (problem.empty() && !type.custom && name.find('/') == std::string_view::npos) {
      problem = "name is neither a standard finalizer name nor is it fully qualified";
    }
    invalid_value(causes, name, problem, fmt::format("metadata.finalizers[{}]", i));
  }
}

void check_owners(Causes& causes, const Document& object) {
  const Items* owners = items_at(object, {"metadata", "ownerReferences"});
  if (owners == nullptr) return;
  for (const Document& owner : *owners) {
    for (const char* key : {"apiVersion", "kind", "name", "uid"}) {
      if (!text_at(owner, {key}).empty()) continue;
      const bool version = std::string_view(key) == "apiVersion";
      invalid_value(causes, "", version ? "version must not be empty" : "must not be empty",
                    fmt::format("metadata.ownerReferences.{}", key));
    }
  }
}

bool same_at(const Document& old, const Document& now, Path path) {
  const Document* before = find(old, path);
  const Document* after = find(now, path);
  return before == nullptr || after == nullptr ? before == after : *before == *after;
}

void check_marked_immutable(Causes& causes, const Document& old, const Document& now) {
  if (!flag_at(old, {"immutable"})) return;
  const auto forbid = [&](const char* field) {
    causes.push_back(
        {"FieldValueForbidden", "Forbidden: field is immutable when `immutable` is set", field});
  };
  if (!flag_at(now, {"immutable"})) forbid("immutable");
  for (const char* map : {"data", "binaryData"}) {
    if (!same_at(old, now, {map})) forbid(map);
  }
}

void check_stateful_set(Causes& causes, const Document& old, const Document& now) {
  const auto fixed = [](const Document& object) {
    const Fields* spec = fields_at(object, {"spec"});
    Fields kept = spec == nullptr ? Fields() : *spec;
    for (const char* free :
         {"replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit",
          "persistentVolumeClaimRetentionPolicy", "minReadySeconds"}) {
      kept.erase(free);
    }
    return kept;
  };
  if (fixed(old) == fixed(now)) return;
  causes.push_back(
      {"FieldValueForbidden",
       "Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', "
       "'template', 'updateStrategy', 'revisionHistoryLimit', "
       "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
       "spec"});
}

void fixed_value(Causes& causes, const Document& now, Path path, const std::string& field) {
  const Document* value = find(now, path);
  causes.push_back({"FieldValueInvalid",
                    fmt::format("Invalid value: {}: field is immutable",
                                value == nullptr ? "null" : to_text(*value)),
                    field});
}

void check_job(Causes& causes, const Document& old, const Document& now) {
  // An indexed Job may grow and shrink.
  const bool indexed = text_at(now, {"spec", "completionMode"}) == "Indexed";
  for (const char* field :
       {"completions", "selector", "template", "completionMode", "podFailurePolicy",
        "backoffLimitPerIndex", "managedBy", "successPolicy"}) {
    if (std::string_view(field) == "completions" && indexed) continue;
    if (std::string_view(field) == "template" && flag_at(old, {"spec", "suspend"})) continue;
    if (same_at(old, now, {"spec", field})) continue;
    fixed_value(causes, now, {"spec", field}, fmt::format("spec.{}", field));
  }
}

// The specification without what may change.
Fields fixed_pod(const Document& pod) {
  const Fields* spec = fields_at(pod, {"spec"});
  Fields kept = spec == nullptr ? Fields() : *spec;
  kept.erase("activeDeadlineSeconds");
  kept.erase("tolerations");
  for (const char* list : {"containers", "initContainers"}) {
    if (!kept.contains(list) || !kept[list].is_array()) continue;
    for (Document& container : kept[list].get_array()) {
      if (container.is_object()) container.get_object().erase("image");
    }
  }
  return kept;
}

void check_pod(Causes& causes, const Document& old, const Document& now) {
  for (const char* list : {"containers", "initContainers"}) {
    const Items* before = items_at(old, {"spec", list});
    const Items* after = items_at(now, {"spec", list});
    if ((before == nullptr ? 0 : before->size()) == (after == nullptr ? 0 : after->size()))
      continue;
    causes.push_back({"FieldValueForbidden",
                      "Forbidden: pod updates may not add or remove containers",
                      fmt::format("spec.{}", list)});
    return;
  }
  const Items* before = items_at(old, {"spec", "tolerations"});
  const Items* after = items_at(now, {"spec", "tolerations"});
  const bool kept =
      before == nullptr || std::all_of(before->begin(), before->end(), [&](const Document& one) {
        return after != nullptr && std::find(after->begin(), after->end(), one) != after->end();
      });
  if (!kept) {
    causes.push_back(
        {"FieldValueForbidden",
         "Forbidden: existing toleration can not be modified except its tolerationSeconds",
         "spec.tolerations"});
    return;
  }
  if (fixed_pod(old) == fixed_pod(now)) return;
  causes.push_back(
      {"FieldValueForbidden",
       "Forbidden: pod updates may not change fields other than "
       "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
       "`spec.tolerations` (only additions to existing tolerations),"
       "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously "
       "negative)",
       "spec"});
}

}  // namespace

std::vector<ApiStatus::Cause> metadata_problems(const ResourceType& type, const Document& object) {
  Causes causes;
  check_maps(causes, object);
  check_owners(causes, object);
  check_finalizer_names(causes, type, object);
  return causes;
}

std::vector<ApiStatus::Cause> immutable_problems(const ResourceType& type, const Document& old,
                                                 const Document& now) {
  Causes causes;
  if (type.custom) return causes;
  if (type.plural.ends_with("rolebindings") && !same_at(old, now, {"roleRef"})) {
    causes.push_back(
        {"FieldValueInvalid",
         fmt::format(
             "Invalid value: {{\"APIGroup\":\"{}\",\"Kind\":\"{}\",\"Name\":\"{}\"}}: cannot "
             "change roleRef",
             text_at(now, {"roleRef", "apiGroup"}), text_at(now, {"roleRef", "kind"}),
             text_at(now, {"roleRef", "name"})),
         "roleRef"});
  }
  if (type.group == "apps" && type.plural == "statefulsets") {
    check_stateful_set(causes, old, now);
  } else if (type.group == "apps" && !same_at(old, now, {"spec", "selector"})) {
    fixed_value(causes, now, {"spec", "selector"}, "spec.selector");
  }
  if (type.group == "batch" && type.plural == "jobs") check_job(causes, old, now);
  if (type.group.empty() && type.plural == "pods") check_pod(causes, old, now);
  if (type.group.empty() && type.plural == "secrets" && !same_at(old, now, {"type"})) {
    fixed_value(causes, now, {"type"}, "type");
  }
  if (type.group.empty() && (type.plural == "secrets" || type.plural == "configmaps")) {
    check_marked_immutable(causes, old, now);
  }
  return causes;
}

Outcome<void> check_finalizers(const ResourceType& type, const Document& old,
                               const Document& object) {
  const Items* now = items_at(object, {"metadata", "finalizers"});
  if (now == nullptr || text_at(old, {"metadata", "deletionTimestamp"}).empty()) return {};
  const Items* before = items_at(old, {"metadata", "finalizers"});
  std::string added;
  for (const Document& one : *now) {
    const bool known =
        before != nullptr && std::find(before->begin(), before->end(), one) != before->end();
    if (!known) added += (added.empty() ? "" : ", ") + to_text(one);
  }
  if (added.empty()) return {};
  return refuse(invalid(
      type, text_at(old, {"metadata", "name"}),
      {{"FieldValueForbidden",
        fmt::format("Forbidden: no new finalizers can be added if the object is being deleted, "
                    "found new finalizers []string{{{}}}",
                    added),
        "metadata.finalizers"}}));
}

}  // namespace masthead::sim
