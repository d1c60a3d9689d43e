// What a write may not do to an object, in the words of the API server's validation.
#pragma once

#include <vector>

#include "sim/api_status.h"
#include "sim/document.h"
#include "sim/resource_type.h"

namespace masthead::sim {

// Keys and values of labels, keys of annotations, finalizers, owners.
std::vector<ApiStatus::Cause> metadata_problems(const ResourceType& type, const Document& object);

// What is being deleted is held by nothing new.
Outcome<void> check_finalizers(const ResourceType& type, const Document& old,
                               const Document& object);

// Fields that an object keeps for life: references, selectors, what is marked immutable.
std::vector<ApiStatus::Cause> immutable_problems(const ResourceType& type, const Document& old,
                                                 const Document& object);

}  // namespace masthead::sim
