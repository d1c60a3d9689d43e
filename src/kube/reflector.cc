// What a reflector does next. Every rule of client-go and the API server that it follows stands
// quoted at its branch; the numbers are those of docs/kubernetes-client.md §1.
#include "kube/reflector.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "kube/reflector_machine.h"
#include "kube/status_error.h"
#include "kube/url.h"

namespace masthead::kube {

using base::Error;
using base::ErrorCode;
using FreshState = k8s::Freshness::State;

namespace {
// A watch that lasted this long was a healthy one: its end is answered at once, not after a pause.
constexpr int64_t kHealthyWatchMs = 1'000;
// After a loss the first new attempts of many reflectors are spread a little.
constexpr uint64_t kReconnectJitterMs = 100;
// The headers of a large list come when the server has put it together.
constexpr int64_t kListTimeoutMs = 60'000;
constexpr int64_t kWatchOverdueMs = 30'000;

// Of a kind that has never been listed: nobody knows, but these are what clusters have most of.
size_t expected_objects(const k8s::GroupVersionResource& gvr) {
  const bool many =
      gvr.resource == "pods" || gvr.resource == "replicasets" || gvr.resource == "events";
  return many ? SIZE_MAX : 0;
}
}  // namespace

Reflector::Machine::Machine(Client::Core& core, Options the_options, k8s::ReflectorSink& sink)
    : options(std::move(the_options)), core_(core), sink_(sink), backoff_(core.random) {
  const auto& gvr = options.resource.gvr;
  CHECK(options.metadata_only || !(gvr.group.empty() && gvr.resource == "secrets"),
        "Secrets never enter a cache");
  objects_ = expected_objects(gvr);
  core_.outage.enter(*this);
  timer_ = core_.loop.post_after(0, [this] {
    set_freshness(FreshState::kSyncing, {});
    start_sync();
  });
}

Reflector::Machine::~Machine() {
  core_.outage.leave(*this);
}

std::string Reflector::Machine::resource_id() const {
  return options.resource.gvr.group + "/" + options.resource.gvr.resource;
}

bool Reflector::Machine::streaming_list_allowed() const {
  // Rule 3: "Fall back per resource, remembered for the process."
  return !core_.without_streaming_list.contains(resource_id());
}

int64_t Reflector::Machine::watch_seconds() {
  // Rule 9: "Always send timeoutSeconds, random in [300, 600] as client-go does."
  return limits::kWatchTimeoutMinSeconds +
         static_cast<int64_t>(core_.random.below(limits::kWatchTimeoutMaxSeconds -
                                                 limits::kWatchTimeoutMinSeconds + 1));
}

void Reflector::Machine::drop_stream() {
  stream_.reset();
  progress_.cancel();
  lines_.clear();
}

void Reflector::Machine::start_sync() {
  drop_stream();
  timer_.cancel();
  if (core_.outage.unreachable())
    return wait_then(Next::kSync, 0, core_.outage.reachability().cause);
  state_ = State::kWaitingForTurn;
  // Rule 14: "at most 4 initial syncs at once per cluster, smallest kinds first".
  core_.outage.request_sync(*this, objects_);
}

void Reflector::Machine::on_sync_turn() {
  asked_without_limit_ = false;
  if (core_.known.lists_item_by_item()) {
    // Rule 2: "unset RV is now served from cache on 1.31+", so the list is as fresh as a streaming
    // one; written item by item it costs the server no more memory and half the processor time.
    asked_without_limit_ = true;
    list_from_ = ListFrom::kConsistent;
    return open_list({});
  }
  // Rule 2: "Prefer a streaming list".
  if (streaming_list_allowed()) return open_streaming_list();
  open_list({});
}

void Reflector::Machine::open(Lane lane, const std::string& query, bool as_list) {
  drop_stream();
  status_ = 0;
  error_body_.clear();
  heard_event_ = false;
  Request request;
  request.path = options.resource.path(options.ns) + "?" + query;
  request.timeout_ms = as_list ? kListTimeoutMs : limits::kRequestTimeoutMs;
  if (options.metadata_only) {
    const std::string form = as_list ? "PartialObjectMetadataList" : "PartialObjectMetadata";
    request.headers = {{"accept", "application/json;as=" + form + ";g=meta.k8s.io;v=v1"}};
  }
  if (freshness.state == FreshState::kLive && !hiccup_.pending()) {
    show_stale_soon({ErrorCode::kTimeout, "the API server has not answered yet", {}, {}, 0},
                    limits::kUnansweredMs);
  }
  ++counters.requests;
  stream_ = core_.transport.open(lane, std::move(request), *this);
}

void Reflector::Machine::open_streaming_list() {
  state_ = State::kStreamingList;
  ++counters.streaming_lists;
  // Rule 2: "watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&
  // allowWatchBookmarks=true, empty RV for a consistent start. Without the match: 422. Without
  // bookmarks there is no end marker."
  open(Lane::kWatches,
       "watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
       "&timeoutSeconds=" +
           std::to_string(watch_seconds()),
       /*as_list=*/false);
}

void Reflector::Machine::open_list(const std::string& continue_token) {
  state_ = State::kListing;
  ++counters.lists;
  items_ = std::make_unique<ListSplitter>();
  std::string query;
  const auto add = [&query](const std::string& part) {
    query += (query.empty() ? "" : "&") + part;
  };
  bool with_limit = !asked_without_limit_;  // rule 16: "Paging: limit 500"
  if (!continue_token.empty()) {
    add("continue=" + escape_component(continue_token));
  } else {
    resetting_ = false;  // what earlier pages brought is dropped by a new kResetBegin
    if (list_from_ == ListFrom::kAny) {
      // Rule 4: "first list RV=0 (any, from watch cache, limit ignored there)". The limit counts
      // for servers without a watch cache.
      add("resourceVersion=0");
    } else if (list_from_ == ListFrom::kLastSeen && !resource_version_.empty()) {
      // Rule 4: "relist with last seen RV and no limit. A limit there pushes load to storage."
      add("resourceVersion=" + escape_component(resource_version_));
      with_limit = with_limit && paged_;
    }
    // Rule 4, kConsistent: "after 410 or 'too large RV' once with empty RV".
  }
  add(with_limit ? "limit=500" : "limit=0");
  open(Lane::kLists, query, /*as_list=*/true);
}

void Reflector::Machine::open_watch() {
  state_ = State::kOpeningWatch;
  ++counters.watches;
  const int64_t seconds = watch_seconds();
  open(Lane::kWatches,
       "watch=1&allowWatchBookmarks=true&resourceVersion=" + escape_component(resource_version_) +
           "&timeoutSeconds=" + std::to_string(seconds),
       /*as_list=*/false);
  // A server that does not end the watch at its time has forgotten it.
  progress_ = core_.loop.post_after(seconds * 1000 + kWatchOverdueMs, [this] { resume_watch(); });
}

void Reflector::Machine::arm_progress_timer(int64_t delay_ms) {
  progress_ = core_.loop.post_after(delay_ms, [this] {
    const int64_t quiet_ms = core_.clock.monotonic_ms() - last_progress_ms_;
    if (quiet_ms < limits::kInitialEventsTimeoutMs) {
      return arm_progress_timer(limits::kInitialEventsTimeoutMs - quiet_ms);
    }
    if (state_ == State::kStreamingList) {
      // Rule 3: "no bookmark in time means LIST then WATCH".
      return fall_back_to_list("no end marker in time");
    }
    handle_loss({ErrorCode::kTimeout, "the list has stopped in the middle", {}, {}, 0});
  });
}

void Reflector::Machine::fall_back_to_list(const std::string& why) {
  base::log::info("kube", "no streaming list, falling back to list and watch",
                  {{"resource", resource_id()}, {"cause", why}});
  core_.without_streaming_list.insert(resource_id());
  drop_stream();
  open_list({});
}

void Reflector::Machine::sync_again(ListFrom from, const std::string& why) {
  base::log::info("kube", "relisting", {{"resource", resource_id()}, {"cause", why}});
  ++counters.relists;
  list_from_ = from;
  needs_list_ = true;
  drop_stream();
  // Rule 14: "jitter after a mass disconnect"; a compaction hits every watch at once.
  // After an outage the wake-up has spread them already.
  const uint64_t spread_ms =
      core_.outage.recovering() ? kReconnectJitterMs : uint64_t{limits::kWakeJitterMs};
  wait_then(Next::kSync, static_cast<int64_t>(core_.random.below(spread_ms)), {});
}

void Reflector::Machine::resume_watch() {
  ++counters.resumes;
  open_watch();
}

void Reflector::Machine::finish_sync(std::string_view version) {
  resource_version_ = version;
  synced_ = true;
  resetting_ = false;
  needs_list_ = false;
  anew_ = false;
  objects_ = counting_;
  list_from_ = ListFrom::kLastSeen;
  // Rule 15: "On relist emit deletes for vanished keys": kResetEnd implies them.
  emit(k8s::ReflectorEvent::Type::kResetEnd, {}, version);
  core_.outage.release_sync(*this);
}

void Reflector::Machine::go_on(Next next) {
  if (core_.outage.unreachable()) return wait_then(next, 0, {});
  if (next == Next::kWatch && may_resume()) return resume_watch();
  start_sync();
}

void Reflector::Machine::wait_then(Next next, int64_t delay_ms, const Error& cause) {
  drop_stream();
  next_ = next;
  if (!(next == Next::kSync && state_ == State::kWaitingForTurn)) core_.outage.release_sync(*this);
  if (core_.outage.unreachable()) {
    // "In an outage one probe per cluster": nobody else tries. on_wake() goes on.
    state_ = State::kWaitingForServer;
    timer_.cancel();
    const Reachability reachability = core_.outage.reachability();
    freshness.next_try_ms = reachability.next_try_ms;
    return show_stale_soon(reachability.cause);
  }
  state_ = State::kBackingOff;
  const int64_t retry_after_ms =
      std::max(not_before_ms_, hardly_before_ms_) - core_.clock.monotonic_ms();
  const int64_t pause_ms = std::max(delay_ms, retry_after_ms);
  freshness.next_try_ms = core_.clock.wall_ms() + pause_ms;
  base::log::debug(
      "kube", "trying again later",
      {{"resource", resource_id()}, {"pause_ms", std::to_string(pause_ms)}, {"cause", cause.text}});
  timer_ = core_.loop.post_after(pause_ms, [this, next] { go_on(next); });
  if (!cause.text.empty()) show_stale_soon(cause);
}

void Reflector::Machine::handle_loss(const Error& error) {
  const int64_t now = core_.clock.monotonic_ms();
  const int64_t healthy_ms = state_ == State::kWatching ? now - opened_ms_ : 0;
  const Next next = may_resume() ? Next::kWatch : Next::kSync;
  // Rule 11: "Connection refused and 429 keep the RV and retry the watch". After a watch that was
  // well the first attempt comes at once; whether the server is gone its connection will show.
  if (healthy_ms >= kHealthyWatchMs) {
    if (healthy_ms >= limits::kBackoffResetMs) backoff_.reset();
    return wait_then(next, static_cast<int64_t>(core_.random.below(kReconnectJitterMs)), error);
  }
  wait_then(next, backoff_.next(), error);
}

void Reflector::Machine::handle_error(const Error& error) {
  const bool listing = state_ == State::kStreamingList || state_ == State::kListing;
  if (error.retry_after_ms > 0) {
    // Rule 12: "429 and any 5xx with Retry-After: wait at least that long plus jitter". A 5xx of a
    // server that is starting ("before all known HTTP paths have been installed", 5 s) is outdated
    // as soon as /readyz says that it has started; a 429 never is.
    const bool busy = error.code == ErrorCode::kTooManyRequests;
    (busy ? not_before_ms_ : hardly_before_ms_) =
        core_.clock.monotonic_ms() + error.retry_after_ms +
        static_cast<int64_t>(core_.random.below(limits::kWakeJitterMs));
  }
  switch (error.code) {
    case ErrorCode::kForbidden:
    case ErrorCode::kNotFound:
      return handle_refusal(error);
    case ErrorCode::kTooManyRequests:
      // Those of a server that fills its watch caches end when /readyz says so.
      core_.outage.on_server_error();
      [[fallthrough]];
    case ErrorCode::kUnauthenticated:
      // Rule 13: "Never answer those 429s with a LIST": handle_loss keeps a watch a watch.
      return handle_loss(error);
    default:
      break;
  }
  if (listing ? handle_list_error(error) : handle_watch_error(error)) return;
  if (param_of(error, "status").starts_with('5')) core_.outage.on_server_error();
  handle_loss(error);
}

bool Reflector::Machine::handle_list_error(const Error& error) {
  const bool invalid = error.code == ErrorCode::kInvalid;
  if (state_ == State::kStreamingList && (invalid || error.code == ErrorCode::kUnsupported)) {
    // Rule 3: "400/422 or no bookmark in time means LIST then WATCH".
    fall_back_to_list(error.text);
    return true;
  }
  if (state_ == State::kListing && error.code == ErrorCode::kUnsupported) {
    handle_refusal(error);  // 405: there is such a thing, and it cannot be listed
    return true;
  }
  // Rule 5: "RV in the future: 504 …, cause ResourceVersionTooLarge".
  const bool too_large = param_of(error, "cause") == "ResourceVersionTooLarge" ||
                         error.text.starts_with("Too large resource version");
  if (state_ == State::kListing && error.code == ErrorCode::kGone && counting_ > 0 &&
      !asked_without_limit_) {
    // Rule 6: "A 410 for a continue token": its page is gone; the whole list without pages, once.
    asked_without_limit_ = true;
    open_list({});
    return true;
  }
  if (state_ == State::kListing && (error.code == ErrorCode::kGone || too_large) &&
      list_from_ != ListFrom::kConsistent) {
    // Rule 4: "after 410 or 'too large RV' once with empty RV".
    list_from_ = ListFrom::kConsistent;
    open_list({});
    return true;
  }
  return false;
}

bool Reflector::Machine::handle_watch_error(const Error& error) {
  // Rule 6: "Watch from a too-old RV answers HTTP 200 with an in-stream ERROR event holding Status
  // 410 Expired. Same handling as HTTP 410."
  if (error.code == ErrorCode::kGone) {
    sync_again(ListFrom::kLastSeen, error.text);
    return true;
  }
  // Rule 11: "internal errors retried briefly; everything else relists". A 5xx says nothing about
  // the resourceVersion, so it is retried as long as it lasts; what is wrong with it a 410 tells.
  if (error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kTimeout) return false;
  ++counters.relists;
  needs_list_ = true;
  wait_then(Next::kSync, backoff_.next(), error);
  return true;
}

void Reflector::Machine::handle_refusal(const Error& error) {
  // A server that has just come back refuses everybody until it has read its roles and CRDs.
  if (synced_ && core_.outage.recovering()) {
    return wait_then(may_resume() ? Next::kWatch : Next::kSync,
                     std::min(backoff_.next(), limits::kRefusedInGraceRetryMs), error);
  }
  const bool forbidden = error.code == ErrorCode::kForbidden;
  synced_ = false;
  resource_version_.clear();
  list_from_ = ListFrom::kAny;
  const auto pause =
      limits::kRefusedRetryMs + static_cast<int64_t>(core_.random.below(limits::kWakeJitterMs));
  wait_then(Next::kSync, pause, {});
  hiccup_.cancel();
  set_freshness(forbidden ? FreshState::kForbidden : FreshState::kAbsent, error);
}

void Reflector::Machine::on_wake(int64_t jitter_ms) {
  if (state_ != State::kWaitingForServer && state_ != State::kBackingOff) return;
  hardly_before_ms_ = 0;
  backoff_.reset();
  state_ = State::kBackingOff;
  // 429 with Retry-After is obeyed whatever else is known.
  const int64_t pause_ms = std::max(jitter_ms, not_before_ms_ - core_.clock.monotonic_ms());
  timer_ = core_.loop.post_after(pause_ms, [this] { go_on(next_); });
}

void Reflector::Machine::on_replaced() {
  // Rule 7: "an etcd restore or swapped cluster: … a new kube-system UID, drops the cache".
  start_anew("another state of the cluster, or another cluster, answers at this address");
}

void Reflector::Machine::start_anew(const std::string& why) {
  synced_ = false;
  anew_ = true;
  resource_version_.clear();
  sync_again(ListFrom::kConsistent, why);
}

void Reflector::Machine::retry_now() {
  if (state_ != State::kBackingOff && state_ != State::kWaitingForServer) return;
  not_before_ms_ = 0;
  on_wake(0);
}

}  // namespace masthead::kube
