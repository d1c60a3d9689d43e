// Follows one JSON object, list or string through pieces of its text to its end, without reading
// it: only brackets and strings are looked at, 64 bytes at a time, since all of a list comes by
// here.
//
// Whether brackets match in kind, and all between them, is for the value's reader to judge.
// Threading: one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace masthead::json {

class Brackets {
 public:
  // How many bytes of `text` belong to the value; when it ends among them, ended() is true.
  // The first piece begins with the value's first character.
  size_t feed(std::string_view text);
  bool ended() const { return ended_; }

 private:
  struct Block;

  size_t find_end(const Block& block, uint64_t in_string);

  int depth_ = 0;
  bool in_string_ = false, escaped_ = false, ended_ = false;
};

}  // namespace masthead::json
