// How a reflector says how far its data can be trusted, and its public face.
#include "kube/reflector.h"
#include "kube/reflector_machine.h"

namespace masthead::kube {

using base::Error;
using FreshState = k8s::Freshness::State;

void Reflector::Machine::set_freshness(FreshState state, const Error& cause) {
  hiccup_.cancel();
  const int64_t now = core_.clock.wall_ms();
  if (freshness.state != state || freshness.since_ms == 0) freshness.since_ms = now;
  freshness.state = state;
  freshness.cause = cause;
  if (state == FreshState::kLive) {
    freshness.confirmed_ms = now;
    freshness.next_try_ms = 0;
    confirmed_told_ms_ = core_.clock.monotonic_ms();
  }
  k8s::ReflectorEvent event{k8s::ReflectorEvent::Type::kFreshness, {}, {}, &freshness};
  sink_.on_event(event);
}

void Reflector::Machine::confirm() {
  if (state_ != State::kWatching) return;
  freshness.confirmed_ms = core_.clock.wall_ms();
  constexpr int64_t kTellEveryMs = 4'000;
  if (core_.clock.monotonic_ms() - confirmed_told_ms_ < kTellEveryMs) return;
  set_freshness(FreshState::kLive, {});
}

void Reflector::Machine::show_stale_soon(const Error& cause, int64_t after_ms) {
  if (!cause.text.empty()) stale_cause_ = cause;
  if (freshness.state == FreshState::kStale) return set_freshness(FreshState::kStale, stale_cause_);
  // A connection that is back within a second is no news.
  if (hiccup_.pending()) return;
  hiccup_ =
      core_.loop.post_after(after_ms, [this] { set_freshness(FreshState::kStale, stale_cause_); });
}

std::string_view Reflector::Machine::state_name() const {
  switch (state_) {
    case State::kStarting:
      return "starting";
    case State::kWaitingForTurn:
      return "waiting for its turn to sync";
    case State::kStreamingList:
      return "streaming list";
    case State::kListing:
      return "listing";
    case State::kOpeningWatch:
      return "opening watch";
    case State::kWatching:
      return "watching";
    case State::kBackingOff:
      return "backing off";
    case State::kWaitingForServer:
      return "waiting for the server";
  }
  return "starting";
}

Reflector::Reflector(Client& client, Options options, k8s::ReflectorSink& sink)
    : machine_(std::make_unique<Machine>(client.core(), std::move(options), sink)) {}
Reflector::~Reflector() = default;

void Reflector::retry_now() {
  machine_->retry_now();
}
const Reflector::Options& Reflector::options() const {
  return machine_->options;
}
const k8s::Freshness& Reflector::freshness() const {
  return machine_->freshness;
}
const Reflector::Counters& Reflector::counters() const {
  return machine_->counters;
}
std::string_view Reflector::state_name() const {
  return machine_->state_name();
}

}  // namespace masthead::kube
