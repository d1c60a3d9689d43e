#include "proto/http1_head.h"

#include <array>

#include "base/limits.h"
#include "proto/percent.h"

namespace masthead::proto::http1 {
namespace {

// RFC 9110 §5.6.2: token characters.
constexpr auto kTokenTable = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("!#$%&'*+-.^_`|~0123456789"
                                       "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}();

bool is_field_value(std::string_view text) {
  for (const char raw : text) {
    const auto c = static_cast<unsigned char>(raw);
    if ((c < 0x20 && c != '\t') || c == 0x7F) return false;
  }
  return true;
}

std::optional<uint64_t> parse_length(std::string_view text) {
  if (text.empty() || text.size() > 18) return std::nullopt;
  uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<uint64_t>(c - '0');
  }
  return value;
}

}  // namespace

bool is_token(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    if (!kTokenTable[static_cast<unsigned char>(c)]) return false;
  }
  return true;
}

HeadCollector::State HeadCollector::feed(std::string_view bytes, size_t& used) {
  const size_t before = head_.size();
  const size_t room = limit_ - before;
  head_.append(bytes.substr(0, room));
  const size_t end = head_.find("\r\n\r\n", before < 3 ? 0 : before - 3);
  if (end == std::string::npos) {
    used = head_.size() - before;
    return used < bytes.size() ? State::kTooLarge : State::kMore;
  }
  head_.resize(end + 4);
  used = head_.size() - before;
  return State::kComplete;
}

std::optional<std::string_view> take_line(std::string_view& head) {
  const size_t end = head.find_first_of("\r\n");
  if (end == std::string_view::npos || head.substr(end, 2) != "\r\n") return std::nullopt;
  const std::string_view line = head.substr(0, end);
  head.remove_prefix(end + 2);
  return line;
}

std::optional<std::string> parse_fields(std::string_view lines, Headers& out) {
  while (!lines.empty()) {
    const auto line = take_line(lines);
    if (!line) return "a bare carriage return or line feed in the header";
    // §5.2: "A server that receives an obs-fold in a request message … MUST either reject …".
    if (line->starts_with(' ') || line->starts_with('\t')) return "a folded header line";
    const size_t colon = line->find(':');
    // §5.1: "No whitespace is allowed between the field name and colon."
    if (colon == std::string_view::npos || !is_token(line->substr(0, colon))) {
      return "a malformed header name";
    }
    std::string_view value = line->substr(colon + 1);
    while (!value.empty() && (value.front() == ' ' || value.front() == '\t'))
      value.remove_prefix(1);
    while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
    if (!is_field_value(value)) return "a control character in a header value";
    out.emplace_back(line->substr(0, colon), value);
  }
  return std::nullopt;
}

std::expected<Framing, FramingError> framing_of(const Headers& headers, int minor_version) {
  Framing framing;
  const size_t codings = count_header(headers, "transfer-encoding");
  const size_t lengths = count_header(headers, "content-length");
  if (codings > 0) {
    // §6.1: "ought to be treated as an error" when both are there; HTTP/1.0 knows no codings.
    if (lengths > 0) {
      return std::unexpected(FramingError{false, "both Content-Length and Transfer-Encoding"});
    }
    if (minor_version == 0) {
      return std::unexpected(FramingError{false, "Transfer-Encoding in an HTTP/1.0 message"});
    }
    if (codings > 1 || !equal_without_case(find_header(headers, "transfer-encoding"), "chunked")) {
      return std::unexpected(FramingError{true, "a transfer coding other than chunked"});
    }
    framing.chunked = true;
    return framing;
  }
  if (lengths > 1) return std::unexpected(FramingError{false, "more than one Content-Length"});
  if (lengths == 1) {
    framing.length = parse_length(find_header(headers, "content-length"));
    if (!framing.length) return std::unexpected(FramingError{false, "a malformed Content-Length"});
  }
  return framing;
}

std::expected<size_t, std::string> ChunkedDecoder::feed(
    std::string_view bytes, const std::function<bool(std::string_view)>& on_data) {
  size_t used = 0;
  while (used < bytes.size() && state_ != State::kDone) {
    if (state_ == State::kData) {
      const std::string_view data = bytes.substr(used, left_);
      left_ -= data.size();
      used += data.size();
      if (left_ == 0) state_ = State::kDataCr;
      if (!on_data(data)) return std::unexpected("body refused");
      continue;
    }
    if (auto refusal = step(bytes[used++])) return std::unexpected(std::move(*refusal));
  }
  return used;
}

std::optional<std::string> ChunkedDecoder::read_size(char c) {
  if (const int digit = hex_digit(c); digit >= 0) {
    if (++digits_ > 15) return "a chunk size that is too long";
    left_ = left_ * 16 + static_cast<uint64_t>(digit);
    return std::nullopt;
  }
  if (digits_ == 0) return "a chunk without a size";
  if (c == '\r') {
    state_ = State::kSizeLf;
  } else if (c == ';' || c == ' ' || c == '\t') {
    state_ = State::kExtension;
  } else {
    return "a malformed chunk size";
  }
  return std::nullopt;
}

std::optional<std::string> ChunkedDecoder::step(char c) {
  if (state_ == State::kExtension || state_ == State::kTrailer || state_ == State::kTrailerLf) {
    if (++overhead_ > limits::kRequestHeaderBytes) return "too many chunk extensions or trailers";
  }
  switch (state_) {
    case State::kSize:
      return read_size(c);
    case State::kExtension:
      if (c == '\n') return "a bare line feed in a chunk header";
      if (c == '\r') state_ = State::kSizeLf;
      return std::nullopt;
    case State::kSizeLf:
      if (c != '\n') return "a bare carriage return in a chunk header";
      state_ = left_ == 0 ? State::kTrailer : State::kData;
      digits_ = 0;
      line_size_ = 0;
      return std::nullopt;
    case State::kDataCr:
      if (c != '\r') return "a chunk longer than its size";
      state_ = State::kDataLf;
      return std::nullopt;
    case State::kDataLf:
      if (c != '\n') return "a chunk longer than its size";
      state_ = State::kSize;
      return std::nullopt;
    case State::kTrailer:
      if (c == '\n') return "a bare line feed in a trailer";
      if (c == '\r') {
        state_ = State::kTrailerLf;
      } else {
        ++line_size_;
      }
      return std::nullopt;
    case State::kTrailerLf:
      if (c != '\n') return "a bare carriage return in a trailer";
      state_ = line_size_ == 0 ? State::kDone : State::kTrailer;
      line_size_ = 0;
      return std::nullopt;
    case State::kData:
    case State::kDone:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace masthead::proto::http1
