#include "access/gate.h"

#include <deque>

#include "base/check.h"
#include "base/limits.h"

namespace masthead::access {

// The questions of one decision, at most limits::kReviewsAtOnce under way.
struct Gate::Round : std::enable_shared_from_this<Gate::Round> {
  struct Question {
    size_t kind;
    std::string ns;
  };

  Gate* gate = nullptr;  // null once the Gate is gone
  std::vector<Listable> kinds;
  std::vector<std::string> namespaces;
  std::function<void(Decision)> done;
  std::deque<Question> questions;
  int under_way = 0;
  bool failed = false;
  base::Error error;
  Decision decision;

  void ask_next() {
    while (gate != nullptr && !failed && under_way < limits::kReviewsAtOnce && !questions.empty()) {
      const Question question = questions.front();
      questions.pop_front();
      ++under_way;
      const auto& gvr = kinds[question.kind].resource.gvr;
      kube::AccessQuestion ask;
      ask.verb = "list";
      ask.group = gvr.group;
      ask.resource = gvr.resource;
      ask.ns = question.ns;
      gate->client_.review_access(std::move(ask), [self = shared_from_this(), question](
                                                      base::Result<kube::AccessAnswer> answer) {
        self->take(question, std::move(answer));
      });
    }
    if (under_way == 0 && (failed || questions.empty())) finish();
  }

  void take(const Question& question, base::Result<kube::AccessAnswer> answer) {
    --under_way;
    if (gate == nullptr) return;
    if (!answer) {
      failed = true;
      error = answer.error();
    } else if (answer->allowed) {
      k8s::Partitions& partitions = decision.partitions[kinds[question.kind].table];
      if (question.ns.empty()) {
        partitions.all = true;
      } else {
        partitions.add(base::Interned(question.ns));
      }
    } else if (question.ns.empty() && kinds[question.kind].resource.namespaced) {
      for (const std::string& ns : namespaces) questions.push_back({question.kind, ns});
    }
    ask_next();
  }

  void finish() {
    Gate& owner = *gate;
    const auto self = shared_from_this();  // done() may start the next round
    owner.round_.reset();
    if (!failed) {
      decision.asked = true;
      owner.last_ = decision;
      owner.last_good_ms_ = owner.clock_.monotonic_ms();
      done(std::move(decision));
      return;
    }
    Decision held;
    const bool refused = error.code == base::ErrorCode::kUnauthenticated ||
                         error.code == base::ErrorCode::kForbidden;
    const int64_t age_ms = owner.clock_.monotonic_ms() - owner.last_good_ms_;
    if (!refused && owner.last_.asked && age_ms < limits::kReviewOutageMs) held = owner.last_;
    held.asked = false;
    held.error = error;
    done(std::move(held));
  }
};

Gate::Gate(kube::Client& client, const base::Clock& clock) : client_(client), clock_(clock) {}

Gate::~Gate() {
  if (round_ != nullptr) round_->gate = nullptr;
}

void Gate::decide(std::vector<Listable> kinds, std::vector<std::string> namespaces,
                  std::function<void(Decision)> done) {
  CHECK(round_ == nullptr, "one decision at a time");
  round_ = std::make_shared<Round>();
  round_->gate = this;
  round_->kinds = std::move(kinds);
  round_->namespaces = std::move(namespaces);
  if (round_->namespaces.size() > limits::kNamespacesReviewed) {
    round_->namespaces.resize(limits::kNamespacesReviewed);
  }
  round_->done = std::move(done);
  for (size_t i = 0; i < round_->kinds.size(); ++i) round_->questions.push_back({i, ""});
  const auto round = round_;
  round->ask_next();
}

}  // namespace masthead::access
