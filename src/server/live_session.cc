#include "server/live_session.h"

#include "base/limits.h"
#include "server/live_subscription.h"

namespace masthead::server {

LiveSession::LiveSession(net::Loop& loop, std::unique_ptr<net::ByteStream> stream,
                         std::string bytes, std::function<void(LiveSession*)> on_closed,
                         std::function<void()> on_change, LiveServices services)
    : loop_(loop),
      stream_(std::move(stream)),
      bytes_(std::move(bytes)),
      on_closed_(std::move(on_closed)),
      on_change_(std::move(on_change)),
      services_(services),
      codec_(proto::WebSocketCodec::Side::kServer, limits::kClientFrameBytes) {}

LiveSession::~LiveSession() = default;

void LiveSession::start(std::string hello, std::string connection) {
  heard_ms_ = loop_.clock().monotonic_ms();
  send(std::move(hello), /*costs_credit=*/false);
  send(std::move(connection), /*costs_credit=*/false);
  keep_alive();
  read();
}

void LiveSession::read() {
  const auto handle = [this] {
    const std::string bytes = std::exchange(bytes_, {});
    const auto violation =
        codec_.feed(bytes, [this](proto::WebSocketMessage message) { take(std::move(message)); });
    if (violation) close(violation->close_code, violation->text);
    // Who asks is answered at once, from what the last tick took in; changes wait for the next.
    if (std::exchange(asked_, false)) flush();
    return !violation && !closed_;
  };
  if (!bytes_.empty() && !handle()) return;
  stream_->read_some([this, handle](base::Result<std::string_view> got) {
    if (!got || got->empty()) {
      finish();
      return;
    }
    heard_ms_ = loop_.clock().monotonic_ms();
    bytes_ = std::string(*got);
    if (handle()) read();
  });
}

void LiveSession::take(proto::WebSocketMessage message) {
  if (closing_ || closed_) return;
  switch (message.type) {
    case proto::WebSocketMessage::Type::kPing:
      enqueue(codec_.pong(message.data));
      return;
    case proto::WebSocketMessage::Type::kPong:
      return;
    case proto::WebSocketMessage::Type::kClose:
      close(proto::kCloseNormal, "");
      return;
    case proto::WebSocketMessage::Type::kBinary:
      close(proto::kCloseNotAcceptable, "Frames are JSON texts.");
      return;
    case proto::WebSocketMessage::Type::kText:
      break;
  }
  const auto frame = parse_client_frame(message.data);
  if (!frame) {
    refuse(std::nullopt, frame.error());
    return;
  }
  take_frame(*frame);
}

void LiveSession::take_frame(const ClientFrame& frame) {
  switch (frame.type) {
    case ClientFrame::Type::kCredit:
      // More credit than a queue can hold says nothing more.
      credit_ = std::min<int64_t>(credit_ + frame.n, 10'000);
      break;
    case ClientFrame::Type::kUnsubscribe:
      subscriptions_.erase(frame.id);
      break;
    case ClientFrame::Type::kSubscribe:
    case ClientFrame::Type::kUpdate:
      subscribe(frame);
      asked_ = true;
      return;
  }
  on_change_();
}

void LiveSession::subscribe(const ClientFrame& frame) {
  auto& slot = subscriptions_[frame.id];
  if (slot == nullptr) {
    if (subscriptions_.size() > limits::kSubscriptionsPerTab) {
      subscriptions_.erase(frame.id);
      send(error_frame(
               frame.id,
               {base::ErrorCode::kTooLarge, "A tab has at most 64 subscriptions.", "", {}, 0}),
           /*costs_credit=*/true);
      return;
    }
    slot = std::make_unique<Subscription>();
  }
  Subscription& subscription = *slot;
  const LiveRequest before = std::exchange(subscription.request, frame.request);
  const bool only_window_moved =
      frame.type == ClientFrame::Type::kUpdate && subscription.query != nullptr &&
      before.type == LiveRequest::Type::kList && frame.request.type == before.type &&
      before.table == frame.request.table && before.filter == frame.request.filter &&
      before.sort == frame.request.sort && before.descending == frame.request.descending;
  if (frame.type == ClientFrame::Type::kSubscribe) subscription.seq = 0;
  subscription.answered = false;
  subscription.demands.clear();
  if (only_window_moved) {
    subscription.query->set_window(static_cast<size_t>(frame.request.first),
                                   static_cast<size_t>(frame.request.count));
    return;
  }
  subscription.sent_state.clear();
  subscription.logs.reset();
  bind(subscription);
  if (frame.request.type == LiveRequest::Type::kLogs) begin_logs(subscription);
}

void LiveSession::begin_logs(Subscription& subscription) {
  if (services_.logs == nullptr) {
    subscription.error = {base::ErrorCode::kUnsupported, "There are no logs here.", "", {}, 0};
    return;
  }
  const auto ready = [&loop = loop_, alive = std::weak_ptr(alive_), this] {
    loop.post([alive, this] {
      if (!alive.expired()) on_change_();
    });
  };
  subscription.logs = std::make_unique<LiveLogs>(*services_.logs, subscription.request.logs, ready);
}

void LiveSession::bind(host::ConsoleView* view) {
  view_ = view;
  for (auto& [id, subscription] : subscriptions_) bind(*subscription);
}

void LiveSession::bind(Subscription& subscription) {
  subscription.query.reset();
  subscription.everywhere.reset();
  subscription.error = {};
  subscription.answered = false;
  if (subscription.logs != nullptr) subscription.logs->look_again();
  const LiveRequest& request = subscription.request;
  if (view_ == nullptr || request.type != LiveRequest::Type::kList) return;
  cache::TableView* table = view_->view(request.table);
  if (table == nullptr) return;
  const auto filter = cache::Filter::parse(request.filter);
  if (!filter) {
    subscription.error = filter.error();
    return;
  }
  const host::Kind* kind = view_->kind(request.table);
  const bool chosen = !request.sort.empty();
  const std::string& sort = chosen || kind == nullptr ? request.sort : kind->sort;
  const bool descending = chosen || kind == nullptr ? request.descending : kind->descending;
  const auto index = table->index(*filter, sort, descending, &subscription.error);
  if (index == nullptr) return;
  subscription.query = std::make_unique<cache::LiveQuery>(index, static_cast<size_t>(request.first),
                                                          static_cast<size_t>(request.count));
  const cache::Filter rest = filter->without_namespaces();
  if (rest.terms().size() != filter->terms().size()) {
    subscription.everywhere = table->index(rest, sort, descending, &subscription.error);
  }
}

void LiveSession::announce(std::string frame, bool costs_credit) {
  send(std::move(frame), costs_credit);
}

void LiveSession::refuse(std::optional<int64_t> id, const base::Error& error) {
  send(error_frame(id, error), /*costs_credit=*/true);
  if (!id) close(proto::kClosePolicy, error.text);
}

void LiveSession::send(std::string frame, bool costs_credit) {
  if (closing_ || closed_) return;
  if (costs_credit) --credit_;
  enqueue(codec_.text(frame));
}

void LiveSession::enqueue(std::string bytes) {
  if (closed_) return;
  if (queued_bytes_ >= limits::kSessionQueueBytes) {
    finish();
    return;
  }
  queued_bytes_ += bytes.size();
  queue_.push_back(std::move(bytes));
  write_next();
}

void LiveSession::write_next() {
  if (writing_ || closed_) return;
  if (queue_.empty()) {
    if (closing_) finish();
    return;
  }
  std::string bytes = std::move(queue_.front());
  queue_.pop_front();
  const size_t size = bytes.size();
  writing_ = true;
  stream_->write(std::move(bytes), [this, size](base::Result<void> written) {
    writing_ = false;
    queued_bytes_ -= std::min(size, queued_bytes_);
    if (!written) {
      finish();
      return;
    }
    if (queue_.empty()) on_change_();
    write_next();
  });
}

void LiveSession::close(uint16_t code, std::string_view reason) {
  if (closing_ || closed_) return;
  closing_ = true;
  keep_alive_timer_ = loop_.post_after(limits::kSocketCloseMs, [this] { finish(); });
  enqueue(codec_.close(code, reason));
}

void LiveSession::keep_alive() {
  keep_alive_timer_ = loop_.post_after(limits::kSocketPingMs, [this] {
    if (loop_.clock().monotonic_ms() - heard_ms_ > limits::kSocketDeadMs) {
      finish();
      return;
    }
    keep_alive();
    enqueue(codec_.ping());
  });
}

void LiveSession::finish() {
  if (closed_) return;
  closed_ = true;
  keep_alive_timer_.cancel();
  stream_->close();
  on_closed_(this);
}

}  // namespace masthead::server
