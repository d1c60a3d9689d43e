#include "net/tcp.h"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <utility>

#include "base/check.h"
#include "base/limits.h"
#include "net/loop_access.h"

namespace masthead::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

base::Error socket_error(const std::string& what, const error_code& error) {
  base::Error result{base::ErrorCode::kUnavailable, what + ": " + error.message(), {}, {}, 0};
  if (error == asio::error::timed_out) result.code = base::ErrorCode::kTimeout;
  return result;
}

std::string endpoint_text(const tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  const std::string port = ":" + std::to_string(endpoint.port());
  return endpoint.address().is_v6() ? "[" + address + "]" + port : address + port;
}

// A dead peer is noticed within 12 + 2 × 4 seconds of silence, and unacknowledged data within 20.
void set_options(tcp::socket& socket) {
  error_code ignored;
  socket.non_blocking(true, ignored);
  socket.set_option(tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
  const int fd = socket.native_handle();
  const int idle_s = static_cast<int>(limits::kPingIdleMs / 1000), interval_s = 4, count = 2;
  const int user_timeout_ms = static_cast<int>(limits::kPingIdleMs + limits::kPingTimeoutMs);
  setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof idle_s);
  setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval_s, sizeof interval_s);
  setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count);
  setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &user_timeout_ms, sizeof user_timeout_ms);
}

// How a socket wakes its reader. Bytes that come now and then do so at once. A list comes in
// thousands of frames of a few kB: while bytes flow, the kernel keeps them until there is a good
// piece (SO_RCVLOWAT), and what is left at the end is asked for when none has come for a moment.
// By real time, whatever clock the loop has: it is the kernel that waits.
class Pace {
 public:
  explicit Pace(tcp::socket& socket) : socket_(socket), flow_ends_(socket.get_executor()) {}

  // So many bytes have been read. `keep` keeps this alive.
  void read(size_t size, std::shared_ptr<void> keep) {
    const auto now = Clock::now();
    const bool soon = now - last_read_ < kMoment;
    last_read_ = now;
    if (flows_ || !soon || size < limits::kFlowBytes) return;
    set_flows(true);
    await_end(std::move(keep));
  }
  void close() { flow_ends_.cancel(); }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds kMoment{limits::kFlowMomentMs};

  void set_flows(bool flows) {
    flows_ = flows;
    error_code ignored;
    socket_.set_option(
        asio::socket_base::receive_low_watermark(flows ? limits::kFlowPieceBytes : 1), ignored);
  }
  void await_end(std::shared_ptr<void> keep) {
    flow_ends_.expires_after(2 * kMoment);
    flow_ends_.async_wait([this, keep = std::move(keep)](const error_code& error) mutable {
      if (error) return;
      if (Clock::now() - last_read_ < 2 * kMoment) return await_end(std::move(keep));
      set_flows(false);  // what the kernel has kept is announced now
    });
  }

  tcp::socket& socket_;
  asio::steady_timer flow_ends_;
  Clock::time_point last_read_;
  bool flows_ = false;
};

// Kept alive by its pending operations; the stream in front of it drops the callbacks.
struct SocketState : std::enable_shared_from_this<SocketState> {
  SocketState(Loop& the_loop, tcp::socket the_socket)
      : loop(the_loop), socket(std::move(the_socket)) {
    set_options(socket);
    error_code error;
    const auto endpoint = socket.remote_endpoint(error);
    if (!error) peer = endpoint_text(endpoint);
  }

  Loop& loop;
  tcp::socket socket;
  Pace pace{socket};
  std::string peer = "peer";
  ByteStream::ReadCallback on_read;
  ByteStream::WriteCallback on_written;
  std::string outgoing;
  bool closed = false;

  void wait_readable() {
    socket.async_wait(tcp::socket::wait_read, [self = shared_from_this()](const error_code& error) {
      self->readable(error);
    });
  }
  void readable(error_code error) {
    if (!on_read || closed) return;  // close() answers
    size_t size = 0;
    const auto buffer = socket_buffer_of(loop);
    if (!error) size = socket.read_some(asio::buffer(buffer.data(), buffer.size()), error);
    if (error == asio::error::would_block || error == asio::error::try_again) {
      wait_readable();
      return;
    }
    if (!error) pace.read(size, shared_from_this());
    auto callback = std::exchange(on_read, nullptr);
    if (error && error != asio::error::eof) {
      callback(std::unexpected(socket_error("connection to " + peer, error)));
    } else {
      callback(std::string_view(buffer.data(), error ? 0 : size));
    }
  }
  void write() {
    asio::async_write(
        socket, asio::buffer(outgoing),
        [self = shared_from_this()](const error_code& error, size_t) {
          if (self->closed) return;
          if (auto callback = std::exchange(self->on_written, nullptr)) {
            if (error) {
              callback(std::unexpected(socket_error("connection to " + self->peer, error)));
            } else {
              callback({});
            }
          }
        });
  }
  void close() {
    closed = true;
    pace.close();
    error_code ignored;
    socket.shutdown(tcp::socket::shutdown_both, ignored);
    socket.close(ignored);
  }
};

class TcpStream final : public ByteStream {
 public:
  TcpStream(Loop& loop, tcp::socket socket)
      : state_(std::make_shared<SocketState>(loop, std::move(socket))) {}
  ~TcpStream() override {
    auto read = std::exchange(state_->on_read, nullptr);
    auto written = std::exchange(state_->on_written, nullptr);
    if (!state_->closed) state_->close();
  }

  void read_some(ReadCallback callback) override {
    CHECK(!state_->on_read, "one read at a time");
    state_->on_read = std::move(callback);
    if (state_->closed) return cancel_later();
    state_->wait_readable();
  }
  void write(std::string bytes, WriteCallback callback) override {
    CHECK(!state_->on_written, "one write at a time");
    state_->on_written = std::move(callback);
    if (state_->closed) return cancel_later();
    state_->outgoing = std::move(bytes);
    state_->write();
  }
  void close() override {
    if (state_->closed) return;
    state_->close();
    cancel_later();
  }
  std::string peer() const override { return state_->peer; }

 private:
  void cancel_later() {
    state_->loop.post([state = state_] {
      const base::Error error{base::ErrorCode::kCancelled, "the connection was closed", {}, {}, 0};
      if (auto read = std::exchange(state->on_read, nullptr)) read(std::unexpected(error));
      // The first callback may have destroyed the stream, which drops the second.
      if (auto written = std::exchange(state->on_written, nullptr)) written(std::unexpected(error));
    });
  }
  std::shared_ptr<SocketState> state_;
};

class Connector final : public Connecting {
 public:
  Connector(Loop& loop, std::string host, uint16_t port, ConnectCallback callback)
      : loop_(loop),
        host_(std::move(host)),
        port_(port),
        callback_(std::move(callback)),
        socket_(io_context_of(loop)) {}

  void start() {
    deadline_ = loop_.post_after(limits::kConnectTimeoutMs, [this] {
      finish(base::fail(base::ErrorCode::kTimeout,
                        target() + " did not answer within " +
                            std::to_string(limits::kConnectTimeoutMs / 1000) + " s"));
    });
    lookup_ = resolve(loop_, host_, [this](base::Result<std::vector<std::string>> addresses) {
      if (!addresses) return finish(std::unexpected(std::move(addresses).error()));
      addresses_ = std::move(addresses).value();
      try_next({});
    });
  }

 private:
  std::string target() const {
    return (host_.find(':') == std::string::npos ? host_ : "[" + host_ + "]") + ":" +
           std::to_string(port_);
  }
  void try_next(const error_code& last) {
    if (next_ == addresses_.size()) {
      return finish(std::unexpected(
          socket_error(target(), last ? last : error_code(asio::error::host_not_found))));
    }
    error_code error;
    const auto address = asio::ip::make_address(addresses_[next_++], error);
    if (!error) {
      socket_ = tcp::socket(io_context_of(loop_));
      socket_.open(address.is_v6() ? tcp::v6() : tcp::v4(), error);
    }
    if (error) return try_next(error);
    std::weak_ptr<bool> alive = alive_;
    socket_.async_connect(tcp::endpoint(address, port_), [this, alive](const error_code& result) {
      if (alive.expired()) return;
      if (result) return try_next(result);
      finish(std::make_unique<TcpStream>(loop_, std::move(socket_)));
    });
  }
  void finish(base::Result<std::unique_ptr<ByteStream>> result) {
    deadline_.cancel();
    lookup_.reset();
    alive_.reset();  // a connect that is still pending says nothing more
    auto callback = std::exchange(callback_, nullptr);
    callback(std::move(result));  // may destroy this
  }

  Loop& loop_;
  std::string host_;
  uint16_t port_;
  ConnectCallback callback_;
  tcp::socket socket_;
  std::unique_ptr<Lookup> lookup_;
  std::vector<std::string> addresses_;
  size_t next_ = 0;
  Timer deadline_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

class TcpListener final : public Listener {
 public:
  TcpListener(Loop& loop, tcp::acceptor acceptor, AcceptCallback on_accept)
      : loop_(loop), acceptor_(std::move(acceptor)), on_accept_(std::move(on_accept)) {
    port_ = acceptor_.local_endpoint().port();
    accept();
  }
  uint16_t port() const override { return port_; }
  void pause() override { paused_ = true; }
  void resume() override {
    if (!std::exchange(paused_, false)) return;
    if (!accepting_ && !retry_.pending()) accept();
  }

 private:
  void accept() {
    accepting_ = true;
    std::weak_ptr<bool> alive = alive_;
    acceptor_.async_wait(tcp::acceptor::wait_read, [this, alive](const error_code& error) {
      if (alive.expired()) return;
      accepting_ = false;
      if (paused_) return;
      if (!error) take_all(alive);
      if (!alive.expired() && !paused_ && !retry_.pending()) accept();
    });
  }
  void take_all(const std::weak_ptr<bool>& alive) {
    while (!alive.expired() && !paused_) {
      error_code error;
      tcp::socket socket = acceptor_.accept(error);
      if (error == asio::error::would_block || error == asio::error::try_again) return;
      if (error == asio::error::connection_aborted) continue;
      if (error) {  // out of files or memory: the queue in the kernel waits
        retry_ = loop_.post_after(100, [this] { accept(); });
        return;
      }
      on_accept_(std::make_unique<TcpStream>(loop_, std::move(socket)));
    }
  }

  Loop& loop_;
  tcp::acceptor acceptor_;
  AcceptCallback on_accept_;
  uint16_t port_ = 0;
  bool paused_ = false, accepting_ = false;
  Timer retry_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace

std::unique_ptr<Connecting> connect_tcp(Loop& loop, const std::string& host, uint16_t port,
                                        ConnectCallback callback) {
  auto connector = std::make_unique<Connector>(loop, host, port, std::move(callback));
  connector->start();
  return connector;
}

base::Result<std::unique_ptr<Listener>> Listener::open(Loop& loop, const std::string& address,
                                                       uint16_t port, AcceptCallback on_accept) {
  error_code error;
  const auto ip = asio::ip::make_address(address, error);
  if (error) return base::fail(base::ErrorCode::kInvalid, address + " is not an IP address");
  const tcp::endpoint endpoint(ip, port);
  tcp::acceptor acceptor(io_context_of(loop));
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (!error) acceptor.non_blocking(true, error);
  if (error) {
    const std::string hint = error == asio::error::address_in_use
                                 ? "Another program listens there. Choose another port."
                                 : "";
    return base::fail(base::ErrorCode::kUnavailable,
                      "cannot listen on " + endpoint_text(endpoint) + ": " + error.message(), hint);
  }
  return std::make_unique<TcpListener>(loop, std::move(acceptor), std::move(on_accept));
}

}  // namespace masthead::net
