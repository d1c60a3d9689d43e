// The parts that requests and responses of HTTP/1.1 share: the head's lines, how long the body is,
// and the chunked coding. For the parsers of this folder.
//
// Strict by RFC 9112 §2.2, §5, §6.3 and §7.1: what two readers could understand differently is
// refused. Threading: one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "proto/headers.h"

namespace masthead::proto::http1 {

// Collects bytes up to and including the empty line.
class HeadCollector {
 public:
  explicit HeadCollector(size_t limit_bytes) : limit_(limit_bytes) {}
  enum class State { kMore, kComplete, kTooLarge };
  // `used` is how many of `bytes` belong to the head.
  State feed(std::string_view bytes, size_t& used);
  // The head without its last empty line: lines ended by CRLF.
  std::string_view head() const { return std::string_view(head_).substr(0, head_.size() - 2); }
  void clear() { head_.clear(); }

 private:
  size_t limit_;
  std::string head_;
};

// Takes the first line off `head`; nothing when it holds a bare CR or LF or no CRLF.
std::optional<std::string_view> take_line(std::string_view& head);

// Header fields, one a line. The refusal in words, or nothing.
std::optional<std::string> parse_fields(std::string_view lines, Headers& out);

bool is_token(std::string_view text);

// How the body of a message ends (RFC 9112 §6.3).
struct Framing {
  bool chunked = false;
  std::optional<uint64_t> length;
};
struct FramingError {
  bool unsupported = false;  // an unknown transfer coding: 501 rather than 400
  std::string text;
};
std::expected<Framing, FramingError> framing_of(const Headers& headers, int minor_version);

// Chunked transfer coding: hands on the data, skips extensions and trailers.
class ChunkedDecoder {
 public:
  // How many bytes were used, or the refusal in words. Stops behind the last chunk.
  std::expected<size_t, std::string> feed(std::string_view bytes,
                                          const std::function<bool(std::string_view)>& on_data);
  bool done() const { return state_ == State::kDone; }

 private:
  enum class State {
    kSize,
    kExtension,
    kSizeLf,
    kData,
    kDataCr,
    kDataLf,
    kTrailer,
    kTrailerLf,
    kDone
  };
  std::optional<std::string> step(char c);
  std::optional<std::string> read_size(char c);

  State state_ = State::kSize;
  uint64_t left_ = 0;
  int digits_ = 0;
  size_t overhead_ = 0;   // bytes of extensions and trailers
  size_t line_size_ = 0;  // of the trailer line being read
};

}  // namespace masthead::proto::http1
