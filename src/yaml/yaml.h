// YAML in and out of JSON, as Kubernetes reads and prints it.
//
// to_json reads what kubectl reads: YAML 1.1's booleans, integers, merge keys and aliases; one
// document. from_json prints what kubectl prints. Byte-exact editing is another job.
// Threading: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "json/value.h"

namespace masthead::yaml {

// The first document as compact JSON; an empty text is "null". Errors are kInvalid with params
// "line" and "column" (counted from 1), or kTooLarge (limits::kYamlAliases, kYamlExpandedBytes,
// kJsonDepth).
base::Result<std::string> to_json(std::string_view text);

// Block style, keys sorted as kubectl sorts them, strings quoted where another reader would take
// them for something else, several lines as a literal block. Ends with a newline.
std::string from_json(const json::Value& value);

}  // namespace masthead::yaml
