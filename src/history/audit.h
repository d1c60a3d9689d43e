// The audit log: who did what to which object, when, how it was before, and what came of it.
//
// An entry is on disk before the action it is about begins. One without an outcome is about an
// action that is running, or, where another run of Masthead wrote it, about one whose outcome
// nobody saw: it is shown as not known.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "k8s/identifiers.h"

namespace masthead::history {

struct AuditEntry {
  int64_t id = 0;  // given when it is written; rises
  int64_t at_ms = 0;
  std::string user;
  std::string action;  // its id
  std::string title;   // as the user saw it
  k8s::ObjectRef ref;
  std::string uid;
  std::string before;  // the object's state in a few words
  std::string reason;  // given by the user
  int64_t until_ms = 0;
  // "succeeded", "failed", "still running", "given up", and of entries without one "running" or
  // "not known".
  std::string outcome;
  std::string message;
  std::string revision;
  int64_t ended_ms = 0;
};

struct AuditOutcome {
  std::string outcome;
  std::string message;
  std::string revision;
  int64_t ended_ms = 0;
};

// Empty and 0: any.
struct AuditQuery {
  int64_t before_id = 0;  // entries older than that one: the next page
  int64_t since_ms = 0;
  int64_t until_ms = 0;
  std::string user;
  std::string action;
  std::string outcome;
  std::string object;  // a part of "Kind namespace/name"
  size_t limit = 100;
};

struct AuditPage {
  std::vector<AuditEntry> entries;  // newest first
  int64_t total = 0;                // that match, older pages included
};

}  // namespace masthead::history
