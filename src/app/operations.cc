#include "app/operations.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "access/rights.h"
#include "app/cluster_texts.h"
#include "app/operation_run.h"
#include "base/limits.h"
#include "base/mutex.h"
#include "base/time_format.h"
#include "k8s/known_kinds.h"

namespace masthead::app {
namespace {

using base::ErrorCode;

bool asks_reason(const host::OperationRequest& request, const host::ClusterSnapshot& snapshot) {
  return std::ranges::any_of(request.objects, [&](const host::ObjectAddress& object) {
    const auto served = served_table(snapshot, object.table);
    if (!served || served->kind->actions == nullptr) return false;
    const auto actions = served->kind->actions->of(served->kind->group_kind.kind);
    return std::ranges::any_of(actions, [&](const host::Action& action) {
      return action.id == request.action && action.asks_reason;
    });
  });
}

base::Result<void> check(const host::OperationRequest& request,
                         const host::ClusterSnapshot& snapshot, int64_t now_ms) {
  if (snapshot.read_only) {
    return base::fail(ErrorCode::kForbidden, "Masthead was started with --read-only.",
                      "Start it without to change anything.");
  }
  if (!snapshot.ready) {
    return base::fail(ErrorCode::kUnavailable, "The cluster has not been read yet.");
  }
  if (request.objects.empty()) return base::fail(ErrorCode::kInvalid, "No object is named.");
  if (request.objects.size() > limits::kOperationObjects) {
    return base::fail(ErrorCode::kTooLarge,
                      fmt::format("At most {} objects at a time.", limits::kOperationObjects));
  }
  if (request.reason.size() > limits::kReasonBytes) {
    return base::fail(ErrorCode::kTooLarge,
                      fmt::format("A reason has at most {} bytes.", limits::kReasonBytes));
  }
  const bool says_why = request.reason.find_first_not_of(" \t\r\n") != std::string::npos;
  if (!says_why && asks_reason(request, snapshot)) {
    return base::fail(ErrorCode::kInvalid, "A reason is missing.",
                      "Say why, for those who find it like that.");
  }
  if (request.until_ms != 0 && request.until_ms <= now_ms) {
    return base::fail(ErrorCode::kInvalid, "The end lies in the past.");
  }
  return {};
}

// As the flux command writes it: RFC 3339 with nanoseconds, here with chance in the last digits.
std::string make_token(int64_t now_ms, base::Random& random) {
  std::string text = base::format_rfc3339(now_ms);
  text.pop_back();
  return fmt::format("{}.{:03}{:06}Z", text, now_ms % 1'000, random.below(1'000'000));
}

}  // namespace

struct OperationRunner::State : std::enable_shared_from_this<State> {
  State(net::Loop& the_loop, kube::Client& the_client, history::History* the_history,
        const base::Clock& the_clock, base::Random& the_random,
        std::function<host::SnapshotPtr()> the_snapshot)
      : loop(the_loop),
        client(the_client),
        history(the_history),
        clock(the_clock),
        random(the_random),
        snapshot(std::move(the_snapshot)),
        rights(the_client, the_clock, [this] { tell(); }) {}

  void start(host::OperationRequest request, std::function<void(Started)> started);
  void begin(std::shared_ptr<OperationRun> run, base::Result<int64_t> written);
  void on_change(OperationRun& run);
  void tell();
  std::optional<access::Rights::Question> question(const host::ObjectAddress& object) const;

  net::Loop& loop;
  kube::Client& client;
  history::History* history;
  const base::Clock& clock;
  base::Random& random;
  std::function<host::SnapshotPtr()> snapshot;
  access::Rights rights;
  std::map<int64_t, std::shared_ptr<OperationRun>> running;  // loop only

  mutable base::Mutex mutex;
  std::map<int64_t, host::OperationPtr> shown GUARDED_BY(mutex);
  uint64_t version GUARDED_BY(mutex) = 1;
  // Held while the listener runs, so that removing it waits.
  base::Mutex listener_mutex;
  std::function<void()> listener GUARDED_BY(listener_mutex);
};

void OperationRunner::State::tell() {
  base::MutexLock lock(listener_mutex);
  if (listener) listener();
}

std::optional<access::Rights::Question> OperationRunner::State::question(
    const host::ObjectAddress& object) const {
  const auto served = served_table(*snapshot(), object.table);
  if (!served) return std::nullopt;
  return access::Rights::Question{"patch", served->kind->group_kind.group, served->kind->resource,
                                  object.ns, object.name};
}

void OperationRunner::State::start(host::OperationRequest request,
                                   std::function<void(Started)> started) {
  const host::SnapshotPtr now = snapshot();
  const int64_t now_ms = clock.wall_ms();
  if (const auto good = check(request, *now, now_ms); !good) {
    started(std::unexpected(good.error()));
    return;
  }
  // Answered when the last of them is in the audit log.
  struct Answers {
    std::vector<base::Result<int64_t>> results;
    size_t open = 0;
    std::function<void(Started)> started;
  };
  const auto answers = std::make_shared<Answers>();
  answers->started = std::move(started);
  answers->open = request.objects.size();
  answers->results.resize(request.objects.size(), 0);
  const auto answer = [answers](size_t index, base::Result<int64_t> result) {
    answers->results[index] = std::move(result);
    if (--answers->open == 0) answers->started(std::move(answers->results));
  };
  std::set<host::ObjectAddress> seen;
  const OperationRun::Surroundings around{loop, client, clock, snapshot,
                                          [weak = weak_from_this()](OperationRun& run) {
                                            if (const auto self = weak.lock()) self->on_change(run);
                                          }};
  for (size_t i = 0; i < request.objects.size(); ++i) {
    if (!seen.insert(request.objects[i]).second) {
      answer(i, base::fail(ErrorCode::kInvalid, "This object is named twice."));
      continue;
    }
    auto run = OperationRun::plan(
        around, request.objects[i], request.action,
        {make_token(now_ms, random), now->user, request.reason, now_ms, request.until_ms});
    if (!run) {
      answer(i, std::unexpected(run.error()));
      continue;
    }
    history::AuditEntry entry;
    entry.at_ms = now_ms;
    entry.user = now->user;
    entry.action = request.action;
    entry.title = (*run)->shown().title;
    entry.ref = (*run)->shown().ref;
    entry.uid = (*run)->uid();
    entry.before = (*run)->before();
    entry.reason = request.reason;
    entry.until_ms = request.until_ms;
    history->audit(now->uid, std::move(entry),
                   [weak = weak_from_this(), run = *run, answer, i,
                    &to = loop](base::Result<int64_t> written) {
                     to.post([weak, run, answer, i, written] {
                       const auto self = weak.lock();
                       if (self == nullptr) return;
                       answer(i, written);
                       self->begin(run, written);
                     });
                   });
  }
}

void OperationRunner::State::begin(std::shared_ptr<OperationRun> run,
                                   base::Result<int64_t> written) {
  if (!written) return;
  running[*written] = run;
  run->begin(*written);
}

void OperationRunner::State::on_change(OperationRun& run) {
  const host::Operation& now = run.shown();
  {
    base::MutexLock lock(mutex);
    shown[now.id] = std::make_shared<const host::Operation>(now);
    ++version;
    const int64_t old_ms = clock.wall_ms() - limits::kOperationShownMs;
    for (auto it = shown.begin(); it != shown.end();) {
      const bool ended = it->second->ended_ms != 0;
      const bool drop =
          ended && (it->second->ended_ms < old_ms || shown.size() > limits::kOperationsKept);
      it = drop ? shown.erase(it) : std::next(it);
    }
  }
  if (now.state != host::Operation::State::kRunning) {
    history->audit_outcome(now.id, {std::string(host::operation_state_name(now.state)), now.text,
                                    now.revision, now.ended_ms});
    // Later: the run is still on the stack.
    loop.post([weak = weak_from_this(), id = now.id] {
      if (const auto self = weak.lock()) self->running.erase(id);
    });
  }
  tell();
}

OperationRunner::OperationRunner(net::Loop& loop, kube::Client& client, history::History* history,
                                 const base::Clock& clock, base::Random& random,
                                 std::function<host::SnapshotPtr()> snapshot)
    : state_(std::make_shared<State>(loop, client, history, clock, random, std::move(snapshot))) {}

OperationRunner::~OperationRunner() {
  // Its thread may be about to post to our loop.
  if (state_->history != nullptr) state_->history->flush();
  state_->running.clear();
}

host::PatchRight OperationRunner::may_patch(const host::ObjectAddress& object) {
  host::PatchRight right;
  const auto question = state_->question(object);
  if (!question) return right;
  switch (state_->rights.last(*question)) {
    case access::Right::kUnknown:
      break;
    case access::Right::kAllowed:
      right.state = host::PatchRight::State::kAllowed;
      break;
    case access::Right::kDenied:
      right.state = host::PatchRight::State::kDenied;
      right.right = "patch " + k8s::table_id(question->group, question->resource) +
                    (object.ns.empty() ? "" : " in " + object.ns);
      right.role = role_for(question->group, question->resource, object.ns,
                            {"get", "list", "watch", "patch"});
  }
  return right;
}

void OperationRunner::ask_rights(const std::vector<host::ObjectAddress>& objects,
                                 std::function<void()> done) {
  std::vector<access::Rights::Question> questions;
  for (const host::ObjectAddress& object : objects) {
    if (auto question = state_->question(object)) questions.push_back(std::move(*question));
  }
  state_->rights.ask(questions, std::move(done));
}

void OperationRunner::start(host::OperationRequest request, std::function<void(Started)> started) {
  if (state_->history == nullptr) {
    started(base::fail(ErrorCode::kUnavailable, "There is no audit log, so nothing is done."));
    return;
  }
  state_->loop.post([weak = std::weak_ptr(state_), request = std::move(request),
                     started = std::move(started)]() mutable {
    if (const auto state = weak.lock()) state->start(std::move(request), std::move(started));
  });
}

void OperationRunner::give_up(int64_t id) {
  state_->loop.post([weak = std::weak_ptr(state_), id] {
    const auto state = weak.lock();
    if (state == nullptr) return;
    const auto found = state->running.find(id);
    if (found == state->running.end()) return;
    found->second->give_up(
        "Not watched any more. What was asked of the cluster stands: its controller goes on, and "
        "the object shows what comes of it. Later steps are not asked for.");
  });
}

void OperationRunner::abandon_all() {
  const auto running = state_->running;
  for (const auto& [id, run] : running) {
    run->give_up("Another cluster answers at this address now.");
  }
}

std::vector<host::OperationPtr> OperationRunner::list() const {
  base::MutexLock lock(state_->mutex);
  std::vector<host::OperationPtr> list;
  for (auto it = state_->shown.rbegin(); it != state_->shown.rend(); ++it) {
    list.push_back(it->second);
  }
  return list;
}

uint64_t OperationRunner::version() const {
  base::MutexLock lock(state_->mutex);
  return state_->version;
}

void OperationRunner::set_listener(std::function<void()> changed) {
  base::MutexLock lock(state_->listener_mutex);
  state_->listener = std::move(changed);
}

}  // namespace masthead::app
