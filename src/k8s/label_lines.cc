#include "k8s/label_lines.h"

#include <algorithm>

namespace masthead::k8s {

std::optional<std::string_view> label_value(std::string_view lines, std::string_view key) {
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    if (line.size() > key.size() && line.starts_with(key) && line[key.size()] == '=') {
      return line.substr(key.size() + 1);
    }
    lines.remove_prefix(std::min(lines.size(), line.size() + 1));
  }
  return std::nullopt;
}

bool has_label(std::string_view lines, std::string_view wanted) {
  const size_t equals = wanted.find('=');
  const auto value = label_value(lines, wanted.substr(0, equals));
  return value && (equals == std::string_view::npos || *value == wanted.substr(equals + 1));
}

}  // namespace masthead::k8s
