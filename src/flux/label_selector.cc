#include "flux/label_selector.h"

#include <algorithm>

#include "base/split.h"
#include "k8s/label_lines.h"

namespace masthead::flux {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool is_name(std::string_view text) {
  return !text.empty() && text.find_first_of(" ()=!<>,\n") == std::string_view::npos;
}

// The parts between commas that are in no parentheses.
std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> parts;
  size_t begin = 0;
  int depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '(') ++depth;
    if (text[i] == ')') --depth;
    if (text[i] != ',' || depth > 0) continue;
    parts.push_back(text.substr(begin, i - begin));
    begin = i + 1;
  }
  parts.push_back(text.substr(begin));
  return parts;
}

// "in (x,y)" and "notin (x,y)".
std::optional<LabelRequirement> read_set(std::string_view part) {
  const size_t open = part.find('(');
  if (part.back() != ')') return std::nullopt;
  std::string_view head = trimmed(part.substr(0, open));
  const bool negated = head.ends_with(" notin");
  if (!negated && !head.ends_with(" in")) return std::nullopt;
  head = trimmed(head.substr(0, head.rfind(' ')));
  LabelRequirement requirement{std::string(head), negated, {}};
  const std::string list(part.substr(open + 1, part.size() - open - 2));
  for (const std::string& value : base::split(list, ',')) {
    requirement.values.emplace_back(trimmed(value));
  }
  if (!is_name(head) || requirement.values.empty()) return std::nullopt;
  return requirement;
}

std::optional<LabelRequirement> read(std::string_view part) {
  part = trimmed(part);
  if (part.empty()) return std::nullopt;
  if (part.find('(') != std::string_view::npos) return read_set(part);
  const size_t equals = part.find('=');
  if (equals == std::string_view::npos) {
    const bool negated = part.front() == '!';
    if (negated) part = trimmed(part.substr(1));
    if (!is_name(part)) return std::nullopt;
    return LabelRequirement{std::string(part), negated, {}};
  }
  const bool negated = equals > 0 && part[equals - 1] == '!';
  const std::string_view key = trimmed(part.substr(0, negated ? equals - 1 : equals));
  std::string_view value = part.substr(equals + 1);
  if (value.starts_with('=')) value.remove_prefix(1);
  value = trimmed(value);
  if (!is_name(key) || (!value.empty() && !is_name(value))) return std::nullopt;
  return LabelRequirement{std::string(key), negated, {std::string(value)}};
}

}  // namespace

std::optional<LabelSelector> LabelSelector::parse(std::string_view text) {
  LabelSelector selector;
  if (trimmed(text).empty()) return selector;
  for (const std::string_view part : parts_of(text)) {
    auto requirement = read(part);
    if (!requirement) return std::nullopt;
    selector.requirements_.push_back(std::move(*requirement));
  }
  return selector;
}

bool LabelSelector::selects(std::string_view labels) const {
  return std::ranges::all_of(requirements_, [&](const LabelRequirement& one) {
    const auto value = k8s::label_value(labels, one.key);
    const bool found =
        value && (one.values.empty() || std::ranges::find(one.values, *value) != one.values.end());
    return found != one.negated;
  });
}

}  // namespace masthead::flux
