// Label and field selectors of list and watch requests. Plain values.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/api_status.h"
#include "sim/document.h"
#include "sim/store.h"

namespace masthead::sim {

struct LabelRequirement {
  enum class Op { kIn, kNotIn, kExists, kAbsent, kGreater, kLess };
  std::string key;
  Op op = Op::kExists;
  std::set<std::string> values;
};

// "a=b,c!=d,e in (f,g),h notin (i),j,!k,l>3"
Outcome<std::vector<LabelRequirement>> parse_label_selector(std::string_view text);
bool matches(const std::vector<LabelRequirement>& selector, const Labels& labels);

struct FieldRequirement {
  std::string path;
  std::string value;
  bool equal = true;
};

// "metadata.name=a,status.phase!=Running"; paths the kind does not index are refused.
Outcome<std::vector<FieldRequirement>> parse_field_selector(std::string_view text,
                                                            const ResourceType& type);

struct Selector {
  std::string ns;    // empty: all
  std::string name;  // empty: all
  std::vector<LabelRequirement> labels;
  std::vector<FieldRequirement> fields;

  bool matches(const ResourceType& type, const Stored& object) const;
};

}  // namespace masthead::sim
