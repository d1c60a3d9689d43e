#include "yaml/scalar.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace masthead::yaml {
namespace {

template <size_t N>
bool is_one_of(std::string_view text, const std::array<std::string_view, N>& set) {
  return std::find(set.begin(), set.end(), text) != set.end();
}

constexpr std::array<std::string_view, 4> kNull = {"~", "null", "Null", "NULL"};
constexpr std::array<std::string_view, 11> kTrue = {"y",    "Y",    "yes", "Yes", "YES", "true",
                                                    "True", "TRUE", "on",  "On",  "ON"};
constexpr std::array<std::string_view, 11> kFalse = {"n",     "N",     "no",  "No",  "NO", "false",
                                                     "False", "FALSE", "off", "Off", "OFF"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// ^[-+]?[0-9]*\.?[0-9]+([eE][-+]?[0-9]+)?$ and "1." forms.
bool looks_like_float(std::string_view text) {
  size_t i = 0, digits = 0;
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
  while (i < text.size() && is_digit(text[i])) ++i, ++digits;
  if (i < text.size() && text[i] == '.') ++i;
  while (i < text.size() && is_digit(text[i])) ++i, ++digits;
  if (digits == 0) return false;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
    const size_t from = i;
    while (i < text.size() && is_digit(text[i])) ++i;
    if (i == from) return false;
  }
  return i == text.size();
}

// strconv.ParseInt(text, 0, 64): "0x1f", "0o17", "017", "0b11", decimal; then unsigned.
std::optional<std::string> integer_json(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  int base = 10;
  if (text.size() > 1 && text[0] == '0') {
    const char kind = static_cast<char>(text[1] | 0x20);
    base = kind == 'x' ? 16 : kind == 'b' ? 2 : 8;
    text.remove_prefix(kind == 'x' || kind == 'b' || kind == 'o' ? 2 : 1);
  }
  uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value, base);
  if (text.empty() || error != std::errc() || at != end) return std::nullopt;
  if (negative && value > uint64_t{1} << 63) return std::nullopt;
  return (negative && value != 0 ? "-" : "") + std::to_string(value);
}

std::optional<std::string> float_json(std::string_view text) {
  if (!looks_like_float(text)) return std::nullopt;
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || !std::isfinite(value)) return std::nullopt;
  return fmt::format("{}", value);
}

}  // namespace

Scalar resolve_plain(std::string_view text) {
  using Type = Scalar::Type;
  if (text.empty() || is_one_of(text, kNull)) return {Type::kNull, "null"};
  if (is_one_of(text, kTrue)) return {Type::kBoolean, "true"};
  if (is_one_of(text, kFalse)) return {Type::kBoolean, "false"};
  if (text == "<<") return {Type::kMerge, {}};
  const char first = text[0];
  if (!is_digit(first) && first != '-' && first != '+' && first != '.') return {};
  std::string plain(text);
  std::erase(plain, '_');
  if (auto json = integer_json(plain)) return {Type::kInteger, std::move(*json)};
  if (auto json = float_json(plain)) return {Type::kFloat, std::move(*json)};
  return {};
}

bool is_sexagesimal(std::string_view text) {
  if (text.find(':') == std::string_view::npos ||
      !(is_digit(text[0]) || text[0] == '-' || text[0] == '+')) {
    return false;
  }
  return std::all_of(text.begin() + 1, text.end(),
                     [](char c) { return is_digit(c) || c == ':' || c == '.' || c == '_'; });
}

}  // namespace masthead::yaml
