#include "kube/call.h"

#include <utility>

#include "kube/status_error.h"

namespace masthead::kube {

using base::Error;
using base::ErrorCode;

Call::Call(Client::Core& core, Request request, Client::ResponseCallback callback)
    : core_(core), request_(std::move(request)), callback_(std::move(callback)) {
  give_up_ms_ = core_.clock.monotonic_ms() + request_.timeout_ms;
}

Call::~Call() {
  if (callback_) {
    callback_(base::fail(ErrorCode::kCancelled, "the connection to the cluster is being closed"));
  }
}

void Call::begin() {
  if (core_.outage.unreachable()) {
    // "In an outage one probe per cluster": nobody else tries, and what it found out is the answer.
    retry_ = core_.loop.post_after(
        0, [this, cause = core_.outage.reachability().cause] { finish(std::unexpected(cause)); });
    return;
  }
  deadline_ = core_.loop.post_after(request_.timeout_ms, [this] {
    finish(base::fail(ErrorCode::kTimeout,
                      core_.config.server + " has not answered within " +
                          std::to_string(request_.timeout_ms / 1000) + " s",
                      "The API server may be overloaded. Try again."));
  });
  send();
}

void Call::send() {
  ++attempts_;
  response_ = {};
  stream_ = core_.transport.open(Lane::kRequests, request_, *this);
}

void Call::finish(base::Result<Response> result) {
  auto callback = std::exchange(callback_, nullptr);
  auto owned = std::move(*self);
  core_.calls.erase(self);
  callback(std::move(result));
}

// Rule 12: "429 and any 5xx with Retry-After: wait at least that long plus jitter; retry
// idempotent requests at most 10 times". Writes: "Never auto-retry a POST/PATCH after bytes were
// sent unless the server said 429."
bool Call::retry_after(const Error& error) {
  const bool idempotent = request_.method == "GET" || request_.method == "HEAD";
  const bool busy = error.code == ErrorCode::kTooManyRequests;
  if (error.retry_after_ms <= 0 || !(busy || (idempotent && response_.status >= 500))) return false;
  const int64_t wait_ms =
      error.retry_after_ms + static_cast<int64_t>(core_.random.below(limits::kWakeJitterMs));
  if (attempts_ > limits::kRequestRetries || core_.clock.monotonic_ms() + wait_ms >= give_up_ms_) {
    return false;
  }
  retry_ = core_.loop.post_after(wait_ms, [this] { send(); });
  return true;
}

void Call::on_headers(int status, const proto::Headers& headers) {
  response_.status = status;
  response_.headers = headers;
}

void Call::on_data(std::string_view bytes) {
  if (response_.body.size() + bytes.size() > limits::kResponseBytes) {
    return finish(base::fail(
        ErrorCode::kTooLarge,
        "the answer is larger than " + std::to_string(limits::kResponseBytes) + " bytes"));
  }
  response_.body.append(bytes);
}

void Call::on_end() {
  stream_.reset();
  if (response_.status < 400) return finish(std::move(response_));
  const Error error =
      error_of_answer(response_.status, response_.headers, response_.body, core_.clock.wall_ms());
  if (!retry_after(error)) finish(std::unexpected(error));
}

void Call::on_failure(const Error& error) {
  stream_.reset();
  // A kept connection may have been closed under our feet: reading again does no harm.
  const bool lost = error.code == ErrorCode::kUnavailable && !core_.outage.unreachable();
  if (lost && request_.method == "GET" && attempts_ == 1) return send();
  if (core_.outage.unreachable()) return finish(std::unexpected(core_.outage.reachability().cause));
  finish(std::unexpected(error));
}

}  // namespace masthead::kube
