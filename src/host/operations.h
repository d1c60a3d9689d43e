// Actions that run: who may start them, what becomes of each, and how the page is told.
//
// Threading: every method from any thread. Callbacks and the listener are called on any thread and
// must only post.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "host/action.h"
#include "json/writer.h"
#include "k8s/identifiers.h"

namespace masthead::host {

// One object as the page names it.
struct ObjectAddress {
  std::string table, ns, name;
  auto operator<=>(const ObjectAddress&) const = default;
};

struct OperationRequest {
  std::string action;
  std::vector<ObjectAddress> objects;
  std::string reason;
  int64_t until_ms = 0;
};

// May the user patch an object? Denied: which right is missing, and a Role that would give it.
struct PatchRight {
  enum class State { kUnknown, kAllowed, kDenied };
  State state = State::kUnknown;
  std::string right;
  std::string role;
};

struct OperationStep {
  k8s::ObjectRef ref;
  std::string title;
  enum class State { kWaiting, kRequested, kWorking, kSucceeded, kFailed };
  State state = State::kWaiting;
  std::string text;
};

struct Operation {
  int64_t id = 0;  // of its entry in the audit log
  std::string action, title;
  k8s::ObjectRef ref;
  std::string table;
  int64_t began_ms = 0;
  int64_t ended_ms = 0;  // 0: it runs
  enum class State { kRunning, kSucceeded, kFailed, kStillRunning, kGivenUp };
  State state = State::kRunning;
  std::string text;
  std::string revision;
  std::vector<OperationStep> steps;
};
using OperationPtr = std::shared_ptr<const Operation>;

std::string_view operation_state_name(Operation::State state);
void write_operation(json::Writer& out, const Operation& operation);

class Operations {
 public:
  virtual ~Operations() = default;

  // As far as it is known; what is not is asked, and the listener called.
  virtual PatchRight may_patch(const ObjectAddress& object) = 0;
  // Calls back once the rights to all of them are known or could not be asked.
  virtual void ask_rights(const std::vector<ObjectAddress>& objects,
                          std::function<void()> done) = 0;

  // One result an object, in order: its operation, which is in the audit log now, or why there is
  // none. An error: the request is refused as a whole.
  using Started = base::Result<std::vector<base::Result<int64_t>>>;
  virtual void start(OperationRequest request, std::function<void(Started)> started) = 0;
  // Nobody looks any more; what was asked of the cluster goes on there.
  virtual void give_up(int64_t id) = 0;

  // Running and recently ended ones, newest first, and a number that changes with them.
  virtual std::vector<OperationPtr> list() const = 0;
  virtual uint64_t version() const = 0;
  // Called when a right or an operation has changed. One; null removes it and returns when no call
  // is running any more.
  virtual void set_listener(std::function<void()> changed) = 0;
};

}  // namespace masthead::host
