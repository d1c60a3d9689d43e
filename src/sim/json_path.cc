#include "sim/json_path.h"

#include <charconv>

namespace masthead::sim {
namespace {

// What stands at "a.b.c" below `object`.
const Document* below(const Document& object, std::string_view dotted) {
  const Document* at = &object;
  while (!dotted.empty() && at != nullptr) {
    const size_t dot = std::min(dotted.find('.'), dotted.size());
    if (dot > 0) at = find(*at, {dotted.substr(0, dot)});
    dotted.remove_prefix(std::min(dot + 1, dotted.size()));
  }
  return at;
}

// [?(@.type=="Ready")]: the first item whose field has the value.
const Document* filtered(const Document& list, std::string_view condition) {
  const Items* items = list.if_array();
  const size_t equals = condition.find("==");
  if (items == nullptr || equals == std::string_view::npos) return nullptr;
  std::string_view field = condition.substr(0, equals);
  std::string_view value = condition.substr(equals + 2);
  const auto trim = [](std::string_view& text, std::string_view cut) {
    while (!text.empty() && cut.find(text.front()) != std::string_view::npos) text.remove_prefix(1);
    while (!text.empty() && cut.find(text.back()) != std::string_view::npos) text.remove_suffix(1);
  };
  trim(field, " @.");
  trim(value, " \"'");
  for (const Document& item : *items) {
    const Document* found = below(item, field);
    if (found != nullptr && found->is_string() &&
        std::string_view(found->get_string().data(), found->get_string().size()) == value) {
      return &item;
    }
  }
  return nullptr;
}

const Document* step_in_brackets(const Document& at, std::string_view inside) {
  if (inside.starts_with("?(") && inside.ends_with(")")) {
    return filtered(at, inside.substr(2, inside.size() - 3));
  }
  if (inside.size() >= 2 && (inside.front() == '\'' || inside.front() == '"')) {
    return find(at, {inside.substr(1, inside.size() - 2)});
  }
  const Items* items = at.if_array();
  size_t index = 0;
  const auto [end, error] = std::from_chars(inside.data(), inside.data() + inside.size(), index);
  if (items == nullptr || error != std::errc() || end != inside.data() + inside.size()) {
    return nullptr;
  }
  return index < items->size() ? &(*items)[index] : nullptr;
}

// Where the bracket that opens at 0 closes; quoted brackets do not count.
size_t closing(std::string_view path) {
  char quote = 0;
  for (size_t i = 1; i < path.size(); ++i) {
    if (quote != 0) {
      if (path[i] == quote) quote = 0;
    } else if (path[i] == '"' || path[i] == '\'') {
      quote = path[i];
    } else if (path[i] == ']') {
      return i;
    }
  }
  return std::string_view::npos;
}

}  // namespace

const Document* first_match(const Document& object, std::string_view path) {
  const Document* at = &object;
  while (!path.empty() && at != nullptr) {
    if (path.front() == '.') {
      path.remove_prefix(1);
      continue;
    }
    if (path.front() == '[') {
      const size_t end = closing(path);
      if (end == std::string_view::npos) return nullptr;
      at = step_in_brackets(*at, path.substr(1, end - 1));
      path.remove_prefix(end + 1);
      continue;
    }
    std::string name;  // "\." is a dot inside a name
    size_t i = 0;
    for (; i < path.size() && path[i] != '.' && path[i] != '['; ++i) {
      if (path[i] == '\\' && i + 1 < path.size()) ++i;
      name += path[i];
    }
    at = find(*at, {name});
    path.remove_prefix(i);
  }
  return at;
}

}  // namespace masthead::sim
