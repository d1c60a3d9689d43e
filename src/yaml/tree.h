// What libyaml reads, as a tree: the nodes of the first document of a text. For the files of yaml.
//
// libyaml is what go-yaml was made from, with which Kubernetes and Flux read YAML, so that a text
// means the same here. Its events are used and not its documents: those know no aliases, and refuse
// an anchor that is named anew.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace masthead::yaml {

struct Node {
  enum class Kind { kScalar, kSequence, kMapping, kAlias };
  Kind kind = Kind::kScalar;
  bool plain = false;  // a scalar without quotes, and no block
  std::string text;    // of a scalar
  std::string tag;     // resolved, "tag:yaml.org,2002:str"; empty where there is none
  std::vector<size_t>
      parts;     // indexes; of a mapping key and value by turns; of an alias its target
  int line = 0;  // from 1
  int column = 0;
};

// In the order of the text, so the first one is the root; empty for a text without a document. An
// alias's target comes before it and does not hold it. Errors as yaml::to_json's.
base::Result<std::vector<Node>> parse(std::string_view text);

// kInvalid and the like, with where it is.
std::unexpected<base::Error> fail_at(base::ErrorCode code, const std::string& text, int line,
                                     int column);

}  // namespace masthead::yaml
