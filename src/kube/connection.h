// One connection to the API server, HTTP/2 or HTTP/1.1 as its dialer says, and the exchanges it
// carries. For transport.cc.
//
// Threading: the loop. Lifetime: owned by the Transport, which never destroys it from inside one of
// its callbacks. Exchanges are not owned: each removes itself before it goes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "kube/client.h"
#include "kube/dialer.h"
#include "proto/http1_response.h"
#include "proto/http2.h"

namespace masthead::kube {

class Connection;

// One request and whoever waits for its answer. Every call may remove and destroy it.
class Exchange {
 public:
  virtual ~Exchange() = default;
  virtual proto::Http2Client::RequestHead head() const = 0;
  virtual const std::string& body() const = 0;
  virtual void on_headers(int status, proto::Headers headers) = 0;
  virtual void on_data(std::string_view bytes) = 0;
  virtual void on_alive() = 0;  // the peer has shown life
  virtual void on_end() = 0;
  // `unseen`: the server has not looked at it, so that sending it again does no harm.
  virtual void on_failure(const base::Error& error, bool unseen) = 0;
};

class ConnectionListener {
 public:
  virtual ~ConnectionListener() = default;
  virtual void on_connected(Connection& connection) = 0;
  // HTTP/1.1 carries one exchange at a time: these go elsewhere.
  virtual void on_surplus(std::vector<Exchange*> exchanges) = 0;
  // A place has come free.
  virtual void on_room(Connection& connection) = 0;
  // Called once; its exchanges are told after it. `was_open`: it had been connected.
  virtual void on_closed(Connection& connection, const base::Error& error, bool was_open) = 0;
};

class Connection : private proto::Http2ClientEvents, private proto::ResponseParser::Events {
 public:
  // `stream_window`: how much of one answer may be on its way.
  Connection(net::Loop& loop, Dialer& dialer, Endpoint endpoint, ConnectionListener& listener,
             int stream_window);
  ~Connection() override;

  bool has_room() const;
  bool is_http1() const { return protocol_ == Protocol::kHttp1; }
  bool is_closed() const { return state_ == State::kClosed; }
  size_t exchanges() const { return waiting_.size() + running_.size() + (http1_ != nullptr); }
  // Same client certificate as new connections would present?
  bool presents(const std::string& certificate_pem) const {
    return endpoint_.tls.certificate_pem == certificate_pem;
  }

  void add(Exchange& exchange);
  void remove(Exchange& exchange);
  void hold_back(Exchange& exchange, bool held);
  void retire();  // takes nothing more, closes when empty

 private:
  enum class State { kConnecting, kOpen, kClosed };
  enum class Protocol { kUnknown, kHttp1, kHttp2 };

  void on_open(Dialed dialed);
  void start(Exchange& exchange);
  void start_http1(Exchange& exchange);
  void read();
  void on_bytes(std::string_view bytes);
  void on_http1_bytes(std::string_view bytes);
  void finish_http1();
  void flush();
  void fail(const base::Error& error);
  void after_exchange();
  void watch_idleness();
  void on_tick();

  void on_headers(int32_t stream, int status, proto::Headers headers) override;
  void on_data(int32_t stream, std::string_view bytes) override;
  void on_end(int32_t stream, proto::Http2End end, const std::string& why) override;
  void on_ping_answer() override {}
  void on_goaway(const std::string& why) override;
  void on_head(int status, proto::Headers headers) override;
  void on_body(std::string_view bytes) override;

  net::Loop& loop_;
  Endpoint endpoint_;
  ConnectionListener& listener_;
  int stream_window_;
  State state_ = State::kConnecting;
  Protocol protocol_ = Protocol::kUnknown;
  bool answered_ = false;  // with at least a byte
  bool retired_ = false, writing_ = false, ping_sent_ = false;
  bool reading_ = false;
  bool busy_ = false;  // inside the HTTP/2 engine
  int64_t last_heard_ms_ = 0, last_told_ms_ = 0;
  std::unique_ptr<Dialing> dialing_;
  std::unique_ptr<net::ByteStream> stream_;
  net::Timer tick_;
  std::unique_ptr<proto::Http2Client> http2_;
  std::unique_ptr<proto::ResponseParser> parser_;
  Exchange* http1_ = nullptr;       // the one that is running
  bool http1_dirty_ = false;        // an answer is due that nobody waits for any more
  std::string outgoing_;            // HTTP/1.1 only
  std::vector<Exchange*> waiting_;  // while connecting
  std::unordered_map<int32_t, Exchange*> running_;
  std::unordered_map<Exchange*, size_t> held_back_;  // HTTP/2: and the credit that waits with it
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace masthead::kube
