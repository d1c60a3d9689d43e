#include "proto/http1_response.h"

#include "base/check.h"
#include "proto/http1_head.h"

namespace masthead::proto {

std::string http1_request_bytes(const std::string& method, const std::string& path,
                                const std::string& host, const Headers& headers,
                                std::string_view body) {
  CHECK((method + path + host).find_first_of("\r\n ") == std::string::npos,
        "the request line is built from escaped names");
  std::string out = method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\n";
  const auto add = [&out](std::string_view name, std::string_view value) {
    CHECK(http1::is_token(name) && value.find_first_of("\r\n") == std::string_view::npos,
          "header fields are checked where they enter");
    out.append(name).append(": ").append(value).append("\r\n");
  };
  for (const auto& [name, value] : headers) add(name, value);
  if (!body.empty() || method == "POST" || method == "PUT" || method == "PATCH") {
    add("Content-Length", std::to_string(body.size()));
  }
  out.append("\r\n").append(body);
  return out;
}

struct ResponseParser::Impl {
  enum class State { kHead, kLength, kChunked, kUntilEnd, kDone, kFailed };
  Events& events;
  bool head_only;
  State state = State::kHead;
  http1::HeadCollector head{kResponseHeaderBytes};
  http1::ChunkedDecoder chunks;
  uint64_t left = 0;
  bool reusable = false;

  std::unexpected<base::Error> refuse(const std::string& text) {
    state = State::kFailed;
    return base::fail(base::ErrorCode::kInternal, "malformed HTTP answer: " + text);
  }
  base::Result<void> parse_head();
  base::Result<void> begin_body(int status, int minor_version, Headers headers);
  base::Result<size_t> feed_head(std::string_view bytes);
};

base::Result<void> ResponseParser::Impl::parse_head() {
  std::string_view lines = head.head();
  const auto line = http1::take_line(lines);
  // RFC 9112 §4: HTTP-version SP status-code SP [ reason-phrase ]; servers leave the last SP out.
  if (!line || line->size() < 12 || !line->starts_with("HTTP/1.") || (*line)[8] != ' ' ||
      ((*line)[7] != '0' && (*line)[7] != '1') || (line->size() > 12 && (*line)[12] != ' ')) {
    return refuse("its status line");
  }
  int status = 0;
  for (const char c : line->substr(9, 3)) {
    if (c < '0' || c > '9') return refuse("its status code");
    status = status * 10 + (c - '0');
  }
  Headers headers;
  if (const auto refusal = http1::parse_fields(lines, headers)) return refuse(*refusal);
  const int minor_version = (*line)[7] - '0';
  head.clear();
  if (status < 100) return refuse("its status code");
  if (status < 200) return {};  // 100 Continue, 103 Early Hints: the real answer follows
  return begin_body(status, minor_version, std::move(headers));
}

base::Result<void> ResponseParser::Impl::begin_body(int status, int minor_version,
                                                    Headers headers) {
  const auto framing = http1::framing_of(headers, minor_version);
  if (!framing) return refuse(framing.error().text);
  const std::string_view connection = find_header(headers, "connection");
  reusable =
      minor_version >= 1 ? !has_token(connection, "close") : has_token(connection, "keep-alive");
  left = framing->length.value_or(0);
  if (head_only || status == 204 || status == 304) {
    state = State::kDone;
  } else if (framing->chunked) {
    state = State::kChunked;
  } else if (framing->length) {
    state = left == 0 ? State::kDone : State::kLength;
  } else {
    state = State::kUntilEnd;
    reusable = false;
  }
  events.on_head(status, std::move(headers));
  return {};
}

base::Result<size_t> ResponseParser::Impl::feed_head(std::string_view bytes) {
  size_t used = 0;
  switch (head.feed(bytes, used)) {
    case http1::HeadCollector::State::kTooLarge:
      return refuse("its header is larger than 64 KiB");
    case http1::HeadCollector::State::kMore:
      return used;
    case http1::HeadCollector::State::kComplete:
      TRY_VOID(parse_head());
      return used;
  }
  return used;
}

ResponseParser::ResponseParser(Events& events, bool head_only)
    : impl_(std::make_unique<Impl>(events, head_only)) {}
ResponseParser::~ResponseParser() = default;

base::Result<size_t> ResponseParser::feed(std::string_view bytes) {
  size_t used = 0;
  while (used < bytes.size() && !done()) {
    const std::string_view rest = bytes.substr(used);
    switch (impl_->state) {
      case Impl::State::kHead:
        used += TRY(impl_->feed_head(rest));
        break;
      case Impl::State::kLength: {
        const std::string_view part = rest.substr(0, impl_->left);
        impl_->left -= part.size();
        used += part.size();
        if (impl_->left == 0) impl_->state = Impl::State::kDone;
        impl_->events.on_body(part);
        break;
      }
      case Impl::State::kChunked: {
        const auto fed = impl_->chunks.feed(rest, [this](std::string_view data) {
          impl_->events.on_body(data);
          return true;
        });
        if (!fed) return impl_->refuse(fed.error());
        used += *fed;
        if (impl_->chunks.done()) impl_->state = Impl::State::kDone;
        break;
      }
      case Impl::State::kUntilEnd:
        used = bytes.size();
        impl_->events.on_body(rest);
        break;
      case Impl::State::kFailed:
        return impl_->refuse("an earlier part");
      case Impl::State::kDone:
        break;
    }
  }
  return used;
}

base::Result<void> ResponseParser::end_of_stream() {
  if (impl_->state == Impl::State::kUntilEnd) impl_->state = Impl::State::kDone;
  if (done()) return {};
  impl_->state = Impl::State::kFailed;
  return base::fail(base::ErrorCode::kUnavailable, "the connection ended before the answer did");
}

bool ResponseParser::done() const {
  return impl_->state == Impl::State::kDone;
}
bool ResponseParser::reusable() const {
  return done() && impl_->reusable;
}

}  // namespace masthead::proto
