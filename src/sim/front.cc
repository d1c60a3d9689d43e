#include "sim/front.h"

#include <map>

#include "net/tcp.h"
#include "net/tls.h"
#include "sim/front_connection.h"
#include "sim/network.h"

namespace masthead::sim {
namespace {

class FrontServer;

class Connection final : public FrontHost, public std::enable_shared_from_this<Connection> {
 public:
  Connection(FrontServer& server, uint64_t id, std::unique_ptr<net::ByteStream> stream)
      : server_(server), id_(id), stream_(std::move(stream)) {}

  void secure(net::TlsStream& tls) {
    tls.handshake([this, &tls](base::Result<void> done) {
      if (!done) {
        // Not before the other side has read why.
        linger_ = linger();
        return;
      }
      certificate_ = tls.peer_certificate_fingerprint();
      start(tls.protocol() == "h2");
    });
  }
  void start(bool http2) {
    protocol_ = http2 ? make_front_http2(*this) : make_front_http1(*this);
    read();
    send();
  }

  void request(ApiRequest request, const ExchangePtr& exchange) override;
  void wake() override;
  void cut() override;
  void close();
  void goaway() {
    if (protocol_ != nullptr) protocol_->goaway();
  }

 private:
  net::Timer linger();
  void read() {
    stream_->read_some([this](base::Result<std::string_view> got) {
      if (!got || got->empty()) {
        close();
        return;
      }
      if (!protocol_->receive(*got)) lost_ = true;
      send();
      if (!lost_) read();
    });
  }

  void send() {
    if (sending_ || stream_ == nullptr || protocol_ == nullptr) return;
    std::string bytes = protocol_->take_output();
    if (cut_ && !bytes.empty()) bytes.pop_back();
    if (bytes.empty()) {
      if (lost_ || cut_ || protocol_->finished()) close();
      return;
    }
    sending_ = true;
    stream_->write(std::move(bytes), [this](base::Result<void> written) {
      sending_ = false;
      if (!written || cut_) {
        close();
        return;
      }
      send();
    });
  }

  FrontServer& server_;
  const uint64_t id_;
  std::unique_ptr<net::ByteStream> stream_;
  std::unique_ptr<FrontProtocol> protocol_;
  std::string certificate_;  // the client's
  net::Timer linger_;
  bool sending_ = false;
  bool woken_ = false;
  bool lost_ = false;
  bool cut_ = false;
  bool closed_ = false;
};

class FrontServer final : public Front {
 public:
  FrontServer(net::Loop& loop, Options options, Handler handler)
      : loop_(loop), options_(std::move(options)), handler_(std::move(handler)) {}
  ~FrontServer() override {
    listener_.reset();
    drop_connections();
  }

  base::Result<void> listen() {
    auto listener = TRY(net::Listener::open(
        loop_, options_.address, options_.port,
        [this](std::unique_ptr<net::ByteStream> stream) { accept(std::move(stream)); }));
    listener_ = std::move(listener);
    return {};
  }

  uint16_t port() const override { return listener_ == nullptr ? 0 : listener_->port(); }
  void serve(std::unique_ptr<net::ByteStream> stream, bool http2) override {
    add(std::move(stream))->start(http2);
  }
  void drop_connections() override {
    auto all = connections_;
    for (auto& [id, connection] : all) connection->close();
  }
  void goaway() override {
    for (auto& [id, connection] : connections_) connection->goaway();
  }

  void forget(uint64_t id) { connections_.erase(id); }
  net::Loop& loop() { return loop_; }
  const Handler& handler() const { return handler_; }

 private:
  void accept(std::unique_ptr<net::ByteStream> stream) {
    if (options_.network != nullptr) stream = options_.network->over(std::move(stream));
    net::TlsServerOptions tls;
    tls.certificate_pem = options_.certificate_pem;
    tls.key_pem = options_.key_pem;
    tls.client_ca_pem = options_.client_authority_pem;
    tls.protocols = options_.http2 ? std::vector<std::string>{"h2", "http/1.1"}
                                   : std::vector<std::string>{"http/1.1"};
    auto secured = net::TlsStream::server(loop_, std::move(stream), tls);
    if (!secured) return;
    net::TlsStream& raw = **secured;
    add(std::move(*secured))->secure(raw);
  }
  std::shared_ptr<Connection> add(std::unique_ptr<net::ByteStream> stream) {
    const uint64_t id = next_id_++;
    auto connection = std::make_shared<Connection>(*this, id, std::move(stream));
    connections_.emplace(id, connection);
    return connection;
  }

  net::Loop& loop_;
  Options options_;
  Handler handler_;
  std::unique_ptr<net::Listener> listener_;
  std::map<uint64_t, std::shared_ptr<Connection>> connections_;  // in the order they came
  uint64_t next_id_ = 1;
};

void Connection::request(ApiRequest request, const ExchangePtr& exchange) {
  request.certificate = certificate_;
  server_.handler()(std::move(request), exchange);
}

// Later: answers are written from inside receive().
void Connection::wake() {
  if (std::exchange(woken_, true)) return;
  server_.loop().post([weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self == nullptr) return;
    self->woken_ = false;
    self->send();
  });
}

net::Timer Connection::linger() {
  return server_.loop().post_after(100, [this] { close(); });
}

void Connection::cut() {
  cut_ = true;
  wake();
}

void Connection::close() {
  if (std::exchange(closed_, true)) return;
  const auto self = shared_from_this();
  if (protocol_ != nullptr) protocol_->connection_closed();
  stream_->close();
  server_.forget(id_);
  // Destroyed later: this may run inside a callback of the stream or of the protocol.
  server_.loop().post([self] {});
}

}  // namespace

base::Result<std::unique_ptr<Front>> Front::open(net::Loop& loop, Options options,
                                                 Handler handler) {
  auto server = std::make_unique<FrontServer>(loop, std::move(options), std::move(handler));
  TRY_VOID(server->listen());
  return server;
}

std::unique_ptr<Front> Front::without_listener(net::Loop& loop, Handler handler) {
  return std::make_unique<FrontServer>(loop, Options{}, std::move(handler));
}

}  // namespace masthead::sim
