#include "flux/inventory.h"

#include <set>

#include "base/limits.h"
#include "k8s/known_kinds.h"

namespace masthead::flux {
namespace {

constexpr std::string_view kRbac = "rbac.authorization.k8s.io";

// Every "from" becomes "to".
std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string out;
  for (size_t at = text.find(from); at != std::string_view::npos; at = text.find(from)) {
    out.append(text.substr(0, at)).append(to);
    text.remove_prefix(at + from.size());
  }
  return out.append(text);
}

void add(Inventory& inventory, std::optional<k8s::ObjectRef> ref, std::string_view version) {
  if (!ref) {
    ++inventory.unreadable;
  } else if (inventory.entries.size() == limits::kInventoryEntries) {
    ++inventory.beyond;
  } else {
    inventory.entries.push_back({std::move(*ref), std::string(version)});
  }
}

// {name, namespace, digest, filename}: a plain list, the namespace the generator's own by default.
void add_artifacts(const json::Value& object, Inventory& inventory) {
  for (const json::Value entry : object["status"]["inventory"].items()) {
    const auto name = entry["name"].str();
    if (name.empty()) {
      add(inventory, std::nullopt, {});
      continue;
    }
    const auto ns = entry["namespace"].str_or(object["metadata"]["namespace"].str());
    add(inventory,
        k8s::ObjectRef{std::string(k8s::kSourceGroup), "ExternalArtifact", std::string(ns),
                       std::string(name)},
        "v1");
  }
}

// status.snapshot: by namespace, the kinds of which something is applied.
void add_snapshot(const json::Value& object, Inventory& inventory) {
  std::set<std::string> kinds;
  for (const json::Value entry : object["status"]["snapshot"]["entries"].items()) {
    const auto ns = entry["namespace"].str();
    for (const auto& [version, kind] : entry["kinds"].members()) {
      if (kind.str().empty()) continue;
      kinds.insert(std::string(kind.str()) + (ns.empty() ? "" : " in " + std::string(ns)));
    }
  }
  inventory.kinds.assign(kinds.begin(), kinds.end());
  if (kinds.size() <= limits::kObjectsNamed) return;
  inventory.kinds.resize(limits::kObjectsNamed);
  inventory.kinds.push_back(std::to_string(kinds.size() - limits::kObjectsNamed) + " more");
}

}  // namespace

std::optional<k8s::ObjectRef> parse_inventory_id(std::string_view id) {
  const size_t ns_end = id.find('_');
  const size_t kind_begin = id.rfind('_');
  if (ns_end == std::string_view::npos || kind_begin <= ns_end + 1) return std::nullopt;
  const size_t group_begin = id.rfind('_', kind_begin - 1);
  if (group_begin <= ns_end) return std::nullopt;
  k8s::ObjectRef ref{std::string(id.substr(group_begin + 1, kind_begin - group_begin - 1)),
                     std::string(id.substr(kind_begin + 1)), std::string(id.substr(0, ns_end)),
                     std::string(id.substr(ns_end + 1, group_begin - ns_end - 1))};
  if (ref.name.empty() || ref.kind.empty()) return std::nullopt;
  if (ref.group == kRbac) ref.name = replaced(ref.name, "__", ":");
  return ref;
}

std::string inventory_id(const k8s::ObjectRef& ref) {
  const std::string name = ref.group == kRbac ? replaced(ref.name, ":", "__") : ref.name;
  return ref.ns + "_" + name + "_" + ref.group + "_" + ref.kind;
}

Inventory inventory_of(const json::Value& object) {
  Inventory inventory;
  const auto told = object["status"]["inventory"];
  inventory.told = told.is_array() || told["entries"].is_array();
  if (told.is_array()) add_artifacts(object, inventory);
  for (const json::Value entry : told["entries"].items()) {
    add(inventory, parse_inventory_id(entry["id"].str()), entry["v"].str());
  }
  if (!inventory.told) add_snapshot(object, inventory);
  return inventory;
}

std::string remote_cluster_of(const json::Value& object) {
  const auto config = object["spec"]["kubeConfig"];
  for (const auto& [key, kind] :
       {std::pair("secretRef", "Secret"), std::pair("configMapRef", "ConfigMap")}) {
    if (const auto name = config[key]["name"].str(); !name.empty()) {
      return std::string(kind) + " " + std::string(name);
    }
  }
  return {};
}

}  // namespace masthead::flux
