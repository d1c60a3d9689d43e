#include "kube/discovery.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "json/value.h"
#include "kube/url.h"

namespace masthead::kube {

using base::ErrorCode;

bool ApiResource::has_verb(std::string_view verb) const {
  return std::find(verbs.begin(), verbs.end(), verb) != verbs.end();
}

std::string ApiResource::path(std::string_view ns) const {
  std::string out = gvr.group.empty() ? "/api/" : "/apis/" + escape_component(gvr.group) + "/";
  out += escape_component(gvr.version);
  if (!ns.empty() && namespaced) out += "/namespaces/" + escape_component(ns);
  return out + "/" + escape_component(gvr.resource);
}

bool Discovery::lists_item_by_item() const {
  std::string_view rest = server_version;
  if (!rest.starts_with("v1.")) return false;
  rest.remove_prefix(3);
  int minor = 0;
  std::from_chars(rest.data(), rest.data() + rest.size(), minor);
  return minor >= 33;
}

const ApiResource* Discovery::find(std::string_view group, std::string_view kind) const {
  for (const ApiResource& resource : resources) {
    if (resource.gvr.group == group && resource.kind == kind) return &resource;
  }
  return nullptr;
}

const ApiResource* Discovery::find_resource(std::string_view group, std::string_view name) const {
  for (const ApiResource& resource : resources) {
    if (resource.gvr.group == group && resource.gvr.resource == name) return &resource;
  }
  return nullptr;
}

namespace {

std::vector<std::string> texts(const json::Value& list) {
  std::vector<std::string> out;
  for (const json::Value item : list.items()) {
    if (item.is_string()) out.emplace_back(item.str());
  }
  return out;
}

// Versions arrive preferred first: the first that serves a resource is the one it is read in.
void add_resource(ApiResource found, Discovery& out) {
  if (found.gvr.resource.empty() || found.kind.empty() || found.gvr.version.empty()) return;
  for (ApiResource& known : out.resources) {
    if (known.gvr.group != found.gvr.group || known.gvr.resource != found.gvr.resource) continue;
    auto& versions = known.served_versions;
    if (std::find(versions.begin(), versions.end(), found.gvr.version) == versions.end()) {
      versions.push_back(found.gvr.version);
    }
    return;
  }
  found.served_versions = {found.gvr.version};
  out.resources.push_back(std::move(found));
}

void mark_stale(const std::string& group, Discovery& out) {
  auto& stale = out.stale_groups;
  if (std::find(stale.begin(), stale.end(), group) == stale.end()) stale.push_back(group);
}

ApiResource read_aggregated(const json::Value& value, const std::string& group,
                            const std::string& version) {
  ApiResource resource;
  resource.gvr = {group, version, std::string(value["resource"].str())};
  resource.kind = value["responseKind"]["kind"].str();
  resource.singular = value["singularResource"].str();
  resource.namespaced = value["scope"].str() == "Namespaced";
  resource.verbs = texts(value["verbs"]);
  resource.short_names = texts(value["shortNames"]);
  resource.categories = texts(value["categories"]);
  for (const json::Value sub : value["subresources"].items()) {
    resource.subresources.emplace_back(sub["subresource"].str());
  }
  return resource;
}

}  // namespace

base::Result<void> add_aggregated_discovery(std::string_view body, Discovery& out) {
  const json::Document document = TRY(json::Document::parse(body));
  const json::Value root = document.root();
  if (root["kind"].str() != "APIGroupDiscoveryList") {
    return base::fail(ErrorCode::kInternal, "discovery did not answer with APIGroupDiscoveryList");
  }
  for (const json::Value group : root["items"].items()) {
    const std::string name(group["metadata"]["name"].str());
    for (const json::Value version : group["versions"].items()) {
      // KEP-3352: "Stale" says that the server behind an APIService has not answered.
      if (version["freshness"].str() == "Stale") mark_stale(name, out);
      const std::string version_name(version["version"].str());
      for (const json::Value resource : version["resources"].items()) {
        add_resource(read_aggregated(resource, name, version_name), out);
      }
    }
  }
  return {};
}

base::Result<std::vector<GroupVersions>> parse_group_list(std::string_view body) {
  const json::Document document = TRY(json::Document::parse(body));
  if (!document.root()["groups"].is_array()) {
    return base::fail(ErrorCode::kInternal, "the answer is no APIGroupList");
  }
  std::vector<GroupVersions> out;
  for (const json::Value group : document.root()["groups"].items()) {
    GroupVersions one;
    one.group = group["name"].str();
    const std::string preferred(group["preferredVersion"]["version"].str());
    if (!preferred.empty()) one.versions.push_back(preferred);
    for (const json::Value version : group["versions"].items()) {
      if (version["version"].is_string() && version["version"].str() != preferred) {
        one.versions.emplace_back(version["version"].str());
      }
    }
    out.push_back(std::move(one));
  }
  return out;
}

base::Result<std::vector<GroupVersions>> parse_core_versions(std::string_view body) {
  const json::Document document = TRY(json::Document::parse(body));
  if (!document.root()["versions"].is_array()) {
    return base::fail(ErrorCode::kInternal, "the answer is no APIVersions");
  }
  return std::vector<GroupVersions>{{"", texts(document.root()["versions"])}};
}

base::Result<void> add_resource_list(std::string_view body, const std::string& group,
                                     const std::string& version, Discovery& out) {
  const json::Document document = TRY(json::Document::parse(body));
  if (!document.root()["resources"].is_array()) {
    return base::fail(ErrorCode::kInternal, "discovery did not answer with APIResourceList");
  }
  Discovery own;
  for (const json::Value value : document.root()["resources"].items()) {
    const std::string name(value["name"].str());
    const size_t slash = name.find('/');
    if (slash != std::string::npos) {
      for (ApiResource& parent : own.resources) {
        if (parent.gvr.resource == name.substr(0, slash)) {
          parent.subresources.push_back(name.substr(slash + 1));
        }
      }
      continue;
    }
    ApiResource resource;
    resource.gvr = {group, version, name};
    resource.kind = value["kind"].str();
    resource.singular = value["singularName"].str();
    resource.namespaced = value["namespaced"].boolean();
    resource.verbs = texts(value["verbs"]);
    resource.short_names = texts(value["shortNames"]);
    resource.categories = texts(value["categories"]);
    add_resource(std::move(resource), own);
  }
  add_resources(std::move(own), out);
  return {};
}

void add_resources(Discovery from, Discovery& out) {
  for (ApiResource& resource : from.resources) add_resource(std::move(resource), out);
}

void finish_discovery(Discovery& now, const Discovery& before) {
  // One broken APIService must never empty the menu: what was known of a group stays.
  std::set<std::string> answered;
  for (const ApiResource& resource : now.resources) answered.insert(resource.gvr.group);
  for (const std::string& group : now.stale_groups) {
    if (answered.contains(group)) continue;
    for (const ApiResource& known : before.resources) {
      if (known.gvr.group == group) now.resources.push_back(known);
    }
  }
  std::sort(now.resources.begin(), now.resources.end(), [](const auto& a, const auto& b) {
    return std::tie(a.gvr.group, a.gvr.resource) < std::tie(b.gvr.group, b.gvr.resource);
  });
  auto& stale = now.stale_groups;
  std::sort(stale.begin(), stale.end());
  stale.erase(std::unique(stale.begin(), stale.end()), stale.end());
}

}  // namespace masthead::kube
