#include "bench/live_client.h"

#include <fmt/format.h>

#include <charconv>

#include "base/check.h"
#include "base/random.h"
#include "json/writer.h"

namespace masthead::bench {
namespace {

constexpr int kCreditEvery = 400;
constexpr int kWindow = 100;

std::string credit_frame() {
  json::Writer out;
  out.begin_object().key("type").string("credit").key("n").integer(2 * kCreditEvery).end_object();
  return std::move(out).finish();
}

}  // namespace

ConsoleUrl ConsoleUrl::read(const std::string& text) {
  ConsoleUrl url;
  const size_t host = text.find("//") + 2;
  const size_t colon = text.find(':', host);
  const size_t secret = text.find("secret=");
  CHECK(colon != std::string::npos && secret != std::string::npos,
        "it is as the console prints it");
  url.host = text.substr(host, colon - host);
  std::from_chars(text.data() + colon + 1, text.data() + text.size(), url.port);
  url.secret = text.substr(secret + 7);
  return url;
}

LiveClient::LiveClient(net::Loop& loop, ConsoleUrl url, OnFrame on_frame)
    : loop_(loop),
      url_(std::move(url)),
      on_frame_(std::move(on_frame)),
      codec_(proto::WebSocketCodec::Side::kClient, limits::kFrameBytes, &base::system_random()) {}

void LiveClient::open() {
  connecting_ = net::connect_tcp(loop_, url_.host, url_.port, [this](auto stream) {
    if (!stream) {
      broken_ = true;
      return;
    }
    stream_ = std::move(*stream);
    const std::string origin = fmt::format("http://{}:{}", url_.host, url_.port);
    const std::string asked = fmt::format(
        "GET /api/live HTTP/1.1\r\nHost: {}:{}\r\nOrigin: {}\r\nCookie: masthead-{}={}\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Protocol: masthead.v1\r\n\r\n",
        url_.host, url_.port, origin, url_.port, url_.secret);
    waiting_ = asked + codec_.text(credit_frame()) + waiting_;
    write_next();
    read();
  });
}

void LiveClient::subscribe(int id, const ListQuery& query) {
  json::Writer out;
  out.begin_object().key("type").string("subscribe").key("id").integer(id);
  out.key("query").begin_object().key("type").string("list").key("table").string("pods");
  out.key("filter").string(query.filter).key("sort").string(query.sort);
  out.key("descending").boolean(query.descending);
  out.key("first").integer(0).key("count").integer(kWindow).end_object().end_object();
  say(std::move(out).finish());
}

void LiveClient::unsubscribe(int id) {
  json::Writer out;
  out.begin_object().key("type").string("unsubscribe").key("id").integer(id).end_object();
  say(std::move(out).finish());
}

void LiveClient::say(std::string_view frame) {
  waiting_ += codec_.text(frame);
  write_next();
}

void LiveClient::write_next() {
  if (stream_ == nullptr || writing_ || waiting_.empty()) return;
  writing_ = true;
  stream_->write(std::exchange(waiting_, {}), [this](base::Result<void> written) {
    writing_ = false;
    broken_ = broken_ || !written;
    if (!broken_) write_next();
  });
}

void LiveClient::read() {
  stream_->read_some([this](base::Result<std::string_view> got) {
    if (!got || got->empty()) {
      broken_ = true;
      return;
    }
    take(*got);
    if (!broken_) read();
  });
}

void LiveClient::take(std::string_view bytes) {
  std::string rest;
  if (!upgraded_) {
    head_ += bytes;
    const size_t end = head_.find("\r\n\r\n");
    if (end == std::string::npos) return;
    upgraded_ = true;
    broken_ = !head_.starts_with("HTTP/1.1 101");
    rest = head_.substr(end + 4);
    bytes = rest;
  }
  if (broken_) return;
  const auto violation = codec_.feed(bytes, [this](const proto::WebSocketMessage& message) {
    using Type = proto::WebSocketMessage::Type;
    if (message.type == Type::kPing) waiting_ += codec_.pong(message.data);
    if (message.type == Type::kClose) broken_ = true;
    if (message.type != Type::kText) return;
    if (++frames_ % kCreditEvery == 0) waiting_ += codec_.text(credit_frame());
    on_frame_(message.data);
  });
  broken_ = broken_ || violation.has_value();
  write_next();
}

}  // namespace masthead::bench
