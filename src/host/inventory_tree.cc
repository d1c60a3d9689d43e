#include "host/inventory_tree.h"

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>
#include <unordered_map>

#include "base/limits.h"
#include "cache/applied_set.h"
#include "cache/query.h"
#include "host/inventory.h"

namespace masthead::host {
namespace {

// Survives changes of the object, and is the same wherever in the tree it stands.
std::string id_of(const k8s::ObjectRef& ref) {
  return ref.kind + (ref.group.empty() ? "" : "." + ref.group) + "/" + ref.ns + "/" + ref.name;
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) {
    std::transform(word.begin(), word.end(), word.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    words.push_back(std::move(word));
  }
  return words;
}

class TreeMaker {
 public:
  TreeMaker(const ConsoleView& console, const Views& views, const TreeRequest& request,
            int64_t now_ms)
      : console_(console),
        views_(views),
        request_(request),
        inventories_(console, views, now_ms),
        words_(words_of(request.text)) {}

  Tree make(const Kind& kind, const k8s::ObjectRef& self, const json::Value& object) {
    const Applied applied = kind.applied(object);
    std::vector<InventoryEntry> entries = inventories_.entries_of(kind, self, applied);
    if (applied.remote_cluster.empty()) inventories_.find_others(self, entries);
    std::map<std::string_view, int64_t> counts;
    for (const InventoryEntry& entry : entries) ++counts[Inventories::word_of(entry)];
    const size_t total = entries.size() + applied.beyond;
    above_ = {self};
    add(std::move(entries));
    json::Writer out;
    out.begin_object();
    write_told(out, applied, total);
    out.key("counts").begin_object();
    for (const auto& [word, count] : counts) out.key(word).integer(count);
    out.end_object();
    if (cut_) out.key("cut").boolean(true);
    write_window(out);
    out.end_object();
    return {std::move(out).finish(), std::move(demands_)};
  }

 private:
  struct Shown {
    InventoryEntry entry;
    size_t depth;
    std::optional<size_t> children;  // nothing: there are none
    bool open;
  };

  // Whether anything of it, or below, is shown.
  bool add(std::vector<InventoryEntry> entries) {
    bool any = false;
    for (InventoryEntry& entry : entries) {
      if (shown_.size() >= limits::kTreeRows) {
        cut_ = true;
        return any;
      }
      any = add(std::move(entry)) || any;
    }
    return any;
  }

  bool add(InventoryEntry entry) {
    demand(entry);
    const size_t at = shown_.size();
    const k8s::ObjectRef ref = entry.ref;
    const cache::RowPtr row = entry.row;
    // What stands above itself is not followed again.
    const bool again = std::find(above_.begin(), above_.end(), ref) != above_.end();
    const auto children = row == nullptr || again || above_.size() > limits::kTreeDepth
                              ? std::nullopt
                              : children_of(ref, *row);
    const bool open = children && is_open(id_of(ref));
    bool wanted = is_wanted(entry);
    shown_.push_back({std::move(entry), above_.size() - 1, children, open});
    if (open) {
      above_.push_back(ref);
      wanted = add(open_up(ref, *row)) || wanted;
      above_.pop_back();
    }
    if (!wanted) shown_.resize(at);
    return wanted;
  }

  void demand(const InventoryEntry& entry) {
    const auto& demandable = *console_.snapshot().demandable;
    const auto found = demandable.find({entry.ref.group, entry.ref.kind});
    if (found != demandable.end() && !entry.elsewhere) demands_.insert(found->second);
  }

  bool is_open(const std::string& id) const {
    if (!words_.empty()) return true;
    return request_.open_all != request_.opened.contains(id);
  }

  bool is_wanted(const InventoryEntry& entry) const {
    if (words_.empty()) return true;
    std::string seen = entry.ref.kind + " " + entry.ref.ns + "/" + entry.ref.name + " " +
                       std::string(Inventories::word_of(entry)) + " ";
    if (entry.row != nullptr) seen += entry.row->status().message + " ";
    seen += inventories_.remark_of(entry);
    return std::all_of(words_.begin(), words_.end(), [&](const std::string& word) {
      return cache::contains_ignoring_case(seen, word);
    });
  }

  const Kind* applier(const k8s::ObjectRef& ref) const {
    const Kind* kind = console_.kind(console_.table_of(ref));
    return kind != nullptr && kind->applied ? kind : nullptr;
  }

  std::optional<size_t> children_of(const k8s::ObjectRef& ref, const cache::Row& row) {
    size_t count = 0;
    if (applier(ref) != nullptr) {
      count = cache::applied_hashes(row.applied()).size();
    } else if (!row.uid().empty()) {
      count = owned().count(row.uid());
    }
    return count == 0 ? std::nullopt : std::optional(count);
  }

  std::vector<InventoryEntry> open_up(const k8s::ObjectRef& ref, const cache::Row& row) {
    if (const Kind* kind = applier(ref)) {
      const auto bytes = console_.object(kind->table_id(), ref.ns, ref.name);
      json::Document document;
      if (!bytes || !document.reparse(*bytes)) return {};
      const Applied applied = kind->applied(document.root());
      std::vector<InventoryEntry> entries = inventories_.entries_of(*kind, ref, applied);
      if (applied.remote_cluster.empty()) inventories_.find_others(ref, entries);
      return entries;
    }
    std::vector<InventoryEntry> entries;
    const auto [begin, end] = owned().equal_range(row.uid());
    for (auto it = begin; it != end; ++it) {
      const Kind* kind = console_.kind(it->second.first->table().id());
      entries.push_back({.ref = ref_of(*kind, *it->second.second),
                         .row = it->second.first->row(it->second.second->slot())});
      inventories_.fill_status(entries.back());
    }
    Inventories::sort(entries);
    return entries;
  }

  // Rows by the UID of their owners; made when it is asked for first.
  using Owned = std::unordered_multimap<std::string_view,
                                        std::pair<const cache::TableView*, const cache::Row*>>;
  const Owned& owned() {
    if (owned_) return *owned_;
    owned_.emplace();
    for (const auto& [id, view] : views_) {
      if (console_.kind(id) == nullptr || id == "events") continue;
      view->for_each([&](const cache::Row& row) {
        for (const std::string_view uid : cache::owner_uids(row.owners())) {
          owned_->emplace(uid, std::pair(view.get(), &row));
        }
      });
    }
    return *owned_;
  }

  void write_window(json::Writer& out) const {
    const size_t first = std::min(request_.first, shown_.size());
    const size_t last = std::min(first + request_.count, shown_.size());
    out.key("length").integer(static_cast<int64_t>(shown_.size()));
    out.key("first").integer(static_cast<int64_t>(first)).key("rows").begin_array();
    for (size_t i = first; i < last; ++i) {
      const Shown& one = shown_[i];
      out.begin_object().key("id").string(id_of(one.entry.ref));
      out.key("depth").integer(static_cast<int64_t>(one.depth));
      if (one.children) {
        out.key("children").integer(static_cast<int64_t>(*one.children));
        out.key("open").boolean(one.open);
      }
      inventories_.write_members(out, one.entry);
      out.end_object();
    }
    out.end_array();
  }

  const ConsoleView& console_;
  const Views& views_;
  const TreeRequest& request_;
  const Inventories inventories_;
  const std::vector<std::string> words_;
  std::vector<k8s::ObjectRef> above_;  // the way down to what is being added
  std::vector<Shown> shown_;
  std::set<std::string> demands_;
  std::optional<Owned> owned_;
  bool cut_ = false;
};

}  // namespace

std::optional<Tree> ConsoleView::tree(const TreeRequest& request) const {
  const Kind* kind = this->kind(request.table);
  const auto* shown = view(request.table);
  const cache::RowPtr row = shown == nullptr ? nullptr : shown->find(request.ns, request.name);
  if (row == nullptr || kind == nullptr || !kind->applied) return std::nullopt;
  const auto bytes = object(request.table, request.ns, request.name);
  json::Document document;
  if (bytes) (void)document.reparse(*bytes);
  return TreeMaker(*this, views_, request, clock_.wall_ms())
      .make(*kind, ref_of(*kind, *row), document.root());
}

}  // namespace masthead::host
