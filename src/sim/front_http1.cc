#include <fmt/format.h>

#include "base/limits.h"
#include "proto/http1_request.h"
#include "sim/front_connection.h"

namespace masthead::sim {
namespace {

// HTTP/1.1 demands no particular phrase.
constexpr const char* kPhrase = "Answer";

class Http1Front;

// The answer in progress; there is one at a time.
class Http1Exchange final : public Exchange {
 public:
  Http1Exchange(Http1Front* front, bool head_only) : front_(front), head_only_(head_only) {}
  void answer(int status, const proto::Headers& headers, std::string_view body) override;
  void begin(int status, const proto::Headers& headers) override;
  void write(std::string_view bytes) override;
  void end() override;
  void abort() override;
  void cut() override;
  size_t queued() const override;
  bool open() const override { return front_ != nullptr; }
  bool can_switch() const override { return true; }

  void closed() {
    front_ = nullptr;
    if (on_closed) std::exchange(on_closed, nullptr)();
  }

 private:
  Http1Front* front_;
  bool head_only_;
};

class Http1Front final : public FrontProtocol {
 public:
  explicit Http1Front(FrontHost& host) : host_(host) {
    parser_.set_body_limit(limits::kRequestBodyBytes);
  }
  ~Http1Front() override { connection_closed(); }

  bool receive(std::string_view bytes) override {
    input_ += bytes;
    return take_input();
  }

  std::string take_output() override {
    std::string part = std::exchange(output_, {});
    if (!part.empty() && exchange_ != nullptr && exchange_->on_drained) {
      const auto exchange = exchange_;
      const auto drained = exchange->on_drained;
      drained();
    }
    return part;
  }
  bool finished() const override { return ending_ && output_.empty(); }
  void connection_closed() override {
    if (const auto exchange = std::exchange(exchange_, nullptr)) exchange->closed();
  }

  void put(std::string_view bytes) {
    output_ += bytes;
    host_.wake();
  }
  size_t queued() const { return output_.size(); }
  FrontHost& host() { return host_; }
  void switch_protocols() {
    switched_ = true;
    keep_alive_ = false;
  }
  bool switched() const { return switched_; }
  bool keep_alive() const { return keep_alive_; }

  // The answer is whole: the next request may come.
  void answered(bool broken_off) {
    if (const auto exchange = std::exchange(exchange_, nullptr)) exchange->closed();
    if (broken_off || !keep_alive_) {
      ending_ = true;
    } else if (!input_.empty()) {
      ending_ = !take_requests();
    }
    host_.wake();
  }

 private:
  bool take_input() {
    if (!switched_ && !take_requests()) return false;
    if (!switched_) return true;
    const std::string bytes = std::exchange(input_, {});
    // A copy: whoever is called may end the exchange.
    const auto on_input = exchange_ == nullptr ? nullptr : exchange_->on_input;
    if (on_input && !bytes.empty()) on_input(bytes);
    return true;
  }

  bool take_requests() {
    while (exchange_ == nullptr && !ending_) {
      const auto used = parser_.feed(input_);
      if (!used) {
        output_ += fmt::format("HTTP/1.1 {} {}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
                               used.error().status, kPhrase);
        ending_ = true;
        host_.wake();
        return true;
      }
      input_.erase(0, *used);
      if (parser_.headers_complete() && !parser_.done() && parser_.expects_continue()) {
        put("HTTP/1.1 100 Continue\r\n\r\n");
      }
      if (parser_.done()) {
        dispatch(parser_.take());
      } else if (*used == 0) {
        return true;
      }
    }
    return input_.size() <= limits::kRequestHeaderBytes + limits::kRequestBodyBytes;
  }

  void dispatch(proto::Request got) {
    keep_alive_ = got.keep_alive();
    ApiRequest request;
    request.method = std::move(got.method);
    request.target = std::move(got.target);
    request.headers = std::move(got.headers);
    request.body = std::move(got.body);
    const auto exchange = std::make_shared<Http1Exchange>(this, request.method == "HEAD");
    exchange_ = exchange;
    host_.request(std::move(request), exchange);
  }

  FrontHost& host_;
  proto::RequestParser parser_;
  std::string input_, output_;
  std::shared_ptr<Http1Exchange> exchange_;
  bool keep_alive_ = true;
  bool switched_ = false;
  bool ending_ = false;
};

std::string head_text(int status, const proto::Headers& headers, bool keep_alive) {
  std::string text = fmt::format("HTTP/1.1 {} {}\r\n", status, kPhrase);
  for (const auto& [name, value] : headers) text += fmt::format("{}: {}\r\n", name, value);
  if (!keep_alive) text += "connection: close\r\n";
  return text;
}

void Http1Exchange::answer(int status, const proto::Headers& headers, std::string_view body) {
  if (front_ == nullptr) return;
  std::string text = head_text(status, headers, front_->keep_alive());
  if (status != 304) text += fmt::format("content-length: {}\r\n", body.size());
  text += "\r\n";
  if (!head_only_) text += body;
  front_->put(text);
  front_->answered(/*broken_off=*/false);
}
void Http1Exchange::begin(int status, const proto::Headers& headers) {
  if (front_ == nullptr) return;
  const std::string head = head_text(status, headers, front_->keep_alive());
  if (status == 101) {
    front_->switch_protocols();
    front_->put(head + "\r\n");
  } else {
    front_->put(head + "transfer-encoding: chunked\r\n\r\n");
  }
}
void Http1Exchange::write(std::string_view bytes) {
  if (front_ == nullptr || bytes.empty()) return;
  front_->put(front_->switched() ? std::string(bytes)
                                 : fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes));
}
void Http1Exchange::end() {
  if (front_ == nullptr) return;
  if (!front_->switched()) front_->put("0\r\n\r\n");
  front_->answered(/*broken_off=*/false);
}
void Http1Exchange::abort() {
  if (front_ != nullptr) front_->answered(/*broken_off=*/true);
}
void Http1Exchange::cut() {
  if (front_ != nullptr) front_->host().cut();
}
size_t Http1Exchange::queued() const {
  return front_ == nullptr ? 0 : front_->queued();
}

}  // namespace

std::unique_ptr<FrontProtocol> make_front_http1(FrontHost& host) {
  return std::make_unique<Http1Front>(host);
}

}  // namespace masthead::sim
