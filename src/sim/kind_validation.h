// What is wrong with the specification of an object of a built-in kind: the mistakes that people
// make, in the words and the order of k8s.io/kubernetes/pkg/apis/*/validation.
#pragma once

#include <vector>

#include "sim/api_status.h"
#include "sim/document.h"
#include "sim/resource_type.h"

namespace masthead::sim {

std::vector<ApiStatus::Cause> specification_problems(const ResourceType& type,
                                                     const Document& object);

}  // namespace masthead::sim
