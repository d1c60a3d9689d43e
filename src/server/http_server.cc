#include "server/http_server.h"

#include <fmt/format.h>

#include <map>

#include "base/limits.h"
#include "host/console_view.h"
#include "net/tcp.h"
#include "proto/websocket.h"

namespace masthead::server {
namespace {

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 421:
      return "Misdirected Request";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return status >= 500 ? "Internal Server Error" : "Error";
  }
}

// architecture §5. Trusted Types: the page's default policy refuses any string with markup.
constexpr std::string_view kSecurityHeaders =
    "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self' "
    "'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'self'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types default\r\n"
    "x-content-type-options: nosniff\r\n"
    "referrer-policy: no-referrer\r\n"
    "cross-origin-opener-policy: same-origin\r\n"
    "cross-origin-resource-policy: same-origin\r\n"
    "permissions-policy: camera=(), geolocation=(), microphone=()\r\n";

std::string render(const Answer& answer, bool keep_alive, bool head_only) {
  std::string out = fmt::format("HTTP/1.1 {} {}\r\n", answer.status, reason_phrase(answer.status));
  out += kSecurityHeaders;
  bool has_cache_control = false;
  for (const auto& [name, value] : answer.headers) {
    has_cache_control = has_cache_control || name == "cache-control";
    out += name + ": " + value + "\r\n";
  }
  if (!has_cache_control) out += "cache-control: no-store\r\n";
  if (answer.source != nullptr) {
    out += fmt::format("content-type: {}\r\ntransfer-encoding: chunked\r\n", answer.media_type);
  } else if (answer.status != 304) {
    out += fmt::format("content-type: {}\r\ncontent-length: {}\r\n", answer.media_type,
                       answer.body.size());
  }
  out += keep_alive ? "connection: keep-alive\r\n\r\n" : "connection: close\r\n\r\n";
  if (!head_only && answer.status != 304) out += answer.body;
  return out;
}

class Server;

// One connection: read a request, answer it, again; or hand the stream over.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Server& server, std::unique_ptr<net::ByteStream> stream)
      : server_(server), stream_(std::move(stream)) {}

  void start() { wait_for_request(); }

 private:
  void wait_for_request();
  void read();
  void take_bytes();
  void end_in(int64_t ms);
  void dispatch();
  void upgrade();
  void reply(Answer answer);
  void send_pieces(std::shared_ptr<BodySource> source);
  void close();

  Server& server_;
  std::unique_ptr<net::ByteStream> stream_;
  proto::RequestParser parser_;
  proto::Request request_;
  std::string bytes_;
  net::Timer deadline_;
  bool receiving_ = false;  // the first bytes of a request have come
  bool close_after_ = false;
};

class Server final : public HttpServer {
 public:
  Server(net::Loop& loop, Handlers handlers) : loop_(loop), handlers_(std::move(handlers)) {}
  ~Server() override { listener_.reset(); }

  base::Result<void> listen(const std::string& address, uint16_t port) {
    auto listener = TRY(net::Listener::open(
        loop_, address, port,
        [this](std::unique_ptr<net::ByteStream> stream) { accept(std::move(stream)); }));
    listener_ = std::move(listener);
    return {};
  }
  uint16_t port() const override { return listener_->port(); }

  void accept(std::unique_ptr<net::ByteStream> stream) {
    if (connections_.size() >= limits::kServerConnections) return;  // closes it
    auto connection = std::make_shared<Connection>(*this, std::move(stream));
    connections_.emplace(connection.get(), connection);
    connection->start();
  }
  void forget(Connection* connection) { connections_.erase(connection); }

  net::Loop& loop() { return loop_; }
  const Handlers& handlers() const { return handlers_; }

 private:
  net::Loop& loop_;
  Handlers handlers_;
  std::unique_ptr<net::Listener> listener_;
  std::map<Connection*, std::shared_ptr<Connection>> connections_;
};

void Connection::wait_for_request() {
  end_in(limits::kKeepAliveMs);
  receiving_ = false;
  request_ = {};
  if (bytes_.empty()) {
    read();
  } else {
    take_bytes();
  }
}

void Connection::end_in(int64_t ms) {
  deadline_ = server_.loop().post_after(ms, [this] { close(); });
}

void Connection::read() {
  stream_->read_some([this](base::Result<std::string_view> got) {
    if (!got || got->empty()) {
      close();
      return;
    }
    bytes_ += *got;
    take_bytes();
  });
}

void Connection::take_bytes() {
  // A request that drips in holds a connection no longer than one that does not come.
  if (!std::exchange(receiving_, true)) end_in(limits::kRequestHeaderTimeoutMs);
  while (!parser_.done()) {
    const bool had_head = parser_.headers_complete();
    const auto used = parser_.feed(bytes_);
    if (!used) {
      close_after_ = true;
      reply(
          problem(used.error().status, {base::ErrorCode::kInvalid, used.error().text, "", {}, 0}));
      return;
    }
    bytes_.erase(0, *used);
    if (parser_.headers_complete() && !had_head) {
      parser_.set_body_limit(limits::kRequestBodyBeforeLoginBytes);
      end_in(limits::kRequestHeaderTimeoutMs);
      if (!parser_.done() && parser_.expects_continue()) {
        close_after_ = true;  // our page never asks before it sends a body
      }
      continue;
    }
    if (*used == 0 && !parser_.done()) {
      read();
      return;
    }
  }
  request_ = parser_.take();
  deadline_.cancel();
  dispatch();
}

void Connection::dispatch() {
  close_after_ = close_after_ || !request_.keep_alive();
  const auto& handlers = server_.handlers();
  if (handlers.is_upgrade(request_)) {
    if (auto refusal = handlers.check_upgrade(request_)) {
      reply(std::move(*refusal));
      return;
    }
    upgrade();
    return;
  }
  handlers.handle(request_, [weak = weak_from_this()](Answer answer) {
    if (const auto self = weak.lock()) self->reply(std::move(answer));
  });
}

void Connection::upgrade() {
  end_in(limits::kRequestHeaderTimeoutMs);
  stream_->write(proto::websocket_upgrade_answer(request_, "masthead.v1"),
                 [this](base::Result<void> written) {
                   if (!written) {
                     close();
                     return;
                   }
                   const auto self = shared_from_this();
                   deadline_.cancel();
                   server_.forget(this);
                   server_.handlers().upgraded(std::move(stream_), std::move(bytes_));
                 });
}

void Connection::reply(Answer answer) {
  end_in(limits::kKeepAliveMs);
  const bool head_only = request_.method == "HEAD";
  auto source = head_only ? nullptr : answer.source;
  stream_->write(render(answer, !close_after_, head_only),
                 [this, source = std::move(source)](base::Result<void> written) mutable {
                   if (written && source != nullptr) return send_pieces(std::move(source));
                   if (!written || close_after_) {
                     close();
                     return;
                   }
                   wait_for_request();
                 });
}

// One piece is on its way at a time: a peer that does not read holds its source back.
void Connection::send_pieces(std::shared_ptr<BodySource> source) {
  deadline_.cancel();
  BodySource& from = *source;
  from.next([weak = weak_from_this(), source = std::move(source)](auto piece) mutable {
    const auto self = weak.lock();
    if (self == nullptr || self->stream_ == nullptr) return;
    if (!piece) return self->close();
    const bool last = piece->empty();
    std::string chunk = fmt::format("{:x}\r\n{}\r\n", piece->size(), *piece);
    self->end_in(limits::kKeepAliveMs);
    self->stream_->write(std::move(chunk), [owner = self.get(), last, source = std::move(source)](
                                               base::Result<void> written) mutable {
      if (written && !last) return owner->send_pieces(std::move(source));
      if (!written || owner->close_after_) return owner->close();
      owner->wait_for_request();
    });
  });
}

void Connection::close() {
  const auto self = shared_from_this();
  deadline_.cancel();
  if (stream_ != nullptr) stream_->close();
  server_.forget(this);
  // Destroyed later: this may run inside a callback of the stream.
  server_.loop().post([self] {});
}

}  // namespace

int http_status_of(base::ErrorCode code) {
  switch (code) {
    case base::ErrorCode::kInvalid:
      return 400;
    case base::ErrorCode::kUnauthenticated:
      return 401;
    case base::ErrorCode::kForbidden:
      return 403;
    case base::ErrorCode::kNotFound:
      return 404;
    case base::ErrorCode::kConflict:
      return 409;
    case base::ErrorCode::kGone:
      return 410;
    case base::ErrorCode::kTooLarge:
      return 413;
    case base::ErrorCode::kTooManyRequests:
      return 429;
    case base::ErrorCode::kUnsupported:
      return 501;
    case base::ErrorCode::kTimeout:
      return 504;
    case base::ErrorCode::kUnavailable:
    case base::ErrorCode::kTls:
      return 503;
    case base::ErrorCode::kCancelled:
    case base::ErrorCode::kInternal:
      return 500;
  }
  return 500;
}

Answer problem(int status, const base::Error& error) {
  json::Writer out;
  host::write_problem(out, error);
  Answer answer;
  answer.status = status;
  answer.body = std::move(out).finish();
  return answer;
}

base::Result<std::unique_ptr<HttpServer>> HttpServer::open(net::Loop& loop,
                                                           const std::string& address,
                                                           uint16_t port, Handlers handlers) {
  auto server = std::make_unique<Server>(loop, std::move(handlers));
  TRY_VOID(server->listen(address, port));
  return server;
}

}  // namespace masthead::server
