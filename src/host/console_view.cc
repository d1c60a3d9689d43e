#include "host/console_view.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "base/limits.h"
#include "k8s/known_kinds.h"

namespace masthead::host {

ConsoleView::ConsoleView(SnapshotPtr snapshot, const std::vector<const Plugin*>& plugins,
                         history::History* history, const base::Clock& clock,
                         std::function<void()> wake)
    : snapshot_(std::move(snapshot)),
      plugins_(plugins),
      history_(history),
      clock_(clock),
      wake_(std::move(wake)) {
  for (const ServedKind& served : snapshot_->kinds) {
    const k8s::Partitions& partitions = snapshot_->scope->of(served.table->id());
    if (partitions.none()) continue;
    views_.emplace(served.table->id(),
                   std::make_unique<cache::TableView>(served.table, partitions, wake_));
  }
  follow_demand();
  for (const Plugin* plugin : plugins) {
    if (auto analyst = plugin->make_analyst()) analysts_.push_back(std::move(analyst));
  }
  causes_.resize(analysts_.size());
  analysed_version_.resize(analysts_.size());
  analyst_rests_until_ms_.resize(analysts_.size());
  analyse(Analysis::kNow);
}

ConsoleView::~ConsoleView() = default;

bool ConsoleView::fits(const ClusterSnapshot& newer) const {
  const auto same_table = [](const ServedKind& a, const ServedKind& b) {
    return a.table == b.table && a.kind == b.kind;
  };
  return *snapshot_->scope == *newer.scope &&
         std::equal(snapshot_->kinds.begin(), snapshot_->kinds.end(), newer.kinds.begin(),
                    newer.kinds.end(), same_table);
}

void ConsoleView::refresh(SnapshotPtr newer) {
  const bool changed = newer->revision != snapshot_->revision ||
                       !std::ranges::equal(newer->demanded, snapshot_->demanded);
  snapshot_ = std::move(newer);
  follow_demand();
  if (changed) ++version_;
}

void ConsoleView::follow_demand() {
  std::erase_if(views_, [&](const auto& entry) {
    const auto shows_it = [&](const ServedKind& one) {
      return &entry.second->table() == one.table.get();
    };
    const auto& demanded = snapshot_->demanded;
    return std::none_of(snapshot_->kinds.begin(), snapshot_->kinds.end(), shows_it) &&
           std::none_of(demanded.begin(), demanded.end(), [&](const DemandedKind& one) {
             return shows_it(one) && entry.second->partitions() == one.partitions;
           });
  });
  for (const DemandedKind& one : snapshot_->demanded) {
    if (one.partitions.none() || views_.contains(one.table->id())) continue;
    views_.emplace(one.table->id(),
                   std::make_unique<cache::TableView>(one.table, one.partitions, wake_));
  }
}

bool ConsoleView::update(Analysis analysis) {
  bool changed = false;
  for (const auto& [id, view] : views_) changed = view->update() || changed;
  changed = analyse(analysis) || changed;
  if (changed) ++version_;
  return changed;
}

// True when an analyst that had to wait has now been asked.
bool ConsoleView::analyse(Analysis analysis) {
  const int64_t now_ms = clock_.monotonic_ms();
  const bool due_by_time = now_ms >= analyse_at_ms_;
  const bool waited = std::exchange(analysis_waits_, false);
  for (size_t i = 0; i < analysts_.size(); ++i) {
    uint64_t version = 1;
    for (const std::string& table : analysts_[i]->reads()) {
      if (const auto* read = view(table)) version += read->version();
    }
    if (version == analysed_version_[i] && !due_by_time) continue;
    if (analysis == Analysis::kMayWait && now_ms < analyst_rests_until_ms_[i]) {
      analysis_waits_ = true;
      continue;
    }
    const int64_t began_ms = clock_.monotonic_ms();
    causes_[i] = analysts_[i]->analyse(views_, clock_.wall_ms());
    const int64_t ended_ms = clock_.monotonic_ms();
    analyst_rests_until_ms_[i] =
        ended_ms + std::min((ended_ms - began_ms) * limits::kAnalystRest, limits::kAnswerEveryMs);
    // Corrections moved the versions on: those are not news to the analyst itself.
    analysed_version_[i] = 1;
    for (const std::string& table : analysts_[i]->reads()) {
      if (const auto* read = view(table)) analysed_version_[i] += read->version();
    }
  }
  if (due_by_time) analyse_at_ms_ = now_ms + limits::kAnalyseEveryMs;
  return waited && !analysis_waits_;
}

cache::TableView* ConsoleView::view(std::string_view table) const {
  const auto found = views_.find(table);
  return found == views_.end() ? nullptr : found->second.get();
}

const Kind* ConsoleView::kind(std::string_view table) const {
  for (const ServedKind& served : snapshot_->kinds) {
    if (served.table->id() == table) return served.kind;
  }
  for (const DemandedKind& demanded : snapshot_->demanded) {
    if (demanded.table->id() == table) return demanded.kind;
  }
  return nullptr;
}

k8s::Freshness ConsoleView::freshness(std::string_view table) const {
  const auto* shown = view(table);
  if (shown != nullptr) return shown->confidence().freshness;
  k8s::Freshness none;
  const bool served = kind(table) != nullptr;
  if (!served && snapshot_->may_be_demanded(table)) {
    none.state = k8s::Freshness::State::kSyncing;
    return none;
  }
  none.state = served ? k8s::Freshness::State::kForbidden : k8s::Freshness::State::kAbsent;
  none.cause.code = served ? base::ErrorCode::kForbidden : base::ErrorCode::kNotFound;
  none.cause.text = served ? "You may not list " + kind(table)->title + "."
                           : "This cluster does not serve " + std::string(table) + ".";
  for (const Missing& missing : snapshot_->missing) {
    if (missing.table == table) none.cause.hint = "The right that is missing: " + missing.right;
  }
  return none;
}

bool ConsoleView::complete() const {
  // Where nothing may be listed, nothing is known: that is not "all well".
  if (!snapshot_->ready || views_.empty()) return false;
  return std::all_of(snapshot_->kinds.begin(), snapshot_->kinds.end(), [&](const ServedKind& one) {
    const auto* shown = view(one.table->id());
    return shown == nullptr || shown->confidence().complete;
  });
}

std::string_view ConsoleView::table_of(const k8s::ObjectRef& ref) const {
  const std::string_view known = k8s::known_table_id(ref.group, ref.kind);
  if (!known.empty()) return known;
  const auto found = snapshot_->demandable->find({ref.group, ref.kind});
  return found == snapshot_->demandable->end() ? std::string_view() : found->second;
}

cache::RowPtr ConsoleView::find(const k8s::ObjectRef& ref) const {
  const auto* shown = view(table_of(ref));
  return shown == nullptr ? nullptr : shown->find(ref.ns, ref.name);
}

bool ConsoleView::lists(const k8s::ObjectRef& ref) const {
  const auto* shown = view(table_of(ref));
  return shown != nullptr && shown->partitions().allows(base::Interned(ref.ns)) &&
         shown->confidence().complete;
}

const Plugin* ConsoleView::plugin(std::string_view id) const {
  const auto found =
      std::ranges::find_if(plugins_, [&](const Plugin* plugin) { return plugin->id() == id; });
  return found == plugins_.end() ? nullptr : *found;
}

std::optional<std::string> ConsoleView::controllers_json(std::string_view plugin) const {
  const Plugin* found = this->plugin(plugin);
  return found == nullptr ? std::nullopt : found->controllers_json(*this);
}

GraphPtr ConsoleView::graph(std::string_view plugin, std::string_view ns) {
  const Plugin* found = this->plugin(plugin);
  if (found == nullptr) return nullptr;
  if (graphs_.size() > limits::kGraphsKept) graphs_.clear();
  KeptGraph& kept = graphs_[{std::string(plugin), std::string(ns)}];
  if (kept.graph == nullptr || kept.version != version_) {
    kept.graph = kept.keeper.make(*this, *found, ns);
    kept.version = version_;
  }
  return kept.graph;
}

std::vector<Cause> ConsoleView::causes(std::string_view ns) const {
  std::vector<Cause> found;
  for (const auto& causes : causes_) {
    for (const Cause& cause : causes) {
      const bool here = ns.empty() || cause.ref.ns == ns ||
                        std::any_of(cause.waiting.begin(), cause.waiting.end(),
                                    [&](const auto& ref) { return ref.ns == ns; });
      if (here) found.push_back(cause);
    }
  }
  std::sort(found.begin(), found.end(), [](const Cause& a, const Cause& b) {
    const auto key = [](const Cause& c) {
      return std::tuple(-static_cast<int64_t>(c.waiting.size()), static_cast<int>(c.status.status),
                        c.status.since_ms, c.ref);
    };
    return key(a) < key(b);
  });
  return found;
}

Home ConsoleView::home(std::string_view ns) const {
  Home home;
  home.known = complete();
  home.causes = causes(ns);
  std::set<k8s::ObjectRef> waiting;
  for (const Cause& cause : home.causes) {
    waiting.insert(cause.waiting.begin(), cause.waiting.end());
    if (cause.status.since_ms != 0 &&
        (home.oldest_ms == 0 || cause.status.since_ms < home.oldest_ms)) {
      home.oldest_ms = cause.status.since_ms;
    }
  }
  home.waiting = waiting.size();
  const int64_t hour_ago_ms = clock_.wall_ms() - limits::kMovedMs;
  home.moved_since_ms = std::max(hour_ago_ms, snapshot_->watched_since_ms);
  if (history_ != nullptr) {
    for (history::Transition& t :
         history_->transitions(snapshot_->uid, hour_ago_ms, limits::kMovedRows)) {
      if (!ns.empty() && t.ref.ns != ns) continue;
      const auto* shown = view(k8s::known_table_id(t.ref.group, t.ref.kind));
      if (shown == nullptr || !shown->partitions().allows(base::Interned(t.ref.ns))) continue;
      ++home.moved_total;
      if (home.moved.size() < limits::kMovedShown) home.moved.push_back(std::move(t));
    }
  }
  for (const ServedKind& served : snapshot_->kinds) {
    const auto* shown = view(served.table->id());
    if (shown == nullptr || !served.kind->has_status || !served.kind->counted_at_home) continue;
    if (!ns.empty() && !served.kind->namespaced) continue;
    // A list that has not been read is not a list of nothing.
    if (!shown->confidence().complete) continue;
    home.counts.push_back({served.kind, shown->tally(ns)});
    home.total += home.counts.back().tally.total;
  }
  return home;
}

base::Result<std::string> ConsoleView::object(std::string_view table, std::string_view ns,
                                              std::string_view name) const {
  const auto* shown = view(table);
  if (shown == nullptr) {
    return base::fail(base::ErrorCode::kNotFound,
                      "There is no such object, or you may not see it.");
  }
  return shown->table().object(shown->partitions(), ns, name);
}

}  // namespace masthead::host
