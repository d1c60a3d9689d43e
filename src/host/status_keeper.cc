#include "host/status_keeper.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <vector>

#include "base/limits.h"
#include "base/mutex.h"
#include "base/utf8.h"

namespace masthead::host {
namespace {

using k8s::Badge;
using k8s::Status;
using k8s::StatusValue;

// Dependency checks come every few seconds and show Progressing for the moment they take.
constexpr int64_t kHoldWaitingMs = 15'000;
// Transitions kept in memory tell nothing; the message of the failure is what is shown meanwhile.
constexpr size_t kMessageBytes = 1024;
constexpr std::string_view kTriedAgain = "Failed before and is being tried again: ";

bool same_family(Status a, Status b) {
  return a == b || (k8s::is_broken(a) && k8s::is_broken(b));
}

bool says_only_progress(const StatusValue& status) {
  const auto reason = status.reason.text();
  return reason == "Progressing" || reason == "ProgressingWithRetry" || reason.empty();
}

// What the events about one object say.
struct Evidence {
  int64_t good_ms = 0;               // the last success
  std::vector<int64_t> failures_ms;  // the firsts of those since, in order
  // The newest failure, where no success came after it.
  int64_t failed_ms = 0;
  std::string reason, message;
};

void note_success(Evidence& evidence, const StatusKeeper::Event& event) {
  evidence.good_ms = std::max(evidence.good_ms, event.last_ms);
  std::erase_if(evidence.failures_ms, [&](int64_t ms) { return ms <= evidence.good_ms; });
  if (evidence.failed_ms <= evidence.good_ms) evidence.message.clear();
}

void note_failure(Evidence& evidence, const StatusKeeper::Event& event) {
  if (event.last_ms > std::max(evidence.good_ms, evidence.failed_ms)) {
    evidence.failed_ms = event.last_ms;
    evidence.reason = event.reason;
    evidence.message = std::string(base::utf8_prefix(event.message, kMessageBytes));
  }
  if (event.first_ms <= evidence.good_ms) return;
  auto& failures = evidence.failures_ms;
  const auto place = std::lower_bound(failures.begin(), failures.end(), event.first_ms);
  if (place == failures.end() || *place != event.first_ms) failures.insert(place, event.first_ms);
  if (failures.size() > limits::kFailuresDated) failures.pop_back();
}

// 0 when no failure is known that no success came after.
int64_t first_failure(const Evidence& evidence, int64_t good_ms) {
  for (const int64_t ms : evidence.failures_ms) {
    if (ms > std::max(good_ms, evidence.good_ms)) return ms;
  }
  return 0;
}

// The start of a bad spell by its events; true when that moved it.
bool date_back(history::Spell& spell, const Evidence& evidence) {
  spell.good_ms = std::max(spell.good_ms, evidence.good_ms);
  const int64_t first_ms = first_failure(evidence, spell.good_ms);
  if (!k8s::is_broken(spell.status) || first_ms == 0) return false;
  if (spell.since_ms != 0 && spell.since_ms <= first_ms) return false;
  spell.since_ms = first_ms;
  // Exact only if it is known to have been well before.
  spell.since_exact = spell.since_exact || spell.good_ms != 0;
  return true;
}

// What failed, of a spell that was first seen while it was tried again; true when that is news.
bool tell_failure(history::Spell& spell, const Evidence& evidence) {
  if (!k8s::is_broken(spell.status) || !spell.message.starts_with(kTriedAgain)) return false;
  if (evidence.message.empty() || evidence.failed_ms <= spell.good_ms) return false;
  spell.reason = evidence.reason;
  spell.message = evidence.message;
  return true;
}

}  // namespace

struct StatusKeeper::State {
  history::History* history;
  std::string cluster;
  const base::Clock& clock;
  base::Mutex mutex;
  boost::unordered_flat_map<std::string, history::Spell> known GUARDED_BY(mutex);
  // Of objects that may not have been seen yet: events and objects come on connections of their
  // own.
  boost::unordered_flat_map<std::string, Evidence> evidence GUARDED_BY(mutex);
  std::vector<std::unique_ptr<Settler>> settlers GUARDED_BY(mutex);
};

class StatusKeeper::Settler final : public cache::StatusSettler {
 public:
  Settler(State& state, k8s::GroupKind kind, bool keeps_history)
      : state_(state), kind_(std::move(kind)), keeps_history_(keeps_history) {}

  void settle(const cache::Row& row, const cache::Row* previous, StatusValue& status) override {
    if (!keeps_history_) return;
    base::MutexLock lock(state_.mutex);
    const auto found = state_.known.find(std::string(row.uid()));
    const history::Spell* before = found == state_.known.end() ? nullptr : &found->second;
    if (before != nullptr) hold_through_retries(*before, status, previous);
    if (before == nullptr && status.has(Badge::kRetrying) && says_only_progress(status)) {
      status.message.insert(0, kTriedAgain);
    }
    history::Spell now = next_spell(row, before, status);
    note_transition(row, before, status, now);
    const bool persist = before == nullptr || differs(*before, now);
    state_.known.insert_or_assign(std::string(row.uid()), now);
    if (persist && state_.history != nullptr) {
      state_.history->remember(state_.cluster, std::move(now));
    }
  }

  void gone(const cache::Row& row) override {
    if (!keeps_history_) return;
    base::MutexLock lock(state_.mutex);
    state_.known.erase(std::string(row.uid()));
    state_.evidence.erase(std::string(row.uid()));
    if (state_.history != nullptr) state_.history->forget(state_.cluster, row.uid());
  }

 private:
  void hold_through_retries(const history::Spell& before, StatusValue& status,
                            const cache::Row* previous) const {
    if (k8s::is_broken(before.status) &&
        (status.status == Status::kProgressing || status.has(Badge::kRetrying))) {
      if (status.status == Status::kProgressing || says_only_progress(status)) {
        status.reason = base::Interned(before.reason);
        status.message = before.message;
      }
      status.status = Status::kFailed;
      status.recheck_at_ms = 0;
      status.add(Badge::kRetrying);
      status.remove(Badge::kUnconfirmed);
      return;
    }
    const int64_t now_ms = state_.clock.wall_ms();
    const bool blink = status.since_ms == 0 || now_ms - status.since_ms < kHoldWaitingMs;
    if (before.status == Status::kWaiting && status.status == Status::kProgressing && blink &&
        previous != nullptr) {
      const int64_t until_ms = (status.since_ms == 0 ? now_ms : status.since_ms) + kHoldWaitingMs;
      status.status = Status::kWaiting;
      status.reason = base::Interned(before.reason);
      status.message = before.message;
      status.recheck_at_ms = until_ms;
    }
  }

  history::Spell next_spell(const cache::Row& row, const history::Spell* before,
                            StatusValue& status) const REQUIRES(state_.mutex) {
    const int64_t now_ms = state_.clock.wall_ms();
    if (before != nullptr && same_family(before->status, status.status)) {
      if (before->since_ms != 0 && (status.since_ms == 0 || before->since_ms <= status.since_ms)) {
        status.since_ms = before->since_ms;
        status.since_exact = before->since_exact;
      }
    } else if (before != nullptr) {
      // We saw it change: the spell began no earlier than what it was last known as.
      if (status.since_ms == 0) status.since_ms = now_ms;
      status.since_exact = true;
    }
    history::Spell spell;
    spell.uid = std::string(row.uid());
    spell.status = status.status;
    spell.since_ms = status.since_ms;
    spell.since_exact = status.since_exact;
    spell.reason = std::string(status.reason.text());
    spell.message = std::string(base::utf8_prefix(status.message, kMessageBytes));
    spell.revision = std::string(row.revision());
    spell.good_ms = before == nullptr ? 0 : before->good_ms;
    if (status.status == Status::kReady) spell.good_ms = std::max(spell.good_ms, status.since_ms);
    const auto evidence = state_.evidence.find(spell.uid);
    if (evidence == state_.evidence.end()) return spell;
    if (date_back(spell, evidence->second)) {
      status.since_ms = spell.since_ms;
      status.since_exact = spell.since_exact;
    }
    if (tell_failure(spell, evidence->second)) {
      status.reason = base::Interned(spell.reason);
      status.message = spell.message;
    }
    return spell;
  }

  void note_transition(const cache::Row& row, const history::Spell* before,
                       const StatusValue& status, const history::Spell& now) const {
    // The first sight of an object is no transition: it has been so before we looked.
    if (before == nullptr || state_.history == nullptr) return;
    const bool new_revision = before->revision != now.revision && !now.revision.empty();
    if (same_family(before->status, status.status) && !new_revision) return;
    history::Transition transition;
    transition.uid = now.uid;
    transition.resource_version = std::string(row.resource_version());
    transition.ref = {kind_.group, kind_.kind, std::string(row.ns().text()),
                      std::string(row.name())};
    transition.from = before->status;
    transition.to = status.status;
    transition.at_ms = state_.clock.wall_ms();
    transition.revision = now.revision;
    transition.message = now.message;
    state_.history->record(state_.cluster, std::move(transition));
  }

  // A row at each retry is not worth a write when nothing a person sees has changed.
  static bool differs(const history::Spell& a, const history::Spell& b) {
    return a.status != b.status || a.since_ms != b.since_ms || a.since_exact != b.since_exact ||
           a.message != b.message || a.revision != b.revision || a.good_ms != b.good_ms;
  }

  State& state_;
  const k8s::GroupKind kind_;
  const bool keeps_history_;
};

StatusKeeper::StatusKeeper(history::History* history, std::string cluster, const base::Clock& clock)
    : state_(new State{history, std::move(cluster), clock, {}, {}, {}, {}}) {
  if (history == nullptr) return;
  base::MutexLock lock(state_->mutex);
  for (history::Spell& spell : history->spells(state_->cluster)) {
    std::string uid = spell.uid;
    state_->known.emplace(std::move(uid), std::move(spell));
  }
}

StatusKeeper::~StatusKeeper() = default;

cache::StatusSettler& StatusKeeper::settler(const k8s::GroupKind& kind, bool keeps_history) {
  base::MutexLock lock(state_->mutex);
  state_->settlers.push_back(std::make_unique<Settler>(*state_, kind, keeps_history));
  return *state_->settlers.back();
}

bool StatusKeeper::note_event(std::string_view uid, const Event& event) {
  base::MutexLock lock(state_->mutex);
  const std::string key(uid);
  if (!state_->evidence.contains(key) && state_->evidence.size() >= limits::kObjectsWithEvents) {
    return false;
  }
  Evidence& evidence = state_->evidence[key];
  if (event.outcome == Outcome::kSuccess) {
    note_success(evidence, event);
  } else {
    note_failure(evidence, event);
  }
  const auto found = state_->known.find(key);
  if (found == state_->known.end()) return false;
  const bool moved = date_back(found->second, evidence);
  const bool told = tell_failure(found->second, evidence);
  if (!moved && !told) return false;
  if (state_->history != nullptr) state_->history->remember(state_->cluster, found->second);
  return true;
}

}  // namespace masthead::host
