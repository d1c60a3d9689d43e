#include "sim/metadata_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/names.h"

namespace masthead::sim {

Outcome<void> check_metadata(const ResourceType& type, std::string_view name,
                             const Document& object) {
  std::vector<ApiStatus::Cause> causes;
  const auto wrong = [&](std::string_view value, const std::string& problem, const char* field) {
    if (problem.empty()) return;
    causes.push_back(
        {"FieldValueInvalid", fmt::format("Invalid value: \"{}\": {}", value, problem), field});
  };
  if (const Fields* labels = fields_at(object, {"metadata", "labels"})) {
    for (const auto& [key, value] : *labels) {
      wrong(key, qualified_name_problem(key), "metadata.labels");
      if (value.is_string()) {
        wrong(value.get_string(), label_value_problem(value.get_string()), "metadata.labels");
      }
    }
  }
  if (const Fields* annotations = fields_at(object, {"metadata", "annotations"})) {
    for (const auto& [key, value] : *annotations) {
      std::string lower(key);
      for (char& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
      wrong(key, qualified_name_problem(lower), "metadata.annotations");
    }
  }
  if (causes.empty()) return {};
  return refuse(invalid(type, name, std::move(causes)));
}

Outcome<void> check_immutable(const ResourceType& type, const Document& old,
                              const Document& object) {
  const auto changed = [&](std::string_view field) {
    const Document* before = find(old, {field});
    const Document* now = find(object, {field});
    return before != nullptr && now != nullptr && *before != *now;
  };
  std::vector<ApiStatus::Cause> causes;
  const Document* now = nullptr;
  if (type.plural.ends_with("rolebindings") && changed("roleRef")) {
    now = find(object, {"roleRef"});
    causes.push_back(
        {"FieldValueInvalid",
         fmt::format(
             "Invalid value: {{\"APIGroup\":\"{}\",\"Kind\":\"{}\",\"Name\":\"{}\"}}: cannot "
             "change roleRef",
             text_at(*now, {"apiGroup"}), text_at(*now, {"kind"}), text_at(*now, {"name"})),
         "roleRef"});
  }
  if (type.group.empty() && type.plural == "secrets" && changed("type")) {
    causes.push_back(
        {"FieldValueInvalid",
         fmt::format("Invalid value: {}: field is immutable", to_text(*find(object, {"type"}))),
         "type"});
  }
  if (causes.empty()) return {};
  return refuse(invalid(type, text_at(old, {"metadata", "name"}), std::move(causes)));
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
