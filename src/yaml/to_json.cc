#include <set>

#include "base/limits.h"
#include "json/writer.h"
#include "yaml/scalar.h"
#include "yaml/tree.h"
#include "yaml/yaml.h"

namespace masthead::yaml {
namespace {

constexpr std::string_view kStandardTags = "tag:yaml.org,2002:";

Scalar meaning_of(const Node& node) {
  if (node.tag.empty() && !node.plain) return {};
  if (!node.tag.empty() && !node.tag.starts_with(kStandardTags)) return {};
  if (node.tag == "tag:yaml.org,2002:str") return {};
  return resolve_plain(node.text);
}

bool is_text(const Scalar& meaning) {
  return meaning.type == Scalar::Type::kString || meaning.type == Scalar::Type::kMerge;
}

// Writes a document's tree, aliases expanded in place.
class Converter {
 public:
  explicit Converter(const std::vector<Node>& nodes) : nodes_(nodes) {}
  base::Result<std::string> run() {
    TRY_VOID(value(nodes_.front(), 0));
    return std::move(out_).finish();
  }

 private:
  static std::unexpected<base::Error> fail_here(const Node& node, base::ErrorCode code,
                                                const std::string& text) {
    return fail_at(code, text, node.line, node.column);
  }
  base::Result<const Node*> follow(size_t index);
  base::Result<void> value(const Node& node, int depth);
  void scalar(const Node& node);
  base::Result<void> mapping(const Node& node, int depth, std::set<std::string>& seen);
  base::Result<void> merge(const Node& target, int depth, std::set<std::string>& seen);
  base::Result<std::string> key_of(const Node& key);

  const std::vector<Node>& nodes_;
  json::Writer out_;
  int aliases_ = 0;
};

// The node, or what it is an alias of.
base::Result<const Node*> Converter::follow(size_t index) {
  const Node& node = nodes_[index];
  if (node.kind != Node::Kind::kAlias) return &node;
  if (++aliases_ > limits::kYamlAliases) {
    return fail_here(node, base::ErrorCode::kTooLarge,
                     "more than " + std::to_string(limits::kYamlAliases) + " aliases");
  }
  return &nodes_[node.parts.front()];
}

void Converter::scalar(const Node& node) {
  const Scalar meaning = meaning_of(node);
  if (is_text(meaning)) {
    out_.string(node.text);
  } else {
    out_.raw(meaning.json);
  }
}

base::Result<std::string> Converter::key_of(const Node& key) {
  if (key.kind != Node::Kind::kScalar) {
    return fail_here(key, base::ErrorCode::kInvalid, "a key that is not a scalar");
  }
  const Scalar meaning = meaning_of(key);
  // true: → "true", as sigs.k8s.io/yaml does
  return is_text(meaning) ? key.text : meaning.json;
}

base::Result<void> Converter::merge(const Node& target, int depth, std::set<std::string>& seen) {
  constexpr const char* kNoMapping = "a merge of something else than mappings";
  if (target.kind == Node::Kind::kMapping) return mapping(target, depth + 1, seen);
  if (target.kind != Node::Kind::kSequence) {
    return fail_here(target, base::ErrorCode::kInvalid, kNoMapping);
  }
  for (const size_t item : target.parts) {
    const Node* one = TRY(follow(item));
    if (one->kind != Node::Kind::kMapping) {
      return fail_here(*one, base::ErrorCode::kInvalid, kNoMapping);
    }
    TRY_VOID(mapping(*one, depth + 1, seen));
  }
  return {};
}

// Members of a mapping, without the braces: a merge adds those that are not there yet.
base::Result<void> Converter::mapping(const Node& node, int depth, std::set<std::string>& seen) {
  if (depth > limits::kJsonDepth) {
    return fail_here(node, base::ErrorCode::kTooLarge,
                     "nested deeper than " + std::to_string(limits::kJsonDepth));
  }
  std::vector<size_t> merges;
  std::set<std::string> own;
  for (size_t i = 0; i + 1 < node.parts.size(); i += 2) {
    const Node& key = *TRY(follow(node.parts[i]));
    const std::string name = TRY(key_of(key));
    if (meaning_of(key).type == Scalar::Type::kMerge) {
      merges.push_back(node.parts[i + 1]);
      continue;
    }
    if (!own.insert(name).second) {
      return fail_here(nodes_[node.parts[i]], base::ErrorCode::kInvalid,
                       "the key \"" + name + "\" is there already");
    }
    if (!seen.insert(name).second) continue;
    out_.key(name);
    const Node* one = TRY(follow(node.parts[i + 1]));
    TRY_VOID(value(*one, depth + 1));
  }
  for (const size_t source : merges) {
    const Node* target = TRY(follow(source));
    TRY_VOID(merge(*target, depth, seen));
  }
  return {};
}

base::Result<void> Converter::value(const Node& node, int depth) {
  if (depth > limits::kJsonDepth) {
    return fail_here(node, base::ErrorCode::kTooLarge,
                     "nested deeper than " + std::to_string(limits::kJsonDepth));
  }
  if (out_.size() > limits::kYamlExpandedBytes) {
    return fail_here(node, base::ErrorCode::kTooLarge,
                     "larger than " + std::to_string(limits::kYamlExpandedBytes) +
                         " bytes once its aliases are expanded");
  }
  if (node.kind == Node::Kind::kScalar) {
    scalar(node);
    return {};
  }
  if (node.kind == Node::Kind::kMapping) {
    std::set<std::string> seen;
    out_.begin_object();
    TRY_VOID(mapping(node, depth, seen));
    out_.end_object();
    return {};
  }
  out_.begin_array();
  for (const size_t item : node.parts) {
    const Node* one = TRY(follow(item));
    TRY_VOID(value(*one, depth + 1));
  }
  out_.end_array();
  return {};
}

}  // namespace

base::Result<std::string> to_json(std::string_view text) {
  const std::vector<Node> nodes = TRY(parse(text));
  if (nodes.empty()) return "null";
  return Converter(nodes).run();
}

}  // namespace masthead::yaml
