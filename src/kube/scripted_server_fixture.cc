#include "kube/scripted_server.h"

#include <algorithm>
#include <map>

#include "base/check.h"

namespace masthead::kube {

class ScriptedConnection final : private proto::Http2ServerEvents {
 public:
  ScriptedConnection(ScriptedServer& server, std::unique_ptr<net::TlsStream> stream)
      : server_(server), stream_(std::move(stream)) {
    stream_->handshake([this](base::Result<void> result) {
      if (!result) return close();
      if (stream_->protocol() == "h2") {
        proto::Http2ServerEvents& events = *this;
        http2_ = std::make_unique<proto::Http2Server>(events, proto::Http2Server::Settings{});
      }
      flush();
      read();
    });
  }
  ~ScriptedConnection() override { forget_answers(); }

  void close() {
    if (closed_) return;
    closed_ = true;
    forget_answers();
    stream_->close();
    server_.loop_.post([this, alive = std::weak_ptr<bool>(alive_)] {
      if (alive.expired()) return;
      std::erase_if(server_.connections_, [this](const auto& one) { return one.get() == this; });
    });
  }

  void start(Answer& answer, int status, const proto::Headers& headers) {
    if (http2_ != nullptr) {
      http2_->respond(answer.stream, status, headers);
    } else {
      outgoing_ += "HTTP/1.1 " + std::to_string(status) + " X\r\nTransfer-Encoding: chunked\r\n";
      for (const auto& [name, value] : headers) outgoing_ += name + ": " + value + "\r\n";
      outgoing_ += "\r\n";
    }
    flush();
  }
  void write(Answer& answer, const std::string& bytes) {
    if (http2_ != nullptr) {
      http2_->write(answer.stream, bytes);
    } else if (!bytes.empty()) {
      char size[32];
      std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
      outgoing_ += size + bytes + "\r\n";
    }
    flush();
  }
  void end(Answer& answer) {
    if (http2_ != nullptr) {
      http2_->end(answer.stream);
    } else {
      outgoing_ += "0\r\n\r\n";
    }
    release(answer.stream);
    flush();
  }
  void reset(Answer& answer) {
    if (http2_ == nullptr) return close();
    http2_->reset(answer.stream, 0x2);
    release(answer.stream);
    flush();
  }
  void goaway() {
    if (http2_ != nullptr) http2_->goaway();
    flush();
  }

 private:
  void forget_answers() {
    for (auto& [id, answer] : std::exchange(answers_, {})) answer->connection = nullptr;
  }
  void release(int32_t stream) {
    const auto it = answers_.find(stream);
    if (it == answers_.end()) return;
    it->second->connection = nullptr;
    answers_.erase(it);
  }
  void read() {
    stream_->read_some([this](base::Result<std::string_view> bytes) {
      if (server_.deaf_to_ping) return;
      if (!bytes || bytes->empty()) return close();
      const std::weak_ptr<bool> alive = alive_;
      if (http2_ != nullptr) {
        (void)http2_->receive(*bytes);
      } else {
        read_http1(*bytes);
      }
      if (alive.expired() || closed_) return;
      flush();
      read();
    });
  }
  void read_http1(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto used = parser_.feed(bytes);
      CHECK(used.has_value(), "our client writes good HTTP");
      bytes.remove_prefix(*used);
      if (!parser_.done()) continue;
      proto::Request request = parser_.take();
      auto answer = std::make_shared<Answer>();
      answer->method = request.method;
      answer->path = request.target;
      answer->headers = request.headers;
      answer->request_body = request.body;
      hand_on(std::move(answer), 1);
      if (closed_) return;
    }
  }
  void on_request(int32_t stream, const proto::Http2Client::RequestHead& head,
                  std::string body) override {
    auto answer = std::make_shared<Answer>();
    answer->method = head.method;
    answer->path = head.path;
    answer->headers = head.headers;
    answer->request_body = std::move(body);
    hand_on(std::move(answer), stream);
  }
  void hand_on(AnswerPtr answer, int32_t stream) {
    answer->connection = this;
    answer->stream = stream;
    answers_[stream] = answer;
    // Not from inside the engine.
    server_.loop_.post([this, alive = std::weak_ptr<bool>(alive_), answer] {
      if (!alive.expired()) server_.take(answer);
    });
  }
  void on_closed(int32_t stream) override { release(stream); }
  void on_writable(int32_t) override {}
  void flush() {
    if (writing_ || closed_) return;
    std::string bytes = http2_ != nullptr ? http2_->take_output() : std::exchange(outgoing_, {});
    if (bytes.empty()) return;
    writing_ = true;
    stream_->write(std::move(bytes), [this](base::Result<void> written) {
      writing_ = false;
      if (!written) return close();
      flush();
    });
  }

  ScriptedServer& server_;
  std::unique_ptr<net::TlsStream> stream_;
  std::unique_ptr<proto::Http2Server> http2_;
  proto::RequestParser parser_;
  std::string outgoing_;
  std::map<int32_t, AnswerPtr> answers_;
  bool writing_ = false, closed_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

void Answer::start(int status, const proto::Headers& extra) {
  if (!open() || std::exchange(started, true)) return;
  proto::Headers all = extra;
  if (proto::find_header(all, "content-type").empty()) {
    all.emplace_back("content-type", "application/json");
  }
  connection->start(*this, status, all);
}
void Answer::write(const std::string& bytes) {
  if (open()) connection->write(*this, bytes);
}
void Answer::end() {
  if (open()) connection->end(*this);
}
void Answer::reply(int status, const std::string& body, proto::Headers extra) {
  start(status, extra);
  write(body);
  end();
}
void Answer::refuse(int status, const std::string& reason, const std::string& message,
                    proto::Headers extra) {
  reply(status, status_object(status, reason, message), std::move(extra));
}
void Answer::cut() {
  if (open()) connection->close();
}
void Answer::reset() {
  if (open()) connection->reset(*this);
}
void Answer::goaway() {
  if (open()) connection->goaway();
}

ScriptedServer::ScriptedServer(net::Loop& loop, std::vector<std::string> protocols)
    : loop_(loop), ca_(net::make_authority("scripted-ca")) {
  net::CertificateRequest request;
  request.common_name = "scripted";
  request.addresses = {"127.0.0.1"};
  const net::Certificate certificate = net::issue_certificate(ca_, request);
  tls.certificate_pem = certificate.certificate_pem;
  tls.key_pem = certificate.key_pem;
  tls.protocols = std::move(protocols);
  start();
}

ScriptedServer::~ScriptedServer() = default;

void ScriptedServer::start() {
  listener_ = net::Listener::open(loop_, "127.0.0.1", port_, [this](auto stream) {
                accept(std::move(stream));
              }).value();
  port_ = listener_->port();
}

void ScriptedServer::stop() {
  listener_.reset();
  connections_.clear();
}

void ScriptedServer::accept(std::unique_ptr<net::ByteStream> stream) {
  ++accepted;
  if (silent) {
    held_.push_back(std::move(stream));
    return;
  }
  auto secure = net::TlsStream::server(loop_, std::move(stream), tls);
  CHECK(secure.has_value(), "our own certificate");
  connections_.push_back(std::make_unique<ScriptedConnection>(*this, std::move(secure).value()));
}

void ScriptedServer::take(AnswerPtr answer) {
  log.push_back(answer->method + " " + answer->path);
  answers.push_back(answer);
  if (!identity_is_scripted && answer->path.starts_with("/api/v1/namespaces?fieldSelector=")) {
    return answer->reply(
        200, R"({"metadata":{"resourceVersion":"1000000"},"items":[{"metadata":{"uid":"one"}}]})");
  }
  if (handler_) handler_(answer);
}

ClusterConfig ScriptedServer::config() const {
  ClusterConfig config;
  config.context = "scripted";
  config.cluster_name = "scripted";
  config.user_name = "tester";
  config.server = url();
  config.auth.token = "secret-token";
  config.tls.ca_pem = ca_.certificate_pem;
  return config;
}

size_t ScriptedServer::count(const std::string& part) const {
  return static_cast<size_t>(std::count_if(log.begin(), log.end(), [&](const std::string& line) {
    return line.find(part) != std::string::npos;
  }));
}

std::string pod(const std::string& name, int version) {
  return R"({"kind":"Pod","apiVersion":"v1","metadata":{"name":")" + name +
         R"(","namespace":"default","resourceVersion":")" + std::to_string(version) + R"("}})";
}

std::string event_line(const std::string& type, const std::string& object) {
  return R"({"type":")" + type + R"(","object":)" + object + "}\n";
}

std::string bookmark_line(int version, bool initial_events_end) {
  const std::string annotations =
      initial_events_end ? R"(,"annotations":{"k8s.io/initial-events-end":"true"})" : "";
  return event_line("BOOKMARK",
                    R"({"kind":"Pod","apiVersion":"v1","metadata":{"resourceVersion":")" +
                        std::to_string(version) + "\"" + annotations + "}}");
}

std::string status_object(int code, const std::string& reason, const std::string& message) {
  return R"({"kind":"Status","apiVersion":"v1","status":"Failure","message":")" + message +
         R"(","reason":")" + reason + R"(","code":)" + std::to_string(code) + "}";
}

ApiResource pods_resource() {
  ApiResource resource;
  resource.gvr = {"", "v1", "pods"};
  resource.kind = "Pod";
  resource.namespaced = true;
  resource.verbs = {"get", "list", "watch"};
  resource.served_versions = {"v1"};
  return resource;
}

}  // namespace masthead::kube
