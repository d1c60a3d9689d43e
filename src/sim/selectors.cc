#include "sim/selectors.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace masthead::sim {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// Commas inside parentheses separate values, not requirements.
std::vector<std::string_view> requirements(std::string_view text) {
  std::vector<std::string_view> parts;
  size_t begin = 0;
  int depth = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '(') ++depth;
    if (i < text.size() && text[i] == ')') --depth;
    if (i < text.size() && (text[i] != ',' || depth > 0)) continue;
    parts.push_back(trimmed(text.substr(begin, i - begin)));
    begin = i + 1;
  }
  return parts;
}

std::set<std::string> values_in(std::string_view list) {
  std::set<std::string> values;
  for (const std::string_view value : requirements(list)) values.emplace(value);
  return values;
}

ApiStatus unable_to_parse(std::string_view what) {
  return bad_request(fmt::format("unable to parse requirement: {}", what));
}

bool valid_key(std::string_view key) {
  if (key.empty() || key.size() > 317) return false;
  const auto ends_well = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
  if (!ends_well(key.front()) || !ends_well(key.back())) return false;
  return std::all_of(key.begin(), key.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.' ||
           c == '/';
  });
}

// "KEY in (…)", "KEY notin (…)"; nothing when it is neither.
std::optional<LabelRequirement> set_requirement(std::string_view text) {
  const size_t open = text.find('(');
  if (open == std::string_view::npos || text.back() != ')') return std::nullopt;
  const std::string_view before = trimmed(text.substr(0, open));
  const size_t space = before.rfind(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const std::string_view word = before.substr(space + 1);
  if (word != "in" && word != "notin") return std::nullopt;
  LabelRequirement out;
  out.key = trimmed(before.substr(0, space));
  out.op = word == "in" ? LabelRequirement::Op::kIn : LabelRequirement::Op::kNotIn;
  out.values = values_in(text.substr(open + 1, text.size() - open - 2));
  return out;
}

LabelRequirement simple_requirement(std::string_view text) {
  using Op = LabelRequirement::Op;
  LabelRequirement out;
  if (text.starts_with("!")) {
    out.op = Op::kAbsent;
    out.key = trimmed(text.substr(1));
    return out;
  }
  const size_t at = text.find_first_of("=!<>");
  out.key = trimmed(text.substr(0, at));
  if (at == std::string_view::npos) return out;
  size_t behind = at + 1;
  out.op = text[at] == '>' ? Op::kGreater : text[at] == '<' ? Op::kLess : Op::kIn;
  if (text[at] == '!') out.op = Op::kNotIn;
  if (behind < text.size() && text[behind] == '=') ++behind;
  out.values = {std::string(trimmed(text.substr(behind)))};
  return out;
}

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

}  // namespace

Outcome<std::vector<LabelRequirement>> parse_label_selector(std::string_view text) {
  std::vector<LabelRequirement> selector;
  if (trimmed(text).empty()) return selector;
  for (const std::string_view part : requirements(text)) {
    const auto set = set_requirement(part.empty() ? "," : part);
    LabelRequirement one = set ? *set : simple_requirement(part);
    if (!valid_key(one.key)) return refuse(unable_to_parse(part));
    selector.push_back(std::move(one));
  }
  return selector;
}

bool matches(const std::vector<LabelRequirement>& selector,
             const std::map<std::string, std::string>& labels) {
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

Outcome<std::vector<FieldRequirement>> parse_field_selector(std::string_view text,
                                                            const ResourceType& type) {
  std::vector<FieldRequirement> selector;
  if (text.empty()) return selector;
  for (const std::string_view part : requirements(text)) {
    const size_t at = part.find_first_of("=!");
    if (at == std::string_view::npos) {
      return refuse(
          bad_request(fmt::format("invalid selector: '{}'; can't understand '{}'", text, part)));
    }
    FieldRequirement one;
    one.path = part.substr(0, at);
    one.equal = part[at] != '!';
    size_t behind = at + 1;
    if (behind < part.size() && part[behind] == '=') ++behind;
    one.value = part.substr(behind);
    const bool always = one.path == "metadata.name" || (one.path == "metadata.namespace");
    if (!always && std::find(type.field_labels.begin(), type.field_labels.end(), one.path) ==
                       type.field_labels.end()) {
      return refuse(bad_request(fmt::format("field label not supported: {}", one.path)));
    }
    selector.push_back(std::move(one));
  }
  return selector;
}

bool Selector::matches(const ResourceType& type, const Stored& object) const {
  if (!ns.empty() && object.ns != ns) return false;
  if (!name.empty() && object.name != name) return false;
  if (!sim::matches(labels, object.labels)) return false;
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
