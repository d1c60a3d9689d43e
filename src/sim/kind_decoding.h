// What becomes of a body of a built-in kind when the API server reads it into the kind's fields:
// unknown fields are dropped, what does not fit is refused, defaults are filled in.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "base/random.h"
#include "sim/document.h"
#include "sim/resource_type.h"

namespace masthead::sim {

// What Go's decoder calls a value that does not fit.
std::string_view go_name(const Document& value);

// ConfigMaps and Secrets, whose fields are known here one by one; the sentence of the decoder when
// something does not fit. `unknown` is the first field that was dropped.
std::expected<void, std::string> decode_fields(const ResourceType& type, Document& object,
                                               std::string& unknown);

// What the specification says where the client did not. Idempotent: done at each write.
void set_defaults(const ResourceType& type, Document& object);

// What the server itself fills in once, when the object is made: addresses, first statuses.
void set_beginnings(const ResourceType& type, Document& object, base::Random& random,
                    int64_t now_ms);

}  // namespace masthead::sim
