// What a Flux object has applied: status.inventory.
//
// An entry of Kustomization, HelmRelease, FluxInstance and ResourceSet is {id, v}. The id is
// "<namespace>_<name>_<group>_<kind>" (fluxcd/cli-utils object.ObjMetadata): read from both ends,
// since a name may hold "_" and none of the others can. The names of RBAC's kinds may hold ":",
// which stands there as "__". Core has no group, a cluster-scoped object no namespace.
//
// Pure. Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "k8s/identifiers.h"

namespace masthead::flux {

struct InventoryEntry {
  k8s::ObjectRef ref;
  std::string version;  // in which it was applied; may no longer be served
  bool operator==(const InventoryEntry&) const = default;
};

// Nothing for what is no id.
std::optional<k8s::ObjectRef> parse_inventory_id(std::string_view id);
std::string inventory_id(const k8s::ObjectRef& ref);

struct Inventory {
  bool told = false;  // the object has an inventory, if an empty one
  std::vector<InventoryEntry> entries;
  size_t unreadable = 0;  // ids that are none
  size_t beyond = 0;      // entries past limits::kInventoryEntries
  // Kustomizations of v1beta1 name kinds alone: "Deployment in shop", "Namespace".
  std::vector<std::string> kinds;
};
// Of an ArtifactGenerator too, whose entries are the ExternalArtifacts that it has made.
Inventory inventory_of(const json::Value& object);

// The Secret or ConfigMap that says which other cluster the objects were applied to; empty when it
// is this one.
std::string remote_cluster_of(const json::Value& object);

}  // namespace masthead::flux
