// What a Flux object names: its source, its chart, what it depends on, what it reads. The edges of
// the graph, with Flux's rules for the namespaces that are not written down.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "k8s/identifiers.h"

namespace masthead::flux {

struct Reference {
  std::string relation;  // "source", "chart", "depends on", "applied by", …
  // A name of "*" stands for all objects of that kind and namespace, "*,app=web" for those with
  // that label.
  k8s::ObjectRef ref;
};

// In the order in which the controller needs them. "applied by" comes from the labels that
// kustomize- and helm-controller set.
std::vector<Reference> references_of(std::string_view kind, const json::Value& object);

// Of an object that kustomize-controller, helm-controller or Flux Operator applied; empty kind when
// no label says so.
k8s::ObjectRef applied_by(const json::Value& object);

}  // namespace masthead::flux
