#include "sim/names.h"

#include <algorithm>

#include "sim/object_rules.h"

namespace masthead::sim {
namespace {

constexpr size_t kPartBytes = 63;

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// ([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]
bool is_plain_name(std::string_view text) {
  return !text.empty() && is_alphanumeric(text.front()) && is_alphanumeric(text.back()) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

}  // namespace

std::string qualified_name_problem(std::string_view key) {
  static constexpr std::string_view kRule =
      "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
      "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "
      "validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
  const size_t slash = key.find('/');
  if (slash != std::string_view::npos && key.find('/', slash + 1) != std::string_view::npos) {
    return "a qualified name " + std::string(kRule) +
           " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
  }
  if (slash == 0) return "prefix part must be non-empty";
  if (slash != std::string_view::npos) {
    const std::string prefix = name_problem(key.substr(0, slash));
    if (!prefix.empty()) return "prefix part " + prefix;
    key.remove_prefix(slash + 1);
  }
  if (key.empty()) return "name part must be non-empty";
  if (key.size() > kPartBytes) return "name part must be no more than 63 bytes";
  return is_plain_name(key) ? "" : "name part " + std::string(kRule);
}

std::string label_value_problem(std::string_view value) {
  if (value.size() > kPartBytes) return "must be no more than 63 bytes";
  if (value.empty() || is_plain_name(value)) return {};
  return "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or "
         "'.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or "
         "'my_value',  or '12345', regex used for validation is "
         "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
}

std::string label_name_problem(std::string_view name) {
  if (name.size() > kPartBytes) return "must be no more than 63 bytes";
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return (is_alphanumeric(c) && (c < 'A' || c > 'Z')) || c == '-';
  });
  if (!name.empty() && plain && name.front() != '-' && name.back() != '-') return {};
  return "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
         "and "
         "must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex "
         "used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
}

std::string config_key_problem(std::string_view key) {
  const bool plain = std::all_of(key.begin(), key.end(), [](char c) {
    return is_alphanumeric(c) || c == '-' || c == '_' || c == '.';
  });
  if (!key.empty() && plain) return {};
  return "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. "
         "'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is "
         "'[-._a-zA-Z0-9]+')";
}

}  // namespace masthead::sim
