#include "simulation/promises.h"

#include <algorithm>
#include <charconv>

#include "base/limits.h"

namespace masthead::simulation {
namespace {

constexpr const char* kConverges = "the cache equals a fresh list";
constexpr const char* kStaleness = "staleness is visible";
constexpr const char* kForbidden = "nothing forbidden is shown";
constexpr const char* kRequests = "no more requests than promised";

constexpr int64_t kConvergedWithinMs = 5'000;
// The longest anything waits by itself: a refused kind, a bookmark that tells of a restored
// snapshot, a server that does not answer.
constexpr int64_t kConvergedAtLastMs = 110'000;
// A server that takes a streaming list for a watch: four kinds at a time find that out in a minute.
constexpr int64_t kFoundOutAtLastMs = 250'000;
// What a harmed link still carries is lost within this time.
constexpr int64_t kLostWithinMs = 3'000;
// A check comes once a second.
constexpr int64_t kCheckEveryMs = 1'000;

uint64_t number_of(std::string_view version) {
  uint64_t number = 0;
  std::from_chars(version.data(), version.data() + version.size(), number);
  return number;
}

k8s::Partitions partitions_of(const std::string& ns) {
  k8s::Partitions partitions;
  partitions.all = ns.empty();
  if (!ns.empty()) partitions.add(base::Interned(ns));
  return partitions;
}

bool belongs(const Console::Scope& scope, const sim::Store::Key& key) {
  return scope.ns.empty() || key.first == scope.ns;
}

}  // namespace

void Promises::check() {
  for (Console::Kind& kind : console_.kinds()) {
    for (auto& [ns, scope] : kind.scopes) {
      staleness_is_visible(kind, scope);
      asks_no_more_than_it_may(kind, scope);
    }
  }
  nothing_forbidden_is_shown();
  probes_no_more_than_it_may();
}

// --- Staleness ----------------------------------------------------------------------------------

void Promises::staleness_is_visible(Console::Kind& kind, Console::Scope& scope) {
  const uint64_t requests = scope.reflector->counters().requests;
  if (requests != std::exchange(scope.requests, requests)) scope.same_request_ms = now_ms();
  if (scope.reflector->freshness().state != k8s::Freshness::State::kLive) return;
  const int64_t silent_ms = now_ms() - network_.heard_ms();
  // An HTTP/1.1 connection has no PING: a quiet one is well, and a dead one its kernel notices.
  if (network_.http2() && silent_ms > limits::kStaleAfterMs + kCheckEveryMs) {
    trace_.violated(kStaleness, "{}/{} is live, and nothing was heard for {} ms",
                    kind.watched.plural, scope.ns, silent_ms);
  }
  if (now_ms() - scope.same_request_ms > limits::kStaleAfterMs) has_what_was_known(kind, scope);
}

// On a watch that has been open all the time, "live" means: what it was 30 s ago is here, or newer.
void Promises::has_what_was_known(Console::Kind& kind, Console::Scope& scope) {
  if (scope.tap->last_reset_ms() < server_.restored_ms()) return;
  const int64_t then_ms = now_ms() - limits::kStaleAfterMs - kCheckEveryMs;
  for (const sim::Store::Key& key : server_.keys_ever(kind.watched)) {
    if (!belongs(scope, key)) continue;
    const cache::RowPtr row = kind.table->find(partitions_of(scope.ns), key.first, key.second);
    const uint64_t cached = row == nullptr ? 0 : number_of(row->resource_version());
    if (server_.was(kind.watched, key, cached, then_ms)) continue;
    trace_.violated(kStaleness, "{}/{} is live, and {}/{} is at {} although it is older than 30 s",
                    kind.watched.plural, scope.ns, key.first, key.second, cached);
    return;
  }
}

// --- Rights -------------------------------------------------------------------------------------

void Promises::nothing_forbidden_is_shown() {
  for (const Console::Kind& kind : console_.kinds()) {
    std::vector<std::string> namespaces = {""};
    if (kind.watched.namespaced) namespaces = watched_namespaces();
    for (const std::string& ns : namespaces) {
      int64_t& last_ms = last_allowed_ms_.try_emplace({kind.watched.plural, ns}, -1).first->second;
      if (server_.may_list(kind.watched, ns)) last_ms = now_ms();
    }
  }
  for (size_t i = 0; i < console_.browsers().size(); ++i) {
    const Browser& browser = *console_.browsers()[i];
    const Console::Kind& kind = console_.kind_of(i);
    if (browser.frozen() || console_.is_about_to_show()) continue;
    for (const auto& [key, row] : browser.rows()) {
      const std::string ns(row->ns().text());
      const int64_t last_ms = last_allowed_ms_[{kind.watched.plural, ns}];
      if (last_ms < 0) {
        trace_.violated(kForbidden, "browser {} shows {} of {}, never allowed", i, key,
                        kind.watched.plural);
      } else if (console_.rights_asked_ms() > last_ms + kCheckEveryMs &&
                 now_ms() - console_.rights_known_ms() > kCheckEveryMs) {
        trace_.violated(kForbidden, "browser {} shows {} of {}, which is known to be forbidden", i,
                        key, kind.watched.plural);
      }
    }
  }
}

// --- Requests -----------------------------------------------------------------------------------

void Promises::asks_no_more_than_it_may(const Console::Kind& kind, const Console::Scope& scope) {
  const auto& asked = server_.asked({kind.watched.plural, scope.ns});
  int64_t unready_count = 0;
  for (size_t i = 0; i < asked.size(); ++i) {
    const auto& one = asked[i];
    if (faults_.unready_since_ms() && one.at_ms >= *faults_.unready_since_ms()) ++unready_count;
    if (i == 0) continue;
    const auto& before = asked[i - 1];
    const int64_t gap_ms = one.at_ms - before.at_ms;
    // Unless the answer was lost on its way.
    const int64_t harmed_ms = std::max(network_.harmed_ms(), server_.stream_reset_ms());
    const bool heard = harmed_ms + kLostWithinMs < before.at_ms;
    const bool sent_before = network_.let_go_within(kLostWithinMs, one.at_ms);
    if (before.status == 429 && heard && !sent_before && gap_ms < before.retry_after_s * 1'000) {
      trace_.violated(kRequests, "{}/{} was told to wait {} s and asked after {} ms",
                      kind.watched.plural, scope.ns, before.retry_after_s, gap_ms);
    }
    // A /readyz that turns to ready wakes everybody early.
    const bool woken = server_.answered_well_between(before.at_ms, one.at_ms);
    if (before.status >= 500 && heard && !woken && gap_ms < limits::kBackoffFirstMs / 8) {
      trace_.violated(kRequests, "{}/{} asked again {} ms after a {}", kind.watched.plural,
                      scope.ns, gap_ms, before.status);
    }
  }
  if (!faults_.unready_since_ms()) return;
  // Backoff steps double up to 30 s, each anywhere within its step.
  const int64_t unready_ms = now_ms() - *faults_.unready_since_ms();
  if (unready_count > 10 + unready_ms / 5'000) {
    trace_.violated(kRequests, "{}/{} asked {} times in {} ms of 503", kind.watched.plural,
                    scope.ns, unready_count, unready_ms);
  }
}

void Promises::probes_no_more_than_it_may() {
  if (!faults_.unreachable_since_ms()) return;
  // From when the client knows.
  const auto& failed = network_.failed_dials();
  const auto known =
      std::lower_bound(failed.begin(), failed.end(), *faults_.unreachable_since_ms());
  if (known == failed.end()) return;
  const auto& dials = network_.dials();
  const auto count =
      std::count_if(dials.begin(), dials.end(), [&](int64_t at_ms) { return at_ms > *known; });
  const int64_t known_ms = now_ms() - *known;
  // A probe every limits::kProbeEveryMs from the first one on, and what was under way on each lane.
  const int64_t most = 4 + known_ms / limits::kProbeEveryMs;
  if (count > most) {
    trace_.violated(kRequests, "{} dials in {} ms of an outage", count, known_ms);
  }
}

// --- Convergence --------------------------------------------------------------------------------

void Promises::expect_convergence(bool together) {
  stopped_ms_ = now_ms();
  together_ = together;
  converged_ = false;
}

std::optional<int64_t> Promises::first_good_answer_ms(const ScopeId& id) {
  std::optional<int64_t> first;
  const auto& asked = together_ ? server_.asked_by_anybody() : server_.asked(id);
  for (const auto& one : asked) {
    const bool lost = one.at_ms <= network_.harmed_ms();
    if (one.at_ms > stopped_ms_ && one.status == 0 && !lost) return one.at_ms;
  }
  return first;
}

// What a fresh list has and the scope does not; empty when they are equal.
std::string Promises::difference(Console::Kind& kind, Console::Scope& scope) {
  if (scope.reflector->freshness().state != k8s::Freshness::State::kLive) {
    return fmt::format("it is {}: {}", k8s::freshness_name(scope.reflector->freshness().state),
                       scope.reflector->freshness().cause.text);
  }
  std::map<std::pair<std::string, std::string>, cache::RowPtr> rows;
  for (const cache::RowPtr& row : kind.table->snapshot(partitions_of(scope.ns))) {
    rows[{std::string(row->ns().text()), std::string(row->name())}] = row;
  }
  size_t listed = 0;
  for (const auto& [key, object] : server_.store().objects(*server_.type_of(kind.watched))) {
    if (!belongs(scope, key)) continue;
    ++listed;
    const auto row = rows.find(key);
    if (row == rows.end()) return fmt::format("{}/{} is missing", key.first, key.second);
    if (number_of(row->second->resource_version()) != object->revision) {
      return fmt::format("{}/{} is at {}, not {}", key.first, key.second,
                         row->second->resource_version(), object->revision);
    }
    const sim::Document document = object->document(*server_.type_of(kind.watched));
    const auto size = static_cast<double>(sim::number_at(document, {"spec", "size"}));
    constexpr size_t kSizeColumn = 3;
    if (!kind.watched.metadata_only && row->second->number(kSizeColumn) != size) {
      return fmt::format("{}/{} has other content", key.first, key.second);
    }
  }
  if (rows.size() != listed) return fmt::format("{} rows for {} objects", rows.size(), listed);
  return {};
}

// The scopes that are watched are those that may be listed.
bool Promises::rights_are_followed(const Console::Kind& kind) {
  std::vector<std::string> wanted;
  if (server_.may_list(kind.watched, "")) {
    wanted.emplace_back();
  } else if (kind.watched.namespaced) {
    for (const std::string& ns : watched_namespaces()) {
      if (server_.may_list(kind.watched, ns)) wanted.push_back(ns);
    }
  }
  return std::equal(wanted.begin(), wanted.end(), kind.scopes.begin(), kind.scopes.end(),
                    [](const auto& ns, const auto& scope) { return ns == scope.first; });
}

void Promises::check_convergence() {
  converged_ = true;
  const int64_t waited_ms = now_ms() - stopped_ms_;
  const int64_t at_last_ms =
      server_.habits().knows_streaming ? kConvergedAtLastMs : kFoundOutAtLastMs;
  for (Console::Kind& kind : console_.kinds()) {
    if (!rights_are_followed(kind)) {
      converged_ = false;
      if (waited_ms > at_last_ms) {
        trace_.violated(kForbidden, "the rights to {} are not followed {} ms after the faults",
                        kind.watched.plural, waited_ms);
      }
      continue;
    }
    for (auto& [ns, scope] : kind.scopes) {
      const std::string what = difference(kind, scope);
      if (what.empty()) continue;
      converged_ = false;
      const auto good_ms = first_good_answer_ms({kind.watched.plural, ns});
      const bool restored = scope.tap->last_reset_ms() < server_.restored_ms();
      const bool late = good_ms && !restored && now_ms() - *good_ms > kConvergedWithinMs;
      if (late || waited_ms > at_last_ms) {
        trace_.violated(kConverges, "{}/{} {} ms after the faults, {} ms after a good answer: {}",
                        kind.watched.plural, ns, waited_ms, good_ms ? now_ms() - *good_ms : -1,
                        what);
        return;
      }
    }
  }
}

}  // namespace masthead::simulation
