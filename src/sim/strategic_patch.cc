// The strategic merge patch of built-in kinds: lists whose elements have a key are merged by it.
#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "sim/patch.h"

namespace masthead::sim {
namespace {

using Applied = std::expected<void, std::string>;

// patchMergeKey of the types in k8s.io/api, by the name of the list; the first that its elements
// have. Every other list is replaced.
struct MergeKey {
  std::string_view list, key;
};
constexpr MergeKey kMergeKeys[] = {
    {"containers", "name"},
    {"initContainers", "name"},
    {"ephemeralContainers", "name"},
    {"env", "name"},
    {"volumes", "name"},
    {"imagePullSecrets", "name"},
    {"secrets", "name"},
    {"volumeMounts", "mountPath"},
    {"volumeDevices", "devicePath"},
    {"ports", "containerPort"},
    {"ports", "port"},
    {"conditions", "type"},
    {"hostAliases", "ip"},
    {"ownerReferences", "uid"},
    {"topologySpreadConstraints", "topologyKey"},
};

std::string_view merge_key(std::string_view list, const Items& patch) {
  for (const auto& [name, key] : kMergeKeys) {
    const bool has = std::ranges::all_of(
        patch, [&](const Document& item) { return find(item, {key}) != nullptr; });
    if (name == list && has) return key;
  }
  return "";
}

bool is_directive(std::string_view key) {
  return key.starts_with('$');
}

Applied merge(Fields& target, const Fields& patch, size_t depth);

Applied merge_list(Items& target, const Items& patch, std::string_view key, size_t depth) {
  for (const Document& change : patch) {
    const Document& wanted = *find(change, {key});
    const auto found = std::ranges::find_if(target, [&](const Document& item) {
      const Document* has = find(item, {key});
      return has != nullptr && *has == wanted;
    });
    if (text_at(change, {"$patch"}) == "delete") {
      if (found != target.end()) target.erase(found);
      continue;
    }
    Document& item = found == target.end() ? target.emplace_back(Fields()) : *found;
    if (auto done = merge(item.as_object(), change.as_object(), depth + 1); !done) return done;
  }
  return {};
}

// "$deleteFromPrimitiveList/finalizers": ["a"]
void take_from_list(Fields& target, std::string_view list, const Document& values) {
  Document* items = target.if_contains(list);
  if (items == nullptr || !items->is_array() || !values.is_array()) return;
  Items& left = items->get_array();
  const auto doomed = std::ranges::remove_if(left, [&](const Document& item) {
    return std::ranges::find(values.get_array(), item) != values.get_array().end();
  });
  left.erase(doomed.begin(), doomed.end());
}

void join_lists(Items& target, const Items& patch) {
  for (const Document& item : patch) {
    if (std::ranges::find(target, item) == target.end()) target.push_back(item);
  }
}

Applied merge_value(Fields& target, std::string_view key, const Document& value, size_t depth) {
  Document& now = target[key];
  if (const Fields* fields = value.if_object()) {
    if (!now.is_object()) now = Fields();
    return merge(now.get_object(), *fields, depth + 1);
  }
  const Items* items = value.if_array();
  const std::string_view by = items == nullptr ? "" : merge_key(key, *items);
  if (items != nullptr && !by.empty() && !items->empty()) {
    if (!now.is_array()) now = Items();
    return merge_list(now.get_array(), *items, by, depth);
  }
  if (items != nullptr && key == "finalizers" && now.is_array()) {
    join_lists(now.get_array(), *items);
    return {};
  }
  now = value;
  return {};
}

Applied merge(Fields& target, const Fields& patch, size_t depth) {
  static constexpr std::string_view kDelete = "$deleteFromPrimitiveList/";
  if (depth > limits::kJsonDepth) return std::unexpected("the patch is nested too deep");
  const Document* directive = patch.if_contains("$patch");
  if (directive != nullptr) {
    if (*directive != "replace" && *directive != "delete" && *directive != "merge") {
      return std::unexpected(fmt::format("Unknown patch type found: {}", to_text(*directive)));
    }
    if (*directive != "merge") target.clear();
    if (*directive == "delete") return {};
  }
  if (const Document* kept = patch.if_contains("$retainKeys");
      kept != nullptr && kept->is_array()) {
    std::vector<std::string> dropped;
    for (const auto& [key, value] : target) {
      if (std::ranges::find(kept->get_array(), Document(key)) == kept->get_array().end()) {
        dropped.emplace_back(key);
      }
    }
    for (const std::string& key : dropped) target.erase(key);
  }
  for (const auto& [key, value] : patch) {
    const std::string_view name = key;
    if (name.starts_with(kDelete)) take_from_list(target, name.substr(kDelete.size()), value);
    if (is_directive(name)) continue;
    if (value.is_null()) {
      target.erase(key);
    } else if (auto done = merge_value(target, name, value, depth); !done) {
      return done;
    }
  }
  return {};
}

}  // namespace

std::expected<void, std::string> strategic_patch(Document& target, const Document& patch) {
  if (!target.is_object() || !patch.is_object()) return std::unexpected("not an object");
  return merge(target.get_object(), patch.get_object(), 0);
}

}  // namespace masthead::sim
