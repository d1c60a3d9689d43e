// What a plain YAML scalar means to Kubernetes: the resolution of go-yaml v2, which kubectl and the
// API machinery use (YAML 1.1's booleans, Go's integer literals). For the files of yaml.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace masthead::yaml {

struct Scalar {
  enum class Type { kNull, kBoolean, kInteger, kFloat, kString, kMerge };
  Type type = Type::kString;
  std::string json;  // of everything but strings and merges
};
Scalar resolve_plain(std::string_view text);

// "190:20:30": a number to YAML 1.1 readers, a string to others.
bool is_sexagesimal(std::string_view text);

}  // namespace masthead::yaml
