#include <unordered_map>

#include "proto/http2.h"
#include "sim/front_connection.h"

namespace masthead::sim {
namespace {

class Http2Front;

class Http2Exchange final : public Exchange {
 public:
  Http2Exchange(Http2Front* front, int32_t stream) : front_(front), stream_(stream) {}
  void answer(int status, const proto::Headers& headers, std::string_view body) override {
    begin(status, headers);
    write(body);
    end();
  }
  void begin(int status, const proto::Headers& headers) override;
  void write(std::string_view bytes) override;
  void end() override;
  void abort() override;
  void cut() override;
  size_t queued() const override;
  bool open() const override { return front_ != nullptr; }

  void closed() {
    front_ = nullptr;
    if (on_closed) std::exchange(on_closed, nullptr)();
  }

 private:
  Http2Front* front_;
  int32_t stream_;
};

class Http2Front final : public FrontProtocol, private proto::Http2ServerEvents {
 public:
  explicit Http2Front(FrontHost& host) : host_(host), engine_(*this, {}) {}
  ~Http2Front() override { connection_closed(); }

  bool receive(std::string_view bytes) override {
    const bool good = engine_.receive(bytes).has_value();
    return good && !engine_.ended();
  }
  std::string take_output() override { return engine_.take_output(); }
  bool finished() const override { return engine_.ended(); }
  void connection_closed() override {
    auto open = std::exchange(exchanges_, {});
    for (auto& [stream, exchange] : open) exchange->closed();
  }
  void goaway() override {
    engine_.goaway();
    host_.wake();
  }

  proto::Http2Server& engine() { return engine_; }
  FrontHost& host() { return host_; }

 private:
  void on_request(int32_t stream, const proto::Http2Client::RequestHead& head,
                  std::string body) override {
    auto exchange = std::make_shared<Http2Exchange>(this, stream);
    exchanges_.emplace(stream, exchange);
    ApiRequest request;
    request.method = head.method;
    request.target = head.path;
    request.headers = head.headers;
    request.body = std::move(body);
    host_.request(std::move(request), exchange);
  }
  void on_closed(int32_t stream) override {
    const auto found = exchanges_.find(stream);
    if (found == exchanges_.end()) return;
    const auto exchange = found->second;
    exchanges_.erase(found);
    exchange->closed();
  }
  void on_writable(int32_t stream) override {
    const auto found = exchanges_.find(stream);
    if (found == exchanges_.end()) return;
    const auto exchange = found->second;
    if (exchange->on_drained) {
      const auto drained = exchange->on_drained;  // it may replace itself
      drained();
    }
  }

  FrontHost& host_;
  proto::Http2Server engine_;
  std::unordered_map<int32_t, std::shared_ptr<Http2Exchange>> exchanges_;
};

void Http2Exchange::begin(int status, const proto::Headers& headers) {
  if (front_ == nullptr) return;
  front_->engine().respond(stream_, status, headers);
  front_->host().wake();
}
void Http2Exchange::write(std::string_view bytes) {
  if (front_ == nullptr || bytes.empty()) return;
  front_->engine().write(stream_, bytes);
  front_->host().wake();
}
void Http2Exchange::end() {
  if (front_ == nullptr) return;
  front_->engine().end(stream_);
  front_->host().wake();
}
void Http2Exchange::abort() {
  if (front_ == nullptr) return;
  constexpr uint32_t kInternalError = 2;  // RFC 9113 §7
  front_->engine().reset(stream_, kInternalError);
  front_->host().wake();
}
void Http2Exchange::cut() {
  if (front_ != nullptr) front_->host().cut();
}
size_t Http2Exchange::queued() const {
  return front_ == nullptr ? 0 : front_->engine().queued(stream_);
}

}  // namespace

std::unique_ptr<FrontProtocol> make_front_http2(FrontHost& host) {
  return std::make_unique<Http2Front>(host);
}

}  // namespace masthead::sim
