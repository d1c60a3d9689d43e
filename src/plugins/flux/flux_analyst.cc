// Causes among the Flux objects of one Scope, and what changed just before each.
#include "plugins/flux/flux_analyst.h"

#include <algorithm>

#include "flux/causes.h"
#include "k8s/known_kinds.h"

namespace masthead::plugins::flux {
namespace {

namespace rules = masthead::flux;

// A change longer before the trouble than this explains nothing.
constexpr int64_t kBeforeMs = 2 * 60 * 60'000;
// Controllers need a moment from a change to its failure; clocks differ a little.
constexpr int64_t kSlackMs = 5'000;

const std::vector<std::string>& flux_tables() {
  static const std::vector<std::string> tables{
      "gitrepositories.source.toolkit.fluxcd.io", "helmrepositories.source.toolkit.fluxcd.io",
      "ocirepositories.source.toolkit.fluxcd.io", "buckets.source.toolkit.fluxcd.io",
      "helmcharts.source.toolkit.fluxcd.io",      "kustomizations.kustomize.toolkit.fluxcd.io",
      "helmreleases.helm.toolkit.fluxcd.io"};
  return tables;
}

struct Shown {
  cache::TableView* view;
  cache::RowPtr row;
  std::optional<k8s::ObjectRef> applied_by;
};

// "stored artifact for commit 'fix the port'": the only place a commit's subject is told.
std::string subject_of(std::string_view message) {
  const size_t from = message.find("commit '");
  if (from == std::string_view::npos) return {};
  const std::string_view rest = message.substr(from + 8);
  const size_t end = rest.rfind('\'');
  return std::string(rest.substr(0, end));
}

class FluxAnalyst final : public host::Analyst {
 public:
  FluxAnalyst() {
    reads_ = flux_tables();
    reads_.push_back("events");
  }
  const std::vector<std::string>& reads() const override { return reads_; }

  std::vector<host::Cause> analyse(host::Views& views, int64_t now_ms) override {
    // What was corrected before is not evidence: rows are judged by what they say themselves.
    for (const std::string& table : flux_tables()) {
      if (const auto found = views.find(table); found != views.end()) collect(*found->second);
    }
    const auto visibility = [&](const k8s::ObjectRef& ref) { return visibility_of(views, ref); };
    const rules::CauseReport report = rules::find_causes(nodes_, visibility, now_ms);
    for (size_t i = 0; i < shown_.size(); ++i) {
      shown_[i].view->overlay(*shown_[i].row, {report.corrected[i], std::nullopt});
    }
    std::vector<host::Cause> causes;
    for (const rules::CauseOfTrouble& found : report.causes) {
      host::Cause cause;
      cause.ref = nodes_[found.node].ref;
      cause.status = found.status;
      for (const size_t waiting : found.waiting) cause.waiting.push_back(nodes_[waiting].ref);
      cause.before = change_before(views, found.node, found.status.since_ms);
      causes.push_back(std::move(cause));
    }
    nodes_.clear();
    shown_.clear();
    return causes;
  }

 private:
  void collect(cache::TableView& view) {
    const auto& gk = view.table().group_kind();
    view.for_each_base([&](const cache::RowPtr& row) {
      rules::Node node;
      std::optional<k8s::ObjectRef> applied_by;
      node.ref = {gk.group, gk.kind, std::string(row->ns().text()), std::string(row->name())};
      node.status = row->status();
      node.revision = std::string(row->revision());
      for (cache::Link& link : cache::links_of(*row)) {
        if (link.relation == "source" || link.relation == "chart") {
          node.sources.push_back(std::move(link.ref));
        } else if (link.relation == "depends on") {
          node.depends_on.push_back(std::move(link.ref));
        } else if (link.relation == "applied by") {
          applied_by = std::move(link.ref);
        }
      }
      nodes_.push_back(std::move(node));
      shown_.push_back({&view, row, std::move(applied_by)});
    });
  }

  static rules::Visibility visibility_of(const host::Views& views, const k8s::ObjectRef& ref) {
    const auto table = k8s::known_table_id(ref.group, ref.kind);
    const auto& watched = flux_tables();
    if (std::find(watched.begin(), watched.end(), table) == watched.end()) {
      return rules::Visibility::kUnknown;
    }
    const auto found = views.find(table);
    if (found == views.end()) return rules::Visibility::kForbidden;
    const auto& view = *found->second;
    if (!view.partitions().allows(base::Interned(ref.ns))) return rules::Visibility::kForbidden;
    return view.confidence().complete ? rules::Visibility::kListed : rules::Visibility::kUnknown;
  }

  // Where a change of the object can come from: itself, its sources, and the sources of what
  // applied it, because a commit changes a HelmRelease while its chart stays the same.
  std::vector<k8s::ObjectRef> origins_of(size_t node) const {
    std::vector<k8s::ObjectRef> origins{nodes_[node].ref};
    const auto add_sources = [&](const rules::Node& of) {
      origins.insert(origins.end(), of.sources.begin(), of.sources.end());
    };
    add_sources(nodes_[node]);
    if (const auto& parent = shown_[node].applied_by) {
      const auto found = std::find_if(nodes_.begin(), nodes_.end(),
                                      [&](const rules::Node& one) { return one.ref == *parent; });
      if (found != nodes_.end()) add_sources(*found);
    }
    return origins;
  }

  // The newest artifact, of the object or of what it comes from, that arrived before the trouble.
  std::optional<host::ChangeBefore> change_before(const host::Views& views, size_t node,
                                                  int64_t since_ms) const {
    if (since_ms == 0) return std::nullopt;
    const std::vector<k8s::ObjectRef> origins = origins_of(node);
    std::optional<host::ChangeBefore> newest;
    const auto events = views.find("events");
    if (events == views.end()) return std::nullopt;
    const auto& columns = events->second->table().schema().columns();
    const auto column = [&](std::string_view id) {
      return static_cast<size_t>(
          std::find_if(columns.begin(), columns.end(), [&](const auto& c) { return c.id == id; }) -
          columns.begin());
    };
    const size_t reason = column("reason"), message = column("message"), last = column("last");
    events->second->for_each([&](const cache::Row& row) {
      if (!row.has(reason) || !row.has(last)) return;
      const std::string_view why = row.text(reason);
      if (why != "NewArtifact" && why != "ChartPullSucceeded" && why != "NewChart") return;
      const int64_t at_ms = row.integer(last);
      if (at_ms > since_ms + kSlackMs || at_ms < since_ms - kBeforeMs) return;
      if (newest && newest->at_ms >= at_ms) return;
      for (const cache::Link& link : cache::links_of(row)) {
        if (std::find(origins.begin(), origins.end(), link.ref) == origins.end()) continue;
        host::ChangeBefore change;
        change.at_ms = at_ms;
        change.ref = link.ref;
        change.revision = std::string(row.revision());
        change.text = "changed";
        if (row.has(message)) change.subject = subject_of(row.text(message));
        newest = std::move(change);
      }
    });
    // Kubernetes drops events of an object that has many; its source still says what it holds.
    auto stored = artifact_before(views, origins, since_ms);
    const bool told = newest && stored && newest->revision == stored->revision;
    if (stored && !told && (!newest || newest->at_ms < stored->at_ms)) newest = std::move(stored);
    return newest;
  }

  // Without events: what the sources themselves say of their artifact.
  static std::optional<host::ChangeBefore> artifact_before(
      const host::Views& views, const std::vector<k8s::ObjectRef>& origins, int64_t since_ms) {
    std::optional<host::ChangeBefore> newest;
    for (const k8s::ObjectRef& ref : origins) {
      const auto found = views.find(k8s::known_table_id(ref.group, ref.kind));
      if (ref.group != k8s::kSourceGroup || found == views.end()) continue;
      const cache::RowPtr row = found->second->find(ref.ns, ref.name);
      if (row == nullptr || row->revision().empty()) continue;
      const auto& columns = found->second->table().schema().columns();
      for (size_t i = 0; i < columns.size(); ++i) {
        if (columns[i].id != "synced" || !row->has(i)) continue;
        const int64_t at_ms = row->integer(i);
        if (at_ms > since_ms + kSlackMs || at_ms < since_ms - kBeforeMs) continue;
        if (newest && newest->at_ms >= at_ms) continue;
        newest = host::ChangeBefore{at_ms, "changed", std::string(row->revision()), "", ref};
      }
    }
    return newest;
  }

  std::vector<std::string> reads_;
  std::vector<rules::Node> nodes_;
  std::vector<Shown> shown_;
};

}  // namespace

std::unique_ptr<host::Analyst> make_flux_analyst() {
  return std::make_unique<FluxAnalyst>();
}

}  // namespace masthead::plugins::flux
