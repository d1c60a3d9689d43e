// The server side of a schedule: the embedded API server behind a door of faults, somebody who
// writes to it, and the truth: what was in the cluster at any time.
//
// Threading: the one loop.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "net/loop.h"
#include "sim/api_server.h"
#include "sim/authorizer.h"
#include "sim/front.h"
#include "simulation/trace.h"

namespace masthead::simulation {

// A kind that is watched; the same on both sides.
struct WatchedKind {
  std::string group, version, plural, kind;
  bool namespaced = true;
  bool metadata_only = false;
};
const std::vector<WatchedKind>& watched_kinds();
const std::vector<std::string>& watched_namespaces();

// A kind and a namespace of it ("" all of them), as one reflector asks for it.
using ScopeId = std::pair<std::string, std::string>;  // plural, namespace

class Server {
 public:
  // How the server is as a whole; what it says to one request in between is up to `flaky`.
  enum class Health {
    kWell,
    kUnready,  // 503 to everything, /readyz too
    kBroken,   // 5xx to one kind
    kBusy,     // 429 with Retry-After to lists and watches
  };
  struct Habits {
    bool streaming_lists = true;  // else 422 to who asks for one
    bool knows_streaming = true;  // else it takes that for a plain watch
    bool bookmarks = true;        // of plain watches
    bool tells_version = true;    // else 403; from 1.33 on whole lists are asked for
    int64_t watch_seconds = 0;    // ends watches after this time; 0: when they asked for
  };

  Server(net::Loop& loop, base::Random& random, Trace& trace, Habits habits);

  sim::Front& front() { return *front_; }
  sim::ApiServer& api() { return api_; }
  const Habits& habits() const { return habits_; }

  // --- Faults ---
  void set_health(Health health, size_t kind = 0);
  Health health() const { return health_; }
  void set_flaky(uint64_t percent) { flaky_percent_ = percent; }
  void reset_some_stream();
  int64_t stream_reset_ms() const { return stream_reset_ms_; }
  // Something that does not belong there, into a watch.
  void write_into_some_watch(const std::string& line);
  void compact();
  bool restore();

  // --- Who writes ---
  void write_something();
  // Until a bookmark has told everybody of a restored snapshot: see docs/promise.md.
  void hold_writes(bool held) { writes_held_ = held; }
  void set_right(const std::string& ns, bool granted);  // "" everywhere
  bool has_right(const std::string& ns) const;

  // --- The truth ---
  const sim::Store& store() { return api_.store(); }
  sim::ResourceTypePtr type_of(const WatchedKind& kind);
  bool may_list(const WatchedKind& kind, const std::string& ns);
  // Whether an object was at `revision` (0: was not there) then or at any time since.
  bool was(const WatchedKind& kind, const sim::Store::Key& key, uint64_t revision,
           int64_t then_ms) const;
  std::vector<sim::Store::Key> keys_ever(const WatchedKind& kind) const;
  int64_t restored_ms() const { return restored_ms_; }

  // --- The log of requests ---
  static constexpr int kMisunderstood = 299;  // a streaming list by a server that knows none
  struct Asked {
    int64_t at_ms;
    // Of a fault, 403, or kMisunderstood; 0: the API server did what it was asked for.
    int status;
    int64_t retry_after_s;  // with it
  };
  const std::vector<Asked>& asked(const ScopeId& scope) { return asked_[scope]; }
  const std::vector<Asked>& asked_by_anybody() const { return asked_by_anybody_; }
  bool answered_well_between(int64_t from_ms, int64_t to_ms) const;
  // A new reflector for the scope owes nothing for what an earlier one was told.
  void forget_asked(const ScopeId& scope) { asked_[scope].clear(); }

 private:
  struct Version {
    int64_t at_ms;
    uint64_t revision;  // 0: deleted
  };
  using History = std::map<sim::Store::Key, std::vector<Version>, sim::Store::KeyOrder>;

  void handle(sim::ApiRequest request, const sim::ExchangePtr& exchange);
  void answer_fault(int status, int64_t retry_after_s, const sim::ExchangePtr& exchange);
  void pass_on(sim::ApiRequest request, const sim::ExchangePtr& exchange);
  int fault_for(const sim::ApiRequest& request, const ScopeId& scope);
  sim::Document new_object(const WatchedKind& kind, const std::string& ns, const std::string& name);
  void put(const WatchedKind& kind, const std::string& ns, const std::string& name);
  void remove(const WatchedKind& kind, const sim::Store::Key& key);
  void note_change(const sim::StoreEvent& event);
  void grant_basics();
  bool may_list(const std::string& plural, const std::string& ns);
  int64_t now_ms() const { return loop_.clock().monotonic_ms(); }

  net::Loop& loop_;
  base::Random& random_;
  Trace& trace_;
  const Habits habits_;
  sim::ApiServer api_;
  sim::Authorizer authorizer_;
  // What may_list() has found, until RBAC changes: it is asked far more often.
  std::map<std::pair<std::string, std::string>, bool> rights_;
  std::unique_ptr<sim::Front> front_;
  Health health_ = Health::kWell;
  size_t broken_kind_ = 0;
  uint64_t flaky_percent_ = 0;
  uint64_t uids_ = 0;
  uint64_t first_revision_ = 0;  // nothing is restored from before the roles were there
  int64_t restored_ms_ = -1, stream_reset_ms_ = -1;
  bool writes_held_ = false;
  std::map<std::string, History> history_;  // by plural
  std::map<ScopeId, std::vector<Asked>> asked_;
  std::vector<Asked> asked_by_anybody_;
  std::vector<std::weak_ptr<sim::Exchange>> watches_, exchanges_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace masthead::simulation
