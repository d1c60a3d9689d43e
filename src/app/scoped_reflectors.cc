#include "app/scoped_reflectors.h"

#include <set>

namespace masthead::app {

void ScopedReflectors::follow(const k8s::Partitions& partitions, kube::Client& client,
                              const kube::ApiResource& resource, bool metadata_only,
                              cache::Table& table) {
  std::set<std::string> wanted;
  if (partitions.all) {
    wanted.insert("");
  } else {
    for (const base::Interned ns : partitions.namespaces) wanted.emplace(ns.text());
  }
  for (auto it = by_namespace_.begin(); it != by_namespace_.end();) {
    if (wanted.contains(it->first)) {
      ++it;
      continue;
    }
    const std::string ns = it->first;
    it = by_namespace_.erase(it);
    table.remove_scope(ns);
  }
  for (const std::string& ns : wanted) {
    auto& reflector = by_namespace_[ns];
    if (reflector != nullptr) continue;
    reflector = std::make_unique<kube::Reflector>(
        client, kube::Reflector::Options{resource, ns, metadata_only}, table.sink(ns));
  }
}

}  // namespace masthead::app
