// The state machine behind a Reflector. Two files implement it: reflector.cc decides what to do
// next, reflector_stream.cc takes what the server says.
#pragma once

#include <memory>
#include <string>

#include "json/envelope.h"
#include "kube/backoff.h"
#include "kube/client_core.h"
#include "kube/line_splitter.h"
#include "kube/list_splitter.h"
#include "kube/reflector.h"

namespace masthead::kube {

class Reflector::Machine final : private StreamHandler,
                                 private LineSplitter::Lines,
                                 private ListSplitter::Items,
                                 private OutageWaiter {
 public:
  Machine(Client::Core& core, Options options, k8s::ReflectorSink& sink);
  ~Machine() override;
  void retry_now();
  std::string_view state_name() const;

  const Options options;
  k8s::Freshness freshness;
  Counters counters;

 private:
  enum class State {
    kStarting,
    kWaitingForTurn,    // at most four initial syncs at once
    kStreamingList,     // the list as a watch; turns into kWatching at its end marker
    kListing,           // the list as a list, page by page
    kOpeningWatch,      // asked for, not answered
    kWatching,          // live
    kBackingOff,        // a timer is set
    kWaitingForServer,  // the outage's probe will wake us
  };
  // Which state of the cluster a list must show.
  enum class ListFrom { kAny, kLastSeen, kConsistent };
  // What the timer, or the server's return, leads to.
  enum class Next { kSync, kWatch };

  // reflector.cc: what to do next.
  void start_sync();
  void open_streaming_list();
  void open_list(const std::string& continue_token);
  void open_watch();
  void open(Lane lane, const std::string& query, bool as_list);
  void go_on(Next next);
  void wait_then(Next next, int64_t delay_ms, const base::Error& cause);
  void fall_back_to_list(const std::string& why);
  void sync_again(ListFrom from, const std::string& why);
  void start_anew(const std::string& why);
  void resume_watch();
  void finish_sync(std::string_view resource_version);
  void handle_error(const base::Error& error);
  void handle_loss(const base::Error& error);
  void handle_refusal(const base::Error& error);
  bool handle_list_error(const base::Error& error);
  bool handle_watch_error(const base::Error& error);
  void drop_stream();
  void set_freshness(k8s::Freshness::State state, const base::Error& cause);
  void confirm();
  void show_stale_soon(const base::Error& cause, int64_t after_ms = limits::kHiccupMs);
  void arm_progress_timer(int64_t delay_ms);
  // A watch can go on from resource_version_.
  bool may_resume() const {
    return synced_ && !resetting_ && !needs_list_ && !resource_version_.empty();
  }
  bool streaming_list_allowed() const;
  std::string resource_id() const;
  int64_t watch_seconds();

  // OutageWaiter
  void on_wake(int64_t jitter_ms) override;
  void on_replaced() override;
  std::string_view newest_version() const override { return resource_version_; }
  std::string list_path() const override { return options.resource.path(options.ns); }
  void on_sync_turn() override;

  // reflector_stream.cc: what the server says.
  void on_headers(int status, const proto::Headers& headers) override;
  void on_data(std::string_view bytes) override;
  void on_alive() override { confirm(); }
  void on_end() override;
  void on_failure(const base::Error& error) override;
  bool on_line(std::string_view line) override;
  void on_item(std::string_view item) override;
  void on_oversize() override;
  bool on_change(const json::WatchEnvelope& event);
  bool on_bookmark(const json::WatchEnvelope& event);
  void on_error_event(std::string_view status);
  void on_list_end();
  void on_watch_end();
  void begin_reset();
  void emit(k8s::ReflectorEvent::Type type, std::string_view object, std::string_view version);

  Client::Core& core_;
  k8s::ReflectorSink& sink_;
  State state_ = State::kStarting;
  ListFrom list_from_ = ListFrom::kAny;
  Next next_ = Next::kSync;

  std::string resource_version_;  // of the last event, bookmark or list; where a watch goes on
  bool synced_ = false;           // the sink holds a complete list
  bool resetting_ = false;        // between kResetBegin and kResetEnd
  bool anew_ = false;             // what was known before the next list means nothing any more
  bool needs_list_ = false;       // what is known of the state is not good enough to resume from
  bool paged_ = false;            // the server pages although the list came from its cache
  bool asked_without_limit_ = false;
  size_t objects_ = 0;  // of the last list, or a guess: who has fewer has the turn first
  size_t counting_ = 0;

  std::unique_ptr<Stream> stream_;
  int status_ = 0;
  proto::Headers answer_headers_;
  std::string error_body_;
  bool heard_event_ = false;
  int garbage_in_a_row_ = 0;
  LineSplitter lines_;
  std::unique_ptr<ListSplitter> items_;
  json::EnvelopeReader envelope_;

  Backoff backoff_;
  int64_t opened_ms_ = 0;         // monotonic: when the server answered the running watch
  int64_t not_before_ms_ = 0;     // monotonic: Retry-After of a 429
  int64_t hardly_before_ms_ = 0;  // the same of a 5xx
  int64_t last_progress_ms_ = 0;
  int64_t confirmed_told_ms_ = 0;
  net::Timer timer_;     // of kBackingOff, of the start
  net::Timer progress_;  // no end marker, no end of the list, a watch that outlives its time
  net::Timer hiccup_;
  base::Error stale_cause_;  // the latest, while the hiccup may still pass
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace masthead::kube
