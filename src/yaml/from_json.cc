#include <algorithm>
#include <span>

#include "base/utf8.h"
#include "yaml/scalar.h"
#include "yaml/yaml.h"

namespace masthead::yaml {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (static_cast<uint8_t>(c) & 0x80) != 0;
}

// The digits around text[i], without leading zeros.
std::string_view number_at(std::string_view text, size_t i) {
  size_t from = i, to = i;
  while (from > 0 && is_digit(text[from - 1])) --from;
  while (to < text.size() && is_digit(text[to])) ++to;
  while (from + 1 < to && text[from] == '0') ++from;
  return text.substr(from, to - from);
}

// go-yaml v2's order of keys (keyList.Less): at the first difference an end comes before
// punctuation, that before numbers (by value, fewer zeros first), those before letters.
bool key_less(std::string_view a, std::string_view b) {
  size_t i = 0;
  while (i < a.size() && i < b.size() && a[i] == b[i]) ++i;
  if (i == a.size() || i == b.size()) return a.size() < b.size();
  const bool letter_a = is_letter(a[i]), letter_b = is_letter(b[i]);
  const bool digit_a = is_digit(a[i]), digit_b = is_digit(b[i]);
  if (letter_a != letter_b) return letter_b;
  if (digit_a != digit_b) return digit_b;
  if (!digit_a) return static_cast<uint8_t>(a[i]) < static_cast<uint8_t>(b[i]);
  const std::string_view x = number_at(a, i), y = number_at(b, i);
  if (x.size() != y.size()) return x.size() < y.size();
  if (x != y) return x < y;
  return a[i] != '0';
}

using Member = std::pair<std::string_view, json::Value>;

// That order has cycles (2 < 12 < 1b < 2), which std::sort may not be given. A merge sort of what
// is sorted by bytes already gives go-yaml's order wherever there is one, and always the same.
void sort_members(std::span<Member> members) {
  if (members.size() < 2) return;
  const auto left = members.first(members.size() / 2), right = members.subspan(left.size());
  sort_members(left);
  sort_members(right);
  std::vector<Member> merged;
  merged.reserve(members.size());
  auto l = left.begin(), r = right.begin();
  while (l != left.end() && r != right.end()) {
    merged.push_back(key_less(r->first, l->first) ? *r++ : *l++);
  }
  merged.insert(merged.end(), l, left.end());
  merged.insert(merged.end(), r, right.end());
  std::copy(merged.begin(), merged.end(), members.begin());
}

// What the emitter of go-yaml looks at to choose a style (yaml_emitter_analyze_scalar).
struct Analysis {
  bool plain = true, single_quoted = true, literal = true;
};

bool is_unprintable(std::string_view text, size_t i) {
  const auto c = static_cast<uint8_t>(text[i]);
  if (c < 0x20 || c == 0x7F) return c != '\n' && c != '\t';
  const std::string_view rest = text.substr(i);
  // C1 controls, line and paragraph separator, byte order mark.
  return (c == 0xC2 && rest.size() > 1 && static_cast<uint8_t>(rest[1]) < 0xA0) ||
         rest.starts_with("\xE2\x80\xA8") || rest.starts_with("\xE2\x80\xA9") ||
         rest.starts_with("\xEF\xBB\xBF");
}

Analysis analyze(std::string_view text) {
  Analysis result;
  if (text.empty()) return {false, true, false};
  bool space_break = false, break_space = false, tab = false, special = false, indicator = false;
  if (text.starts_with("---") || text.starts_with("...")) indicator = true;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool ends =
        i + 1 == text.size() || text[i + 1] == ' ' || text[i + 1] == '\n' || text[i + 1] == '\t';
    const char before = i == 0 ? '\0' : text[i - 1];
    if (i == 0 && std::string_view("#,[]{}&*!|>'\"%@`").find(c) != std::string_view::npos) {
      indicator = true;
    }
    if (i == 0 && (c == '?' || c == '-') && ends) indicator = true;
    if (c == ':' && ends) indicator = true;
    if (c == '#' && (before == ' ' || before == '\n' || before == '\t')) indicator = true;
    if (c == '\t') tab = true;
    if (is_unprintable(text, i)) special = true;
    if (c == '\n' && before == ' ') space_break = true;
    if (c == ' ' && before == '\n') break_space = true;
  }
  const bool edges =
      text.front() == ' ' || text.front() == '\n' || text.back() == ' ' || text.back() == '\n';
  const bool multiline = text.find('\n') != std::string_view::npos;
  result.plain = !(indicator || edges || multiline || tab || special);
  result.single_quoted = !(space_break || break_space || tab || special || multiline);
  // Unlike kubectl, blocks whose first line is blank or indented, or with lines that begin with a
  // tab, are quoted: readers disagree about them (libfyaml 0.7 misreads them).
  result.literal = !(space_break || special || text.back() == ' ' || text.front() == ' ' ||
                     text.front() == '\n' || text.front() == '\t' ||
                     text.find("\n\t") != std::string_view::npos);
  return result;
}

void append_double_quoted(std::string& out, std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  out += '"';
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' || c == '\\') {
      (out += '\\') += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\r') {
      out += "\\r";
    } else if (!is_unprintable(text, i)) {
      out += c;
    } else if (const auto byte = static_cast<uint8_t>(c); byte < 0x80) {
      ((out += "\\x") += kDigits[byte >> 4]) += kDigits[byte & 15];
    } else if (byte == 0xC2) {
      const auto low = static_cast<uint8_t>(text[++i]);
      ((out += "\\x") += kDigits[low >> 4]) += kDigits[low & 15];
    } else {
      out += byte == 0xEF ? "\\uFEFF" : static_cast<uint8_t>(text[i + 2]) == 0xA8 ? "\\L" : "\\P";
      i += 2;
    }
  }
  out += '"';
}

void append_literal(std::string& out, std::string_view text, size_t indent) {
  out += '|';
  if (!text.ends_with('\n')) {
    out += '-';
  } else if (text.ends_with("\n\n")) {
    out += '+';
  }
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    out += '\n';
    if (end > 0) out.append(indent, ' ').append(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void append_string(std::string& out, std::string_view text, size_t indent, bool is_key) {
  const Analysis analysis = analyze(text);
  const bool means_itself =
      resolve_plain(text).type == Scalar::Type::kString && !is_sexagesimal(text);
  if (text.find('\n') != std::string_view::npos && analysis.literal && !is_key) {
    append_literal(out, text, std::max<size_t>(indent, 2));
  } else if (!means_itself) {
    append_double_quoted(out, text);
  } else if (analysis.plain) {
    out += text;
  } else if (analysis.single_quoted) {
    out += '\'';
    for (const char c : text) out.append(c == '\'' ? 2 : 1, c);
    out += '\'';
  } else {
    append_double_quoted(out, text);
  }
}

void append_value(std::string& out, const json::Value& value, size_t indent);

void append_mapping(std::string& out, const json::Value& value, size_t indent) {
  std::vector<Member> members;
  for (const auto [key, member] : value.members()) members.emplace_back(key, member);
  std::sort(members.begin(), members.end(),
            [](const Member& a, const Member& b) { return a.first < b.first; });
  sort_members(members);
  bool first = true;
  for (const auto& [key, member] : members) {
    if (!std::exchange(first, false)) (out += '\n').append(indent, ' ');
    append_string(out, key, indent, /*is_key=*/true);
    out += ':';
    if (member.is_object() && member.size() > 0) {
      (out += '\n').append(indent + 2, ' ');
      append_value(out, member, indent + 2);
    } else if (member.is_array() && member.size() > 0) {
      (out += '\n').append(indent, ' ');  // kubectl does not indent lists under their key
      append_value(out, member, indent);
    } else {
      out += ' ';
      append_value(out, member, indent + 2);
    }
  }
}

void append_value(std::string& out, const json::Value& value, size_t indent) {
  if (value.is_object()) {
    if (value.size() == 0) {
      out += "{}";
    } else {
      append_mapping(out, value, indent);
    }
  } else if (value.is_array()) {
    bool first = true;
    for (const json::Value item : value.items()) {
      if (!std::exchange(first, false)) (out += '\n').append(indent, ' ');
      out += "- ";
      append_value(out, item, indent + 2);
    }
    if (first) out += "[]";
  } else if (value.is_string()) {
    append_string(out, value.str(), indent, /*is_key=*/false);
  } else {
    out += value.exists() ? value.to_json() : "null";
  }
}

}  // namespace

std::string from_json(const json::Value& value) {
  std::string out;
  append_value(out, value, 0);

  out += '\n';
  return out;
}

}  // namespace masthead::yaml
