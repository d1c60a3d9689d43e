// Order of resourceVersions (KEP-5504, stable since Kubernetes 1.35).
//
// "Resource versions are decimal integers of unbounded length": within one resource type of one
// cluster they compare as such; anything else is only equal or not.
#pragma once

#include <optional>
#include <string_view>

namespace masthead::k8s {

// Digits only, no leading zero, at least one.
bool well_formed_resource_version(std::string_view version);

// < 0, 0, > 0 as for strcmp; nothing when either is malformed and they differ.
std::optional<int> compare_resource_versions(std::string_view a, std::string_view b);

}  // namespace masthead::k8s
