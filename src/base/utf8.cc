#include "base/utf8.h"

#include <cstdint>

namespace masthead::base {

bool is_utf8(std::string_view text) {
  size_t i = 0;
  const auto tail = [&](size_t at, uint8_t low = 0x80, uint8_t high = 0xBF) {
    return at < text.size() && static_cast<uint8_t>(text[at]) >= low &&
           static_cast<uint8_t>(text[at]) <= high;
  };
  while (i < text.size()) {
    const auto c = static_cast<uint8_t>(text[i]);
    if (c < 0x80) {
      i += 1;
    } else if (c >= 0xC2 && c <= 0xDF && tail(i + 1)) {
      i += 2;
    } else if (c >= 0xE0 && c <= 0xEF &&
               tail(i + 1, c == 0xE0 ? 0xA0 : 0x80, c == 0xED ? 0x9F : 0xBF) && tail(i + 2)) {
      i += 3;
    } else if (c >= 0xF0 && c <= 0xF4 &&
               tail(i + 1, c == 0xF0 ? 0x90 : 0x80, c == 0xF4 ? 0x8F : 0xBF) && tail(i + 2) &&
               tail(i + 3)) {
      i += 4;
    } else {
      return false;
    }
  }
  return true;
}

std::string_view utf8_prefix(std::string_view text, size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<uint8_t>(text[bytes]) & 0xC0) == 0x80) --bytes;
  return text.substr(0, bytes);
}

}  // namespace masthead::base
