// The values of a HelmRelease, merged as helm-controller merges them, each knowing where it comes
// from: ConfigMaps and Secrets of spec.valuesFrom in their order, then spec.values, and below all
// of them the defaults of the chart.
//
// Trees share parts with each other, and setting a key changes a part wherever it is: so do the
// maps of the controller (chartutil.ChartValuesFromReferences), and which value wins where a
// targetPath meets spec.values depends on it.
//
// Pure; one thread a tree.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "json/value.h"
#include "json/writer.h"

namespace masthead::helm {

struct Node;
using NodePtr = std::shared_ptr<Node>;
struct Node {
  enum class Type { kScalar, kMap, kList };
  Type type = Type::kScalar;
  std::string json = "null";  // a scalar
  std::map<std::string, NodePtr> map;
  std::vector<NodePtr> list;  // null pointers are nulls
  int source = 0;             // index into Merged::sources
};
NodePtr make_node(const json::Value& value, int source);
NodePtr make_scalar(std::string json, int source);
void write_node(json::Writer& out, const NodePtr& node);

// One entry of spec.valuesFrom.
struct ValuesReference {
  std::string kind, name, key, target_path;
  bool optional = false, literal = false;
};
std::vector<ValuesReference> references_of(const json::Value& helm_release);

struct ValuesSource {
  enum class Kind { kChart, kConfigMap, kSecret, kInline, kStored };
  Kind kind = Kind::kInline;
  int index = -1;  // in spec.valuesFrom
  ValuesReference reference;
};

// What a referenced object holds, as far as it could be read.
struct ValuesInput {
  enum class State { kFound, kNotFound, kNotRead };
  State state = State::kNotRead;
  std::map<std::string, std::string, std::less<>> data;
};

struct Merged {
  NodePtr root;
  std::vector<ValuesSource> sources;  // [0] is the chart, the last spec.values
  // Why helm-controller refuses, in its words; the first is the one it says.
  std::vector<std::string> problems;
  bool incomplete = false;  // something could not be read, so that values are missing
};
using FindInput = std::function<const ValuesInput&(const ValuesReference&)>;
Merged merge_values(const json::Value& helm_release, const FindInput& find);

// Lays the tree over the defaults of the chart: what it lacks comes from them (source 0). A null
// stays, and says that the default is taken away.
NodePtr over_defaults(const NodePtr& root, const json::Value& defaults);

// "Set" as Helm's --set does (strvals): `line` is path=value. A string: the value is not read as a
// number, a boolean or null.
base::Result<void> set_line(Node& root, std::string_view line, bool string, int source);

// The way to one value: keys of maps and places in lists.
using PathPart = std::variant<std::string, size_t>;
using Path = std::vector<PathPart>;
struct Leaf {
  Path path;
  std::string json;  // a scalar, or {} or []
  int source = 0;
};
std::vector<Leaf> leaves_of(const NodePtr& root);
// Null: there is none.
NodePtr at_path(const NodePtr& root, const Path& path);

}  // namespace masthead::helm
