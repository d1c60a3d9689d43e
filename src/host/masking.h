// An object without what is secret in it: before it is kept, and before it is shown as YAML.
//
// A kind says which texts those are (Kind::secrets); each is replaced wherever it stands in spec,
// status, messages and annotations. Pure; any thread.
#pragma once

#include <optional>
#include <string>

#include "host/kind.h"
#include "json/value.h"

namespace masthead::host {

// Nothing where the object holds no secret: then it is right as it is.
std::optional<std::string> without_secrets(const Kind& kind, const json::Value& object);

}  // namespace masthead::host
