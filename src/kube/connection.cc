#include "kube/connection.h"

#include <algorithm>
#include <utility>

namespace masthead::kube {

using base::Error;
using base::ErrorCode;

namespace {
// Sign-of-life news to exchanges are not needed more often than this.
constexpr int64_t kTellEveryMs = 4'000;
// The API server closes idle connections after 90 s; we are first.
constexpr int64_t kIdleCloseMs = 60'000;
}  // namespace

Connection::Connection(net::Loop& loop, Dialer& dialer, Endpoint endpoint,
                       ConnectionListener& listener, int stream_window)
    : loop_(loop),
      endpoint_(std::move(endpoint)),
      listener_(listener),
      stream_window_(stream_window) {
  last_heard_ms_ = loop_.clock().monotonic_ms();
  dialing_ = dialer.dial(loop_, endpoint_, [this](base::Result<Dialed> dialed) {
    dialing_.reset();
    if (!dialed) return fail(dialed.error());
    on_open(std::move(*dialed));
  });
}

Connection::~Connection() = default;

void Connection::on_open(Dialed dialed) {
  stream_ = std::move(dialed.stream);
  state_ = State::kOpen;
  protocol_ = dialed.http2 ? Protocol::kHttp2 : Protocol::kHttp1;
  last_heard_ms_ = loop_.clock().monotonic_ms();
  if (dialed.http2) {
    proto::Http2ClientEvents& events = *this;
    http2_ = std::make_unique<proto::Http2Client>(events, stream_window_);
  }
  listener_.on_connected(*this);
  std::vector<Exchange*> waiting = std::exchange(waiting_, {});
  if (is_http1() && waiting.size() > 1) {
    std::vector<Exchange*> surplus(waiting.begin() + 1, waiting.end());
    waiting.resize(1);
    for (Exchange* exchange : waiting) start(*exchange);
    listener_.on_surplus(std::move(surplus));
  } else {
    for (Exchange* exchange : waiting) start(*exchange);
  }
  if (state_ == State::kClosed) return;
  flush();
  read();
  watch_idleness();
}

bool Connection::has_room() const {
  if (retired_ || state_ == State::kClosed) return false;
  if (is_http1()) return http1_ == nullptr && !http1_dirty_;
  if (http2_ != nullptr && http2_->draining()) return false;
  size_t room = limits::kWatchStreamsPerConnection;
  if (http2_ != nullptr) room = std::min(room, http2_->max_streams());
  return exchanges() < room;
}

void Connection::add(Exchange& exchange) {
  if (state_ == State::kConnecting) {
    waiting_.push_back(&exchange);
    return;
  }
  start(exchange);
  flush();
}

void Connection::start(Exchange& exchange) {
  if (is_http1()) return start_http1(exchange);
  const auto id = http2_->open(exchange.head(), exchange.body());
  if (!id) {
    // GOAWAY has come in between. Told later: the caller is still setting things up.
    loop_.post([&exchange, error = id.error(), alive = std::weak_ptr<bool>(alive_), this] {
      if (alive.expired() || std::erase(waiting_, &exchange) == 0) return;
      exchange.on_failure(error, /*unseen=*/true);
    });
    waiting_.push_back(&exchange);
    return;
  }
  running_[*id] = &exchange;
}

void Connection::start_http1(Exchange& exchange) {
  http1_ = &exchange;
  const auto head = exchange.head();
  proto::ResponseParser::Events& events = *this;
  parser_ = std::make_unique<proto::ResponseParser>(events, head.method == "HEAD");
  outgoing_ += proto::http1_request_bytes(head.method, head.path, head.authority, head.headers,
                                          exchange.body());
}

void Connection::remove(Exchange& exchange) {
  held_back_.erase(&exchange);
  if (std::erase(waiting_, &exchange) > 0) return;
  if (http1_ == &exchange) {
    // Its answer is still coming: only a new connection is clean.
    http1_ = nullptr;
    http1_dirty_ = true;
    loop_.post([this, alive = std::weak_ptr<bool>(alive_)] {
      if (!alive.expired()) fail({ErrorCode::kCancelled, "the request was cancelled", {}, {}, 0});
    });
    return;
  }
  const auto it = std::find_if(running_.begin(), running_.end(),
                               [&](const auto& entry) { return entry.second == &exchange; });
  if (it == running_.end()) return;
  const int32_t id = it->first;
  running_.erase(it);
  if (state_ == State::kClosed) return;
  http2_->cancel(id);
  // Not from inside nghttp2's own callbacks.
  loop_.post([this, alive = std::weak_ptr<bool>(alive_)] {
    if (alive.expired() || state_ != State::kOpen) return;
    flush();
    after_exchange();
  });
}

void Connection::retire() {
  retired_ = true;
  loop_.post([this, alive = std::weak_ptr<bool>(alive_)] {
    if (!alive.expired()) after_exchange();
  });
}

void Connection::hold_back(Exchange& exchange, bool held) {
  if (held) {
    held_back_.emplace(&exchange, 0);
    return;
  }
  const auto found = held_back_.find(&exchange);
  if (found == held_back_.end()) return;
  const size_t bytes = found->second;
  held_back_.erase(found);
  if (state_ != State::kOpen) return;
  if (is_http1()) {
    if (!reading_) read();
    return;
  }
  for (const auto& [id, running] : running_) {
    if (running == &exchange) http2_->consume_stream(id, bytes);
  }
  flush();
}

void Connection::read() {
  reading_ = true;
  stream_->read_some([this](base::Result<std::string_view> bytes) {
    reading_ = false;
    if (!bytes) return fail(bytes.error());
    if (bytes->empty()) {
      if (parser_ != nullptr && http1_ != nullptr && parser_->end_of_stream()) finish_http1();
      return fail({ErrorCode::kUnavailable,
                   endpoint_.url.authority() + " closed the connection",
                   {},
                   {},
                   0});
    }
    on_bytes(*bytes);
    const bool held = http1_ != nullptr && held_back_.contains(http1_);
    if (state_ == State::kOpen && !held && !reading_) read();
  });
}

void Connection::on_bytes(std::string_view bytes) {
  const int64_t now = loop_.clock().monotonic_ms();
  last_heard_ms_ = now;
  answered_ = true;
  ping_sent_ = false;
  if (is_http1()) {
    on_http1_bytes(bytes);
  } else {
    busy_ = true;
    const auto received = http2_->receive(bytes);
    busy_ = false;
    flush();
    if (!received) return fail(received.error());
    if (http2_->ended()) {
      return fail({ErrorCode::kUnavailable,
                   endpoint_.url.authority() + " ended the connection",
                   {},
                   {},
                   0});
    }
  }
  if (state_ != State::kOpen) return;
  if (now - last_told_ms_ >= kTellEveryMs) {
    last_told_ms_ = now;
    std::vector<int32_t> ids;
    for (const auto& [id, exchange] : running_) ids.push_back(id);
    for (const int32_t id : ids) {
      if (const auto it = running_.find(id); it != running_.end()) it->second->on_alive();
    }
    if (http1_ != nullptr) http1_->on_alive();
  }
  after_exchange();
}

void Connection::on_http1_bytes(std::string_view bytes) {
  if (parser_ == nullptr || http1_ == nullptr) {
    return fail({ErrorCode::kInternal, "an HTTP answer to no request", {}, {}, 0});
  }
  const auto used = parser_->feed(bytes);
  if (!used) return fail(used.error());
  if (http1_ == nullptr || !parser_->done()) return;  // cancelled, or more to come
  if (*used < bytes.size()) retired_ = true;          // bytes that belong to nothing
  finish_http1();
}

void Connection::finish_http1() {
  retired_ = retired_ || !parser_->reusable();
  Exchange* exchange = std::exchange(http1_, nullptr);
  held_back_.erase(exchange);
  exchange->on_end();
}

void Connection::after_exchange() {
  if (state_ != State::kOpen) return;
  const bool ending = retired_ || (http2_ != nullptr && http2_->draining());
  if (ending && exchanges() == 0) {
    return fail({ErrorCode::kCancelled, "the connection is not needed any more", {}, {}, 0});
  }
  if (has_room()) listener_.on_room(*this);
}

void Connection::flush() {
  // nghttp2 is not entered again from its own callbacks; whoever is inside flushes afterwards.
  if (writing_ || busy_ || state_ != State::kOpen) return;
  busy_ = true;
  std::string bytes = http2_ != nullptr ? http2_->take_output() : std::exchange(outgoing_, {});
  busy_ = false;
  if (bytes.empty()) return;
  writing_ = true;
  stream_->write(std::move(bytes), [this](base::Result<void> written) {
    writing_ = false;
    if (!written) return fail(written.error());
    flush();
  });
}

void Connection::fail(const Error& cause) {
  if (state_ == State::kClosed) return;
  // Whose certificate is refused learns it only now, by TLS 1.3; and what stands before a server
  // that is gone may be fluent in TLS.
  const bool was_open =
      state_ == State::kOpen && (answered_ || cause.code == ErrorCode::kCancelled);
  Error error = cause;
  if (was_open && error.code != ErrorCode::kTls && !error.text.starts_with("connection to")) {
    error = error.within("connection to " + endpoint_.url.authority() + " lost");
  }
  state_ = State::kClosed;
  held_back_.clear();
  tick_.cancel();
  dialing_.reset();
  if (stream_ != nullptr) stream_->close();
  // The listener first: what the exchanges do next depends on what is known of the cluster.
  listener_.on_closed(*this, error, was_open);
  // Each told may destroy others, which then remove themselves: look again each time.
  while (!waiting_.empty()) {
    Exchange* exchange = waiting_.back();
    waiting_.pop_back();
    exchange->on_failure(error, /*unseen=*/false);
  }
  while (!running_.empty()) {
    Exchange* exchange = running_.begin()->second;
    running_.erase(running_.begin());
    exchange->on_failure(error, /*unseen=*/false);
  }
  if (Exchange* exchange = std::exchange(http1_, nullptr)) exchange->on_failure(error, false);
}

void Connection::watch_idleness() {
  tick_ = loop_.post_after(1'000, [this] { on_tick(); });
}

void Connection::on_tick() {
  const int64_t silent_ms = loop_.clock().monotonic_ms() - last_heard_ms_;
  if (exchanges() == 0 && silent_ms >= kIdleCloseMs) {
    return fail({ErrorCode::kCancelled, "idle", {}, {}, 0});
  }
  if (http2_ != nullptr && exchanges() > 0) {
    // Rule 10: "Liveness: HTTP/2 PING"; half-open connections are the classic silent stale
    // cache.
    if (silent_ms >= limits::kPingIdleMs + limits::kPingTimeoutMs) {
      return fail({ErrorCode::kTimeout,
                   endpoint_.url.authority() + " has shown no sign of life for " +
                       std::to_string(silent_ms / 1000) + " s",
                   {},
                   {},
                   0});
    }
    if (silent_ms >= limits::kPingIdleMs && !std::exchange(ping_sent_, true)) {
      http2_->ping();
      flush();
    }
  }
  watch_idleness();
}

void Connection::on_headers(int32_t stream, int status, proto::Headers headers) {
  const auto it = running_.find(stream);
  if (it != running_.end()) it->second->on_headers(status, std::move(headers));
}

void Connection::on_data(int32_t stream, std::string_view bytes) {
  const auto it = running_.find(stream);
  if (it != running_.end()) it->second->on_data(bytes);
  // The bytes have been accepted (or nobody wants them): only now does the credit go back.
  const auto now = running_.find(stream);
  const auto held = now == running_.end() ? held_back_.end() : held_back_.find(now->second);
  if (held == held_back_.end()) return http2_->consume(stream, bytes.size());
  http2_->consume_connection(bytes.size());
  held->second += bytes.size();
}

void Connection::on_end(int32_t stream, proto::Http2End end, const std::string& why) {
  const auto it = running_.find(stream);
  if (it == running_.end()) return;
  Exchange* exchange = it->second;
  running_.erase(it);
  held_back_.erase(exchange);
  if (end == proto::Http2End::kComplete) return exchange->on_end();
  exchange->on_failure({ErrorCode::kUnavailable,
                        endpoint_.url.authority() + " broke the answer off: " + why,
                        {},
                        {},
                        0},
                       end == proto::Http2End::kRefused);
}

void Connection::on_goaway(const std::string&) {
  // Normal with --goaway-chance and at shutdown: running streams finish, new ones go elsewhere.
}

void Connection::on_head(int status, proto::Headers headers) {
  if (http1_ != nullptr) http1_->on_headers(status, std::move(headers));
}

void Connection::on_body(std::string_view bytes) {
  if (http1_ != nullptr) http1_->on_data(bytes);
}

}  // namespace masthead::kube
