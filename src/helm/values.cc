#include "helm/values.h"

#include <fmt/format.h>

#include <cmath>

#include "yaml/yaml.h"

namespace masthead::helm {
namespace {

NodePtr make_map(int source) {
  auto node = std::make_shared<Node>();
  node->type = Node::Type::kMap;
  node->source = source;
  return node;
}

bool is_map(const NodePtr& node) {
  return node != nullptr && node->type == Node::Type::kMap;
}

// transform.MergeMaps: a new map, whose values are those of `a` and `b` themselves.
NodePtr merge_maps(const NodePtr& a, const NodePtr& b) {
  auto out = std::make_shared<Node>(*a);
  for (const auto& [key, value] : b->map) {
    NodePtr& place = out->map[key];
    place = is_map(value) && is_map(place) ? merge_maps(place, value) : value;
  }
  return out;
}

// Go reads JSON's numbers as float64.
std::string number_json(const json::Value& value) {
  constexpr double kExact = 9007199254740992.0;
  const double number = value.number().value_or(0);
  if (std::abs(number) <= kExact) return value.to_json();
  json::Writer out;
  out.number(number);
  return std::move(out).finish();
}

std::string reference_text(const ValuesReference& reference, std::string_view ns) {
  return fmt::format("could not resolve{} {} chart values reference '{}/{}' with key '{}'",
                     reference.optional ? " optional" : "", reference.kind, ns, reference.name,
                     reference.key);
}

// ReplacePathValue and ReplacePathLiteralValue.
base::Result<void> set_path(Node& root, const ValuesReference& reference, std::string_view value,
                            int source) {
  std::string line = reference.target_path + "=";
  if (reference.literal) {
    for (const char c : value) {
      if (std::string_view("\\,[]{}").contains(c)) line += '\\';
      line += c;
    }
    return set_line(root, line, /*string=*/true, source);
  }
  const bool quoted = (value.starts_with('\'') && value.ends_with('\'')) ||
                      (value.starts_with('"') && value.ends_with('"'));
  if (!quoted) return set_line(root, line.append(value), /*string=*/false, source);
  const size_t from = value.find_first_not_of("'\"");
  const size_t to = value.find_last_not_of("'\"");
  if (from != std::string_view::npos) line += value.substr(from, to - from + 1);
  return set_line(root, line, /*string=*/true, source);
}

base::Result<NodePtr> read_values(std::string_view yaml, int source) {
  const std::string text = TRY(yaml::to_json(yaml));
  const json::Document document = TRY(json::Document::parse(text));
  const json::Value root = document.root();
  if (root.is_null()) return make_map(source);
  if (!root.is_object()) {
    return base::fail(base::ErrorCode::kInvalid, "these are no values: a map is needed");
  }
  return make_node(root, source);
}

class Merger {
 public:
  Merger(const json::Value& helm_release, const FindInput& find)
      : ns_(helm_release["metadata"]["namespace"].str()), find_(find) {
    const auto references = references_of(helm_release);
    merged_.sources.push_back({ValuesSource::Kind::kChart, -1, {}});
    for (size_t i = 0; i < references.size(); ++i) {
      merged_.sources.push_back({references[i].kind == "Secret" ? ValuesSource::Kind::kSecret
                                                                : ValuesSource::Kind::kConfigMap,
                                 static_cast<int>(i), references[i]});
    }
    const int inline_source = static_cast<int>(merged_.sources.size());
    merged_.sources.push_back({ValuesSource::Kind::kInline, -1, {}});
    const auto values = helm_release["spec"]["values"];
    inline_ = values.is_object() ? make_node(values, inline_source) : make_map(inline_source);
    merged_.root = make_map(inline_source);
  }

  Merged run() && {
    for (size_t i = 1; i + 1 < merged_.sources.size(); ++i) take(static_cast<int>(i));
    merged_.root = merge_maps(merged_.root, inline_);
    return std::move(merged_);
  }

 private:
  void take(int source) {
    const ValuesReference& reference = merged_.sources[static_cast<size_t>(source)].reference;
    const std::string* data = data_of(reference);
    if (data == nullptr) return;
    if (!reference.target_path.empty()) {
      merged_.root = merge_maps(merged_.root, inline_);
      const auto set = set_path(*merged_.root, reference, *data, source);
      if (!set) refuse(reference, set.error().text);
      return;
    }
    auto values = read_values(*data, source);
    if (!values) return refuse(reference, values.error().text);
    merged_.root = merge_maps(merged_.root, *values);
  }

  // Null where there is nothing to merge; what that means is said.
  const std::string* data_of(const ValuesReference& reference) {
    if (reference.kind != "Secret" && reference.kind != "ConfigMap") {
      refuse(reference, "unsupported values reference kind");
      return nullptr;
    }
    const ValuesInput& input = find_(reference);
    if (input.state == ValuesInput::State::kNotRead) {
      merged_.incomplete = true;
      return nullptr;
    }
    if (input.state == ValuesInput::State::kNotFound) {
      const bool is_secret = reference.kind == "Secret";
      if (!reference.optional) {
        refuse(reference, fmt::format("{} \"{}\" not found", is_secret ? "secrets" : "configmaps",
                                      reference.name));
      }
      return nullptr;
    }
    const auto found = input.data.find(reference.key);
    if (found != input.data.end()) return &found->second;
    if (!reference.optional) refuse(reference, "key not found");
    return nullptr;
  }

  void refuse(const ValuesReference& reference, std::string_view why) {
    merged_.problems.push_back(fmt::format("{}: {}", reference_text(reference, ns_), why));
  }

  const std::string ns_;
  const FindInput& find_;
  Merged merged_;
  NodePtr inline_;
};

void add_leaves(const NodePtr& node, Path& path, std::vector<Leaf>& out) {
  if (node == nullptr) {
    out.push_back({path, "null", 0});
  } else if (node->type == Node::Type::kScalar) {
    out.push_back({path, node->json, node->source});
  } else if (node->type == Node::Type::kMap) {
    if (node->map.empty() && !path.empty()) out.push_back({path, "{}", node->source});
    for (const auto& [key, value] : node->map) {
      path.emplace_back(key);
      add_leaves(value, path, out);
      path.pop_back();
    }
  } else {
    if (node->list.empty()) out.push_back({path, "[]", node->source});
    for (size_t i = 0; i < node->list.size(); ++i) {
      path.emplace_back(i);
      // A place that was left out when a later one was set belongs to the list.
      if (node->list[i] == nullptr) {
        out.push_back({path, "null", node->source});
      } else {
        add_leaves(node->list[i], path, out);
      }
      path.pop_back();
    }
  }
}

NodePtr with_defaults(const NodePtr& given, const NodePtr& defaults) {
  auto out = std::make_shared<Node>(*given);
  for (const auto& [key, value] : defaults->map) {
    const auto [place, added] = out->map.try_emplace(key, value);
    if (!added && is_map(place->second) && is_map(value)) {
      place->second = with_defaults(place->second, value);
    }
  }
  return out;
}

}  // namespace

NodePtr make_scalar(std::string json, int source) {
  auto node = std::make_shared<Node>();
  node->json = std::move(json);
  node->source = source;
  return node;
}

NodePtr make_node(const json::Value& value, int source) {
  if (value.is_object()) {
    NodePtr node = make_map(source);
    for (const auto& [key, member] : value.members()) {
      node->map[std::string(key)] = make_node(member, source);
    }
    return node;
  }
  if (value.is_array()) {
    NodePtr node = make_scalar("null", source);
    node->type = Node::Type::kList;
    for (const json::Value item : value.items()) node->list.push_back(make_node(item, source));
    return node;
  }
  return make_scalar(value.is_number() ? number_json(value) : value.to_json(), source);
}

void write_node(json::Writer& out, const NodePtr& node) {
  if (node == nullptr) {
    out.null();
  } else if (node->type == Node::Type::kScalar) {
    out.raw(node->json);
  } else if (node->type == Node::Type::kMap) {
    out.begin_object();
    for (const auto& [key, value] : node->map) {
      out.key(key);
      write_node(out, value);
    }
    out.end_object();
  } else {
    out.begin_array();
    for (const NodePtr& item : node->list) write_node(out, item);
    out.end_array();
  }
}

std::vector<ValuesReference> references_of(const json::Value& helm_release) {
  std::vector<ValuesReference> references;
  for (const json::Value item : helm_release["spec"]["valuesFrom"].items()) {
    ValuesReference reference;
    reference.kind = item["kind"].str();
    reference.name = item["name"].str();
    reference.key = item["valuesKey"].str();
    if (reference.key.empty()) reference.key = "values.yaml";
    reference.target_path = item["targetPath"].str();
    reference.optional = item["optional"].boolean();
    reference.literal = item["literal"].boolean();
    references.push_back(std::move(reference));
  }
  return references;
}

Merged merge_values(const json::Value& helm_release, const FindInput& find) {
  return Merger(helm_release, find).run();
}

NodePtr over_defaults(const NodePtr& root, const json::Value& defaults) {
  return defaults.is_object() ? with_defaults(root, make_node(defaults, 0)) : root;
}

std::vector<Leaf> leaves_of(const NodePtr& root) {
  std::vector<Leaf> leaves;
  Path path;
  add_leaves(root, path, leaves);
  return leaves;
}

NodePtr at_path(const NodePtr& root, const Path& path) {
  NodePtr node = root;
  for (const PathPart& part : path) {
    if (node == nullptr) return nullptr;
    if (const auto* key = std::get_if<std::string>(&part)) {
      const auto found = node->map.find(*key);
      node = found == node->map.end() ? nullptr : found->second;
    } else {
      const size_t index = std::get<size_t>(part);
      node = index < node->list.size() ? node->list[index] : nullptr;
    }
  }
  return node;
}

}  // namespace masthead::helm
