// exec: a shell behind a WebSocket whose messages begin with the number of a channel, as
// k8s.io/apimachinery/pkg/util/remotecommand defines them.
#include <fmt/format.h>

#include "base/limits.h"
#include "proto/websocket.h"
#include "sim/api_server.h"
#include "sim/shell.h"

namespace masthead::sim {
namespace {

enum Channel : char { kStdin = 0, kStdout = 1, kStderr = 2, kError = 3 };
// v5: the byte behind it says which channel has ended.
constexpr char kCloseChannel = static_cast<char>(255);

std::string protocol_of(const ApiRequest& request) {
  for (const char* known : {"v5.channel.k8s.io", "v4.channel.k8s.io"}) {
    if (proto::has_token(request.header("sec-websocket-protocol"), known)) return known;
  }
  return "";
}

std::string status_of(int code) {
  if (code == 0) return to_text(Fields{{"metadata", Fields()}, {"status", "Success"}});
  return to_text(Fields{
      {"metadata", Fields()},
      {"status", "Failure"},
      {"message", fmt::format("command terminated with non-zero exit code: exit status {}", code)},
      {"reason", "NonZeroExitCode"},
      {"details", Fields{{"causes", Items{Fields{{"reason", "ExitCode"},
                                                 {"message", std::to_string(code)}}}}}}});
}

// One running command. Its exchange holds it, and lets it go when the peer has gone.
class ExecSession : public std::enable_shared_from_this<ExecSession> {
 public:
  ExecSession(const ExchangePtr& exchange, const std::string& host, bool terminal)
      : exchange_(exchange),
        terminal_(terminal),
        codec_(proto::WebSocketCodec::Side::kServer, limits::kRequestBodyBytes),
        shell_(host,
               {[this](std::string_view text) { send(kStdout, text); },
                [this](std::string_view text) { send(terminal_ ? kStdout : kStderr, text); }}) {}

  void start(const std::vector<std::string>& command) {
    exchange_->on_input = [self = shared_from_this()](std::string_view bytes) {
      self->take(bytes);
    };
    exchange_->on_closed = [self = shared_from_this()] { self->let_go(); };
    if (const auto code = shell_.start(command)) end(*code);
  }

 private:
  void take(std::string_view bytes) {
    const auto broken =
        codec_.feed(bytes, [this](const proto::WebSocketMessage& message) { on(message); });
    if (broken && !ended_) close(broken->close_code);
  }

  void on(const proto::WebSocketMessage& message) {
    using Type = proto::WebSocketMessage::Type;
    if (ended_) return;
    if (message.type == Type::kPing) exchange_->write(codec_.pong(message.data));
    if (message.type == Type::kClose) close(proto::kCloseNormal);
    if (message.type != Type::kBinary || message.data.empty()) return;
    if (message.data[0] == kStdin) {
      const std::string_view typed = std::string_view(message.data).substr(1);
      if (terminal_) send(kStdout, typed);
      if (const auto code = shell_.input(typed)) end(*code);
    } else if (message.data[0] == kCloseChannel &&
               message.data.substr(1) == std::string(1, kStdin)) {
      end(shell_.input_ended());
    }
  }

  void send(Channel channel, std::string_view text) {
    if (exchange_->queued() > limits::kSimWatchQueueBytes) return;
    exchange_->write(codec_.binary(std::string(1, channel) + std::string(text)));
  }

  void end(int code) {
    send(kError, status_of(code));
    close(proto::kCloseNormal);
  }

  void close(uint16_t code) {
    ended_ = true;
    exchange_->write(codec_.close(code));
    exchange_->end();
  }

  void let_go() {
    ended_ = true;
    exchange_->on_input = nullptr;
  }

  ExchangePtr exchange_;
  bool terminal_;
  bool ended_ = false;
  proto::WebSocketCodec codec_;
  Shell shell_;
};

}  // namespace

Outcome<void> ApiServer::pod_exec(const ApiRequest& request, const ResourceTypePtr& type,
                                  const ExchangePtr& exchange) {
  const StoredPtr pod = store_.get(*type, request.ns, request.name);
  if (pod == nullptr) return refuse(not_found(*type, request.name));
  const std::string protocol = protocol_of(request);
  const std::string_view key = request.header("sec-websocket-key");
  if (!exchange->can_switch() || !proto::has_token(request.header("upgrade"), "websocket") ||
      key.empty() || protocol.empty()) {
    return refuse(bad_request("exec needs a WebSocket of v5.channel.k8s.io or v4.channel.k8s.io"));
  }
  const auto object_kept = pod->parsed(*type);
  const Document& object = *object_kept;
  if (text_at(object, {"status", "phase"}) != "Running") {
    return refuse(bad_request(fmt::format("pod {} is not running", request.name)));
  }
  std::vector<std::string> command;
  const auto [first, last] = request.query.equal_range("command");
  for (auto it = first; it != last; ++it) command.push_back(it->second);
  if (command.empty()) return refuse(bad_request("you must specify at least 1 command"));
  exchange->begin(101, {{"upgrade", "websocket"},
                        {"connection", "Upgrade"},
                        {"sec-websocket-accept", proto::websocket_accept_key(key)},
                        {"sec-websocket-protocol", protocol}});
  std::make_shared<ExecSession>(exchange, request.name, request.truth("tty"))->start(command);
  return {};
}

}  // namespace masthead::sim
