#include "kube/dialer.h"

#include <algorithm>
#include <utility>

#include "net/tcp.h"

namespace masthead::kube {
namespace {

using base::Error;
using base::ErrorCode;

class NetworkDialing final : public Dialing {
 public:
  NetworkDialing(net::Loop& loop, Endpoint endpoint, DialCallback callback)
      : loop_(loop), endpoint_(std::move(endpoint)), callback_(std::move(callback)) {
    give_up_after(std::min(endpoint_.tcp_timeout_ms, limits::kConnectTimeoutMs),
                  {ErrorCode::kTimeout,
                   endpoint_.url.authority() + " did not answer in time",
                   "Is the address right? Does a firewall or VPN stand between?",
                   {},
                   0});
    connecting_ = net::connect_tcp(loop_, endpoint_.url.host, endpoint_.url.port,
                                   [this](auto stream) { on_tcp(std::move(stream)); });
  }

 private:
  void give_up_after(int64_t ms, Error error) {
    deadline_ = loop_.post_after(
        ms, [this, error = std::move(error)]() mutable { finish(std::unexpected(error)); });
  }

  void on_tcp(base::Result<std::unique_ptr<net::ByteStream>> stream) {
    connecting_.reset();
    if (!stream) return finish(std::unexpected(stream.error()));
    if (!endpoint_.url.https) return finish(Dialed{std::move(*stream), /*http2=*/false});
    auto tls = net::TlsStream::client(loop_, std::move(*stream), endpoint_.tls);
    if (!tls) return finish(std::unexpected(tls.error()));
    tls_ = std::move(*tls);
    give_up_after(
        limits::kConnectTimeoutMs,
        {ErrorCode::kTimeout,
         endpoint_.url.authority() + " accepted the connection but did not answer in time",
         "The API server may be overloaded or hanging.",
         {},
         0});
    tls_->handshake([this](base::Result<void> done) {
      if (!done) return finish(std::unexpected(done.error()));
      const bool http2 = tls_->protocol() == "h2";
      finish(Dialed{std::move(tls_), http2});
    });
  }

  void finish(base::Result<Dialed> result) {
    deadline_.cancel();
    connecting_.reset();
    tls_.reset();
    auto callback = std::exchange(callback_, nullptr);
    callback(std::move(result));  // may destroy this
  }

  net::Loop& loop_;
  Endpoint endpoint_;
  DialCallback callback_;
  std::unique_ptr<net::Connecting> connecting_;
  std::unique_ptr<net::TlsStream> tls_;
  net::Timer deadline_;
};

class NetworkDialer final : public Dialer {
 public:
  std::unique_ptr<Dialing> dial(net::Loop& loop, const Endpoint& endpoint,
                                DialCallback callback) override {
    return std::make_unique<NetworkDialing>(loop, endpoint, std::move(callback));
  }
};

}  // namespace

Dialer& network_dialer() {
  static NetworkDialer dialer;
  return dialer;
}

}  // namespace masthead::kube
