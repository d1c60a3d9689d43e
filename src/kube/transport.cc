#include "kube/transport.h"

#include <algorithm>
#include <utility>

#include "kube/kubeconfig_file.h"
#include "kube/user_agent.h"

namespace masthead::kube {

using base::Error;
using base::ErrorCode;

class TransportStream final : public Stream, public Exchange {
 public:
  TransportStream(Transport& transport, Lane lane, Request request, StreamHandler& handler)
      : transport_(transport), lane_(lane), request_(std::move(request)), handler_(handler) {}
  ~TransportStream() override { detach(); }

  void begin() {
    deadline_ = transport_.loop_.post_after(request_.timeout_ms, [this] {
      fail({ErrorCode::kTimeout,
            transport_.url_.authority() + " has not answered within " +
                std::to_string(request_.timeout_ms / 1000) + " s",
            {},
            {},
            0});
    });
    later([this] { authenticate(); });
  }

  Lane lane() const { return lane_; }
  const Credential& credential() const { return *credential_; }
  void set_connection(Connection* connection) { connection_ = connection; }
  void hold_back(bool held) override {
    held_ = held;
    if (connection_ != nullptr) connection_->hold_back(*this, held);
  }
  void fail(const Error& error) {
    detach();
    handler_.on_failure(error);  // may destroy this
  }

  proto::Http2Client::RequestHead head() const override;
  const std::string& body() const override { return request_.body; }
  void on_headers(int status, proto::Headers headers) override;
  void on_data(std::string_view bytes) override {
    if (!dropping_) handler_.on_data(bytes);
  }
  void on_alive() override { handler_.on_alive(); }
  void on_end() override;
  void on_failure(const Error& error, bool unseen) override;

 private:
  void later(net::Function function) {
    transport_.loop_.post(
        [alive = std::weak_ptr<bool>(alive_), function = std::move(function)]() mutable {
          if (!alive.expired()) function();
        });
  }
  void detach() {
    deadline_.cancel();
    if (Connection* connection = std::exchange(connection_, nullptr)) connection->remove(*this);
    std::erase(transport_.lane_of(lane_).waiting, this);
  }
  void authenticate() {
    transport_.credentials_.get([this, alive = std::weak_ptr<bool>(alive_)](auto credential) {
      if (alive.expired()) return;
      if (!credential) return fail(credential.error());
      credential_ = std::move(credential).value();
      transport_.dispatch(*this);
    });
  }

  Transport& transport_;
  Lane lane_;
  Request request_;
  StreamHandler& handler_;
  CredentialPtr credential_;
  Connection* connection_ = nullptr;
  net::Timer deadline_;
  bool held_ = false;
  bool dropping_ = false;  // the body of an answer that is asked for again
  int logins_ = 0, resends_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

proto::Http2Client::RequestHead TransportStream::head() const {
  proto::Http2Client::RequestHead head;
  head.method = request_.method;
  head.scheme = transport_.url_.https ? "https" : "http";
  head.authority = transport_.url_.authority();
  head.path = transport_.url_.prefix + request_.path;
  head.headers = credential_->headers;
  // §1.2: "Set your own User-Agent": curl's and browsers' get bodies twice the size.
  head.headers.emplace_back("user-agent", kUserAgent);
  if (proto::find_header(request_.headers, "accept").empty()) {
    head.headers.emplace_back("accept", "application/json");
  }
  for (const auto& header : request_.headers) head.headers.push_back(header);
  return head;
}

void TransportStream::on_headers(int status, proto::Headers headers) {
  deadline_.cancel();
  transport_.observer_.on_answer(status);
  // "Cache until expiry or a 401": once more with what is fetched anew, then it is the answer.
  if (status == 401 && logins_ == 0 && transport_.credentials_.rejected(*credential_)) {
    ++logins_;
    dropping_ = true;
    return;
  }
  // Whoever was held back before it had a connection is so from here on.
  if (held_) connection_->hold_back(*this, true);
  handler_.on_headers(status, headers);
}

void TransportStream::on_end() {
  connection_ = nullptr;
  if (!std::exchange(dropping_, false)) return handler_.on_end();
  begin();
}

void TransportStream::on_failure(const Error& error, bool unseen) {
  connection_ = nullptr;
  // RFC 9113 §8.7: a refused request "can be safely retried".
  if (unseen && resends_++ < 3) return later([this] { authenticate(); });
  fail(error);
}

Transport::Transport(net::Loop& loop, Dialer& dialer, const ClusterConfig& config, Url url,
                     Credentials& credentials, TransportObserver& observer)
    : loop_(loop),
      dialer_(dialer),
      config_(config),
      url_(std::move(url)),
      credentials_(credentials),
      observer_(observer) {}

Transport::~Transport() = default;

std::unique_ptr<Stream> Transport::open(Lane lane, Request request, StreamHandler& handler) {
  auto stream = std::make_unique<TransportStream>(*this, lane, std::move(request), handler);
  stream->begin();
  return stream;
}

void Transport::dispatch(TransportStream& stream) {
  LaneState& lane = lane_of(stream.lane());
  for (const auto& connection : lane.connections) {
    if (!connection->has_room()) continue;
    // "Close connections on a new certificate": what runs on them may end, nothing new starts.
    if (!connection->presents(stream.credential().certificate_pem)) {
      connection->retire();
      continue;
    }
    stream.set_connection(connection.get());
    return connection->add(stream);
  }
  const bool lasting = stream.lane() == Lane::kWatches || stream.lane() == Lane::kLogs;
  if (http1_ && !lasting && lane.connections.size() >= limits::kHttp1ConnectionsPerLane) {
    lane.waiting.push_back(&stream);
    return;
  }
  const auto connection = connect(stream.lane(), stream.credential());
  if (!connection) return stream.fail(connection.error());
  stream.set_connection(*connection);
  (*connection)->add(stream);
}

base::Result<net::TlsClientOptions> Transport::tls_options(const Credential& credential) const {
  net::TlsClientOptions tls;
  tls.server_name = config_.tls.server_name.empty() ? url_.host : config_.tls.server_name;
  tls.skip_verify = config_.tls.skip_verify;
  tls.ca_pem = config_.tls.ca_pem;
  tls.ca_label = "certificate-authority-data of cluster " + config_.cluster_name;
  if (!config_.tls.ca_file.empty()) {
    // Read at each connection: a CA that is rotated on disk is picked up.
    auto ca = read_small_file(config_.tls.ca_file);
    if (!ca) {
      Error error = ca.error().within("certificate-authority of cluster " + config_.cluster_name);
      error.code = ErrorCode::kTls;
      error.hint = "Check the path in the kubeconfig, and that you may read the file.";
      return std::unexpected(std::move(error));
    }
    tls.ca_pem = std::move(ca).value();
    tls.ca_label = "certificate-authority " + config_.tls.ca_file;
  }
  tls.certificate_pem = credential.certificate_pem;
  tls.key_pem = credential.key_pem;
  tls.protocols = {"h2", "http/1.1"};
  return tls;
}

base::Result<Connection*> Transport::connect(Lane lane, const Credential& credential) {
  Endpoint endpoint;
  endpoint.url = url_;
  endpoint.tcp_timeout_ms = tcp_timeout_ms_;
  if (url_.https) {
    auto tls = tls_options(credential);
    if (!tls) {
      observer_.on_unreachable(tls.error());
      return std::unexpected(tls.error());
    }
    endpoint.tls = std::move(tls).value();
  }
  auto& connections = lane_of(lane).connections;
  ConnectionListener& listener = *this;
  // Of a log that is held back no more than this is still to come.
  const int window = lane == Lane::kLogs ? static_cast<int>(limits::kLogQueueBytes)
                                         : limits::kHttp2StreamWindowBytes;
  connections.push_back(
      std::make_unique<Connection>(loop_, dialer_, std::move(endpoint), listener, window));
  return connections.back().get();
}

void Transport::on_connected(Connection& connection) {
  http1_ = connection.is_http1();
  observer_.on_connected();
}

void Transport::on_surplus(std::vector<Exchange*> exchanges) {
  for (Exchange* exchange : exchanges) {
    auto& stream = static_cast<TransportStream&>(*exchange);
    stream.set_connection(nullptr);
    dispatch(stream);
  }
}

void Transport::on_room(Connection& connection) {
  for (LaneState& lane : lanes_) {
    const bool here = std::any_of(lane.connections.begin(), lane.connections.end(),
                                  [&](const auto& one) { return one.get() == &connection; });
    if (!here || lane.waiting.empty()) continue;
    TransportStream* stream = lane.waiting.front();
    lane.waiting.pop_front();
    dispatch(*stream);
  }
}

void Transport::on_closed(Connection& connection, const Error& error, bool was_open) {
  for (LaneState& lane : lanes_) {
    const auto it = std::find_if(lane.connections.begin(), lane.connections.end(),
                                 [&](const auto& one) { return one.get() == &connection; });
    if (it == lane.connections.end()) continue;
    closed_.push_back(std::move(*it));
    lane.connections.erase(it);
    // Whoever waited for a place gets a connection of its own, or the same failure soon.
    while (!lane.waiting.empty() && lane.connections.size() < limits::kHttp1ConnectionsPerLane) {
      TransportStream* stream = lane.waiting.front();
      lane.waiting.pop_front();
      dispatch(*stream);
    }
  }
  if (!was_open) {
    credentials_.read_files_again();
    observer_.on_unreachable(error);
  }
  loop_.post([this, alive = std::weak_ptr<bool>(alive_)] {
    if (!alive.expired()) closed_.clear();
  });
}

}  // namespace masthead::kube
