// Label selectors as controllers take them on their command lines: "a=b,c!=d,e in (x,y),f notin
// (z),g,!h" (k8s.io/apimachinery labels.Parse, without numbers' `<` and `>`).
//
// Plain values; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace masthead::flux {

struct LabelRequirement {
  std::string key;
  bool negated = false;             // "!=", "notin", "!key"
  std::vector<std::string> values;  // empty: the key alone counts
};

class LabelSelector {
 public:
  // Nothing when it is not understood. An empty one selects everything.
  static std::optional<LabelSelector> parse(std::string_view text);

  // `labels` as a row keeps them (k8s/label_lines.h).
  bool selects(std::string_view labels) const;
  const std::vector<LabelRequirement>& requirements() const { return requirements_; }

 private:
  std::vector<LabelRequirement> requirements_;
};

}  // namespace masthead::flux
