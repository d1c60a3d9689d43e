#include "simulation/network.h"

#include <algorithm>
#include <array>
#include <deque>
#include <utility>

#include "base/check.h"

namespace masthead::simulation {
namespace {

using base::ErrorCode;

// What a sender may have under way before its write waits.
constexpr size_t kWindowBytes = 64 * 1024;
// TCP's keep-alive probes of an HTTP/1.1 connection give up after this (net/tcp.h).
constexpr int64_t kKeepAliveMs = limits::kPingIdleMs + limits::kPingTimeoutMs;

// One direction of a link.
struct Pipe {
  struct Piece {
    int64_t due_ms;
    std::string bytes;  // empty: the end
  };
  std::deque<Piece> under_way;
  size_t bytes_under_way = 0;
  std::string arrived;
  bool ended = false;  // the end has arrived
  bool end_sent = false;
  bool reader_gone = false;
  net::ByteStream::ReadCallback on_read;
  net::ByteStream::WriteCallback on_written;
  net::Timer arrival;
};

class MemoryLink;

class End final : public net::ByteStream {
 public:
  End(std::shared_ptr<MemoryLink> link, int side) : link_(std::move(link)), side_(side) {}
  ~End() override;
  void read_some(ReadCallback callback) override;
  void write(std::string bytes, WriteCallback callback) override;
  void close() override;
  std::string peer() const override { return "simulated"; }

 private:
  std::shared_ptr<MemoryLink> link_;
  const int side_;
};

class MemoryLink final : public Link {
 public:
  explicit MemoryLink(Network& network) : network_(network) {}

  bool open() const override { return !broken_ && !(closed_[0] && closed_[1]); }
  bool stalled() const override { return stalled_; }
  void cut_orderly() override {
    harm();
    for (int side : {0, 1}) send_end(side);
    release();
  }
  void reset() override {
    harm();
    if (std::exchange(broken_, true)) return;
    for (Pipe& pipe : pipes_) {
      pipe.under_way.clear();
      pipe.arrival.cancel();
    }
    wake();
  }
  void stall() override {
    harm();
    if (std::exchange(stalled_, true)) return;
    if (network_.http2()) return;
    keep_alive_ = network_.loop().post_after(kKeepAliveMs, [this] { reset(); });
  }
  void release() override {
    keep_alive_.cancel();
    if (!std::exchange(stalled_, false)) return;
    network_.let_go();
    for (int side : {0, 1}) plan_arrival(side);
  }

  // `side` 0 is the client's: pipe 0 goes from it to the server.
  void read(int side, net::ByteStream::ReadCallback callback) {
    Pipe& in = pipes_[1 - side];
    CHECK(!in.on_read, "one read at a time");
    in.on_read = std::move(callback);
    wake();
  }
  void write(int side, const std::string& bytes, net::ByteStream::WriteCallback callback) {
    Pipe& out = pipes_[side];
    CHECK(!out.on_written, "one write at a time");
    out.on_written = std::move(callback);
    if (!broken_ && !closed_[side] && !out.reader_gone) send(side, bytes);
    wake();
  }
  void close(int side) {
    if (std::exchange(closed_[side], true)) return;
    ends_for(side);
    pipes_[1 - side].reader_gone = true;
    send_end(side);
    wake();
  }
  void forget(int side) {
    auto read = std::exchange(pipes_[1 - side].on_read, nullptr);
    auto written = std::exchange(pipes_[side].on_written, nullptr);
    close(side);
  }

 private:
  void harm() {
    harmed_ = true;
    network_.harmed();
  }
  // The client gives it up: what was under way to it is lost only now.
  void ends_for(int side) {
    if (side == 0 && harmed_) network_.harmed();
  }
  // In pieces of any size, each as late as it likes, in order.
  void send(int side, const std::string& bytes) {
    Pipe& pipe = pipes_[side];
    size_t from = 0;
    while (from < bytes.size()) {
      const size_t rest = bytes.size() - from;
      const bool whole = network_.random().below(3) != 0;
      const size_t size = whole ? rest : 1 + network_.random().below(rest);
      push(pipe, bytes.substr(from, size));
      from += size;
    }
    pipe.bytes_under_way += bytes.size();
    plan_arrival(side);
  }
  void send_end(int side) {
    if (std::exchange(pipes_[side].end_sent, true)) return;
    push(pipes_[side], {});
    plan_arrival(side);
  }
  void push(Pipe& pipe, std::string bytes) {
    int64_t due_ms = network_.now_ms() + network_.some_delay();
    if (!pipe.under_way.empty()) due_ms = std::max(due_ms, pipe.under_way.back().due_ms);
    pipe.under_way.push_back({due_ms, std::move(bytes)});
  }

  void plan_arrival(int side) {
    Pipe& pipe = pipes_[side];
    if (stalled_ || broken_ || pipe.under_way.empty() || pipe.arrival.pending()) return;
    pipe.arrival =
        network_.loop().post_after(pipe.under_way.front().due_ms - network_.now_ms(),
                                   [self = std::static_pointer_cast<MemoryLink>(shared_from_this()),
                                    side] { self->arrive(side); });
  }
  void arrive(int side) {
    Pipe& pipe = pipes_[side];
    if (stalled_ || broken_) return;
    while (!pipe.under_way.empty() && pipe.under_way.front().due_ms <= network_.now_ms()) {
      const std::string bytes = std::move(pipe.under_way.front().bytes);
      pipe.under_way.pop_front();
      if (bytes.empty()) pipe.ended = true;
      if (!pipe.reader_gone) pipe.arrived += bytes;
      pipe.bytes_under_way -= bytes.size();
    }
    plan_arrival(side);
    deliver();
  }

  void wake() {
    network_.loop().post(
        [self = std::static_pointer_cast<MemoryLink>(shared_from_this())] { self->deliver(); });
  }
  // Whatever waits and can be answered now. Called from the loop alone.
  void deliver() {
    for (int side : {0, 1}) {
      answer_read(side);
      answer_write(side);
    }
  }
  void answer_read(int side) {
    Pipe& in = pipes_[1 - side];
    if (!in.on_read) return;
    if (closed_[side]) {
      return std::exchange(in.on_read,
                           nullptr)(base::fail(ErrorCode::kCancelled, "the connection was closed"));
    }
    if (broken_) {
      ends_for(side);
      return std::exchange(
          in.on_read, nullptr)(base::fail(ErrorCode::kUnavailable, "connection reset by peer"));
    }
    if (in.arrived.empty() && !in.ended) return;
    if (in.arrived.empty()) ends_for(side);
    if (side == 0) network_.heard();
    // Sometimes a read brings less than there is.
    const bool all = in.arrived.size() < 2 || network_.random().below(4) != 0;
    const size_t size = all ? in.arrived.size() : 1 + network_.random().below(in.arrived.size());
    const std::string bytes = in.arrived.substr(0, size);
    in.arrived.erase(0, size);
    std::exchange(in.on_read, nullptr)(std::string_view(bytes));
    if (pipes_[1 - side].on_written) wake();
  }
  void answer_write(int side) {
    Pipe& out = pipes_[side];
    if (!out.on_written) return;
    const auto fails = [&](ErrorCode code, const char* why) {
      std::exchange(out.on_written, nullptr)(base::fail(code, why));
    };
    if (closed_[side]) return fails(ErrorCode::kCancelled, "the connection was closed");
    if (broken_) return fails(ErrorCode::kUnavailable, "connection reset by peer");
    if (out.reader_gone && !stalled_) {
      harmed_ = true;  // the reader may have answered before it left
      ends_for(side);
      return fails(ErrorCode::kUnavailable, "broken pipe");
    }
    if (out.bytes_under_way + out.arrived.size() > kWindowBytes) return;
    std::exchange(out.on_written, nullptr)({});
  }

  Network& network_;
  std::array<Pipe, 2> pipes_;
  std::array<bool, 2> closed_{};
  bool stalled_ = false;
  bool broken_ = false;
  bool harmed_ = false;
  net::Timer keep_alive_;
};

End::~End() {
  link_->forget(side_);
}
void End::read_some(ReadCallback callback) {
  link_->read(side_, std::move(callback));
}
void End::write(std::string bytes, WriteCallback callback) {
  link_->write(side_, bytes, std::move(callback));
}
void End::close() {
  link_->close(side_);
}

class MemoryDialing final : public kube::Dialing {
 public:
  MemoryDialing(Network& network, int64_t timeout_ms, kube::DialCallback callback)
      : network_(network), callback_(std::move(callback)) {
    deadline_ = network_.loop().post_after(
        timeout_ms, [this] { fail(ErrorCode::kTimeout, "the server did not answer in time"); });
    arrive_after(network_.some_delay());
  }

 private:
  void arrive_after(int64_t ms) {
    arrival_ = network_.loop().post_after(ms, [this] { arrive(); });
  }
  void arrive() {
    if (network_.door() == Network::Door::kSilent) {
      // TCP sends a lost SYN again after 1, 3 and 7 s.
      return arrive_after(std::exchange(again_ms_, again_ms_ * 2));
    }
    if (network_.door() == Network::Door::kRefuses) {
      return fail(ErrorCode::kUnavailable, "connection refused");
    }
    deadline_.cancel();
    std::exchange(callback_, nullptr)(network_.connect());
  }
  void fail(ErrorCode code, const char* why) {
    arrival_.cancel();
    deadline_.cancel();
    network_.dial_failed();
    std::exchange(callback_, nullptr)(base::fail(code, why));
  }

  Network& network_;
  kube::DialCallback callback_;
  int64_t again_ms_ = 1'000;
  net::Timer deadline_, arrival_;
};

}  // namespace

Network::~Network() = default;

bool Network::let_go_within(int64_t ms, int64_t at_ms) const {
  const auto first = std::lower_bound(let_go_.begin(), let_go_.end(), at_ms - ms);
  return first != let_go_.end() && *first <= at_ms;
}

std::unique_ptr<kube::Dialing> Network::dial(net::Loop& /*loop*/, const kube::Endpoint& endpoint,
                                             kube::DialCallback callback) {
  trace_.note("dial {}", dials_.size());
  dials_.push_back(now_ms());
  return std::make_unique<MemoryDialing>(*this, endpoint.tcp_timeout_ms, std::move(callback));
}

kube::Dialed Network::connect() {
  auto link = std::make_shared<MemoryLink>(*this);
  std::erase_if(links_, [](const auto& old) { return old.expired() || !old.lock()->open(); });
  links_.push_back(link);
  accept_(std::make_unique<End>(link, 1), http2_);
  return {std::make_unique<End>(link, 0), http2_};
}

std::vector<std::shared_ptr<Link>> Network::links() const {
  std::vector<std::shared_ptr<Link>> open;
  for (const auto& weak : links_) {
    if (const auto link = weak.lock(); link != nullptr && link->open()) open.push_back(link);
  }
  return open;
}

}  // namespace masthead::simulation
