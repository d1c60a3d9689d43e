#include "sim/selectors.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace masthead::sim {
namespace {

bool compares(const std::string& value, const std::string& bound, bool greater) {
  int64_t a = 0;
  int64_t b = 0;
  const auto read = [](const std::string& text, int64_t& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc() && end == text.data() + text.size();
  };
  if (!read(value, a) || !read(bound, b)) return false;
  return greater ? a > b : a < b;
}

std::string field_text(const Document& object, std::string_view path) {
  const Document* at = &object;
  while (!path.empty() && at != nullptr) {
    const size_t dot = std::min(path.find('.'), path.size());
    at = find(*at, {path.substr(0, dot)});
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  if (at == nullptr || at->is_null()) return {};
  if (at->is_string()) return at->get_string().c_str();
  return to_text(*at);
}

// The terms of "a=b,c!=d"; a backslash takes the comma after it into its value.
std::vector<std::string_view> terms(std::string_view text) {
  std::vector<std::string_view> parts;
  size_t begin = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '\\') {
      ++i;
    } else if (i >= text.size() || text[i] == ',') {
      const size_t end = std::min(i, text.size());
      if (end > begin) parts.push_back(text.substr(begin, end - begin));
      begin = i + 1;
    }
  }
  return parts;
}

Outcome<std::string> unescaped(std::string_view value) {
  std::string out;
  for (size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '\\') {
      ++i;
      const bool known = i < value.size() && std::string_view("\\,=").contains(value[i]);
      if (!known) {
        return refuse(bad_request(fmt::format("invalid field selector: invalid escape sequence: {}",
                                              value.substr(i - 1, 2))));
      }
    }
    out += value[i];
  }
  return out;
}

ApiStatus unknown_field(const ResourceType& type, std::string_view path) {
  if (type.field_labels.empty() && !type.custom) {
    return bad_request(
        fmt::format("\"{}\" is not a known field selector: only \"metadata.name\", "
                    "\"metadata.namespace\"",
                    path));
  }
  return bad_request(fmt::format("field label not supported: {}", path));
}

}  // namespace

Outcome<std::vector<FieldRequirement>> parse_field_selector(std::string_view text,
                                                            const ResourceType& type) {
  std::vector<FieldRequirement> selector;
  for (const std::string_view part : terms(text)) {
    size_t at = part.find_first_of("=!");
    while (at != std::string_view::npos && part[at] == '!' && !part.substr(at).starts_with("!=")) {
      at = part.find_first_of("=!", at + 1);
    }
    if (at == std::string_view::npos) {
      return refuse(
          bad_request(fmt::format("invalid selector: '{}'; can't understand '{}'", text, part)));
    }
    FieldRequirement one;
    one.path = part.substr(0, at);
    one.equal = part[at] != '!';
    size_t behind = at + 1;
    if (behind < part.size() && part[behind] == '=') ++behind;
    one.value = TRY(unescaped(part.substr(behind)));
    const bool always = one.path == "metadata.name" || (one.path == "metadata.namespace");
    if (!always && std::find(type.field_labels.begin(), type.field_labels.end(), one.path) ==
                       type.field_labels.end()) {
      return refuse(unknown_field(type, one.path));
    }
    selector.push_back(std::move(one));
  }
  return selector;
}

bool matches(const std::vector<LabelRequirement>& selector, const Labels& labels) {
  using Op = LabelRequirement::Op;
  return std::all_of(selector.begin(), selector.end(), [&](const LabelRequirement& one) {
    const auto found = labels.find(one.key);
    const bool has = found != labels.end();
    switch (one.op) {
      case Op::kExists:
        return has;
      case Op::kAbsent:
        return !has;
      case Op::kIn:
        return has && one.values.contains(found->second);
      case Op::kNotIn:
        return !has || !one.values.contains(found->second);
      case Op::kGreater:
      case Op::kLess:
        return has && compares(found->second, *one.values.begin(), one.op == Op::kGreater);
    }
    return false;
  });
}

bool Selector::matches(const ResourceType& type, const Stored& object) const {
  if (!ns.empty() && object.ns != ns) return false;
  if (!name.empty() && object.name != name) return false;
  static const Labels kNone;
  if (!sim::matches(labels, object.labels == nullptr ? kNone : *object.labels)) return false;
  if (fields.empty()) return true;
  std::optional<Document> document;
  return std::all_of(fields.begin(), fields.end(), [&](const FieldRequirement& one) {
    std::string value;
    if (one.path == "metadata.name") {
      value = object.name;
    } else if (one.path == "metadata.namespace") {
      value = object.ns;
    } else {
      if (!document) document = object.document(type);
      value = field_text(*document, one.path == "source" ? "source.component" : one.path);
    }
    return (value == one.value) == one.equal;
  });
}

}  // namespace masthead::sim
