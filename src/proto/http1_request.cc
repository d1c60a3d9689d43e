#include "proto/http1_request.h"

#include "base/check.h"
#include "proto/http1_head.h"

namespace masthead::proto {

bool Request::keep_alive() const {
  const std::string_view connection = header("connection");
  if (has_token(connection, "close")) return false;
  return minor_version >= 1 || has_token(connection, "keep-alive");
}

struct RequestParser::Impl {
  enum class State { kHead, kBody, kDone, kFailed };
  State state = State::kHead;
  http1::HeadCollector head{limits::kRequestHeaderBytes};
  size_t body_limit = limits::kRequestBodyBytes;
  size_t leading_newlines = 0;
  Request request;
  http1::Framing framing;
  http1::ChunkedDecoder chunks;

  std::unexpected<RequestError> refuse(int status, std::string text) {
    state = State::kFailed;
    return std::unexpected(RequestError{status, std::move(text)});
  }
  std::expected<size_t, RequestError> feed_head(std::string_view bytes);
  std::expected<void, RequestError> parse_head();
  std::expected<void, RequestError> parse_request_line(std::string_view line);
  std::expected<size_t, RequestError> feed_body(std::string_view bytes);
};

namespace {

bool is_target(std::string_view target) {
  if (target != "*" && !target.starts_with('/') && !target.starts_with("http://") &&
      !target.starts_with("https://")) {
    return false;
  }
  for (const char raw : target) {
    const auto c = static_cast<unsigned char>(raw);
    if (c <= 0x20 || c >= 0x7F) return false;
  }
  return true;
}

}  // namespace

std::expected<size_t, RequestError> RequestParser::Impl::feed_head(std::string_view bytes) {
  size_t skipped = 0;
  // RFC 9112 §2.2: "a server … SHOULD ignore at least one empty line (CRLF) received prior to the
  // request-line."
  while (leading_newlines < 2 && skipped < bytes.size() &&
         bytes[skipped] == "\r\n"[leading_newlines]) {
    ++skipped;
    ++leading_newlines;
  }
  if (skipped == bytes.size()) return skipped;
  if (leading_newlines == 1) return refuse(400, "a bare carriage return before the request");
  leading_newlines = 2;
  size_t used = 0;
  switch (head.feed(bytes.substr(skipped), used)) {
    case http1::HeadCollector::State::kTooLarge:
      return refuse(431, "the request's header is larger than 16 KiB");
    case http1::HeadCollector::State::kMore:
      break;
    case http1::HeadCollector::State::kComplete:
      if (auto parsed = parse_head(); !parsed) return std::unexpected(std::move(parsed).error());
      break;
  }
  return skipped + used;
}

std::expected<void, RequestError> RequestParser::Impl::parse_request_line(std::string_view line) {
  const size_t first = line.find(' ');
  const size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return refuse(400, "a malformed request line");
  }
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!http1::is_token(method) || !is_target(target)) {
    return refuse(400, "a malformed request line");
  }
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    return refuse(505, "an HTTP version other than 1.0 and 1.1");
  }
  request.method = method;
  request.target = target;
  request.minor_version = version.back() - '0';
  return {};
}

std::expected<void, RequestError> RequestParser::Impl::parse_head() {
  std::string_view lines = head.head();
  const auto line = http1::take_line(lines);
  if (!line) return refuse(400, "a bare carriage return or line feed in the request line");
  if (auto parsed = parse_request_line(*line); !parsed) return parsed;
  if (auto refusal = http1::parse_fields(lines, request.headers)) {
    return refuse(400, std::move(*refusal));
  }
  const size_t hosts = count_header(request.headers, "host");
  // RFC 9112 §3.2: "a server MUST respond with a 400 … to any HTTP/1.1 request message that lacks
  // a Host header field and … contains more than one".
  if (hosts > 1 || (hosts == 0 && request.minor_version == 1)) {
    return refuse(400, "not exactly one Host header");
  }
  auto parsed = http1::framing_of(request.headers, request.minor_version);
  if (!parsed) return refuse(parsed.error().unsupported ? 501 : 400, parsed.error().text);
  framing = *parsed;
  head.clear();
  state = framing.chunked || framing.length.value_or(0) > 0 ? State::kBody : State::kDone;
  return {};
}

std::expected<size_t, RequestError> RequestParser::Impl::feed_body(std::string_view bytes) {
  const std::string too_large =
      "the request's body is larger than " + std::to_string(body_limit) + " bytes";
  if (!framing.chunked) {
    if (*framing.length > body_limit) return refuse(413, too_large);
    const std::string_view part = bytes.substr(0, *framing.length - request.body.size());
    request.body.append(part);
    if (request.body.size() == *framing.length) state = State::kDone;
    return part.size();
  }
  bool too_much = false;
  const auto used = chunks.feed(bytes, [&](std::string_view data) {
    too_much = request.body.size() + data.size() > body_limit;
    if (!too_much) request.body.append(data);
    return !too_much;
  });
  if (too_much) return refuse(413, too_large);
  if (!used) return refuse(400, used.error());
  if (chunks.done()) state = State::kDone;
  return *used;
}

RequestParser::RequestParser() : impl_(std::make_unique<Impl>()) {}
RequestParser::~RequestParser() = default;
RequestParser::RequestParser(RequestParser&&) noexcept = default;
RequestParser& RequestParser::operator=(RequestParser&&) noexcept = default;

std::expected<size_t, RequestError> RequestParser::feed(std::string_view bytes) {
  switch (impl_->state) {
    case Impl::State::kHead:
      return impl_->feed_head(bytes);
    case Impl::State::kBody:
      return impl_->feed_body(bytes);
    case Impl::State::kDone:
      return 0;
    case Impl::State::kFailed:
      return std::unexpected(RequestError{400, "an earlier request was malformed"});
  }
  return 0;
}

void RequestParser::set_body_limit(size_t bytes) {
  impl_->body_limit = bytes;
}

bool RequestParser::headers_complete() const {
  return impl_->state == Impl::State::kBody || impl_->state == Impl::State::kDone;
}

const Request& RequestParser::head() const {
  CHECK(headers_complete(), "the head is read before it is asked for");
  return impl_->request;
}

bool RequestParser::expects_continue() const {
  return impl_->state == Impl::State::kBody && impl_->request.minor_version == 1 &&
         equal_without_case(impl_->request.header("expect"), "100-continue");
}

bool RequestParser::done() const {
  return impl_->state == Impl::State::kDone;
}

Request RequestParser::take() {
  CHECK(done(), "a request is taken when it is done");
  Request request = std::move(impl_->request);
  *impl_ = Impl();
  return request;
}

}  // namespace masthead::proto
