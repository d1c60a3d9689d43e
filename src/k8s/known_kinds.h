// Plural names of the kinds Masthead knows, so that a reference by kind can be linked without
// asking the cluster. Whether the cluster serves them, and in which version, discovery decides.
#pragma once

#include <string>
#include <string_view>

namespace masthead::k8s {

// "kustomizations.kustomize.toolkit.fluxcd.io", "pods": the id of the kind's table, named as CRDs
// are (resource.group). Empty for a kind that is not known.
std::string_view known_table_id(std::string_view group, std::string_view kind);

// The group of one of Flux's kinds, where objects name each other by kind alone; empty for others.
std::string_view flux_group_of(std::string_view kind);

// "resource.group", or "resource" in the core group.
std::string table_id(std::string_view group, std::string_view resource);

inline constexpr std::string_view kSourceGroup = "source.toolkit.fluxcd.io";
inline constexpr std::string_view kKustomizeGroup = "kustomize.toolkit.fluxcd.io";
inline constexpr std::string_view kHelmGroup = "helm.toolkit.fluxcd.io";
inline constexpr std::string_view kNotificationGroup = "notification.toolkit.fluxcd.io";
inline constexpr std::string_view kImageGroup = "image.toolkit.fluxcd.io";
inline constexpr std::string_view kExtensionsGroup = "source.extensions.fluxcd.io";
inline constexpr std::string_view kOperatorGroup = "fluxcd.controlplane.io";

}  // namespace masthead::k8s
