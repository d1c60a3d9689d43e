#include "host/inventory.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "base/limits.h"
#include "base/split.h"
#include "cache/applied_set.h"
#include "k8s/known_kinds.h"

namespace masthead::host {
namespace {

// A label of a row, empty when it has none of that key.
std::string_view label_of(const cache::Row& row, const std::string& key) {
  std::string_view rest = row.labels();
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    if (line.size() > key.size() && line.starts_with(key) && line[key.size()] == '=') {
      return line.substr(key.size() + 1);
    }
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
  }
  return {};
}

bool is_labelled(const cache::Row& row, const std::string& prefix, const k8s::ObjectRef& owner) {
  return !prefix.empty() && label_of(row, prefix + "/name") == owner.name &&
         label_of(row, prefix + "/namespace") == owner.ns;
}

// Kinds are watched one by one: that a pass has ended may be known before what it has made and
// taken away is.
constexpr int64_t kSettledAfterMs = 5'000;

}  // namespace

// Why nothing is known of an object that may well be there.
std::string Inventories::unknown_because(const k8s::ObjectRef& ref) const {
  if (ref.group.empty() && ref.kind == "Secret") return "Secrets are not watched";
  const std::string_view table = console_.table_of(ref);
  if (table.empty()) return "this cluster does not serve its kind";
  switch (console_.freshness(table).state) {
    case k8s::Freshness::State::kAbsent:
      return "this cluster does not serve its kind";
    case k8s::Freshness::State::kForbidden:
      return "you may not list its kind";
    default:
      break;
  }
  const auto* view = console_.view(table);
  if (view != nullptr && !view->partitions().allows(base::Interned(ref.ns))) {
    return "you may not list its kind there";
  }
  return "not read yet";
}

std::string Inventories::remark_of(const InventoryEntry& entry) const {
  std::string remark;
  const auto add = [&](const std::string& text) { remark += (remark.empty() ? "" : "; ") + text; };
  if (entry.elsewhere) {
    add("on another cluster");
  } else if (entry.row == nullptr && !entry.missing) {
    add(unknown_because(entry.ref));
  }
  if (entry.stray) add("carries its labels, but is not in the inventory");
  if (entry.fresh) add("not in the inventory yet");
  for (const k8s::ObjectRef& other : entry.also) add("also applied by " + said(other));
  return remark;
}

void Inventories::write_members(json::Writer& out, const InventoryEntry& entry) const {
  out.key("ref");
  cache::write_ref(out, entry.ref, entry.elsewhere ? "" : console_.table_of(entry.ref));
  if (!entry.version.empty()) out.key("version").string(entry.version);
  if (entry.status) {
    out.key("status").string(k8s::status_name(*entry.status));
    if (const auto& message = entry.row->status().message; !message.empty()) {
      out.key("message").string(message);
    }
  }
  if (entry.missing) out.key("missing").boolean(true);
  if (const std::string remark = remark_of(entry); !remark.empty()) {
    out.key("remark").string(remark);
  }
}

void Inventories::for_each_applier(const std::function<void(const Kind&, const cache::TableView&,
                                                            const cache::Row&)>& visit) const {
  for (const auto& [id, view] : views_) {
    const Kind* kind = console_.kind(id);
    if (kind == nullptr || !kind->applied) continue;
    view->for_each([&](const cache::Row& row) {
      if (!row.applied().empty()) visit(*kind, *view, row);
    });
  }
}

std::vector<Inventories::Applier> Inventories::appliers_of(const k8s::ObjectRef& ref) const {
  std::vector<Applier> found;
  const uint64_t hash = cache::applied_hash(ref);
  for_each_applier([&](const Kind& kind, const cache::TableView& view, const cache::Row& row) {
    if (!cache::applied_set_has(row.applied(), hash)) return;
    // A root Kustomization has applied itself, which explains nothing.
    k8s::ObjectRef applier = ref_of(kind, row);
    if (applier != ref) found.push_back({std::move(applier), view.row(row.slot())});
  });
  return found;
}

std::optional<k8s::ObjectRef> Inventories::labelled_by(const cache::Row& row) const {
  for (const ServedKind& served : console_.snapshot().kinds) {
    const std::string& prefix = served.kind->ownership_labels;
    if (prefix.empty()) continue;
    const std::string_view name = label_of(row, prefix + "/name");
    if (name.empty()) continue;
    return k8s::ObjectRef{served.kind->group_kind.group, served.kind->group_kind.kind,
                          std::string(label_of(row, prefix + "/namespace")), std::string(name)};
  }
  return std::nullopt;
}

// Of what came after it no inventory can tell; 0: not known.
int64_t Inventories::last_pass_ms(const Kind& kind, const k8s::ObjectRef& applier) const {
  const auto* view = console_.view(kind.table_id());
  const cache::RowPtr row = console_.find(applier);
  if (view == nullptr || row == nullptr) return 0;
  const auto synced = view->table().schema().index_of("synced");
  return synced && row->has(*synced) ? row->integer(*synced) : 0;
}

std::vector<InventoryEntry> Inventories::entries_of(const Kind& kind, const k8s::ObjectRef& self,
                                                    const Applied& applied) const {
  const bool here = applied.remote_cluster.empty();
  const int64_t told_ms = last_pass_ms(kind, self);
  const bool just_ended = told_ms != 0 && now_ms_ >= told_ms && now_ms_ - told_ms < kSettledAfterMs;
  std::vector<InventoryEntry> entries;
  std::set<k8s::ObjectRef> held;
  for (const Applied::Entry& one : applied.entries) {
    InventoryEntry entry{.ref = one.ref, .version = one.version, .elsewhere = !here};
    if (here) {
      entry.row = console_.find(one.ref);
      entry.missing = entry.row == nullptr && console_.lists(one.ref);
    }
    if (held.insert(one.ref).second) entries.push_back(std::move(entry));
  }
  for (const auto& [id, view] : views_) {
    const Kind* other = console_.kind(id);
    if (!here || other == nullptr || id == "events") continue;
    view->for_each([&](const cache::Row& row) {
      // What another object has made carries its labels at times, as EndpointSlices do.
      if (!row.owners().empty() || !is_labelled(row, kind.ownership_labels, self)) return;
      k8s::ObjectRef ref = ref_of(*other, row);
      if (ref == self || held.contains(ref)) return;
      if (std::ranges::find(applied.made, ref) != applied.made.end()) return;
      const bool fresh =
          applied.under_way || just_ended || (told_ms != 0 && row.created_ms() > told_ms);
      entries.push_back({.ref = std::move(ref),
                         .row = view->row(row.slot()),
                         .stray = applied.told && !fresh,
                         .fresh = applied.told && fresh});
    });
  }
  for (InventoryEntry& entry : entries) fill_status(entry);
  sort(entries);
  return entries;
}

void Inventories::fill_status(InventoryEntry& entry) const {
  const Kind* kind = console_.kind(console_.table_of(entry.ref));
  if (entry.row == nullptr || kind == nullptr) return;
  entry.status = kind->has_status ? entry.row->status().status : k8s::Status::kStatic;
}

// Broken first, then missing, then those of which nothing is known.
void Inventories::sort(std::vector<InventoryEntry>& entries) {
  const auto rank = [](const InventoryEntry& entry) {
    if (entry.missing) return static_cast<int>(k8s::Status::kFailed) * 2 + 1;
    if (entry.status) return static_cast<int>(*entry.status) * 2;
    return static_cast<int>(k8s::kStatusCount) * 2;
  };
  std::sort(entries.begin(), entries.end(), [&](const auto& a, const auto& b) {
    return rank(a) != rank(b) ? rank(a) < rank(b) : a.ref < b.ref;
  });
}

std::string_view Inventories::word_of(const InventoryEntry& entry) {
  if (entry.missing) return "Missing";
  return entry.status ? k8s::status_name(*entry.status) : "NotWatched";
}

void write_told(json::Writer& out, const Applied& applied, size_t total) {
  out.key("told").boolean(applied.told).key("total").integer(static_cast<int64_t>(total));
  if (applied.unreadable != 0) {
    out.key("unreadable").integer(static_cast<int64_t>(applied.unreadable));
  }
  if (!applied.kinds.empty()) {
    out.key("kinds").begin_array();
    for (const std::string& kind : applied.kinds) out.string(kind);
    out.end_array();
  }
  if (!applied.remote_cluster.empty()) out.key("remote").string(applied.remote_cluster);
}

void Inventories::write_inventory(json::Writer& out, const Kind& kind, const k8s::ObjectRef& self,
                                  const json::Value& object) const {
  const Applied applied = kind.applied(object);
  std::vector<InventoryEntry> entries = entries_of(kind, self, applied);
  std::map<std::string_view, int64_t> counts;
  for (const InventoryEntry& entry : entries) ++counts[word_of(entry)];
  out.key("inventory").begin_object();
  write_told(out, applied, entries.size() + applied.beyond);
  out.key("counts").begin_object();
  for (const auto& [word, count] : counts) out.key(word).integer(count);
  out.end_object();
  if (entries.size() > limits::kInventoryShown) entries.resize(limits::kInventoryShown);
  if (applied.remote_cluster.empty()) find_others(self, entries);
  out.key("entries").begin_array();
  for (const InventoryEntry& entry : entries) {
    out.begin_object();
    write_members(out, entry);
    out.end_object();
  }
  out.end_array().end_object();
}

// Each set is read once, since there may be thousands of both.
void Inventories::find_others(const k8s::ObjectRef& self,
                              std::vector<InventoryEntry>& entries) const {
  std::unordered_map<uint64_t, InventoryEntry*> by_hash;
  for (InventoryEntry& entry : entries) by_hash.emplace(cache::applied_hash(entry.ref), &entry);
  for_each_applier([&](const Kind& kind, const cache::TableView&, const cache::Row& row) {
    for (const uint64_t hash : cache::applied_hashes(row.applied())) {
      const auto found = by_hash.find(hash);
      if (found == by_hash.end()) continue;
      k8s::ObjectRef applier = ref_of(kind, row);
      if (applier == self || applier == found->second->ref) continue;
      found->second->also.push_back(std::move(applier));
    }
  });
}

std::optional<Applied> Inventories::applied_by(const k8s::ObjectRef& applier) const {
  const std::string_view table = console_.table_of(applier);
  const Kind* kind = console_.kind(table);
  if (kind == nullptr || !kind->applied || console_.find(applier) == nullptr) return std::nullopt;
  const auto bytes = console_.object(table, applier.ns, applier.name);
  json::Document document;
  if (!bytes || !document.reparse(*bytes)) return std::nullopt;
  return kind->applied(document.root());
}

void Inventories::write_applied_by(json::Writer& out, const k8s::ObjectRef& self,
                                   const cache::Row& row) const {
  Carrier carrier = carrier_of(self, row);
  std::vector<Applier>& appliers = carrier.appliers;
  const std::string note = disagreement(carrier);
  if (appliers.empty()) return;
  out.key("appliedBy").begin_object();
  if (!note.empty()) out.key("note").string(note);
  if (!carrier.through.empty()) {
    out.key("through").begin_array();
    for (const k8s::ObjectRef& owner : carrier.through) cache::write_ref(out, owner);
    out.end_array();
  }
  out.key("by").begin_array();
  for (const Applier& applier : appliers) write_applier(out, self, applier);
  out.end_array().end_object();
}

// The object itself, or where no inventory holds it the nearest owner that was applied: a pod is
// not, its Deployment is.
Inventories::Carrier Inventories::carrier_of(const k8s::ObjectRef& self,
                                             const cache::Row& row) const {
  Carrier carrier{.ref = self, .labelled = labelled_by(row), .appliers = appliers_of(self)};
  const Carrier itself = carrier;
  cache::RowPtr owner = owner_of(row, carrier.ref);
  while (carrier.appliers.empty() && owner != nullptr &&
         carrier.through.size() < limits::kAppliedByChain) {
    carrier.through.push_back(carrier.ref);
    carrier.labelled = labelled_by(*owner);
    carrier.appliers = appliers_of(carrier.ref);
    owner = owner_of(*owner, carrier.ref);
  }
  const bool known = !carrier.appliers.empty() || (carrier.labelled && !itself.labelled);
  if (!known) return itself;
  if (!carrier.through.empty()) carrier.ref = carrier.through.back();
  return carrier;
}

// The row of the first owner that may be seen, and who that is.
cache::RowPtr Inventories::owner_of(const cache::Row& row, k8s::ObjectRef& owner) const {
  const std::vector<std::string> lines = base::split(row.owners(), '\n');
  for (const std::string& line : lines) {
    const size_t slash = line.find('/');
    if (slash == std::string::npos || slash + 1 == line.size()) continue;
    for (const auto& [id, view] : views_) {
      const Kind* kind = console_.kind(id);
      if (kind == nullptr || kind->group_kind.kind != line.substr(0, slash)) continue;
      cache::RowPtr found;
      view->for_each([&](const cache::Row& candidate) {
        if (candidate.uid() == line.substr(slash + 1)) found = view->row(candidate.slot());
      });
      if (found == nullptr) continue;
      owner = ref_of(*kind, *found);
      return found;
    }
  }
  return nullptr;
}

// Says where labels and inventories do not say the same; whom the labels alone name is an applier.
std::string Inventories::disagreement(Carrier& carrier) const {
  std::vector<Applier>& appliers = carrier.appliers;
  const auto& labelled = carrier.labelled;
  const bool agree =
      !labelled || *labelled == carrier.ref ||
      std::ranges::any_of(appliers, [&](const Applier& one) { return one.ref == *labelled; });
  if (agree) {
    return appliers.size() < 2
               ? ""
               : "More than one inventory holds it: they will overwrite each other.";
  }
  const cache::RowPtr row = console_.find(*labelled);
  const bool contradicted = !appliers.empty();
  appliers.push_back({*labelled, row});
  const std::string who = k8s::said(*labelled);
  const auto applied = applied_by(*labelled);
  if (applied && std::ranges::find(applied->made, carrier.ref) != applied->made.end()) {
    return who + " has made it for its own use.";
  }
  if (applied && applied->under_way && applied->remote_cluster.empty()) {
    return "Its labels name " + who + ", which is being reconciled.";
  }
  if (contradicted) return "Its labels name " + who + ", whose inventory does not hold it.";
  if (row != nullptr && row->applied().empty()) {
    return "Only its labels say so; " + who + " has no inventory of this cluster.";
  }
  if (row != nullptr) return "Only its labels say so: no inventory holds it.";
  if (console_.lists(*labelled)) return "Only its labels say so, and " + who + " does not exist.";
  return "Only its labels say so; you may not see " + who + ".";
}

// With where it came from, and the way up to the root.
void Inventories::write_applier(json::Writer& out, const k8s::ObjectRef& self,
                                const Applier& applier) const {
  out.begin_object().key("ref");
  cache::write_ref(out, applier.ref);
  if (applier.row != nullptr) {
    out.key("status").string(k8s::status_name(applier.row->status().status));
    for (const cache::Link& link : cache::links_of(*applier.row)) {
      const bool is_source = link.relation == "source" || link.relation == "chart";
      if (!is_source || link.ref == self) continue;
      out.key("source");
      cache::write_ref(out, link.ref);
      break;
    }
    if (!applier.row->revision().empty()) out.key("revision").string(applier.row->revision());
    const Kind* kind = console_.kind(console_.table_of(applier.ref));
    const auto* shown = console_.view(kind->table_id());
    const auto path = shown->table().schema().index_of("path");
    if (path && applier.row->has(*path)) out.key("path").string(applier.row->text(*path));
  }
  write_chain(out, applier);
  out.end_object();
}

void Inventories::write_chain(json::Writer& out, const Applier& applier) const {
  out.key("chain").begin_array();
  std::vector<k8s::ObjectRef> seen{applier.ref};
  cache::RowPtr row = applier.row;
  while (row != nullptr && seen.size() <= limits::kAppliedByChain) {
    const std::vector<Applier> above = appliers_of(seen.back());
    const auto labelled = labelled_by(*row);
    if (above.empty() && !labelled) break;
    const k8s::ObjectRef next = above.empty() ? *labelled : above.front().ref;
    if (std::find(seen.begin(), seen.end(), next) != seen.end()) break;
    cache::write_ref(out, next);
    row = console_.find(next);
    seen.push_back(next);
  }
  out.end_array();
}

}  // namespace masthead::host
