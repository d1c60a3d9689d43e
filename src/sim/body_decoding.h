// A body becomes an object of its kind, or is refused in the words of the API server's decoder.
#pragma once

#include "sim/api_status.h"
#include "sim/document.h"
#include "sim/object_rules.h"

namespace masthead::sim {

// It says nothing else of its kind and apiVersion than the path does.
Outcome<void> check_kind(const WriteContext& context, const Document& object);

// The types of what is known of the kind; what is not known is dropped.
Outcome<void> decode_body(const WriteContext& context, Document& object);

}  // namespace masthead::sim
