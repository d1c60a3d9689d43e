// The watches of one table: one for all namespaces, or one for each namespace that may be listed.
//
// Threading: the cluster's loop. Destroying it ends the watches; the rows stay.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "cache/table.h"
#include "k8s/scope.h"
#include "kube/client.h"
#include "kube/reflector.h"

namespace masthead::app {

class ScopedReflectors {
 public:
  // Watches where `partitions` allow it and nowhere else: what may not be listed any more leaves
  // the table. Watches that go on are not touched, so that a new resource needs clear() first.
  void follow(const k8s::Partitions& partitions, kube::Client& client,
              const kube::ApiResource& resource, bool metadata_only, cache::Table& table);
  void clear() { by_namespace_.clear(); }

 private:
  std::map<std::string, std::unique_ptr<kube::Reflector>> by_namespace_;  // "": all
};

}  // namespace masthead::app
