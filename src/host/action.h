// What may be done to objects, described by plugins: which actions a kind has, what one would do to
// an object, the patch that asks for it, and how to tell from the object what became of it.
//
// Rules are made at start and never change; any thread may use them. A follower belongs to one.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "k8s/identifiers.h"

namespace masthead::host {

struct Action {
  std::string id;  // "reconcile"
  std::string title;
  bool asks_reason = false;  // and optionally for an end
};

// What a plan is made from.
struct ActionContext {
  k8s::ObjectRef ref;
  json::Value object;
  // The JSON of another object; nothing when it does not exist or may not be seen.
  std::function<std::optional<std::string>(const k8s::ObjectRef&)> read;
  std::vector<k8s::ObjectRef> needed_by;
};

// One object to patch and follow.
struct ActionStep {
  k8s::ObjectRef ref;
  std::string action;
  int64_t timeout_ms = 0;  // how long its controller may take, where the object says so
};

struct ActionPlan {
  std::string refusal;                    // not empty: why it can't be done as the object is
  bool out_of_place = false;              // its opposite is offered instead, as resume for suspend
  std::vector<std::string> consequences;  // what happens, one sentence each
  std::vector<std::string> warnings;      // what should make one think
  std::vector<ActionStep> steps;          // in order; each waits for the one before
};

// Who asks, when, and why.
struct ActionStamp {
  std::string token;  // of this request, new each time
  std::string user;
  std::string reason;
  int64_t now_ms = 0;
  int64_t until_ms = 0;  // 0: no end
};

struct Progress {
  enum class Phase { kRequested, kWorking, kSucceeded, kFailed };
  Phase phase = Phase::kRequested;
  std::string text;      // the controller's own words where there are some
  std::string revision;  // of a success, where the kind has one
  // Of a success: the pass may have looked before it was asked to, and has to be asked once more.
  bool may_be_old = false;
};

// Says what became of one step, from the states of its object in order.
class ActionFollower {
 public:
  virtual ~ActionFollower() = default;
  virtual Progress take(const json::Value& object) = 0;
};

class ActionRules {
 public:
  virtual ~ActionRules() = default;
  virtual std::vector<Action> of(std::string_view kind) const = 0;
  virtual ActionPlan plan(std::string_view action, const ActionContext& context) const = 0;
  // A JSON merge patch that holds nothing but what the action changes.
  virtual std::string patch(std::string_view action, std::string_view kind,
                            const json::Value& object, const ActionStamp& stamp) const = 0;
  // `patched` is the API server's answer to the patch. `source_revision` is what the step before
  // brought, if it brought one.
  virtual std::unique_ptr<ActionFollower> follow(std::string_view action, std::string_view kind,
                                                 const json::Value& patched,
                                                 const ActionStamp& stamp,
                                                 std::string_view source_revision) const = 0;
  // The object's state in a few words, for the audit log.
  virtual std::string state(std::string_view kind, const json::Value& object) const = 0;
};

}  // namespace masthead::host
