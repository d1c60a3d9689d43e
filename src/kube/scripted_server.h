// An API server of which a test decides every word: real sockets, TLS, HTTP/2 or HTTP/1.1. For
// tests.
//
// A test gives a handler; each request becomes an Answer that can be filled now or later, closed
// mid-way, and written to as long as it is open. Every request is kept in `log`.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kube/discovery.h"
#include "kube/kubeconfig.h"
#include "net/certificates.h"
#include "net/loop.h"
#include "net/tcp.h"
#include "net/tls.h"
#include "proto/http1_request.h"
#include "proto/http2.h"

namespace masthead::kube {

class ScriptedConnection;

// One request and its answer. Lives as long as the client waits; check open().
class Answer {
 public:
  std::string method, path;
  proto::Headers headers;
  std::string request_body;

  bool open() const { return connection != nullptr; }
  void start(int status, const proto::Headers& extra = {});
  void write(const std::string& bytes);
  void end();
  void reply(int status, const std::string& body, proto::Headers extra = {});
  // A metav1.Status.
  void refuse(int status, const std::string& reason, const std::string& message,
              proto::Headers extra = {});
  void cut();     // the whole connection, without a word
  void reset();   // this stream
  void goaway();  // HTTP/2

  ScriptedConnection* connection = nullptr;
  int32_t stream = 0;
  bool started = false;
};
using AnswerPtr = std::shared_ptr<Answer>;

class ScriptedServer {
 public:
  using Handler = std::function<void(AnswerPtr)>;
  explicit ScriptedServer(net::Loop& loop, std::vector<std::string> protocols = {"h2", "http/1.1"});
  ~ScriptedServer();

  void on_request(Handler handler) { handler_ = std::move(handler); }
  // Connections are refused, or accepted again on the same port; stopping cuts those there are.
  void stop();
  void start();
  bool identity_is_scripted = false;  // else it is always the same cluster, far ahead
  bool silent = false;                // accepts connections and says nothing
  bool deaf_to_ping = false;          // with what is open: nothing is read any more

  std::string url() const { return "https://127.0.0.1:" + std::to_string(port_); }
  ClusterConfig config() const;                 // a token, and the CA
  size_t count(const std::string& part) const;  // requests whose path holds `part`
  size_t connections() const { return connections_.size(); }

  std::vector<std::string> log;  // "GET /path?query"
  std::vector<AnswerPtr> answers;
  int accepted = 0;
  net::TlsServerOptions tls;

 private:
  friend class ScriptedConnection;
  void accept(std::unique_ptr<net::ByteStream> stream);
  void take(AnswerPtr answer);

  net::Loop& loop_;
  net::Certificate ca_;
  uint16_t port_ = 0;
  Handler handler_;
  std::unique_ptr<net::Listener> listener_;
  std::vector<std::unique_ptr<ScriptedConnection>> connections_;
  std::vector<std::unique_ptr<net::ByteStream>> held_;  // accepted and ignored
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

// What servers say, for scripts.
std::string pod(const std::string& name, int version);
std::string event_line(const std::string& type, const std::string& object);
std::string bookmark_line(int version, bool initial_events_end = false);
std::string status_object(int code, const std::string& reason, const std::string& message);
ApiResource pods_resource();

}  // namespace masthead::kube
