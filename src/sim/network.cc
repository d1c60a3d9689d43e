#include "sim/network.h"

#include <deque>

#include "base/check.h"

namespace masthead::sim {
namespace {

constexpr int64_t kLookAgainMs = 20;
// As a socket's buffers: what is more waits for its turn.
constexpr size_t kBufferBytes = 256 * 1024;

}  // namespace

class DistantStream final : public net::ByteStream {
 public:
  DistantStream(Network& network, std::unique_ptr<net::ByteStream> near)
      : network_(network), near_(std::move(near)) {}
  ~DistantStream() override {
    on_read_ = nullptr;
    on_written_ = nullptr;
    close();
  }

  void read_some(ReadCallback callback) override {
    CHECK(!on_read_, "one read at a time");
    on_read_ = std::move(callback);
    fetch();
    turn();
  }
  void write(std::string bytes, WriteCallback callback) override {
    CHECK(!on_written_, "one write at a time");
    on_written_ = std::move(callback);
    sent_.push_back(
        {network_.arrival_ms(sent_.empty() ? 0 : sent_.back().due_ms), std::move(bytes)});
    turn();
  }
  void close() override {
    if (near_ == nullptr) return;
    if (network_.black_hole_) {
      network_.lost_.push_back(std::move(near_));
    } else {
      near_->close();
      near_.reset();
    }
    turn();
  }
  std::string peer() const override { return "distant"; }

 private:
  struct Piece {
    int64_t due_ms;
    base::Result<std::string> bytes;
  };

  void fetch() {
    if (near_ == nullptr || fetching_ || ended_ || received_.size() > 64) return;
    fetching_ = true;
    near_->read_some([this, alive = std::weak_ptr(alive_)](base::Result<std::string_view> got) {
      if (alive.expired()) return;
      fetching_ = false;
      ended_ = !got || got->empty();
      base::Result<std::string> bytes = std::unexpected(got ? base::Error{} : got.error());
      if (got) bytes = std::string(*got);
      const int64_t behind_ms = received_.empty() ? 0 : received_.back().due_ms;
      received_.push_back({network_.arrival_ms(behind_ms), std::move(bytes)});
      fetch();
      turn();
    });
  }

  // Later, from the loop: delivers what has arrived, and comes again for the rest.
  void turn(int64_t delay_ms = 0) {
    timer_ = network_.loop_.post_after(delay_ms, [this] { deliver(); });
  }
  bool due(const std::deque<Piece>& pieces) const {
    return !pieces.empty() && !network_.black_hole_ &&
           pieces.front().due_ms <= network_.loop_.clock().monotonic_ms();
  }
  void deliver() {
    if (near_ == nullptr) return cancel();
    send();
    if (!received_.empty() || !sent_.empty()) turn(wait_ms());
    if (on_written_ && waiting_bytes() < kBufferBytes) {
      // Either callback may destroy this: the other one comes with the next turn.
      if (due(received_) && on_read_) turn();
      std::exchange(on_written_, nullptr)({});
      return;
    }
    if (!on_read_ || !due(received_)) return;
    const base::Result<std::string> bytes = std::move(received_.front().bytes);
    received_.pop_front();
    const auto callback = [&] { return std::exchange(on_read_, nullptr); };
    if (bytes) {
      callback()(std::string_view(*bytes));
    } else {
      callback()(std::unexpected(bytes.error()));
    }
  }
  void cancel() {
    const auto closed = [] {
      return base::fail(base::ErrorCode::kCancelled, "the connection was closed");
    };
    if (on_written_) {
      if (on_read_) turn();
      std::exchange(on_written_, nullptr)(closed());
    } else if (on_read_) {
      std::exchange(on_read_, nullptr)(closed());
    }
  }
  void send() {
    if (sending_ || !due(sent_)) return;
    sending_ = true;
    std::string bytes = std::move(*sent_.front().bytes);
    sent_.pop_front();
    near_->write(std::move(bytes),
                 [this, alive = std::weak_ptr(alive_)](const base::Result<void>& written) {
                   if (alive.expired()) return;
                   sending_ = false;
                   if (written) turn();
                 });
  }
  int64_t wait_ms() const {
    if (network_.black_hole_) return kLookAgainMs;
    int64_t first_ms = INT64_MAX;
    if (!received_.empty() && on_read_) first_ms = received_.front().due_ms;
    if (!sent_.empty() && !sending_) first_ms = std::min(first_ms, sent_.front().due_ms);
    if (first_ms == INT64_MAX) return kLookAgainMs;
    return std::max<int64_t>(first_ms - network_.loop_.clock().monotonic_ms(), 1);
  }
  size_t waiting_bytes() const {
    size_t bytes = 0;
    for (const Piece& piece : sent_) bytes += piece.bytes->size();
    return bytes;
  }

  Network& network_;
  std::unique_ptr<net::ByteStream> near_;  // none once closed
  ReadCallback on_read_;
  WriteCallback on_written_;
  std::deque<Piece> received_, sent_;
  bool fetching_ = false;
  bool sending_ = false;
  bool ended_ = false;
  net::Timer timer_;
  // A connection lost in a black hole outlives us.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

void Network::set(const Weather& weather) {
  one_way_ms_ = weather.one_way_ms;
  lost_percent_ = weather.lost_percent;
  resent_ms_ = weather.resent_ms;
  black_hole_ = weather.black_hole;
}

int64_t Network::arrival_ms(int64_t behind_ms) {
  int64_t takes_ms = one_way_ms_;
  if (static_cast<int>(random_.below(100)) < lost_percent_) takes_ms += resent_ms_;
  return std::max(behind_ms, loop_.clock().monotonic_ms() + takes_ms);
}

std::unique_ptr<net::ByteStream> Network::over(std::unique_ptr<net::ByteStream> near) {
  return std::make_unique<DistantStream>(*this, std::move(near));
}

}  // namespace masthead::sim
