// All connections to one API server, by lane, and the streams on them.
//
// A stream waits for credentials, goes to a connection with room (or a new one), is sent again once
// with fresh credentials after a 401, and again when the server has not looked at it (GOAWAY).
// Threading: the loop. Lifetime: streams are destroyed before the Transport.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "kube/client.h"
#include "kube/connection.h"
#include "kube/credentials.h"

namespace masthead::kube {

class TransportObserver {
 public:
  virtual ~TransportObserver() = default;
  virtual void on_answer(int status) = 0;                     // any answer at all
  virtual void on_unreachable(const base::Error& error) = 0;  // no connection came about
  virtual void on_connected() = 0;                            // one did
};

class TransportStream;

class Transport : private ConnectionListener {
 public:
  Transport(net::Loop& loop, Dialer& dialer, const ClusterConfig& config, Url url,
            Credentials& credentials, TransportObserver& observer);
  ~Transport() override;

  std::unique_ptr<Stream> open(Lane lane, Request request, StreamHandler& handler);

  // During an outage a connect gives up sooner, so that the next one meets a server that is back.
  void set_tcp_timeout(int64_t ms) { tcp_timeout_ms_ = ms; }
  size_t connections(Lane lane) const { return lane_of(lane).connections.size(); }

 private:
  friend class TransportStream;
  struct LaneState {
    std::vector<std::unique_ptr<Connection>> connections;
    std::deque<TransportStream*> waiting;  // HTTP/1.1 with every connection busy
  };
  LaneState& lane_of(Lane lane) { return lanes_[static_cast<size_t>(lane)]; }
  const LaneState& lane_of(Lane lane) const { return lanes_[static_cast<size_t>(lane)]; }

  void dispatch(TransportStream& stream);
  base::Result<Connection*> connect(Lane lane, const Credential& credential);
  base::Result<net::TlsClientOptions> tls_options(const Credential& credential) const;

  void on_connected(Connection& connection) override;
  void on_surplus(std::vector<Exchange*> exchanges) override;
  void on_room(Connection& connection) override;
  void on_closed(Connection& connection, const base::Error& error, bool was_open) override;

  net::Loop& loop_;
  Dialer& dialer_;
  const ClusterConfig& config_;
  Url url_;
  Credentials& credentials_;
  TransportObserver& observer_;
  int64_t tcp_timeout_ms_ = limits::kConnectTimeoutMs;
  bool http1_ = false;  // what ALPN said last
  std::array<LaneState, 4> lanes_;
  std::vector<std::unique_ptr<Connection>> closed_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace masthead::kube
