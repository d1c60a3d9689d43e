#include "kube/line_splitter.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "json/envelope.h"

namespace masthead::kube {

void LineSplitter::clear() {
  begin_ = end_ = 0;
  skipping_ = false;
}

void LineSplitter::append(std::string_view bytes) {
  if (begin_ > 0) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ + bytes.size() + json::kPadding > capacity_) {
    const size_t wanted = std::max(end_ + bytes.size() + json::kPadding, capacity_ * 2);
    auto grown = std::make_unique<char[]>(wanted);
    if (end_ > 0) std::memcpy(grown.get(), buffer_.get(), end_);
    buffer_ = std::move(grown);
    capacity_ = wanted;
  }
  std::memcpy(buffer_.get() + end_, bytes.data(), bytes.size());
  end_ += bytes.size();
}

void LineSplitter::feed(std::string_view bytes, Lines& lines) {
  while (!bytes.empty()) {
    const void* found = std::memchr(bytes.data(), '\n', bytes.size());
    const size_t size = found == nullptr
                            ? bytes.size()
                            : static_cast<size_t>(static_cast<const char*>(found) - bytes.data());
    if (!skipping_ && held() + size > limit_) {
      skipping_ = true;
      begin_ = end_ = 0;
      lines.on_oversize();
    }
    if (!skipping_) append(bytes.substr(0, size));
    if (found == nullptr) return;
    bytes.remove_prefix(size + 1);
    if (std::exchange(skipping_, false)) continue;
    const std::string_view line(buffer_.get() + begin_, end_ - begin_);
    const bool empty = line.empty() || line == "\r";
    begin_ = end_ = 0;  // the line stays readable until the next append
    if (!empty && !lines.on_line(line)) return;
  }
}

}  // namespace masthead::kube
