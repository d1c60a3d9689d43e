// What the server serves: aggregated discovery (apidiscovery.k8s.io/v2, KEP-3352) and the plain
// documents before it, versions, health, and as much OpenAPI as kubectl asks for before a write.
#include <fmt/format.h>

#include <algorithm>

#include "json/writer.h"
#include "sim/api_server.h"

namespace masthead::sim {
namespace {

constexpr const char* kJson = "application/json";
constexpr const char* kAggregated =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

using GroupTypes = std::map<std::string, std::vector<ResourceTypePtr>>;

GroupTypes by_group(const ResourceTypes& types) {
  GroupTypes groups;
  for (const ResourceTypePtr& type : types.all()) groups[type->group].push_back(type);
  return groups;
}

// Every version of a group, the preferred one first.
std::vector<std::string> versions_of(const std::vector<ResourceTypePtr>& types) {
  std::vector<std::string> versions;
  for (const ResourceTypePtr& type : types) {
    for (const auto& version : type->versions) {
      if (std::find(versions.begin(), versions.end(), version.name) == versions.end()) {
        versions.push_back(version.name);
      }
    }
  }
  // "v2 before v1 before v2beta1 before v1alpha1": stable ones first, higher ones first.
  const auto rank = [](const std::string& name) {
    const bool beta = name.find("beta") != std::string::npos;
    const bool alpha = name.find("alpha") != std::string::npos;
    return std::pair(alpha ? 2 : beta ? 1 : 0, name);
  };
  std::sort(versions.begin(), versions.end(), [&](const auto& a, const auto& b) {
    const auto [rank_a, name_a] = rank(a);
    const auto [rank_b, name_b] = rank(b);
    return rank_a != rank_b ? rank_a < rank_b : name_a > name_b;
  });
  return versions;
}

struct Subresource {
  const char* name;
  const char* group;
  const char* version;
  const char* kind;
  std::vector<std::string> verbs;
};

std::vector<Subresource> subresources_of(const ResourceType& type) {
  std::vector<Subresource> all;
  const std::vector<std::string> read_write = {"get", "patch", "update"};
  if (type.plural == "pods" && type.group.empty()) {
    all.push_back({"exec", "", "", "PodExecOptions", {"create", "get"}});
    all.push_back({"log", "", "", "Pod", {"get"}});
  }
  if (type.has_scale) all.push_back({"scale", "autoscaling", "v1", "Scale", read_write});
  if (type.has_status) all.push_back({"status", "", "", nullptr, read_write});
  return all;
}

void write_texts(json::Writer& out, const std::vector<std::string>& texts) {
  out.begin_array();
  for (const std::string& text : texts) out.string(text);
  out.end_array();
}

void write_kind(json::Writer& out, const std::string& group, const std::string& version,
                const std::string& kind) {
  out.begin_object().key("group").string(group).key("version").string(version);
  out.key("kind").string(kind).end_object();
}

void write_aggregated_resource(json::Writer& out, const ResourceType& type,
                               const std::string& version) {
  out.begin_object().key("resource").string(type.plural).key("responseKind");
  // Of built-in kinds only the name is told.
  const std::string group = type.custom ? type.group : "";
  const std::string of_version = type.custom ? version : "";
  write_kind(out, group, of_version, type.kind);
  out.key("scope").string(type.namespaced ? "Namespaced" : "Cluster");
  out.key("singularResource").string(type.singular).key("verbs");
  write_texts(out, type.verbs());
  if (!type.short_names.empty()) {
    out.key("shortNames");
    write_texts(out, type.short_names);
  }
  if (!type.categories.empty()) {
    out.key("categories");
    write_texts(out, type.categories);
  }
  const auto subresources = subresources_of(type);
  if (!subresources.empty()) {
    out.key("subresources").begin_array();
    for (const Subresource& sub : subresources) {
      out.begin_object().key("subresource").string(sub.name).key("responseKind");
      write_kind(out, *sub.group == 0 ? group : sub.group,
                 *sub.version == 0 ? of_version : sub.version,
                 sub.kind == nullptr ? type.kind : sub.kind);
      out.key("verbs");
      write_texts(out, sub.verbs);
      out.end_object();
    }
    out.end_array();
  }
  out.end_object();
}

std::string aggregated(const ResourceTypes& types, bool core) {
  json::Writer out;
  out.begin_object().key("kind").string("APIGroupDiscoveryList");
  out.key("apiVersion").string("apidiscovery.k8s.io/v2").key("metadata").begin_object();
  out.end_object().key("items").begin_array();
  for (const auto& [group, members] : by_group(types)) {
    if (group.empty() != core) continue;
    out.begin_object().key("metadata").begin_object();
    if (!group.empty()) out.key("name").string(group);
    out.end_object().key("versions").begin_array();
    for (const std::string& version : versions_of(members)) {
      out.begin_object().key("version").string(version).key("resources").begin_array();
      for (const ResourceTypePtr& type : members) {
        if (type->version(version) != nullptr) write_aggregated_resource(out, *type, version);
      }
      out.end_array().key("freshness").string("Current").end_object();
    }
    out.end_array().end_object();
  }
  out.end_array().end_object();
  return std::move(out).finish();
}

std::string api_versions() {
  return R"({"kind":"APIVersions","versions":["v1"],"serverAddressByClientCIDRs":[]})";
}

void write_group(json::Writer& out, const std::string& group,
                 const std::vector<ResourceTypePtr>& members) {
  const auto versions = versions_of(members);
  const auto one = [&](const std::string& version) {
    out.begin_object().key("groupVersion").string(group + "/" + version);
    out.key("version").string(version).end_object();
  };
  out.key("name").string(group).key("versions").begin_array();
  for (const std::string& version : versions) one(version);
  out.end_array().key("preferredVersion");
  one(versions.front());
}

std::string api_groups(const ResourceTypes& types) {
  json::Writer out;
  out.begin_object().key("kind").string("APIGroupList").key("apiVersion").string("v1");
  out.key("groups").begin_array();
  for (const auto& [group, members] : by_group(types)) {
    if (group.empty()) continue;
    out.begin_object();
    write_group(out, group, members);
    out.end_object();
  }
  out.end_array().end_object();
  return std::move(out).finish();
}

std::string api_group(const std::string& group, const std::vector<ResourceTypePtr>& members) {
  json::Writer out;
  out.begin_object().key("kind").string("APIGroup").key("apiVersion").string("v1");
  write_group(out, group, members);
  out.end_object();
  return std::move(out).finish();
}

std::string resource_list(const std::string& group, const std::string& version,
                          const std::vector<ResourceTypePtr>& members) {
  json::Writer out;
  out.begin_object().key("kind").string("APIResourceList");
  if (!group.empty()) out.key("apiVersion").string("v1");
  out.key("groupVersion").string(group.empty() ? version : group + "/" + version);
  out.key("resources").begin_array();
  for (const ResourceTypePtr& type : members) {
    if (type->version(version) == nullptr) continue;
    out.begin_object().key("name").string(type->plural);
    out.key("singularName").string(type->singular).key("namespaced").boolean(type->namespaced);
    out.key("kind").string(type->kind).key("verbs");
    write_texts(out, type->verbs());
    if (!type->short_names.empty()) {
      out.key("shortNames");
      write_texts(out, type->short_names);
    }
    if (!type->categories.empty()) {
      out.key("categories");
      write_texts(out, type->categories);
    }
    out.end_object();
    for (const Subresource& sub : subresources_of(*type)) {
      out.begin_object().key("name").string(type->plural + "/" + sub.name);
      out.key("singularName").string("").key("namespaced").boolean(type->namespaced);
      if (*sub.group != 0) out.key("group").string(sub.group).key("version").string(sub.version);
      out.key("kind").string(sub.kind == nullptr ? type->kind : sub.kind).key("verbs");
      write_texts(out, sub.verbs);
      out.end_object();
    }
  }
  out.end_array().end_object();
  return std::move(out).finish();
}

// kubectl asks, before it lets the server check fields, whether writes of a kind take the parameter
// fieldValidation; and `kubectl explain` is not served.
std::string openapi_of(const std::string& group, const std::string& version,
                       const std::vector<ResourceTypePtr>& members) {
  json::Writer out;
  out.begin_object().key("openapi").string("3.0.0").key("info").begin_object();
  out.key("title").string("Kubernetes").key("version").string("unversioned").end_object();
  out.key("paths").begin_object();
  for (const ResourceTypePtr& type : members) {
    if (type->version(version) == nullptr || type->review) continue;
    const std::string root = group.empty() ? "/api/v1" : fmt::format("/apis/{}/{}", group, version);
    out.key(fmt::format("{}/{}{}/{{name}}", root, type->namespaced ? "namespaces/{namespace}/" : "",
                        type->plural));
    out.begin_object().key("patch").begin_object().key("parameters").begin_array();
    for (const char* name : {"dryRun", "fieldManager", "fieldValidation"}) {
      out.begin_object().key("name").string(name).key("in").string("query");
      out.key("schema").begin_object().key("type").string("string").end_object().end_object();
    }
    out.end_array().key("x-kubernetes-group-version-kind");
    write_kind(out, group, version, type->kind);
    out.end_object().end_object();
  }
  out.end_object();
  // Empty, not absent: kubectl then says that it does not find the kind, instead of failing.
  out.key("components").begin_object().key("schemas").begin_object().end_object().end_object();
  out.end_object();
  return std::move(out).finish();
}

std::string openapi_index(const ResourceTypes& types) {
  json::Writer out;
  out.begin_object().key("paths").begin_object();
  for (const auto& [group, members] : by_group(types)) {
    for (const std::string& version : versions_of(members)) {
      const std::string path =
          group.empty() ? "api/" + version : fmt::format("apis/{}/{}", group, version);
      out.key(path).begin_object();
      out.key("serverRelativeURL")
          .string(fmt::format("/openapi/v3/{}?hash={}", path, types.revision()));
      out.end_object();
    }
  }
  out.end_object().end_object();
  return std::move(out).finish();
}

std::vector<std::string> parts_of(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    const size_t slash = std::min(path.find('/'), path.size());
    if (slash > 0) parts.emplace_back(path.substr(0, slash));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return parts;
}

std::string version_json(const std::string& version) {
  const std::vector<std::string> numbers = parts_of([&] {
    std::string slashed = version.substr(1);
    std::replace(slashed.begin(), slashed.end(), '.', '/');
    return slashed;
  }());
  json::Writer out;
  out.begin_object().key("major").string(numbers.at(0)).key("minor").string(numbers.at(1));
  out.key("gitVersion").string(version + "+masthead").key("gitCommit").string("");
  out.key("gitTreeState").string("clean").key("buildDate").string("1970-01-01T00:00:00Z");
  out.key("goVersion").string("none").key("compiler").string("clang");
  out.key("platform").string("linux/amd64").end_object();
  return std::move(out).finish();
}

}  // namespace

bool ApiServer::answer_discovery(const ApiRequest& request, const ExchangePtr& exchange) {
  const std::vector<std::string> parts = parts_of(request.path);
  const auto json = [&](const std::string& body, const char* type = kJson) {
    const std::string etag = fmt::format("\"{}-{}\"", types_.revision(), body.size());
    if (request.header("if-none-match") == etag) {
      exchange->answer(304, {{"etag", etag}}, "");
    } else {
      exchange->answer(200, {{"content-type", type}, {"etag", etag}}, body);
    }
    return true;
  };
  const auto plain = [&](std::string_view body) {
    exchange->answer(200, {{"content-type", "text/plain; charset=utf-8"}}, body);
    return true;
  };
  if (parts.empty()) return false;
  const bool health = parts[0] == "readyz" || parts[0] == "livez" || parts[0] == "healthz";
  if (health && request.method != "DELETE") return plain("ok");
  if (request.method != "GET") {
    const ApiStatus refused = method_not_allowed();
    exchange->answer(refused.code, {{"content-type", kJson}}, refused.body());
    return true;
  }
  const bool wants_aggregated =
      request.header("accept").find("g=apidiscovery.k8s.io;v=v2;") != std::string_view::npos;
  const GroupTypes groups = by_group(types_);
  if (parts == std::vector<std::string>{"metrics"}) return plain(metrics());
  if (parts[0] == "version") return json(version_json(options_.version));
  if (parts == std::vector<std::string>{"openapi", "v3"}) return json(openapi_index(types_));
  if (parts[0] == "api" && parts.size() == 1) {
    return wants_aggregated ? json(aggregated(types_, true), kAggregated) : json(api_versions());
  }
  if (parts[0] == "apis" && parts.size() == 1) {
    return wants_aggregated ? json(aggregated(types_, false), kAggregated)
                            : json(api_groups(types_));
  }
  if (parts[0] == "api" && parts.size() == 2 && parts[1] == "v1") {
    return json(resource_list("", "v1", groups.at("")));
  }
  const bool openapi = parts[0] == "openapi" && parts.size() >= 4 && parts[1] == "v3";
  if (openapi && parts[2] == "api" && parts[3] == "v1") {
    return json(openapi_of("", "v1", groups.at("")));
  }
  const size_t at = openapi ? 3 : 1;
  if (parts.size() <= at || (parts[0] != "apis" && !openapi)) return false;
  const auto members = groups.find(parts[at]);
  if (members == groups.end() || members->first.empty()) return false;
  if (parts.size() == at + 1) return !openapi && json(api_group(members->first, members->second));
  const auto versions = versions_of(members->second);
  const std::string& version = parts[at + 1];
  if (std::find(versions.begin(), versions.end(), version) == versions.end()) return false;
  return json(openapi ? openapi_of(members->first, version, members->second)
                      : resource_list(members->first, version, members->second));
}

}  // namespace masthead::sim
