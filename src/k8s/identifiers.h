// Names of things in a cluster. Plain values.
#pragma once

#include <compare>
#include <string>
#include <string_view>

namespace masthead::k8s {

// What a thing is, whatever version serves it. The core group is "".
struct GroupKind {
  std::string group;
  std::string kind;
  auto operator<=>(const GroupKind&) const = default;
};

// Where the API serves it: "kustomize.toolkit.fluxcd.io", "v1", "kustomizations".
struct GroupVersionResource {
  std::string group;
  std::string version;
  std::string resource;
  auto operator<=>(const GroupVersionResource&) const = default;
};

// One object within a kind; `ns` is empty for cluster-scoped kinds.
struct ObjectKey {
  std::string ns;
  std::string name;
  auto operator<=>(const ObjectKey&) const = default;
};

// One object of any kind.
struct ObjectRef {
  std::string group;
  std::string kind;
  std::string ns;
  std::string name;
  auto operator<=>(const ObjectRef&) const = default;
};

// "Kustomization apps/shop", "Node worker-1": how a sentence names an object.
inline std::string said(const ObjectRef& ref) {
  return ref.kind + " " + (ref.ns.empty() ? "" : ref.ns + "/") + ref.name;
}

// "apps" of "apps/v1", "" of "v1".
inline std::string_view group_of(std::string_view api_version) {
  const size_t slash = api_version.find('/');
  return slash == std::string_view::npos ? std::string_view() : api_version.substr(0, slash);
}

}  // namespace masthead::k8s
