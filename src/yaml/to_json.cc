#include <libfyaml.h>

#include <memory>
#include <set>

#include "base/limits.h"
#include "base/utf8.h"
#include "json/writer.h"
#include "yaml/scalar.h"
#include "yaml/yaml.h"

namespace masthead::yaml {
namespace {

struct Deleter {
  void operator()(fy_parser* parser) const { fy_parser_destroy(parser); }
  void operator()(fy_document* document) const { fy_document_destroy(document); }
  void operator()(fy_diag* diag) const { fy_diag_destroy(diag); }
};

std::unexpected<base::Error> fail_at(base::ErrorCode code, const std::string& text, int line,
                                     int column) {
  base::Error error{code, text, {}, {}, 0};
  if (line > 0) {
    error.text =
        "line " + std::to_string(line) + ", column " + std::to_string(column) + ": " + text;
    error.params = {{"line", std::to_string(line)}, {"column", std::to_string(column)}};
  }
  return std::unexpected(std::move(error));
}

std::unexpected<base::Error> syntax_error(fy_diag* diag) {
  void* state = nullptr;
  const fy_diag_error* first = fy_diag_errors_iterate(diag, &state);
  if (first == nullptr) return base::fail(base::ErrorCode::kInvalid, "not YAML");
  return fail_at(base::ErrorCode::kInvalid, first->msg == nullptr ? "not YAML" : first->msg,
                 first->line, first->column);
}

// The content of a single-quoted scalar, from its bytes between the quotes (YAML 1.2 §7.3.2).
// libfyaml 0.7 loses text behind two escaped quotes in a row, so those are read here.
std::string unquote(std::string_view raw) {
  std::string out;
  size_t i = 0;
  while (i < raw.size()) {
    if (raw[i] == '\'') {
      out += '\'';
      i += 2;
      continue;
    }
    if (raw[i] != '\n' && raw[i] != '\r') {
      out += raw[i++];
      continue;
    }
    // Line folding: white space around breaks goes, one break is a space, n breaks are n − 1.
    while (!out.empty() && (out.back() == ' ' || out.back() == '\t')) out.pop_back();
    size_t breaks = 0;
    for (; i < raw.size() && std::string_view(" \t\r\n").find(raw[i]) != std::string_view::npos;
         ++i) {
      breaks += raw[i] == '\n' || (raw[i] == '\r' && raw.substr(i + 1, 1) != "\n") ? 1 : 0;
    }
    out += breaks == 1 ? std::string(" ") : std::string(breaks - 1, '\n');
  }
  return out;
}

// Writes a document's tree, aliases expanded in place.
class Converter {
 public:
  explicit Converter(std::string_view source) : source_(source) {}
  base::Result<std::string> run(fy_node* root) {
    TRY_VOID(value(root, 0));
    return std::move(out_).finish();
  }

 private:
  std::string text_of(fy_node* node) const {
    if (fy_node_get_style(node) == FYNS_SINGLE_QUOTED) {
      fy_token* token = fy_node_get_scalar_token(node);
      const size_t from = fy_token_start_mark(token)->input_pos;
      const size_t to = fy_token_end_mark(token)->input_pos;
      if (from > 0 && from <= to && to < source_.size() && source_[from - 1] == '\'' &&
          source_[to] == '\'' &&
          source_.substr(from, to - from).find("''''") != std::string_view::npos) {
        return unquote(source_.substr(from, to - from));
      }
    }
    size_t size = 0;
    const char* text = fy_node_get_scalar(node, &size);
    return text == nullptr ? std::string() : std::string(text, size);
  }
  std::unexpected<base::Error> fail_here(fy_node* node, base::ErrorCode code,
                                         const std::string& text) {
    fy_token* token = fy_node_is_scalar(node) || fy_node_is_alias(node)
                          ? fy_node_get_scalar_token(node)
                          : nullptr;
    const fy_mark* mark = token == nullptr ? nullptr : fy_token_start_mark(token);
    return mark == nullptr ? fail_at(code, text, 0, 0)
                           : fail_at(code, text, mark->line + 1, mark->column + 1);
  }
  base::Result<fy_node*> follow(fy_node* node) {
    while (fy_node_is_alias(node)) {
      if (++aliases_ > limits::kYamlAliases) {
        return fail_here(node, base::ErrorCode::kTooLarge,
                         "more than " + std::to_string(limits::kYamlAliases) + " aliases");
      }
      fy_node* target = fy_node_resolve_alias(node);
      if (target == nullptr) return fail_here(node, base::ErrorCode::kInvalid, "unknown alias");
      node = target;
    }
    return node;
  }
  base::Result<void> value(fy_node* node, int depth);
  base::Result<void> scalar(fy_node* node);
  base::Result<void> mapping(fy_node* node, int depth, std::set<std::string>& seen);
  base::Result<void> merge(fy_node* source, int depth, std::set<std::string>& seen);
  base::Result<std::string> key_of(fy_node* node);

  std::string_view source_;
  json::Writer out_;
  int aliases_ = 0;
};

Scalar meaning_of(fy_node* node, std::string_view text) {
  size_t tag_size = 0;
  const char* tag = fy_node_get_tag(node, &tag_size);
  const std::string_view tag_text(tag == nullptr ? "" : tag, tag_size);
  if (tag_text == "tag:yaml.org,2002:str") return {};
  if (tag_text.empty() && fy_node_get_style(node) != FYNS_PLAIN) return {};
  if (!tag_text.empty() && !tag_text.starts_with("tag:yaml.org,2002:")) return {};
  return resolve_plain(text);
}

base::Result<void> Converter::scalar(fy_node* node) {
  const std::string text = text_of(node);
  const Scalar meaning = meaning_of(node, text);
  if (meaning.type == Scalar::Type::kString || meaning.type == Scalar::Type::kMerge) {
    out_.string(text);
  } else {
    out_.raw(meaning.json);
  }
  return {};
}

base::Result<std::string> Converter::key_of(fy_node* node) {
  if (node == nullptr) return base::fail(base::ErrorCode::kInvalid, "a mapping without a key");
  fy_node* target = TRY(follow(node));
  if (!fy_node_is_scalar(target)) {
    return base::fail(base::ErrorCode::kInvalid, "a key that is not a scalar");
  }
  const std::string text = text_of(target);
  const Scalar meaning = meaning_of(target, text);
  if (meaning.type == Scalar::Type::kString || meaning.type == Scalar::Type::kMerge) {
    return text;
  }
  return meaning.json;  // true: → "true", as sigs.k8s.io/yaml does
}

base::Result<void> Converter::merge(fy_node* source, int depth, std::set<std::string>& seen) {
  fy_node* target = TRY(follow(source));
  if (fy_node_is_mapping(target)) return mapping(target, depth + 1, seen);
  if (!fy_node_is_sequence(target)) {
    return fail_here(target, base::ErrorCode::kInvalid, "a merge of something else than mappings");
  }
  void* state = nullptr;
  while (fy_node* item = fy_node_sequence_iterate(target, &state)) {
    fy_node* one = TRY(follow(item));
    if (!fy_node_is_mapping(one)) {
      return fail_here(one, base::ErrorCode::kInvalid, "a merge of something else than mappings");
    }
    TRY_VOID(mapping(one, depth + 1, seen));
  }
  return {};
}

// Members of a mapping, without the braces: a merge adds those that are not there yet.
base::Result<void> Converter::mapping(fy_node* node, int depth, std::set<std::string>& seen) {
  if (depth > limits::kJsonDepth) {
    return base::fail(base::ErrorCode::kTooLarge,
                      "nested deeper than " + std::to_string(limits::kJsonDepth));
  }
  std::vector<fy_node*> merges;
  void* state = nullptr;
  while (fy_node_pair* pair = fy_node_mapping_iterate(node, &state)) {
    fy_node* key = fy_node_pair_key(pair);
    const std::string name = TRY(key_of(key));
    if (name == "<<" && meaning_of(key, "<<").type == Scalar::Type::kMerge) {
      merges.push_back(fy_node_pair_value(pair));
      continue;
    }
    if (!seen.insert(name).second) continue;
    out_.key(name);
    TRY_VOID(value(fy_node_pair_value(pair), depth + 1));
  }
  for (fy_node* source : merges) TRY_VOID(merge(source, depth, seen));
  return {};
}

base::Result<void> Converter::value(fy_node* node, int depth) {
  if (node == nullptr) {
    out_.null();
    return {};
  }
  if (depth > limits::kJsonDepth) {
    return base::fail(base::ErrorCode::kTooLarge,
                      "nested deeper than " + std::to_string(limits::kJsonDepth));
  }
  if (out_.size() > limits::kYamlExpandedBytes) {
    return base::fail(base::ErrorCode::kTooLarge, "larger than " +
                                                      std::to_string(limits::kYamlExpandedBytes) +
                                                      " bytes once its aliases are expanded");
  }
  fy_node* target = TRY(follow(node));
  if (fy_node_is_scalar(target)) return scalar(target);
  if (fy_node_is_mapping(target)) {
    std::set<std::string> seen;
    out_.begin_object();
    TRY_VOID(mapping(target, depth, seen));
    out_.end_object();
    return {};
  }
  out_.begin_array();
  void* state = nullptr;
  while (fy_node* item = fy_node_sequence_iterate(target, &state)) {
    TRY_VOID(value(item, depth + 1));
  }
  out_.end_array();
  return {};
}

// libfyaml takes any bytes; the position of the first that is not UTF-8 is found here.
base::Result<void> check_utf8(std::string_view text) {
  if (base::is_utf8(text)) return {};
  int line = 1;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (!base::is_utf8(text.substr(0, end))) break;
    text.remove_prefix(std::min(end + 1, text.size()));
    ++line;
  }
  return fail_at(base::ErrorCode::kInvalid, "not UTF-8", line, 1);
}

}  // namespace

base::Result<std::string> to_json(std::string_view text) {
  TRY_VOID(check_utf8(text));
  fy_diag_cfg diag_config;
  fy_diag_cfg_default(&diag_config);
  diag_config.fp = nullptr;
  const std::unique_ptr<fy_diag, Deleter> diag(fy_diag_create(&diag_config));
  fy_diag_set_collect_errors(diag.get(), true);
  fy_parse_cfg config{};
  config.flags = static_cast<fy_parse_cfg_flags>(FYPCF_QUIET | FYPCF_JSON_NONE);
  config.diag = diag.get();
  const std::unique_ptr<fy_parser, Deleter> parser(fy_parser_create(&config));
  if (parser == nullptr || fy_parser_set_string(parser.get(), text.data(), text.size()) != 0) {
    return base::fail(base::ErrorCode::kInternal, "no YAML parser");
  }
  const std::unique_ptr<fy_document, Deleter> document(fy_parse_load_document(parser.get()));
  if (document == nullptr) {
    if (fy_diag_got_error(diag.get())) return syntax_error(diag.get());
    return "null";  // an empty stream
  }
  return Converter(text).run(fy_document_root(document.get()));
}

}  // namespace masthead::yaml
