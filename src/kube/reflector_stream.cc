// What a reflector makes of what the server says: headers, lines of a watch, items of a list.
#include <algorithm>

#include "base/log.h"
#include "k8s/resource_version.h"
#include "kube/reflector_machine.h"
#include "kube/status_error.h"

namespace masthead::kube {

using base::Error;
using base::ErrorCode;
using Type = k8s::ReflectorEvent::Type;
using FreshState = k8s::Freshness::State;

namespace {
constexpr size_t kErrorBodyBytes = 64 * 1024;
}

void Reflector::Machine::emit(Type type, std::string_view object, std::string_view version) {
  ++counters.events;
  sink_.on_event(
      k8s::ReflectorEvent{type, object, version, nullptr, anew_ && type == Type::kResetBegin});
}

void Reflector::Machine::begin_reset() {
  resetting_ = true;
  counting_ = 0;
  // Rule 2: "Stage objects; swap atomically": the sink stages until kResetEnd.
  emit(Type::kResetBegin, {}, {});
}

void Reflector::Machine::on_headers(int status, const proto::Headers& headers) {
  status_ = status;
  answer_headers_ = headers;
  if (status != 200) return;  // its body says why
  opened_ms_ = last_progress_ms_ = core_.clock.monotonic_ms();
  switch (state_) {
    case State::kStreamingList:
      begin_reset();
      return arm_progress_timer(limits::kInitialEventsTimeoutMs);
    case State::kListing:
      // Later pages go on with the reset of the first.
      if (!resetting_) begin_reset();
      return arm_progress_timer(limits::kInitialEventsTimeoutMs);
    case State::kOpeningWatch:
      state_ = State::kWatching;
      return set_freshness(FreshState::kLive, {});
    case State::kStarting:
    case State::kWaitingForTurn:
    case State::kWatching:
    case State::kBackingOff:
    case State::kWaitingForServer:
      return;
  }
}

void Reflector::Machine::on_data(std::string_view bytes) {
  if (status_ != 200) {
    error_body_.append(bytes.substr(0, kErrorBodyBytes - error_body_.size()));
    return;
  }
  last_progress_ms_ = core_.clock.monotonic_ms();
  if (state_ == State::kListing) {
    const auto fed = items_->feed(bytes, *this);
    if (!fed) handle_loss(fed.error());
    return;
  }
  lines_.feed(bytes, *this);
}

void Reflector::Machine::on_end() {
  stream_.reset();
  progress_.cancel();
  if (status_ != 200) {
    return handle_error(
        error_of_answer(status_, answer_headers_, error_body_, core_.clock.wall_ms()));
  }
  if (state_ == State::kListing) return on_list_end();
  on_watch_end();
}

void Reflector::Machine::on_watch_end() {
  if (state_ == State::kStreamingList) {
    // Ended in order, without its marker: a server that does not know streaming lists and took
    // this for a plain watch.
    return fall_back_to_list("the stream ended without an end marker");
  }
  const int64_t lasted_ms = core_.clock.monotonic_ms() - opened_ms_;
  if (lasted_ms < 1'000 && !heard_event_) {
    // client-go: "very short watch: Unexpected watch close - watch lasted less than a second and
    // no items received".
    return handle_loss({ErrorCode::kUnavailable, "the server ends watches at once", {}, {}, 0});
  }
  if (lasted_ms >= limits::kBackoffResetMs) backoff_.reset();
  // Rule 9: "Normal end of stream: reconnect from last RV at once, no relist."
  resume_watch();
}

void Reflector::Machine::on_failure(const Error& error) {
  stream_.reset();
  progress_.cancel();
  handle_loss(error);
}

bool Reflector::Machine::on_line(std::string_view line) {
  json::WatchEnvelope event;
  if (!envelope_.read_event(line, event)) {
    ++counters.garbage;
    // One line that cannot be read is resumed from before it; when it comes again, only a list
    // gets past it.
    const bool again = ++garbage_in_a_row_ > 1;
    base::log::warn("kube", "a watch line that is not an event",
                    {{"resource", resource_id()}, {"bytes", std::to_string(line.size())}});
    Error error{
        ErrorCode::kInternal, "the server sent something that is not a watch event", {}, {}, 0};
    needs_list_ = needs_list_ || again;
    wait_then(may_resume() ? Next::kWatch : Next::kSync, backoff_.next(), error);
    return false;
  }
  heard_event_ = true;
  garbage_in_a_row_ = 0;
  if (event.type == "ADDED" || event.type == "MODIFIED" || event.type == "DELETED") {
    return on_change(event);
  }
  if (event.type == "BOOKMARK") return on_bookmark(event);
  if (event.type == "ERROR") {
    on_error_event(event.object);
    return false;
  }
  ++counters.garbage;  // a type of the future: nothing of ours depends on it
  return true;
}

bool Reflector::Machine::on_change(const json::WatchEnvelope& event) {
  if (state_ == State::kStreamingList) {
    ++counting_;
  } else if (!event.resource_version.empty()) {
    const auto order = k8s::compare_resource_versions(event.resource_version, resource_version_);
    // Rule 1: resourceVersions of one kind compare as decimal integers; others only as equal.
    // A watch tells of one change after the other: what comes again or late is known already, and
    // would bring back what has gone since.
    if (order && *order <= 0) return true;
    // Rule 8: "Store the RV of every event including bookmarks; resume from it."
    resource_version_ = event.resource_version;
  }
  emit(event.type == "DELETED" ? Type::kDelete : Type::kUpsert, event.object,
       event.resource_version);
  if (state_ == State::kWatching) confirm();
  return true;
}

bool Reflector::Machine::on_bookmark(const json::WatchEnvelope& event) {
  if (state_ == State::kStreamingList) {
    if (!event.initial_events_end) {
      // Bookmarks come behind the end marker alone: this server took it for a plain watch, and its
      // bookmarks would be progress for ever.
      fall_back_to_list("a bookmark came before the end marker");
      return false;
    }
    // Rule 2: "swap atomically at the BOOKMARK annotated k8s.io/initial-events-end=true; keep the
    // connection for live events".
    progress_.cancel();
    finish_sync(event.resource_version);
    state_ = State::kWatching;
    opened_ms_ = core_.clock.monotonic_ms();
    progress_ = core_.loop.post_after((limits::kWatchTimeoutMaxSeconds + 30) * int64_t{1000},
                                      [this] { resume_watch(); });
    set_freshness(FreshState::kLive, {});
    return true;
  }
  const auto order = k8s::compare_resource_versions(event.resource_version, resource_version_);
  if (order && *order < 0) {
    // Rule 7: "Watch with RV in the future does not fail … So detect an etcd restore or swapped
    // cluster otherwise: bookmark RV below last RV … drops the cache".
    start_anew("the cluster's state has gone back in time");
    return false;
  }
  if (!event.resource_version.empty()) resource_version_ = event.resource_version;
  emit(Type::kBookmark, {}, event.resource_version);
  confirm();
  return true;
}

void Reflector::Machine::on_error_event(std::string_view status) {
  // Rule 6: the Status of an ERROR event is handled as the same Status over HTTP.
  const auto parsed = parse_status(status);
  if (parsed) return handle_error(error_of_status(*parsed));
  handle_loss(
      {ErrorCode::kInternal, "the server ended the watch with an unreadable error", {}, {}, 0});
}

void Reflector::Machine::on_item(std::string_view item) {
  ++counting_;
  emit(Type::kUpsert, item, envelope_.resource_version_of(item));
}

void Reflector::Machine::on_oversize() {
  ++counters.garbage;
  base::log::warn("kube", "an object above the size limit is left out",
                  {{"resource", resource_id()}});
}

void Reflector::Machine::on_list_end() {
  const auto meta = items_->finish();
  if (!meta) return handle_loss(meta.error());
  if (!meta->continue_token.empty()) {
    paged_ = paged_ || list_from_ == ListFrom::kAny;
    return open_list(meta->continue_token);
  }
  finish_sync(meta->resource_version);
  if (resource_version_.empty()) {
    return handle_loss({ErrorCode::kInternal, "the list has no resourceVersion", {}, {}, 0});
  }
  open_watch();
}

}  // namespace masthead::kube
