// From symptoms to causes: follows source, chart, values, substitutions, dependsOn, failed health
// checks and the Kustomization that applied an object to the first broken one.
//
// Input: every Flux object that one Scope may list, and a way to ask what may be seen. Output:
// which objects are causes, which wait on them, and the corrected status of those that wait.
// Nothing outside the Scope is looked at: a chain ends at the first object that may not be listed,
// which is named only as the objects in the Scope name it.
//
// Pure; linear in objects and references. One thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "k8s/health.h"
#include "k8s/identifiers.h"

namespace masthead::flux {

struct Node {
  k8s::ObjectRef ref;
  k8s::StatusValue status;
  std::string revision;                 // applied revision or artifact
  std::vector<k8s::ObjectRef> sources;  // what it cannot do without, in order
  std::vector<k8s::ObjectRef> depends_on;
  std::vector<k8s::ObjectRef> unhealthy;  // what its failed health check names
  std::optional<k8s::ObjectRef> parent;   // what applied it
  std::vector<k8s::ObjectRef> makes;      // what does not exist without it
  std::vector<k8s::ObjectRef> reports;    // of an Alert: what it reports on, where it names all
};

// What is known of objects that are not among the nodes.
enum class Visibility {
  kThere,      // it exists, and has no state that others could suffer from
  kListed,     // all objects of that kind and namespace are known: it does not exist
  kForbidden,  // they may not be listed
  kUnknown,    // not read yet, or a kind nobody watches
};

struct CauseOfTrouble {
  size_t node = 0;
  k8s::StatusValue status;      // with words of its own where the object has none
  std::vector<size_t> waiting;  // every node that waits on it, directly or not
};

struct CauseReport {
  std::vector<CauseOfTrouble> causes;  // worst first
  // By node: the status as other objects make it; nothing where it is right as it is.
  std::vector<std::optional<k8s::StatusValue>> corrected;
};

CauseReport find_causes(const std::vector<Node>& nodes,
                        const std::function<Visibility(const k8s::ObjectRef&)>& visibility,
                        int64_t now_ms);

}  // namespace masthead::flux
