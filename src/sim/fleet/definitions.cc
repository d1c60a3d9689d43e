// Flux's CustomResourceDefinitions, as far as a client sees them: groups, versions, names, columns.
#include "base/split.h"
#include "sim/fleet/fleet.h"
#include "sim/fleet/inventory.h"

namespace masthead::sim {
namespace {

struct Definition {
  const char* group;
  const char* kind;
  const char* plural;
  const char* short_names;   // separated by commas
  const char* versions;      // of Flux 2.7, the stored one first
  const char* old_versions;  // of a Flux of 2023; empty: it had none
  const char* columns;       // "Name=path" before Age, Ready and Status
};

constexpr const char* kSource = "source.toolkit.fluxcd.io";
constexpr const char* kNotification = "notification.toolkit.fluxcd.io";
constexpr const char* kImage = "image.toolkit.fluxcd.io";
constexpr const char* kOperator = "fluxcd.controlplane.io";

constexpr Definition kDefinitions[] = {
    {kSource, "GitRepository", "gitrepositories", "gitrepo", "v1,v1beta2", "v1beta2",
     "URL=.spec.url"},
    {kSource, "OCIRepository", "ocirepositories", "ocirepo", "v1,v1beta2", "v1beta2",
     "URL=.spec.url"},
    {kSource, "HelmRepository", "helmrepositories", "helmrepo", "v1,v1beta2", "v1beta2",
     "URL=.spec.url"},
    {kSource, "HelmChart", "helmcharts", "hc", "v1,v1beta2", "v1beta2",
     "Chart=.spec.chart,Version=.spec.version,Source Kind=.spec.sourceRef.kind,"
     "Source Name=.spec.sourceRef.name"},
    {kSource, "Bucket", "buckets", "", "v1,v1beta2", "v1beta2", "Endpoint=.spec.endpoint"},
    {kSource, "ExternalArtifact", "externalartifacts", "", "v1", "", ""},
    {"source.extensions.fluxcd.io", "ArtifactGenerator", "artifactgenerators", "ag", "v1beta1", "",
     ""},
    {"kustomize.toolkit.fluxcd.io", "Kustomization", "kustomizations", "ks", "v1,v1beta2",
     "v1beta2", ""},
    {"helm.toolkit.fluxcd.io", "HelmRelease", "helmreleases", "hr", "v2,v2beta2", "v2beta1", ""},
    {kNotification, "Alert", "alerts", "", "v1beta3,v1beta2", "v1beta2", ""},
    {kNotification, "Provider", "providers", "", "v1beta3,v1beta2", "v1beta2", ""},
    {kNotification, "Receiver", "receivers", "", "v1,v1beta2", "v1beta2", ""},
    {kImage, "ImageRepository", "imagerepositories", "imgrepo", "v1,v1beta2", "v1beta2",
     "Image=.spec.image"},
    {kImage, "ImagePolicy", "imagepolicies", "imgpol", "v1,v1beta2", "v1beta2", ""},
    {kImage, "ImageUpdateAutomation", "imageupdateautomations", "iua", "v1,v1beta2", "v1beta1", ""},
    {kOperator, "FluxInstance", "fluxinstances", "", "v1", "", ""},
    {kOperator, "FluxReport", "fluxreports", "", "v1", "", ""},
    {kOperator, "ResourceSet", "resourcesets", "rset", "v1", "", ""},
    {kOperator, "ResourceSetInputProvider", "resourcesetinputproviders", "rsip", "v1", "", ""},
};

Items columns_of(const Definition& definition) {
  Items columns;
  const auto add = [&](const std::string& name, const char* type, const std::string& path) {
    columns.emplace_back(Fields{{"name", name}, {"type", type}, {"jsonPath", path}});
  };
  for (const std::string& column : base::split(definition.columns, ',')) {
    const size_t equals = column.find('=');
    add(column.substr(0, equals), "string", column.substr(equals + 1));
  }
  add("Age", "date", ".metadata.creationTimestamp");
  add("Ready", "string", R"(.status.conditions[?(@.type=="Ready")].status)");
  add("Status", "string", R"(.status.conditions[?(@.type=="Ready")].message)");
  return columns;
}

Document crd_of(const Definition& definition, const char* version_list) {
  Items versions;
  for (const std::string& version : base::split(version_list, ',')) {
    const bool stored = versions.empty();
    const Fields schema{
        {"openAPIV3Schema",
         Fields{{"type", "object"}, {"x-kubernetes-preserve-unknown-fields", true}}}};
    versions.emplace_back(Fields{{"name", version},
                                 {"served", true},
                                 {"storage", stored},
                                 {"deprecated", !stored},
                                 {"schema", schema},
                                 {"subresources", Fields{{"status", Fields()}}},
                                 {"additionalPrinterColumns", columns_of(definition)}});
  }
  Items short_names;
  for (const std::string& name : base::split(definition.short_names, ','))
    short_names.emplace_back(name);
  Fields names{{"kind", definition.kind}, {"plural", definition.plural}};
  if (!short_names.empty()) names["shortNames"] = std::move(short_names);
  return make_object("", std::string(definition.plural) + "." + definition.group,
                     {{"group", definition.group},
                      {"names", std::move(names)},
                      {"scope", "Namespaced"},
                      {"versions", std::move(versions)}});
}

}  // namespace

void Fleet::install_definitions() {
  if (options_.scenario == "no-flux") return;
  const bool old = options_.scenario == "old-flux";
  for (const Definition& definition : kDefinitions) {
    const char* versions = old ? definition.old_versions : definition.versions;
    if (*versions != 0) make("CustomResourceDefinition", "", crd_of(definition, versions));
  }
}

}  // namespace masthead::sim
