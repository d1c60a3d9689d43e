// What the API server does for single kinds: the scale of a workload, and how their deletion is
// answered.
#pragma once

#include <string>

#include "sim/document.h"
#include "sim/resource_type.h"
#include "sim/store.h"

namespace masthead::sim {

// autoscaling/v1 Scale of a workload.
Document scale_of(const ResourceType& type, const Document& object);

// "Pods, services and namespaces answer a deletion with the object, most others with a Status".
bool returns_deleted_object(const ResourceType& type);
std::string deleted_status(const ResourceType& type, const Stored& object);

// As an answer of something that is not in the store (dry runs, or gone by now).
Stored unstored(const Document& object);

}  // namespace masthead::sim
