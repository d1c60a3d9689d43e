// One kind of one cluster: rows and compressed objects, fed by reflectors, read within a Scope.
//
// Threading: one writer thread (the reflectors' loop) feeds the sinks and calls recheck(); readers
// on any thread. Everything is guarded by one lock that is held for one event or one copy at a
// time; rows are immutable, so readers keep them beyond it. Listeners are told on the writer thread
// and must only queue (ChangeQueue does).
//
// Partitions: rows are keyed by (namespace, name); every read names the Partitions of a Scope and
// sees nothing else, nor any number derived from it.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "cache/row.h"
#include "cache/schema.h"
#include "k8s/identifiers.h"
#include "k8s/reflector_event.h"
#include "k8s/scope.h"

namespace masthead::cache {

// A row's change: appeared (no before), changed, or went (no after).
struct Change {
  RowPtr before;
  RowPtr after;
};

// Changes on their way from the writer to one reader. Any thread.
class ChangeQueue {
 public:
  // `wake` is called on the writer's thread when the queue stops being empty; it must only post.
  explicit ChangeQueue(std::function<void()> wake) : wake_(std::move(wake)) {}
  void push(Change change);

  struct Drained {
    std::vector<Change> changes;
    bool overflowed = false;  // changes were lost: read a snapshot again
  };
  Drained drain();

 private:
  std::function<void()> wake_;
  base::Mutex mutex_;
  std::vector<Change> changes_ GUARDED_BY(mutex_);
  bool overflowed_ GUARDED_BY(mutex_) = false;
};

// May correct a status by what was known before: "since" across restarts, retry loops that flip.
class StatusSettler {
 public:
  virtual ~StatusSettler() = default;
  // `previous` is the row before, or null. Called on the writer thread under the table's lock; must
  // not block on I/O.
  virtual void settle(const Row& row, const Row* previous, k8s::StatusValue& status) = 0;
  virtual void gone(const Row& row) = 0;
};

struct Tally {
  int64_t total = 0;
  std::array<int64_t, k8s::kStatusCount> by_status{};
};

class Table {
 public:
  struct Options {
    std::string id;  // "kustomizations.kustomize.toolkit.fluxcd.io"
    k8s::GroupKind group_kind;
    const Schema* schema = nullptr;  // outlives the table
    bool keep_objects = true;
  };
  Table(Options options, const base::Clock& clock, StatusSettler* settler);
  ~Table();

  const std::string& id() const { return options_.id; }
  const k8s::GroupKind& group_kind() const { return options_.group_kind; }
  const Schema& schema() const { return *options_.schema; }

  // --- Writer ---
  // Where the reflector of one scope ("" = all namespaces) puts its events. Lives as long as the
  // table; remove_scope drops what it brought.
  k8s::ReflectorSink& sink(const std::string& scope);
  void remove_scope(const std::string& scope);
  // Computes rows anew whose status time alone may have changed. Returns when to come again
  // (wall time), 0 for never.
  int64_t recheck(int64_t now_ms);
  // Settles one object's status again, after what the settler knows has changed.
  void settle_again(std::string_view uid);

  // --- Readers ---
  void add_listener(std::shared_ptr<ChangeQueue> queue);
  void remove_listener(const ChangeQueue* queue);
  std::vector<RowPtr> snapshot(const k8s::Partitions& partitions) const;
  RowPtr find(const k8s::Partitions& partitions, std::string_view ns, std::string_view name) const;
  // The whole object as JSON, managedFields reduced. kNotFound outside the partitions too: what may
  // not be seen and what does not exist look the same.
  base::Result<std::string> object(const k8s::Partitions& partitions, std::string_view ns,
                                   std::string_view name) const;

  // How far the partitions' rows can be trusted, over the scopes that feed them. `partial` when
  // some of them are forbidden or not known yet while others are.
  struct Confidence {
    k8s::Freshness freshness;
    bool complete = false;  // every feeding scope has had one full list
  };
  Confidence confidence(const k8s::Partitions& partitions) const;

  struct Footprint {
    size_t objects = 0;
    size_t row_bytes = 0;
    size_t object_bytes = 0;
  };
  Footprint footprint() const;

 private:
  struct State;
  class ScopeSink;
  Options options_;
  const base::Clock& clock_;
  StatusSettler* settler_;
  std::unique_ptr<State> state_;
};

}  // namespace masthead::cache
