#include "app/demanded_kinds.h"

#include <algorithm>

#include "base/limits.h"
#include "host/kstatus.h"
#include "k8s/known_kinds.h"

namespace masthead::app {
namespace {

bool may_be_demanded(const kube::ApiResource& resource) {
  const bool secret = resource.gvr.group.empty() && resource.kind == "Secret";
  return !secret && resource.has_verb("list") && resource.has_verb("watch");
}

}  // namespace

DemandedKinds::DemandedKinds(kube::Client& client, const base::Clock& clock,
                             std::function<void()> changed)
    : client_(client),
      clock_(clock),
      changed_(std::move(changed)),
      gate_(std::make_unique<access::Gate>(client, clock)) {}

void DemandedKinds::on_discovery(const kube::Discovery& discovery,
                                 const std::set<std::string>& of_plugins,
                                 std::vector<std::string> namespaces) {
  namespaces_ = std::move(namespaces);
  resources_.clear();
  std::map<k8s::GroupKind, std::string> demandable;
  for (const kube::ApiResource& resource : discovery.resources) {
    const std::string table = k8s::table_id(resource.gvr.group, resource.gvr.resource);
    if (of_plugins.contains(table) || !may_be_demanded(resource)) continue;
    resources_.emplace(table, resource);
    demandable.emplace(k8s::GroupKind{resource.gvr.group, resource.kind}, table);
  }
  if (demandable != *demandable_) {
    demandable_ =
        std::make_shared<const std::map<k8s::GroupKind, std::string>>(std::move(demandable));
    changed_();
  }
  std::erase_if(watched_, [&](auto& entry) {
    const auto found = resources_.find(entry.first);
    return found == resources_.end() ||
           found->second.gvr.version != entry.second.resource.gvr.version;
  });
  demand(wanted_);
  decide();
}

void DemandedKinds::demand(const std::set<std::string>& tables) {
  const int64_t now_ms = clock_.monotonic_ms();
  // Those that are not wanted any more were wanted until now.
  for (const std::string& table : wanted_) {
    if (const auto found = watched_.find(table); found != watched_.end()) {
      found->second.wanted_ms = now_ms;
    }
  }
  wanted_ = tables;
  bool more = false;
  for (const std::string& table : wanted_) {
    const auto found = resources_.find(table);
    if (found == resources_.end() || watched_.contains(table)) continue;
    if (watched_.size() >= limits::kDemandedKinds) break;
    const Description& description = describe(table, found->second);
    Watched& watched = watched_[table];
    watched.resource = found->second;
    cache::Table::Options options;
    options.id = table;
    options.group_kind = description.kind.group_kind;
    options.schema = description.schema.get();
    watched.table = std::make_shared<cache::Table>(options, clock_, nullptr);
    more = true;
  }
  if (more) decide();
}

const DemandedKinds::Description& DemandedKinds::describe(const std::string& table,
                                                          const kube::ApiResource& resource) {
  Description& description = descriptions_[table];
  if (description.schema == nullptr) {
    description.kind = host::kind_by_kstatus({resource.gvr.group, resource.kind},
                                             resource.gvr.resource, resource.namespaced);
    description.schema = host::make_schema(description.kind);
  }
  return description;
}

void DemandedKinds::decide() {
  if (deciding_) {
    decide_again_ = true;
    return;
  }
  if (watched_.empty()) return;
  deciding_ = true;
  std::vector<access::Listable> kinds;
  for (auto& [table, watched] : watched_) {
    kinds.push_back({table, watched.resource});
    watched.asked = true;
  }
  gate_->decide(std::move(kinds), namespaces_,
                [this](const access::Decision& decision) { on_rights(decision); });
}

void DemandedKinds::on_rights(const access::Decision& decision) {
  deciding_ = false;
  bool changed = false;
  for (auto& [table, watched] : watched_) {
    // One that came meanwhile is asked about next. What held before, where the server could not be
    // asked, says nothing of a kind that no decision was ever made about.
    if (!watched.asked || (!decision.asked && !watched.decided)) continue;
    const auto found = decision.partitions.find(table);
    k8s::Partitions now = found == decision.partitions.end() ? k8s::Partitions() : found->second;
    changed = changed || !watched.decided || now != watched.partitions;
    watched.decided = true;
    watched.partitions = std::move(now);
    watched.reflectors.follow(watched.partitions, client_, watched.resource,
                              /*metadata_only=*/false, *watched.table);
  }
  if (changed) changed_();
  if (std::exchange(decide_again_, false)) decide();
}

void DemandedKinds::end_watches() {
  watched_.clear();
  resources_.clear();
  demandable_ = std::make_shared<const std::map<k8s::GroupKind, std::string>>();
  gate_ = std::make_unique<access::Gate>(client_, clock_);
  deciding_ = decide_again_ = false;
}

void DemandedKinds::every_second() {
  const int64_t now_ms = clock_.monotonic_ms();
  const size_t gone = std::erase_if(watched_, [&](const auto& entry) {
    return !wanted_.contains(entry.first) &&
           now_ms - entry.second.wanted_ms >= limits::kDemandLingerMs;
  });
  for (auto& [table, watched] : watched_) watched.table->recheck(clock_.wall_ms());
  if (gone > 0) changed_();
}

std::vector<host::DemandedKind> DemandedKinds::served() const {
  std::vector<host::DemandedKind> served;
  for (const auto& [table, watched] : watched_) {
    if (!watched.decided) continue;
    const host::Kind& kind = descriptions_.at(table).kind;
    served.push_back({{&kind, watched.resource.gvr.version, watched.table}, watched.partitions});
  }
  return served;
}

const host::Kind* DemandedKinds::kind(const std::string& table) const {
  return watched_.contains(table) ? &descriptions_.at(table).kind : nullptr;
}

const kube::ApiResource* DemandedKinds::resource(const std::string& table) const {
  const auto found = watched_.find(table);
  return found == watched_.end() ? nullptr : &found->second.resource;
}

}  // namespace masthead::app
