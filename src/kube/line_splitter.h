// Cuts a watch's body into lines, whatever the pieces it comes in.
//
// A line is handed on with json::kPadding readable bytes behind it. One above the limit is skipped
// to its end and reported: a single monstrous object must not end the watch of all others.
// Threading: one thread at a time. The callbacks may not destroy the splitter.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "base/limits.h"

namespace masthead::kube {

class LineSplitter {
 public:
  class Lines {
   public:
    virtual ~Lines() = default;
    // False: stop, what follows is not looked at.
    virtual bool on_line(std::string_view line) = 0;
    virtual void on_oversize() = 0;
  };

  explicit LineSplitter(size_t limit = limits::kWatchLineBytes) : limit_(limit) {}
  void feed(std::string_view bytes, Lines& lines);
  void clear();
  size_t held() const { return end_ - begin_; }  // bytes of an incomplete line

 private:
  void append(std::string_view bytes);

  size_t limit_;
  std::unique_ptr<char[]> buffer_;
  size_t capacity_ = 0, begin_ = 0, end_ = 0;
  bool skipping_ = false;
};

}  // namespace masthead::kube
