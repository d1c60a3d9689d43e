#include "sim/faults.h"

#include <algorithm>

namespace masthead::sim {
namespace {

// An exchange whose answer is broken off after so many bytes.
class BreakingExchange final : public Exchange,
                               public std::enable_shared_from_this<BreakingExchange> {
 public:
  BreakingExchange(ExchangePtr to, size_t bytes, Break how)
      : to_(std::move(to)), left_(bytes), how_(how) {}

  // The server listens to us, we to the real exchange.
  void attach() {
    const auto weak = weak_from_this();
    to_->on_closed = [weak] {
      if (const auto self = weak.lock(); self && self->on_closed) {
        std::exchange(self->on_closed, nullptr)();
      }
    };
    to_->on_drained = [weak] {
      if (const auto self = weak.lock(); self && self->on_drained) self->on_drained();
    };
  }

  void answer(int status, const proto::Headers& headers, std::string_view body) override {
    begin(status, headers);
    write(body);
    end();
  }
  void begin(int status, const proto::Headers& headers) override { to_->begin(status, headers); }
  void write(std::string_view bytes) override {
    if (broken_) return;
    to_->write(bytes.substr(0, left_));
    left_ -= std::min(left_, bytes.size());
    if (left_ == 0) break_now();
  }
  void end() override {
    if (!broken_) to_->end();
  }
  void abort() override { to_->abort(); }
  void cut() override { to_->cut(); }
  size_t queued() const override { return to_->queued(); }
  bool open() const override { return !broken_ && to_->open(); }

 private:
  void break_now() {
    broken_ = true;
    const ExchangePtr to = to_;
    if (how_ == Break::kEnd) to->end();
    if (how_ == Break::kReset) to->abort();
    if (how_ == Break::kCut) to->cut();
  }

  ExchangePtr to_;
  size_t left_;
  Break how_;
  bool broken_ = false;
};

}  // namespace

Fault refuse(int status, std::string reason, int retry_after_s) {
  return [=](const ApiRequest&, const ExchangePtr& exchange, const Front::Handler&) {
    ApiStatus refusal;
    refusal.code = status;
    refusal.reason = reason;
    refusal.message = "a fault of the test";
    proto::Headers headers{{"content-type", "application/json"}};
    if (retry_after_s > 0) headers.emplace_back("retry-after", std::to_string(retry_after_s));
    exchange->answer(status, headers, refusal.body());
  };
}

Fault answer_with(std::string body) {
  return [=](const ApiRequest&, const ExchangePtr& exchange, const Front::Handler&) {
    exchange->answer(200, {{"content-type", "application/json"}}, body);
  };
}

Fault hold() {
  return [](const ApiRequest&, const ExchangePtr&, const Front::Handler&) {};
}

Fault delay(net::Loop& loop, int64_t ms) {
  return [&loop, ms](const ApiRequest& request, const ExchangePtr& exchange,
                     const Front::Handler& server) {
    loop.post_after(ms,
                    [=] {
                      if (exchange->open()) server(request, exchange);
                    })
        .detach();
  };
}

Fault break_off(size_t bytes, Break how) {
  return [=](const ApiRequest& request, const ExchangePtr& exchange, const Front::Handler& server) {
    const auto breaking = std::make_shared<BreakingExchange>(exchange, bytes, how);
    breaking->attach();
    server(request, breaking);
  };
}

std::string Faults::Logged::text() const {
  std::string text = (initial_events ? "sync " : verb + " ") + path;
  if (!resource_version.empty()) text += " rv=" + resource_version;
  if (!limit.empty()) text += " limit=" + limit;
  if (continued) text += " continued";
  return text;
}

void Faults::handle(ApiRequest request, const ExchangePtr& exchange, const Front::Handler& server) {
  ApiRequest read = request;
  read_target(read);
  const Fault fault = fault_for(read);
  if (read.verb == "watch") {
    const base::MutexLock lock(mutex_);
    std::erase_if(watches_, [](const Watch& watch) { return watch.exchange.expired(); });
    watches_.push_back({read.path, exchange});
  }
  if (fault) {
    fault(std::move(request), exchange, server);
  } else {
    server(std::move(request), exchange);
  }
}

Fault Faults::fault_for(const ApiRequest& request) {
  Logged line;
  line.at_ms = loop_.clock().monotonic_ms();
  line.verb = request.verb;
  line.path = request.path;
  line.resource_version = request.parameter("resourceVersion");
  line.limit = request.parameter("limit");
  line.continued = request.has_parameter("continue");
  line.initial_events = request.truth("sendInitialEvents");
  const base::MutexLock lock(mutex_);
  log_.push_back(std::move(line));
  for (Rule& rule : rules_) {
    Which& which = rule.which;
    if (!which.verb.empty() && which.verb != request.verb) continue;
    if (!which.path.empty() && which.path != request.path) continue;
    if (which.skip > 0) {
      --which.skip;
      continue;
    }
    if (which.times <= 0) continue;
    --which.times;
    return rule.fault;
  }
  return nullptr;
}

void Faults::add(Which which, Fault fault) {
  const base::MutexLock lock(mutex_);
  rules_.push_back({std::move(which), std::move(fault)});
}

void Faults::clear() {
  const base::MutexLock lock(mutex_);
  rules_.clear();
}

std::vector<Faults::Logged> Faults::log() const {
  const base::MutexLock lock(mutex_);
  return log_;
}

std::vector<ExchangePtr> Faults::watches(std::string_view path) const {
  const base::MutexLock lock(mutex_);
  std::vector<ExchangePtr> running;
  for (const Watch& watch : watches_) {
    const auto exchange = watch.exchange.lock();
    if (exchange && exchange->open() && (path.empty() || path == watch.path)) {
      running.push_back(exchange);
    }
  }
  return running;
}

}  // namespace masthead::sim
