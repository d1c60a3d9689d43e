// metadata.managedFields: who set which field (structured-merge-diff's FieldsV1), with lists as one
// leaf each, as where a schema says nothing of their keys.
#include <algorithm>

#include "base/time_format.h"
#include "sim/object_rules.h"

namespace masthead::sim {
namespace {

bool is_bookkeeping(int depth, std::string_view parent, std::string_view key) {
  if (depth == 0) return key == "apiVersion" || key == "kind";
  if (depth != 1 || parent != "metadata") return false;
  static constexpr std::string_view kKeys[] = {
      "name",         "namespace",         "uid",
      "generation",   "creationTimestamp", "resourceVersion",
      "selfLink",     "deletionTimestamp", "deletionGracePeriodSeconds",
      "managedFields"};
  return std::find(std::begin(kKeys), std::end(kKeys), key) != std::end(kKeys);
}

// Maps whose own existence is a field too, marked ".".
bool is_map(std::string_view key) {
  return key == "labels" || key == "annotations" || key == "data" || key == "matchLabels";
}

// The fields of `now` that differ from `old`. Nothing when none does.
std::optional<Fields> changed_fields(const Document* old, const Document& now, std::string_view key,
                                     int depth, bool custom) {
  const Fields* fields = now.if_object();
  // "x-kubernetes-map-type: atomic".
  const bool atomic = !custom && (key == "roleRef" || key == "selector");
  if (fields == nullptr || fields->empty() || atomic) {
    if (old != nullptr && *old == now) return std::nullopt;
    return Fields();
  }
  Fields changed;
  const bool map = is_map(key) || (custom && depth > 0 && key != "metadata");
  if (map && (old == nullptr || !old->is_object())) changed["."] = Fields();
  for (const auto& [name, value] : *fields) {
    if (is_bookkeeping(depth, key, name) || (value.is_null() && !custom)) continue;
    const Document* before = old == nullptr ? nullptr : find(*old, {name});
    auto below = changed_fields(before, value, name, depth + 1, custom);
    if (below) changed["f:" + std::string(name)] = std::move(*below);
  }
  if (changed.empty()) return std::nullopt;
  return changed;
}

// Takes from `owned` what `taken` names; true when nothing is left.
bool subtract(Fields& owned, const Fields& taken) {
  for (const auto& [key, value] : taken) {
    Document* mine = owned.if_contains(key);
    if (mine == nullptr || key == ".") continue;
    if (value.get_object().empty() || mine->get_object().empty() ||
        subtract(mine->get_object(), value.get_object())) {
      owned.erase(key);
    }
  }
  return owned.empty();
}

void unite(Fields& owned, const Fields& more) {
  for (const auto& [key, value] : more) {
    Document& mine = owned[key];
    if (!mine.is_object()) mine = Fields();
    unite(mine.get_object(), value.get_object());
  }
}

// Drops from `owned` what `object` no longer has.
bool drop_vanished(Fields& owned, const Document& object) {
  std::vector<std::string> gone;
  for (auto& [key, below] : owned) {
    if (key == ".") continue;
    const Document* value = find(object, {std::string_view(key.data() + 2, key.size() - 2)});
    if (value == nullptr ||
        (!below.get_object().empty() && drop_vanished(below.get_object(), *value))) {
      gone.emplace_back(key);
    }
  }
  for (const std::string& key : gone) owned.erase(key);
  return owned.empty();
}

}  // namespace

void record_ownership(const WriteContext& context, const Document& old, Document& now) {
  const Document* before = old.is_object() ? &old : nullptr;
  const auto changed = changed_fields(before, now, "", 0, context.type.custom);
  const std::string version = context.type.api_version(context.version);
  Fields mine;
  Items entries;
  const Items* recorded = items_at(old, {"metadata", "managedFields"});
  for (Document entry : recorded == nullptr ? Items() : *recorded) {
    if (!entry.is_object()) continue;
    Fields& owned = object_in(entry.get_object(), "fieldsV1");
    const bool is_mine = text_at(entry, {"manager"}) == context.manager &&
                         text_at(entry, {"operation"}) == context.operation &&
                         text_at(entry, {"subresource"}) == context.subresource &&
                         text_at(entry, {"apiVersion"}) == version;
    if (changed && !is_mine) subtract(owned, *changed);
    const bool nothing_left = drop_vanished(owned, now);
    if (is_mine) {
      mine = entry.get_object();
    } else if (!nothing_left) {
      entries.push_back(std::move(entry));
    }
  }
  if (changed) {
    mine["manager"] = context.manager;
    mine["operation"] = context.operation;
    mine["apiVersion"] = version;
    mine["time"] = base::format_rfc3339(context.now_ms / 1000 * 1000);
    mine["fieldsType"] = "FieldsV1";
    unite(object_in(mine, "fieldsV1"), *changed);
    if (!context.subresource.empty()) mine["subresource"] = context.subresource;
  }
  if (!mine.empty()) entries.emplace_back(std::move(mine));
  Fields& metadata = object_in(now.get_object(), "metadata");
  if (entries.empty()) {
    metadata.erase("managedFields");
  } else {
    metadata["managedFields"] = std::move(entries);
  }
}

}  // namespace masthead::sim
