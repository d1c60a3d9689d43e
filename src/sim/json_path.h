// The JSONPath subset of additionalPrinterColumns (apiextensions.k8s.io/v1): fields, indexes,
// ['quoted'] names and filters [?(@.a.b=="c")]. No wildcard, no ranges, no recursion.
#pragma once

#include <string_view>

#include "sim/document.h"

namespace masthead::sim {

// The first match, or nullptr; also for a path that is not understood.
const Document* first_match(const Document& object, std::string_view path);

}  // namespace masthead::sim
