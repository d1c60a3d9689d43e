// What has happened, kept across restarts: transitions of objects, the spell each is in, and the
// audit log of what was done through Masthead.
//
// Purpose: "since when" must survive a restart of Masthead and the retry loops of controllers, and
// Kubernetes forgets events after an hour. Writes are queued and done by a thread of its own, so
// that nobody waits for a disk; reads of what has been written so far are served from the database.
//
// Threading: every method from any thread. Lifetime: the destructor writes what is queued.
// Failure: a database that can't be opened is an error at open(); one that fails later (disk full,
// locked) is logged once a minute, what was queued is retried, and the queue is bounded by
// limits::kHistoryQueue: the oldest entries are dropped and counted.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "history/audit.h"
#include "k8s/health.h"
#include "k8s/identifiers.h"

namespace masthead::history {

// One object went from one state, or one revision, to another.
struct Transition {
  std::string uid;
  std::string resource_version;  // with uid and cluster: written once however often it is seen
  k8s::ObjectRef ref;
  k8s::Status from = k8s::Status::kUnknown;
  k8s::Status to = k8s::Status::kUnknown;
  int64_t at_ms = 0;
  std::string revision;
  std::string message;
};

// The unbroken spell that an object is in.
struct Spell {
  std::string uid;
  k8s::Status status = k8s::Status::kUnknown;
  int64_t since_ms = 0;
  bool since_exact = false;
  int64_t good_ms = 0;  // last wall time at which it was known to be well
  std::string reason;
  std::string message;
  std::string revision;
};

class History {
 public:
  // `path` is a file, made when missing with mode 0600, or ":memory:".
  static base::Result<std::unique_ptr<History>> open(const std::string& path,
                                                     const base::Clock& clock);
  virtual ~History() = default;

  virtual void record(std::string_view cluster, Transition transition) = 0;
  virtual void remember(std::string_view cluster, Spell spell) = 0;
  virtual void forget(std::string_view cluster, std::string_view uid) = 0;

  virtual std::vector<Spell> spells(std::string_view cluster) = 0;
  // Newest first.
  virtual std::vector<Transition> transitions(std::string_view cluster, int64_t since_ms,
                                              size_t limit) = 0;
  // Writes an entry; `written` is called with its id once it is on disk, or with why it is not, on
  // the history's thread: it must only post. Entries are never dropped for others.
  using AuditCallback = std::move_only_function<void(base::Result<int64_t>)>;
  virtual void audit(std::string_view cluster, AuditEntry entry, AuditCallback written) = 0;
  // Notes what came of it, when it can.
  virtual void audit_outcome(int64_t id, AuditOutcome outcome) = 0;
  virtual AuditPage audit_entries(std::string_view cluster, const AuditQuery& query) = 0;

  // Returns once everything queued before has been written (or has failed once).
  virtual void flush() = 0;
};

}  // namespace masthead::history
