#include "flux/references.h"

#include "flux/input_references.h"
#include "flux/satellite_references.h"
#include "k8s/known_kinds.h"

namespace masthead::flux {
namespace {

k8s::ObjectRef source_ref(const json::Value& ref, std::string_view own_ns) {
  return {std::string(k8s::kSourceGroup), std::string(ref["kind"].str()),
          std::string(ref["namespace"].str_or(own_ns)), std::string(ref["name"].str())};
}

void add_dependencies(const json::Value& object, std::string_view group, std::string_view kind,
                      std::string_view ns, std::vector<Reference>& out) {
  // dependsOn is same-kind only; the namespace defaults to the object's own.
  for (const json::Value item : object["spec"]["dependsOn"].items()) {
    out.push_back({"depends on",
                   {std::string(group), std::string(kind),
                    std::string(item["namespace"].str_or(ns)), std::string(item["name"].str())}});
  }
}

void add_chart(const json::Value& object, std::string_view ns, std::string_view name,
               std::vector<Reference>& out) {
  const auto chart_ref = object["spec"]["chartRef"];
  if (chart_ref.exists()) {
    out.push_back(
        {chart_ref["kind"].str() == "HelmChart" ? "chart" : "source", source_ref(chart_ref, ns)});
    return;
  }
  const auto chart_spec = object["spec"]["chart"]["spec"];
  if (!chart_spec.exists()) return;
  // helm-controller makes HelmChart <ns>-<name> in the source's namespace; status.helmChart says
  // where it really is.
  const k8s::ObjectRef source = source_ref(chart_spec["sourceRef"], ns);
  k8s::ObjectRef chart{std::string(k8s::kSourceGroup), "HelmChart", source.ns,
                       std::string(ns) + "-" + std::string(name)};
  const std::string_view actual = object["status"]["helmChart"].str();
  if (const size_t slash = actual.find('/'); slash != std::string_view::npos) {
    chart.ns = std::string(actual.substr(0, slash));
    chart.name = std::string(actual.substr(slash + 1));
  }
  out.push_back({"chart", chart});
  out.push_back({"source", source});
}

}  // namespace

k8s::ObjectRef applied_by(const json::Value& object) {
  const auto labels = object["metadata"]["labels"];
  const auto kustomization = labels["kustomize.toolkit.fluxcd.io/name"].str();
  if (!kustomization.empty()) {
    return {std::string(k8s::kKustomizeGroup), "Kustomization",
            std::string(labels["kustomize.toolkit.fluxcd.io/namespace"].str()),
            std::string(kustomization)};
  }
  const auto release = labels["helm.toolkit.fluxcd.io/name"].str();
  if (!release.empty()) {
    return {std::string(k8s::kHelmGroup), "HelmRelease",
            std::string(labels["helm.toolkit.fluxcd.io/namespace"].str()), std::string(release)};
  }
  for (const auto& [prefix, kind] : {std::pair("resourceset.fluxcd.controlplane.io", "ResourceSet"),
                                     std::pair("fluxcd.controlplane.io", "FluxInstance")}) {
    const auto name = labels[std::string(prefix) + "/name"].str();
    if (name.empty()) continue;
    return {std::string(k8s::kOperatorGroup), kind,
            std::string(labels[std::string(prefix) + "/namespace"].str()), std::string(name)};
  }
  return {};
}

std::vector<Reference> references_of(std::string_view kind, const json::Value& object) {
  std::vector<Reference> out;
  const auto metadata = object["metadata"];
  const std::string_view ns = metadata["namespace"].str();
  if (kind == "Kustomization") {
    const auto ref = object["spec"]["sourceRef"];
    if (ref.exists()) out.push_back({"source", source_ref(ref, ns)});
    add_dependencies(object, k8s::kKustomizeGroup, kind, ns, out);
  } else if (kind == "HelmRelease") {
    add_chart(object, ns, metadata["name"].str(), out);
    add_dependencies(object, k8s::kHelmGroup, kind, ns, out);
  } else if (kind == "HelmChart") {
    // A HelmChart's source is always in its own namespace.
    const auto ref = object["spec"]["sourceRef"];
    if (ref.exists()) {
      k8s::ObjectRef source = source_ref(ref, ns);
      source.ns = std::string(ns);
      out.push_back({"source", source});
    }
  } else if (kind == "GitRepository") {
    for (const json::Value include : object["spec"]["include"].items()) {
      const auto name = include["repository"]["name"].str();
      out.push_back(
          {"includes",
           {std::string(k8s::kSourceGroup), "GitRepository", std::string(ns), std::string(name)}});
    }
  } else {
    add_satellite_references(kind, object, out);
  }
  add_input_references(kind, object, out);
  if (const k8s::ObjectRef parent = applied_by(object); !parent.kind.empty()) {
    // A root Kustomization applies itself, which explains nothing.
    const bool itself =
        parent.kind == kind && parent.ns == ns && parent.name == metadata["name"].str();
    if (!itself) out.push_back({"applied by", parent});
  }
  return out;
}

}  // namespace masthead::flux
