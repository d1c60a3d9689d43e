#include "k8s/known_kinds.h"

#include <algorithm>
#include <array>

namespace masthead::k8s {
namespace {

struct Known {
  std::string_view group;
  std::string_view kind;
  std::string_view table;
};

constexpr std::array kKnown{
    Known{"", "Namespace", "namespaces"},
    Known{"", "Node", "nodes"},
    Known{"", "Pod", "pods"},
    Known{"", "Service", "services"},
    Known{"", "Event", "events"},
    Known{"", "ConfigMap", "configmaps"},
    Known{"apps", "Deployment", "deployments.apps"},
    Known{"apps", "ReplicaSet", "replicasets.apps"},
    Known{"apps", "StatefulSet", "statefulsets.apps"},
    Known{"apps", "DaemonSet", "daemonsets.apps"},
    Known{"batch", "Job", "jobs.batch"},
    Known{"batch", "CronJob", "cronjobs.batch"},
    Known{kSourceGroup, "GitRepository", "gitrepositories.source.toolkit.fluxcd.io"},
    Known{kSourceGroup, "HelmRepository", "helmrepositories.source.toolkit.fluxcd.io"},
    Known{kSourceGroup, "OCIRepository", "ocirepositories.source.toolkit.fluxcd.io"},
    Known{kSourceGroup, "Bucket", "buckets.source.toolkit.fluxcd.io"},
    Known{kSourceGroup, "HelmChart", "helmcharts.source.toolkit.fluxcd.io"},
    Known{kSourceGroup, "ExternalArtifact", "externalartifacts.source.toolkit.fluxcd.io"},
    Known{kKustomizeGroup, "Kustomization", "kustomizations.kustomize.toolkit.fluxcd.io"},
    Known{kHelmGroup, "HelmRelease", "helmreleases.helm.toolkit.fluxcd.io"},
    Known{kNotificationGroup, "Alert", "alerts.notification.toolkit.fluxcd.io"},
    Known{kNotificationGroup, "Provider", "providers.notification.toolkit.fluxcd.io"},
    Known{kNotificationGroup, "Receiver", "receivers.notification.toolkit.fluxcd.io"},
    Known{kImageGroup, "ImageRepository", "imagerepositories.image.toolkit.fluxcd.io"},
    Known{kImageGroup, "ImagePolicy", "imagepolicies.image.toolkit.fluxcd.io"},
    Known{kImageGroup, "ImageUpdateAutomation", "imageupdateautomations.image.toolkit.fluxcd.io"},
    Known{kExtensionsGroup, "ArtifactGenerator", "artifactgenerators.source.extensions.fluxcd.io"},
    Known{kOperatorGroup, "FluxInstance", "fluxinstances.fluxcd.controlplane.io"},
    Known{kOperatorGroup, "FluxReport", "fluxreports.fluxcd.controlplane.io"},
    Known{kOperatorGroup, "ResourceSet", "resourcesets.fluxcd.controlplane.io"},
    Known{kOperatorGroup, "ResourceSetInputProvider",
          "resourcesetinputproviders.fluxcd.controlplane.io"},
};

}  // namespace

std::string_view known_table_id(std::string_view group, std::string_view kind) {
  const auto* found = std::find_if(kKnown.begin(), kKnown.end(), [&](const Known& known) {
    return known.kind == kind && known.group == group;
  });
  return found == kKnown.end() ? std::string_view() : found->table;
}

std::string_view flux_group_of(std::string_view kind) {
  const auto* found = std::find_if(kKnown.begin(), kKnown.end(), [&](const Known& known) {
    return known.kind == kind && known.group.contains("fluxcd.");
  });
  return found == kKnown.end() ? std::string_view() : found->group;
}

std::string table_id(std::string_view group, std::string_view resource) {
  return group.empty() ? std::string(resource) : std::string(resource) + "." + std::string(group);
}

}  // namespace masthead::k8s
