#include "sim/resource_type.h"

#include <algorithm>

#include "base/split.h"

namespace masthead::sim {
namespace {

enum Trait : unsigned {
  kCluster = 1,     // not namespaced
  kStatus = 2,      // has /status
  kScale = 4,       // has /scale
  kGeneration = 8,  // keeps metadata.generation
  kReview = 16,     // POST only
  kInAll = 32,      // category "all"
};

struct BuiltIn {
  const char* group;
  const char* version;
  const char* plural;
  const char* kind;
  const char* short_names;  // separated by commas
  unsigned traits;
  const char* field_labels;
};

// The kinds that the console, kubectl's everyday commands and the fleet meet.
constexpr BuiltIn kBuiltIn[] = {
    {"", "v1", "namespaces", "Namespace", "ns", kCluster | kStatus, "status.phase"},
    {"", "v1", "nodes", "Node", "no", kCluster | kStatus, "spec.unschedulable"},
    {"", "v1", "pods", "Pod", "po", kStatus | kGeneration | kInAll,
     "spec.nodeName,spec.restartPolicy,spec.schedulerName,spec.serviceAccountName,status.phase,"
     "status.podIP,status.nominatedNodeName"},
    {"", "v1", "services", "Service", "svc", kStatus | kInAll, "spec.clusterIP,spec.type"},
    {"", "v1", "configmaps", "ConfigMap", "cm", 0, ""},
    {"", "v1", "secrets", "Secret", "", 0, "type"},
    {"", "v1", "serviceaccounts", "ServiceAccount", "sa", 0, ""},
    {"", "v1", "events", "Event", "ev", 0,
     "involvedObject.kind,involvedObject.namespace,involvedObject.name,involvedObject.uid,"
     "involvedObject.apiVersion,involvedObject.resourceVersion,involvedObject.fieldPath,reason,"
     "reportingComponent,source,type"},
    {"", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", "pvc", kStatus, ""},
    {"", "v1", "persistentvolumes", "PersistentVolume", "pv", kCluster | kStatus, ""},
    {"apps", "v1", "deployments", "Deployment", "deploy", kStatus | kScale | kGeneration | kInAll,
     ""},
    {"apps", "v1", "replicasets", "ReplicaSet", "rs", kStatus | kScale | kGeneration | kInAll,
     "status.replicas"},
    {"apps", "v1", "statefulsets", "StatefulSet", "sts", kStatus | kScale | kGeneration | kInAll,
     ""},
    {"apps", "v1", "daemonsets", "DaemonSet", "ds", kStatus | kGeneration | kInAll, ""},
    {"batch", "v1", "jobs", "Job", "", kStatus | kGeneration | kInAll, "status.successful"},
    {"batch", "v1", "cronjobs", "CronJob", "cj", kStatus | kGeneration | kInAll, ""},
    {"networking.k8s.io", "v1", "ingresses", "Ingress", "ing", kStatus | kGeneration, ""},
    {"coordination.k8s.io", "v1", "leases", "Lease", "", 0, ""},
    {"storage.k8s.io", "v1", "storageclasses", "StorageClass", "sc", kCluster, ""},
    {"rbac.authorization.k8s.io", "v1", "roles", "Role", "", 0, ""},
    {"rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", "", 0, ""},
    {"rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", "", kCluster, ""},
    {"rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding", "", kCluster,
     ""},
    {"apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition",
     "crd,crds", kCluster | kStatus | kGeneration, ""},
    {"authentication.k8s.io", "v1", "tokenreviews", "TokenReview", "", kCluster | kReview, ""},
    {"authentication.k8s.io", "v1", "selfsubjectreviews", "SelfSubjectReview", "",
     kCluster | kReview, ""},
    {"authorization.k8s.io", "v1", "subjectaccessreviews", "SubjectAccessReview", "",
     kCluster | kReview, ""},
    {"authorization.k8s.io", "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview", "",
     kCluster | kReview, ""},
    {"authorization.k8s.io", "v1", "selfsubjectrulesreviews", "SelfSubjectRulesReview", "",
     kCluster | kReview, ""},
    {"authorization.k8s.io", "v1", "localsubjectaccessreviews", "LocalSubjectAccessReview", "",
     kReview, ""},
};

ResourceType made(const BuiltIn& entry) {
  ResourceType type;
  type.group = entry.group;
  type.versions = {{entry.version, {}, false, ""}};
  type.plural = entry.plural;
  type.kind = entry.kind;
  type.singular = entry.kind;
  for (char& c : type.singular) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  type.namespaced = (entry.traits & kCluster) == 0;
  type.short_names = base::split(entry.short_names, ',');
  if ((entry.traits & kInAll) != 0) type.categories = {"all"};
  type.has_status = (entry.traits & kStatus) != 0;
  type.has_scale = (entry.traits & kScale) != 0;
  type.has_generation = (entry.traits & kGeneration) != 0;
  type.review = (entry.traits & kReview) != 0;
  type.field_labels = base::split(entry.field_labels, ',');
  return type;
}

std::vector<std::string> texts(const Items* items) {
  std::vector<std::string> out;
  if (items == nullptr) return out;
  for (const Document& item : *items) {
    if (item.is_string()) out.emplace_back(item.get_string().c_str());
  }
  return out;
}

std::vector<PrinterColumn> columns_of(const Document& version) {
  std::vector<PrinterColumn> columns;
  const Items* defined = items_at(version, {"additionalPrinterColumns"});
  if (defined == nullptr) return columns;
  for (const Document& column : *defined) {
    columns.push_back(
        {std::string(text_at(column, {"name"})), std::string(text_at(column, {"type"})),
         std::string(text_at(column, {"format"})), std::string(text_at(column, {"description"})),
         std::string(text_at(column, {"jsonPath"})),
         static_cast<int>(number_at(column, {"priority"}))});
  }
  return columns;
}

}  // namespace

const ResourceVersionServed* ResourceType::version(std::string_view name) const {
  const auto found = std::find_if(versions.begin(), versions.end(),
                                  [&](const auto& served) { return served.name == name; });
  return found == versions.end() ? nullptr : &*found;
}

std::vector<std::string> ResourceType::verbs() const {
  if (review) return {"create"};
  // The namespace controller alone empties namespaces.
  if (group.empty() && plural == "namespaces") {
    return {"create", "delete", "get", "list", "patch", "update", "watch"};
  }
  return {"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"};
}

ResourceTypes::ResourceTypes() {
  for (const BuiltIn& entry : kBuiltIn) {
    types_[{entry.group, entry.plural}] = std::make_shared<ResourceType>(made(entry));
  }
}

ResourceTypePtr ResourceTypes::find(std::string_view group, std::string_view version,
                                    std::string_view plural) const {
  ResourceTypePtr type = find(group, plural);
  return type != nullptr && type->version(version) != nullptr ? type : nullptr;
}

ResourceTypePtr ResourceTypes::find(std::string_view group, std::string_view plural) const {
  const auto found = types_.find({std::string(group), std::string(plural)});
  return found == types_.end() ? nullptr : found->second;
}

ResourceTypePtr ResourceTypes::by_kind(std::string_view group, std::string_view kind) const {
  for (const auto& [key, type] : types_) {
    if (type->group == group && type->kind == kind) return type;
  }
  return nullptr;
}

std::vector<ResourceTypePtr> ResourceTypes::all() const {
  std::vector<ResourceTypePtr> all;
  for (const auto& [key, type] : types_) all.push_back(type);
  return all;
}

void ResourceTypes::define(const Document& crd) {
  ResourceType type;
  type.custom = true;
  type.has_generation = true;
  type.group = text_at(crd, {"spec", "group"});
  type.plural = text_at(crd, {"spec", "names", "plural"});
  type.singular = text_at(crd, {"spec", "names", "singular"});
  type.kind = text_at(crd, {"spec", "names", "kind"});
  type.namespaced = text_at(crd, {"spec", "scope"}) != "Cluster";
  type.short_names = texts(items_at(crd, {"spec", "names", "shortNames"}));
  type.categories = texts(items_at(crd, {"spec", "names", "categories"}));
  const Items* versions = items_at(crd, {"spec", "versions"});
  if (versions == nullptr) return;
  for (const Document& version : *versions) {
    if (!flag_at(version, {"served"})) continue;
    ResourceVersionServed served{std::string(text_at(version, {"name"})), columns_of(version),
                                 flag_at(version, {"deprecated"}),
                                 std::string(text_at(version, {"deprecationWarning"}))};
    type.has_status = type.has_status || sim::find(version, {"subresources", "status"}) != nullptr;
    type.has_scale = type.has_scale || sim::find(version, {"subresources", "scale"}) != nullptr;
    // The stored version is the first one here, as it is the preferred one in Flux's definitions.
    const bool stored = flag_at(version, {"storage"});
    type.versions.insert(stored ? type.versions.begin() : type.versions.end(), std::move(served));
  }
  if (type.versions.empty() || type.group.empty() || type.plural.empty()) return;
  const std::pair key{type.group, type.plural};
  types_[key] = std::make_shared<ResourceType>(std::move(type));
  ++revision_;
}

void ResourceTypes::undefine(std::string_view group, std::string_view plural) {
  types_.erase({std::string(group), std::string(plural)});
  ++revision_;
}

}  // namespace masthead::sim
