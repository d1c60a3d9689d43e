#include "sim/go_json.h"

#include <fmt/format.h>

#include <vector>

namespace masthead::sim {
namespace {

constexpr const char* kEnd = "unexpected end of JSON input";

std::string quoted(std::string_view rest) {
  const auto c = static_cast<unsigned char>(rest.front());
  if (c == '\'') return R"('\'')";
  if (c == '\\') return R"('\\')";
  if (c == '\n') return R"('\n')";
  if (c == '\r') return R"('\r')";
  if (c == '\t') return R"('\t')";
  if (c < 0x20 || c == 0x7f) return fmt::format("'\\x{:02x}'", c);
  // Go looks at one byte, and shows it as the character of that number.
  if (c < 0x80) return fmt::format("'{}'", static_cast<char>(c));
  if (c < 0xa0) return fmt::format("'\\u{:04x}'", c);
  return fmt::format("'{}{}'", static_cast<char>(0xc0 | (c >> 6)),
                     static_cast<char>(0x80 | (c & 0x3f)));
}

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Reads as Go's scanner does; each step is false once `problem` is known.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  std::string problem() {
    if (!value() || !skip_space()) return problem_;
    if (!rest_.empty()) (void)fail("after top-level value");
    return problem_;
  }

 private:
  bool fail(std::string_view context) {
    problem_ =
        rest_.empty() ? kEnd : fmt::format("invalid character {} {}", quoted(rest_), context);
    return false;
  }
  bool skip_space() {
    while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
    return true;
  }
  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // What is open is kept on a list, not on the stack: depth is the text's choice.
  bool value() {
    std::vector<char> open;
    while (true) {
      if (!begin_value(open)) return false;
      if (began_) continue;
      while (true) {
        if (open.empty()) return true;
        (void)skip_space();
        if (take(open.back())) {
          open.pop_back();
          continue;
        }
        const bool object = open.back() == '}';
        if (!take(',')) return fail(object ? "after object key:value pair" : "after array element");
        if (object && !key()) return false;
        break;
      }
    }
  }
  // A scalar, or the beginning of something that has a value in it: then `began_`.
  bool begin_value(std::vector<char>& open) {
    began_ = false;
    (void)skip_space();
    if (take('{')) {
      (void)skip_space();
      if (take('}')) return true;
      open.push_back('}');
      began_ = true;
      return key();
    }
    if (take('[')) {
      (void)skip_space();
      if (take(']')) return true;
      open.push_back(']');
      began_ = true;
      return true;
    }
    if (take('"')) return string();
    for (const std::string_view literal : {"true", "false", "null"}) {
      if (!rest_.empty() && rest_.front() == literal.front()) return spelled(literal);
    }
    return number();
  }
  bool key() {
    (void)skip_space();
    if (!take('"')) return fail("looking for beginning of object key string");
    if (!string()) return false;
    (void)skip_space();
    return take(':') || fail("after object key");
  }
  bool string() {
    while (!take('"')) {
      if (rest_.empty() || static_cast<unsigned char>(rest_.front()) < 0x20) {
        return fail("in string literal");
      }
      if (!take('\\')) {
        rest_.remove_prefix(1);
        continue;
      }
      if (take('u')) {
        for (int digit = 0; digit < 4; ++digit) {
          if (rest_.empty() || !is_hex(rest_.front())) {
            return fail("in \\u hexadecimal character escape");
          }
          rest_.remove_prefix(1);
        }
      } else if (rest_.empty() || !std::string_view("bfnrt\\/\"").contains(rest_.front())) {
        return fail("in string escape code");
      } else {
        rest_.remove_prefix(1);
      }
    }
    return true;
  }
  bool spelled(std::string_view literal) {
    for (size_t i = 0; i < literal.size(); ++i) {
      if (!take(literal[i])) {
        return fail(fmt::format("in literal {} (expecting '{}')", literal, literal[i]));
      }
    }
    return true;
  }
  bool digits(std::string_view context) {
    if (rest_.empty() || !is_digit(rest_.front())) return fail(context);
    while (!rest_.empty() && is_digit(rest_.front())) rest_.remove_prefix(1);
    return true;
  }
  bool number() {
    const bool negative = take('-');
    if (!take('0') && !digits(negative ? "in numeric literal" : "looking for beginning of value")) {
      return false;
    }
    if (take('.') && !digits("after decimal point in numeric literal")) return false;
    if (!take('e') && !take('E')) return true;
    if (!take('+')) (void)take('-');
    return digits("in exponent of numeric literal");
  }

  std::string_view rest_;
  std::string problem_;
  bool began_ = false;
};

}  // namespace

std::string go_json_problem(std::string_view text) {
  return Scanner(text).problem();
}

}  // namespace masthead::sim
