#include "access/rights.h"

#include <atomic>
#include <map>

#include "base/limits.h"
#include "base/mutex.h"

namespace masthead::access {

struct Rights::State {
  struct Known {
    Right right = Right::kUnknown;
    int64_t asked_ms = 0;
    bool asking = false;
    std::vector<std::function<void()>> waiting;
  };

  State(kube::Client& the_client, const base::Clock& the_clock, std::function<void()> the_changed)
      : client(&the_client), clock(the_clock), changed(std::move(the_changed)) {}

  // kFresh: it is answered; kJoined: somebody has asked, and `done` is called with his answer;
  // kAsk: the same, and the caller has to put the question to the server.
  enum class Begun { kFresh, kJoined, kAsk };
  Begun begin(const Question& question, std::function<void()> done) {
    base::MutexLock lock(mutex);
    Known& entry = known[question];
    const bool fresh =
        entry.asked_ms != 0 && clock.monotonic_ms() - entry.asked_ms < limits::kReviewCacheMs;
    if (fresh && !entry.asking) return Begun::kFresh;
    if (done) entry.waiting.push_back(std::move(done));
    return std::exchange(entry.asking, true) ? Begun::kJoined : Begun::kAsk;
  }

  void take(const Question& question, const base::Result<kube::AccessAnswer>& answer) {
    std::vector<std::function<void()>> waiting;
    bool news = false;
    {
      base::MutexLock lock(mutex);
      Known& entry = known[question];
      const Right before = entry.right;
      entry.right = !answer ? Right::kUnknown : answer->allowed ? Right::kAllowed : Right::kDenied;
      entry.asked_ms = clock.monotonic_ms();
      entry.asking = false;
      waiting = std::exchange(entry.waiting, {});
      news = entry.right != before;
      forget_old();
    }
    for (const auto& done : waiting) done();
    if (news && changed) changed();
  }

  static void put(const std::shared_ptr<State>& state, const Question& question) {
    kube::AccessQuestion asked{question.verb,        question.group, question.resource,
                               question.subresource, question.ns,    question.name};
    state->client->review_access(std::move(asked),
                                 [state, question](auto answer) { state->take(question, answer); });
  }

  void forget_old() REQUIRES(mutex) {
    if (known.size() <= limits::kRightsKept) return;
    const int64_t now_ms = clock.monotonic_ms();
    std::erase_if(known, [&](const auto& entry) {
      return !entry.second.asking && now_ms - entry.second.asked_ms >= limits::kReviewCacheMs;
    });
  }

  kube::Client* client;
  const base::Clock& clock;
  std::function<void()> changed;
  base::Mutex mutex;
  std::map<Question, Known> known GUARDED_BY(mutex);
};

Rights::Rights(kube::Client& client, const base::Clock& clock, std::function<void()> changed)
    : state_(std::make_shared<State>(client, clock, std::move(changed))) {}

Rights::~Rights() {
  state_->changed = nullptr;
}

Right Rights::last(const Question& question) {
  if (state_->begin(question, nullptr) == State::Begun::kAsk) State::put(state_, question);
  base::MutexLock lock(state_->mutex);
  return state_->known[question].right;
}

void Rights::ask(const std::vector<Question>& questions, std::function<void()> done) {
  struct Count {
    std::function<void()> done;
    std::atomic<size_t> left;
  };
  // One more than questions, so that answers that come at once do not end it early.
  const auto count = std::make_shared<Count>(std::move(done), questions.size() + 1);
  const auto one_less = [count] {
    if (count->left.fetch_sub(1) == 1) count->done();
  };
  for (const Question& question : questions) {
    const State::Begun begun = state_->begin(question, one_less);
    if (begun == State::Begun::kFresh) one_less();
    if (begun == State::Begun::kAsk) State::put(state_, question);
  }
  one_less();
}

}  // namespace masthead::access
