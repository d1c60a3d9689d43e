#include "app/operation_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "k8s/known_kinds.h"
#include "k8s/resource_version.h"

namespace masthead::app {
namespace {

using State = host::Operation::State;
using StepState = host::OperationStep::State;
using Phase = host::Progress::Phase;

std::string path_of(const ServedTable& served, const k8s::ObjectRef& ref) {
  kube::ApiResource resource;
  resource.gvr = {served.kind->group_kind.group, served.version, served.kind->resource};
  resource.namespaced = served.kind->namespaced;
  return resource.path(ref.ns) + "/" + ref.name;
}

std::string title_of(const host::ActionRules& rules, std::string_view kind,
                     std::string_view action) {
  for (const host::Action& one : rules.of(kind)) {
    if (one.id == action) return one.title;
  }
  return std::string(action);
}

std::string minutes(int64_t ms) {
  const int64_t count = ms / 60'000;
  return fmt::format("{} minute{}", count, count == 1 ? "" : "s");
}

}  // namespace

std::optional<ServedTable> served_table(const host::ClusterSnapshot& snapshot,
                                        std::string_view table) {
  for (const host::ServedKind& served : snapshot.kinds) {
    if (served.table->id() != table) continue;
    return ServedTable{served.kind, served.table, snapshot.scope->of(table), served.version};
  }
  return std::nullopt;
}

base::Result<std::shared_ptr<OperationRun>> OperationRun::plan(Surroundings surroundings,
                                                               const host::ObjectAddress& object,
                                                               std::string_view action,
                                                               host::ActionStamp stamp) {
  const host::SnapshotPtr snapshot = surroundings.snapshot();
  const auto served = served_table(*snapshot, object.table);
  if (!served) {
    return base::fail(base::ErrorCode::kNotFound,
                      "This cluster does not serve " + object.table + ".");
  }
  const host::ActionRules* rules = served->kind->actions;
  if (rules == nullptr) {
    return base::fail(base::ErrorCode::kUnsupported,
                      "Nothing can be done to a " + served->kind->singular + " here.");
  }
  const std::string bytes = TRY(served->table->object(served->partitions, object.ns, object.name));
  const json::Document document = TRY(json::Document::parse(bytes));
  const auto read = [&](const k8s::ObjectRef& ref) -> std::optional<std::string> {
    const auto other = served_table(*snapshot, k8s::known_table_id(ref.group, ref.kind));
    if (!other) return std::nullopt;
    auto found = other->table->object(other->partitions, ref.ns, ref.name);
    return found ? std::optional(std::move(*found)) : std::nullopt;
  };
  const auto& [group, kind] = served->kind->group_kind;
  const k8s::ObjectRef ref{group, kind, object.ns, object.name};
  host::ActionPlan plan = rules->plan(action, {ref, document.root(), read, {}});
  if (!plan.refusal.empty()) return base::fail(base::ErrorCode::kConflict, plan.refusal);

  auto run = std::shared_ptr<OperationRun>(new OperationRun(std::move(surroundings)));
  run->stamp_ = std::move(stamp);
  run->before_ = rules->state(kind, document.root());
  run->uid_ = std::string(document.root()["metadata"]["uid"].str());
  run->shown_.action = std::string(action);
  run->shown_.title = title_of(*rules, kind, action);
  run->shown_.ref = ref;
  run->shown_.table = object.table;
  run->shown_.began_ms = run->stamp_.now_ms;
  for (const host::ActionStep& step : plan.steps) {
    run->shown_.steps.push_back(
        {step.ref, title_of(*rules, step.ref.kind, step.action), StepState::kWaiting, ""});
  }
  run->plan_ = std::move(plan.steps);
  return run;
}

OperationRun::~OperationRun() {
  stop_following();
}

void OperationRun::begin(int64_t id) {
  shown_.id = id;
  begin_step();
}

void OperationRun::begin_step() {
  const host::ActionStep& now = plan_[at_];
  const host::SnapshotPtr snapshot = around_.snapshot();
  const auto served = served_table(*snapshot, k8s::known_table_id(now.ref.group, now.ref.kind));
  const auto bytes = served ? served->table->object(served->partitions, now.ref.ns, now.ref.name)
                            : base::fail(base::ErrorCode::kNotFound, "");
  const auto document = bytes ? json::Document::parse(*bytes) : std::unexpected(bytes.error());
  if (!document) return fail("It does not exist any more, or you may not see it.");
  served_ = *served;
  rules_ = served_.kind->actions;
  kube::Request request;
  request.method = "PATCH";
  request.path = path_of(served_, now.ref) + "?fieldManager=masthead";
  request.headers.emplace_back("content-type", "application/merge-patch+json");
  request.body = rules_->patch(now.action, now.ref.kind, document->root(), stamp_);
  step().state = StepState::kRequested;
  step().text = "Asks the API server.";
  shown_.text = step().text;
  around_.changed(*this);
  around_.client.request(std::move(request), [weak = weak_from_this()](auto answer) {
    if (const auto self = weak.lock()) self->take_answer(std::move(answer));
  });
}

void OperationRun::take_answer(base::Result<kube::Response> answer) {
  if (shown_.state != State::kRunning) return;
  if (!answer) {
    const auto& error = answer.error();
    const bool may_have_come =
        error.code == base::ErrorCode::kUnavailable || error.code == base::ErrorCode::kTimeout;
    return fail(error.text + (may_have_come
                                  ? " It is not known whether the request has reached the cluster."
                                  : ""));
  }
  const auto patched = json::Document::parse(answer->body);
  if (!patched) return fail("The API server's answer is not JSON.");
  const host::ActionStep& now = plan_[at_];
  patched_version_ = std::string(patched->root()["metadata"]["resourceVersion"].str());
  follower_ = rules_->follow(now.action, now.ref.kind, patched->root(), stamp_, source_revision_);
  const int64_t own_ms = now.timeout_ms == 0 ? 0 : now.timeout_ms + 60'000;
  const int64_t wait_ms =
      std::clamp(own_ms, limits::kOperationTimeoutMs, limits::kOperationTimeoutMaxMs);
  timeout_ = around_.loop.post_after(wait_ms, [weak = weak_from_this(), wait_ms] {
    if (const auto self = weak.lock()) {
      self->end(State::kStillRunning,
                fmt::format("Still running after {}: {} The controller goes on; it is not watched "
                            "here any more.",
                            minutes(wait_ms), self->step().text));
    }
  });
  const size_t before = at_;
  take(patched->root());
  if (shown_.state == State::kRunning && at_ == before) follow();
}

// By the changes of its table: there is no second watch.
void OperationRun::follow() {
  changes_ = std::make_shared<cache::ChangeQueue>([weak = weak_from_this(), &loop = around_.loop] {
    loop.post([weak] {
      if (const auto self = weak.lock()) self->look();
    });
  });
  served_.table->add_listener(changes_);
  // It may have changed between the answer and now.
  look();
}

void OperationRun::look() {
  if (shown_.state != State::kRunning || changes_ == nullptr) return;
  const k8s::ObjectRef& ref = plan_[at_].ref;
  const auto drained = changes_->drain();
  const bool gone =
      std::any_of(drained.changes.begin(), drained.changes.end(), [&](const cache::Change& change) {
        return change.after == nullptr && change.before != nullptr &&
               change.before->name() == ref.name && change.before->ns().text() == ref.ns;
      });
  const auto bytes = served_.table->object(served_.partitions, ref.ns, ref.name);
  if (!bytes) {
    if (gone || bytes.error().code == base::ErrorCode::kNotFound) {
      fail("It was deleted, or you may not see it any more.");
    }
    return;
  }
  const auto document = json::Document::parse(*bytes);
  if (!document) return;
  const auto version = document->root()["metadata"]["resourceVersion"].str();
  // The watch may be behind the answer to the patch.
  if (k8s::compare_resource_versions(version, patched_version_).value_or(1) < 0) return;
  take(document->root());
}

void OperationRun::take(const json::Value& object) {
  const host::Progress progress = follower_->take(object);
  if (progress.phase == Phase::kFailed) return fail(progress.text);
  if (progress.phase == Phase::kSucceeded) {
    stop_following();
    if (progress.may_be_old && !std::exchange(asked_again_, true)) {
      stamp_.token += "-again";
      return begin_step();
    }
    asked_again_ = false;
    step().state = StepState::kSucceeded;
    step().text = progress.text;
    source_revision_ = progress.revision;
    if (++at_ < plan_.size()) return begin_step();
    at_ = plan_.size() - 1;
    shown_.revision = progress.revision;
    return end(State::kSucceeded, progress.text);
  }
  const StepState state =
      progress.phase == Phase::kWorking ? StepState::kWorking : StepState::kRequested;
  if (step().state == state && step().text == progress.text) return;
  step().state = state;
  step().text = progress.text;
  shown_.text = progress.text;
  around_.changed(*this);
}

void OperationRun::fail(std::string text) {
  step().state = StepState::kFailed;
  step().text = text;
  const k8s::ObjectRef& ref = plan_[at_].ref;
  const bool own = ref == shown_.ref;
  end(State::kFailed,
      own ? std::move(text) : ref.kind + " " + ref.ns + "/" + ref.name + ": " + text);
}

void OperationRun::give_up(std::string text) {
  end(State::kGivenUp, std::move(text));
}

void OperationRun::end(State state, std::string text) {
  if (shown_.state != State::kRunning) return;
  stop_following();
  shown_.state = state;
  shown_.text = std::move(text);
  shown_.ended_ms = around_.clock.wall_ms();
  around_.changed(*this);
}

void OperationRun::stop_following() {
  timeout_.cancel();
  if (changes_ != nullptr) served_.table->remove_listener(changes_.get());
  changes_.reset();
}

}  // namespace masthead::app
