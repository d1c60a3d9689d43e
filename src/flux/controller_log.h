// What Flux's controllers write: one JSON object a line, as controller-runtime logs it.
// Pure function; any thread.
#pragma once

#include <string_view>

#include "k8s/identifiers.h"

namespace masthead::flux {

// Whether a line of a controller's log is about that object: by its kind, namespace and name.
bool tells_of(std::string_view line, const k8s::ObjectRef& object);

}  // namespace masthead::flux
