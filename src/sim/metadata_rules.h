// What a write may not do to an object, in the words of the API server's validation.
#pragma once

#include <string_view>

#include "sim/api_status.h"
#include "sim/document.h"
#include "sim/resource_type.h"

namespace masthead::sim {

// Keys and values of labels, keys of annotations.
Outcome<void> check_metadata(const ResourceType& type, std::string_view name,
                             const Document& object);

// What is being deleted is held by nothing new.
Outcome<void> check_finalizers(const ResourceType& type, const Document& old,
                               const Document& object);

// Fields that bindings and Secrets keep for life.
Outcome<void> check_immutable(const ResourceType& type, const Document& old,
                              const Document& object);

}  // namespace masthead::sim
