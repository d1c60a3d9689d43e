// What the API serves. Plain values; parsing is in discovery.cc and does no I/O.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "k8s/identifiers.h"

namespace masthead::kube {

struct ApiResource {
  k8s::GroupVersionResource gvr;  // version: the most preferred of the server that serves it
  std::string kind;
  std::string singular;
  bool namespaced = false;
  std::vector<std::string> verbs;
  std::vector<std::string> short_names;
  std::vector<std::string> categories;
  std::vector<std::string> subresources;     // "status", "scale", "log"
  std::vector<std::string> served_versions;  // preferred first

  bool has_verb(std::string_view verb) const;
  // "/api/v1/namespaces/x/pods"; all namespaces when `ns` is empty.
  std::string path(std::string_view ns = {}) const;
};

struct Discovery {
  std::vector<ApiResource> resources;  // by group, then resource
  // Groups that did not answer, or that the server marked stale; what was known of them is kept.
  std::vector<std::string> stale_groups;
  std::string server_version;  // "v1.36.3"; empty when the account may not read it

  // Whether the API server writes a list item by item from its watch cache, whole lists included
  // (KEP-5116 and KEP-2340, both on by default since 1.33). An unknown version does not.
  bool lists_item_by_item() const;

  const ApiResource* find(std::string_view group, std::string_view kind) const;
  const ApiResource* find_resource(std::string_view group, std::string_view resource) const;
};

// One answer of aggregated discovery (v2 or v2beta1) for /api or /apis, added to `out`.
base::Result<void> add_aggregated_discovery(std::string_view body, Discovery& out);

// The old way: /apis and /api name groups and versions …
struct GroupVersions {
  std::string group;
  std::vector<std::string> versions;  // preferred first
};
base::Result<std::vector<GroupVersions>> parse_group_list(std::string_view body);
base::Result<std::vector<GroupVersions>> parse_core_versions(std::string_view body);
// … and one answer per group and version names its resources. Versions are added preferred first.
base::Result<void> add_resource_list(std::string_view body, const std::string& group,
                                     const std::string& version, Discovery& out);

// Adds what `from` serves to `out`, versions added earlier being preferred.
void add_resources(Discovery from, Discovery& out);

// Sorted; groups that are stale in `now` keep what `before` knew of them.
void finish_discovery(Discovery& now, const Discovery& before);

}  // namespace masthead::kube
