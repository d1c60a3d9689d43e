// Whether the API server is there, found out once for all reflectors of a cluster.
//
// The rule (docs/kubernetes-client.md §2): in an outage one probe per cluster every 2 s; its
// first success wakes all reflectors with ≤ 1 s jitter; at most 4 initial syncs at once; otherwise
// at most one request per kind, scope and backoff step.
//
// Two kinds of trouble. *Unreachable*: no connection comes about; nobody but the probe tries, and
// any answer ends it. *Unready*: answers are 5xx; each reflector keeps its own backoff, and a probe
// of /readyz that turns from not ready to ready wakes them early. A /readyz that is ready at the
// first look wakes nobody: then it is one kind that is broken (an aggregated API), not the server.
//
// Threading: the loop; reachability() from any thread. Lifetime: waiters leave before it goes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/random.h"
#include "kube/client.h"
#include "kube/transport.h"

namespace masthead::kube {

class OutageWaiter {
 public:
  virtual ~OutageWaiter() = default;
  // The server is back. Called `jitter_ms` late by the waiter itself.
  virtual void on_wake(int64_t jitter_ms) = 0;
  // It is another cluster than before (its kube-system has another UID), or its state has gone back
  // in time: nothing known holds.
  virtual void on_replaced() = 0;
  // The newest resourceVersion it has seen; empty for none.
  virtual std::string_view newest_version() const = 0;
  // Where a list tells of the same kind and scope.
  virtual std::string list_path() const = 0;
  virtual void on_sync_turn() = 0;  // see request_sync()
};

class Outage : private StreamHandler {
 public:
  Outage(net::Loop& loop, const base::Clock& clock, base::Random& random);
  ~Outage() override;
  void end() { probe_stream_.reset(); }  // before the transport goes
  void set_transport(Transport* transport) { transport_ = transport; }
  void set_description(std::string server, std::string context);

  // From the transport.
  void on_answer(int status);
  void on_unreachable(const base::Error& error);
  // Who answers on a new connection may be another one.
  void on_connected();
  // From reflectors: a 5xx that is not theirs alone, perhaps.
  void on_server_error();

  bool unreachable() const { return !now_.reachable; }
  // Until a while after an outage, answers like 403 may be those of a server that is still
  // starting.
  bool recovering() const;

  void enter(OutageWaiter& waiter) { waiters_.push_back(&waiter); }
  void leave(OutageWaiter& waiter);

  // Initial syncs, smallest first: on_sync_turn() comes now (inside the call) or later.
  void request_sync(OutageWaiter& waiter, size_t expected_objects);
  void release_sync(OutageWaiter& waiter);

  Reachability reachability() const;
  void set_listener(std::function<void(const Reachability&)> listener) {
    listener_ = std::move(listener);
  }
  // Another cluster answers: called before the waiters are.
  void set_replaced_listener(std::function<void()> listener) {
    replaced_listener_ = std::move(listener);
  }
  uint64_t probes() const { return probes_; }

 private:
  enum class Probing { kNot, kUnreachable, kUnready, kIdentity };

  void set(bool reachable, const base::Error& cause);
  void publish();
  void plan_probe(int64_t delay_ms);
  void probe();
  void finish_probe(int status);

  // outage_identity.cc
  enum class Asking { kNamespaces, kNamespace, kKind };
  struct Seen {
    std::string path, version;
  };
  void read_identity();
  void ask(Asking what, std::string path);
  void finish_identity();
  void on_identity_refused();
  bool on_uid(std::string_view uid);
  void compare_all(std::string_view version);
  void ask_newest();
  void on_kind(std::string_view version);

  void replace_all();
  void wake_all();

  void on_headers(int status, const proto::Headers& headers) override;
  void on_data(std::string_view bytes) override;
  void on_end() override;
  void on_failure(const base::Error& error) override;

  net::Loop& loop_;
  const base::Clock& clock_;
  base::Random& random_;
  Transport* transport_ = nullptr;
  std::string server_, context_;
  std::function<void(const Reachability&)> listener_;
  std::function<void()> replaced_listener_;

  Reachability now_;
  int64_t recovered_ms_ = INT64_MIN / 2;  // monotonic
  bool unauthenticated_ = false;          // the last answer but those of probes was a 401
  bool unready_ = false;                  // 5xx were seen
  bool seen_not_ready_ = false;           // /readyz has said so since
  Probing probing_ = Probing::kNot;
  int64_t probe_started_ms_ = 0;
  int probe_status_ = 0;
  std::string probe_body_;
  std::unique_ptr<Stream> probe_stream_;
  net::Timer probe_timer_;
  uint64_t probes_ = 0;
  std::string identity_;  // UID of kube-system; empty: not known, "-": may not be read
  bool identity_due_ = false;
  int64_t identity_asked_ms_ = INT64_MIN / 2;
  net::Timer identity_timer_;
  Asking asking_ = Asking::kNamespaces;
  bool may_list_ = true;         // namespaces
  std::vector<Seen> seen_;       // before the identity was asked for, and not compared yet
  std::set<std::string> apart_;  // paths of kinds that count for themselves

  bool knows(OutageWaiter* waiter) const;
  std::vector<OutageWaiter*> waiters_;  // in the order they came, which is that of their jitter
  std::set<OutageWaiter*> syncing_;
  struct Queued {
    size_t expected;
    uint64_t order;
    OutageWaiter* waiter;
    auto operator<=>(const Queued&) const = default;
  };
  std::set<Queued> queue_;
  uint64_t order_ = 0;

  mutable base::Mutex mutex_;
  Reachability published_ GUARDED_BY(mutex_);
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace masthead::kube
