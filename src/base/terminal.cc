#include "base/terminal.h"

#include "base/utf8.h"

namespace masthead::base {
namespace {

// The bytes of the character at the front of well-formed text.
size_t length_of(std::string_view text) {
  const auto c = static_cast<unsigned char>(text.front());
  return c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
}

bool drives_a_terminal(std::string_view character) {
  const auto c = static_cast<unsigned char>(character.front());
  if (c < 0x20 || c == 0x7F) return true;
  const bool c1 = c == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
  // U+202A to U+202E, U+2066 to U+2069.
  const bool bidirectional = (character >= "\xE2\x80\xAA" && character <= "\xE2\x80\xAE") ||
                             (character >= "\xE2\x81\xA6" && character <= "\xE2\x81\xA9");
  return c1 || bidirectional;
}

}  // namespace

std::string for_terminal(std::string_view text, size_t indent) {
  if (!is_utf8(text)) return "(not UTF-8)";
  while (text.ends_with('\n')) text.remove_suffix(1);
  std::string out;
  while (!text.empty()) {
    const std::string_view character = text.substr(0, length_of(text));
    text.remove_prefix(character.size());
    if (character == "\n") {
      out += "\n" + std::string(indent, ' ');
    } else if (character == "\t" || character == "\r") {
      out += ' ';
    } else if (drives_a_terminal(character)) {
      out += "\xEF\xBF\xBD";
    } else {
      out += character;
    }
  }
  return out;
}

}  // namespace masthead::base
