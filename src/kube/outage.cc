#include "kube/outage.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace masthead::kube {

using base::Error;
using base::ErrorCode;

namespace {
// A request in an outage waits this long for its TCP connection: a SYN that was lost is repeated by
// the kernel only after 1, 3 and 7 s, a new one goes out at once.
constexpr int64_t kProbeConnectMs = 2'000;
constexpr size_t kIdentityBytes = 256 * 1024;
}  // namespace

Outage::Outage(net::Loop& loop, const base::Clock& clock, base::Random& random)
    : loop_(loop), clock_(clock), random_(random) {}
Outage::~Outage() = default;

void Outage::set_description(std::string server, std::string context) {
  server_ = std::move(server);
  context_ = std::move(context);
}

bool Outage::recovering() const {
  return !now_.reachable || unready_ ||
         clock_.monotonic_ms() - recovered_ms_ < limits::kRecoveryGraceMs;
}

void Outage::publish() {
  {
    const base::MutexLock lock(mutex_);
    published_ = now_;
  }
  if (listener_) listener_(now_);
}

Reachability Outage::reachability() const {
  const base::MutexLock lock(mutex_);
  return published_;
}

void Outage::set(bool reachable, const Error& cause) {
  const bool changed = now_.reachable != reachable || now_.since_ms == 0;
  now_.reachable = reachable;
  now_.cause = cause;
  if (changed) now_.since_ms = clock_.wall_ms();
  if (reachable) now_.next_try_ms = 0;
  if (changed) publish();
}

void Outage::on_answer(int status) {
  const bool was_unreachable = !now_.reachable;
  set(true, {});
  if (!was_unreachable) {
    // Credentials that are good again are so for everybody.
    if (unauthenticated_ && status < 400) wake_all();
    unauthenticated_ = status == 401 || (unauthenticated_ && status >= 400);
    if (!probe_timer_.pending()) read_identity();
    return;
  }
  recovered_ms_ = clock_.monotonic_ms();
  transport_->set_tcp_timeout(limits::kConnectTimeoutMs);
  // "its first success wakes all reflectors with ≤ 1 s jitter"
  wake_all();
}

void Outage::on_unreachable(const Error& error) {
  Error cause = error;
  if (error.code != ErrorCode::kTls) {
    cause = error.within("cannot reach the API server " + server_ + " of context " + context_);
    if (cause.hint.empty()) {
      cause.hint = "Is the cluster running? Is the address right, and does it need a VPN?";
    }
  }
  const bool first = now_.reachable;
  set(false, cause);
  transport_->set_tcp_timeout(kProbeConnectMs);
  if (first && probing_ != Probing::kUnreachable) {
    probe_stream_.reset();
    probing_ = Probing::kNot;
    // Soon, and no sooner after the last one than any: a connection that has just been lost is most
    // often there again at once.
    const int64_t since_ms = clock_.monotonic_ms() - probe_started_ms_;
    plan_probe(std::clamp<int64_t>(limits::kProbeEveryMs - since_ms, limits::kProbeEveryMs / 4,
                                   limits::kProbeEveryMs));
  }
}

void Outage::on_connected() {
  // Its own connection tells it nothing new.
  if (probing_ != Probing::kIdentity) identity_due_ = true;
}

void Outage::on_server_error() {
  if (unready_ || !now_.reachable) return;
  unready_ = true;
  seen_not_ready_ = false;
  // Whether the server is ready is asked before who it is: without a probe nobody would take
  // unready_ back, and a refusal would never be believed again.
  if (probing_ == Probing::kIdentity) {
    probe_stream_.reset();
    probing_ = Probing::kNot;
    identity_due_ = true;
  }
  const int64_t since_ms = clock_.monotonic_ms() - probe_started_ms_;
  if (probing_ == Probing::kNot) {
    plan_probe(std::clamp<int64_t>(limits::kProbeEveryMs - since_ms, 0, limits::kProbeEveryMs));
  }
}

void Outage::plan_probe(int64_t delay_ms) {
  now_.next_try_ms = now_.reachable ? 0 : clock_.wall_ms() + delay_ms;
  publish();
  probe_timer_ = loop_.post_after(delay_ms, [this] { probe(); });
}

void Outage::probe() {
  probing_ = now_.reachable ? Probing::kUnready : Probing::kUnreachable;
  ++probes_;
  probe_started_ms_ = clock_.monotonic_ms();
  probe_status_ = 0;
  Request request;
  request.path = "/readyz";
  request.timeout_ms = limits::kConnectTimeoutMs;
  probe_stream_ = transport_->open(Lane::kRequests, std::move(request), *this);
}

void Outage::on_headers(int status, const proto::Headers&) {
  probe_status_ = status;
}

void Outage::on_data(std::string_view bytes) {
  if (probing_ == Probing::kIdentity && probe_body_.size() + bytes.size() <= kIdentityBytes) {
    probe_body_ += bytes;
  }
}

void Outage::on_end() {
  probe_stream_.reset();
  if (std::exchange(probing_, Probing::kNot) == Probing::kIdentity) return finish_identity();
  finish_probe(probe_status_);
}

void Outage::on_failure(const Error&) {
  probe_stream_.reset();
  if (std::exchange(probing_, Probing::kNot) == Probing::kIdentity) {
    identity_due_ = true;
    return;
  }
  finish_probe(0);
}

void Outage::finish_probe(int status) {
  const int64_t used_ms = clock_.monotonic_ms() - probe_started_ms_;
  const int64_t next_ms = std::max<int64_t>(limits::kProbeEveryMs - used_ms, 0);
  // Another connection may have been lost between its headers and its end.
  if (status == 0 || !now_.reachable) return plan_probe(next_ms);
  if (status >= 500 || status == 429) {
    // Reachable, and not ready: those it has woken try by their own backoff, and are woken again.
    unready_ = true;
    seen_not_ready_ = true;
    return plan_probe(next_ms);
  }
  // 200; or 401, 403, 404 where this account may not ask: then that is all there is to know.
  unready_ = false;
  if (std::exchange(seen_not_ready_, false)) {
    recovered_ms_ = clock_.monotonic_ms();
    wake_all();
  }
  read_identity();
}

void Outage::replace_all() {
  for (OutageWaiter* waiter : std::vector<OutageWaiter*>(waiters_)) {
    if (knows(waiter)) waiter->on_replaced();
  }
}

void Outage::wake_all() {
  base::log::info("kube", "the API server is back", {{"server", server_}});
  for (OutageWaiter* waiter : std::vector<OutageWaiter*>(waiters_)) {
    if (!knows(waiter)) continue;
    waiter->on_wake(static_cast<int64_t>(random_.below(limits::kWakeJitterMs + 1)));
  }
}

bool Outage::knows(OutageWaiter* waiter) const {
  return std::find(waiters_.begin(), waiters_.end(), waiter) != waiters_.end();
}

void Outage::leave(OutageWaiter& waiter) {
  std::erase(waiters_, &waiter);
  release_sync(waiter);
}

void Outage::request_sync(OutageWaiter& waiter, size_t expected_objects) {
  if (syncing_.contains(&waiter)) return waiter.on_sync_turn();
  if (syncing_.size() < limits::kInitialSyncsAtOnce && queue_.empty()) {
    syncing_.insert(&waiter);
    return waiter.on_sync_turn();
  }
  queue_.insert({expected_objects, ++order_, &waiter});
}

void Outage::release_sync(OutageWaiter& waiter) {
  std::erase_if(queue_, [&](const Queued& one) { return one.waiter == &waiter; });
  if (syncing_.erase(&waiter) == 0) return;
  loop_.post([this, alive = std::weak_ptr<bool>(alive_)] {
    while (!alive.expired() && !queue_.empty() && syncing_.size() < limits::kInitialSyncsAtOnce) {
      OutageWaiter* next = queue_.begin()->waiter;
      queue_.erase(queue_.begin());
      syncing_.insert(next);
      next->on_sync_turn();
    }
  });
}

}  // namespace masthead::kube
