#include "cache/table.h"

#include <boost/unordered/unordered_flat_set.hpp>
#include <map>
#include <queue>

#include "base/check.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/time_format.h"
#include "cache/object_codec.h"
#include "k8s/resource_version.h"

namespace masthead::cache {
namespace {

struct Entry {
  std::shared_ptr<Row> row;  // null: the slot is free
  std::string blob;
  uint32_t scope = 0;
  uint64_t generation = 0;  // of the reset that named it last
};

struct Key {
  base::Interned ns;
  std::string_view name;
};

// The set of taken slots, looked up by key without storing the key twice.
struct SlotHash {
  using is_transparent = void;
  const std::vector<Entry>* entries;
  static size_t of(base::Interned ns, std::string_view name) {
    return std::hash<base::Interned>()(ns) ^ std::hash<std::string_view>()(name);
  }
  size_t operator()(uint32_t slot) const {
    const Row& row = *(*entries)[slot].row;
    return of(row.ns(), row.name());
  }
  size_t operator()(const Key& key) const { return of(key.ns, key.name); }
};
struct SlotEqual {
  using is_transparent = void;
  const std::vector<Entry>* entries;
  bool operator()(uint32_t a, uint32_t b) const { return a == b; }
  bool operator()(const Key& key, uint32_t slot) const {
    const Row& row = *(*entries)[slot].row;
    return row.ns() == key.ns && row.name() == key.name;
  }
  bool operator()(uint32_t slot, const Key& key) const { return (*this)(key, slot); }
};

struct Recheck {
  int64_t at_ms;
  uint32_t slot;
  bool operator>(const Recheck& other) const { return at_ms > other.at_ms; }
};

struct Staged {
  std::shared_ptr<Row> row;
  std::string blob;
  bool deleted = false;
};

struct ScopeState {
  std::string ns;
  k8s::Freshness freshness;
  bool complete = false;
  bool staging = false;
  bool anew = false;  // the reset that is staged
  bool removed = false;
  uint64_t generation = 0;
  std::vector<Staged> staged;
};

// How bad a freshness is when several scopes feed one answer.
int rank(k8s::Freshness::State state) {
  switch (state) {
    case k8s::Freshness::State::kAbsent:
      return 4;
    case k8s::Freshness::State::kStale:
      return 3;
    case k8s::Freshness::State::kSyncing:
      return 2;
    case k8s::Freshness::State::kForbidden:
      return 1;
    case k8s::Freshness::State::kLive:
      return 0;
  }
  return 0;
}

// A name for an object that has none: it is shown raw rather than dropped.
std::string name_of_garbage(const json::Value& object) {
  const auto uid = object["metadata"]["uid"].str();
  return uid.empty() ? "(object without a name)" : "(no name) " + std::string(uid);
}

}  // namespace

void ChangeQueue::push(Change change) {
  bool was_empty = false;
  {
    base::MutexLock lock(mutex_);
    was_empty = changes_.empty() && !overflowed_;
    if (changes_.size() >= limits::kQueuedChanges) {
      // A reader that fell this far behind is cheaper served by one snapshot.
      changes_.clear();
      overflowed_ = true;
    } else if (!overflowed_) {
      changes_.push_back(std::move(change));
    }
  }
  if (was_empty) wake_();
}

ChangeQueue::Drained ChangeQueue::drain() {
  base::MutexLock lock(mutex_);
  return {std::exchange(changes_, {}), std::exchange(overflowed_, false)};
}

struct Table::State {
  State() : slots(64, SlotHash{&entries}, SlotEqual{&entries}) {}

  mutable base::Mutex mutex;
  std::vector<Entry> entries;
  boost::unordered_flat_set<uint32_t, SlotHash, SlotEqual> slots;
  std::vector<uint32_t> free_slots;
  std::priority_queue<Recheck, std::vector<Recheck>, std::greater<>> rechecks;
  ObjectCodec codec;
  json::Document document;
  std::vector<ScopeState> scopes;
  std::map<std::string, std::unique_ptr<Table::ScopeSink>> sinks;
  std::vector<std::shared_ptr<ChangeQueue>> listeners;

  const Entry* find(base::Interned ns, std::string_view name) const {
    const auto found = slots.find(Key{ns, name});
    return found == slots.end() ? nullptr : &entries[*found];
  }
  void announce(const Change& change) {
    for (const auto& listener : listeners) listener->push(change);
  }
  void schedule(const Row& row) {
    if (row.status().recheck_at_ms > 0) rechecks.push({row.status().recheck_at_ms, row.slot()});
  }
};

// Events of one scope; all the writing happens here.
class Table::ScopeSink final : public k8s::ReflectorSink {
 public:
  ScopeSink(Table& table, uint32_t scope) : table_(table), s_(*table.state_), scope_(scope) {}

  void on_event(const k8s::ReflectorEvent& event) override {
    using Type = k8s::ReflectorEvent::Type;
    base::MutexLock lock(s_.mutex);
    ScopeState& scope = s_.scopes[scope_];
    switch (event.type) {
      case Type::kFreshness:
        scope.freshness = *event.freshness;
        return;
      case Type::kResetBegin:
        scope.staging = true;
        scope.anew = event.anew;
        scope.staged.clear();
        return;
      case Type::kUpsert:
        take(scope, event.object, /*deleted=*/false);
        return;
      case Type::kDelete:
        take(scope, event.object, /*deleted=*/true);
        return;
      case Type::kResetEnd:
        swap_in(scope);
        return;
      case Type::kBookmark:
        return;
    }
  }

  // Drops everything this scope brought.
  void clear() {
    base::MutexLock lock(s_.mutex);
    ScopeState& scope = s_.scopes[scope_];
    scope.removed = true;
    scope.complete = false;
    scope.staged.clear();
    for (uint32_t slot = 0; slot < s_.entries.size(); ++slot) {
      if (s_.entries[slot].row != nullptr && s_.entries[slot].scope == scope_) erase(slot);
    }
  }

  std::shared_ptr<Row> build(const json::Value& object) const {
    const json::Value metadata = object["metadata"];
    std::string garbage_name;
    std::string_view name = metadata["name"].str();
    if (name.empty()) name = garbage_name = name_of_garbage(object);
    RowBuilder row(table_.schema(), base::Interned(metadata["namespace"].str()), name,
                   metadata["uid"].str(), metadata["resourceVersion"].str(),
                   base::rfc3339_or_zero(metadata["creationTimestamp"].str()));
    row.labels(metadata["labels"]);
    row.owners(metadata["ownerReferences"]);
    table_.schema().fill(object, table_.clock_.wall_ms(), row);
    return row.finish();
  }

  void replace(uint32_t slot, std::shared_ptr<Row> row, std::string blob) {
    Entry& entry = s_.entries[slot];
    const std::shared_ptr<Row> before = entry.row;
    row->slot_ = slot;
    const bool other = row->uid() != before->uid();
    if (other && table_.settler_ != nullptr) table_.settler_->gone(*before);
    settle(*row, other ? nullptr : before.get());
    // The hash set finds slots through the row: same key, so its place does not change.
    entry.row = std::move(row);
    entry.blob = std::move(blob);
    entry.scope = scope_;
    s_.schedule(*entry.row);
    s_.announce({before, entry.row});
  }

 private:
  // Applies or stages one object.
  void take(ScopeState& scope, std::string_view bytes, bool deleted) {
    auto stripped = s_.codec.strip(bytes);
    auto parsed = stripped ? s_.document.reparse(*stripped)
                           : base::Result<json::Value>(std::unexpected(stripped.error()));
    const auto masked = parsed ? table_.schema().masked(*parsed) : std::nullopt;
    if (masked) {
      stripped = *masked;
      parsed = s_.document.reparse(*masked);
    }
    if (!parsed) {
      base::log::warn("cache", "an object could not be read and is left out",
                      {{"table", table_.id()}, {"cause", parsed.error().text}});
      return;
    }
    Staged item;
    item.row = build(*parsed);
    item.deleted = deleted;
    if (!deleted && table_.options_.keep_objects) item.blob = s_.codec.compress(*stripped);
    if (scope.staging) {
      scope.staged.push_back(std::move(item));
    } else {
      apply(scope, std::move(item), /*reset=*/false);
    }
  }

  void apply(const ScopeState& scope, Staged item, bool reset) {
    const auto found = s_.slots.find(Key{item.row->ns(), item.row->name()});
    if (found == s_.slots.end()) {
      if (!item.deleted) insert(scope, std::move(item));
      return;
    }
    Entry& entry = s_.entries[*found];
    const auto order =
        k8s::compare_resource_versions(item.row->resource_version(), entry.row->resource_version());
    if (item.deleted) {
      if (!order || *order >= 0) erase(*found);
      return;
    }
    entry.generation = scope.generation;
    entry.scope = scope_;
    // "No object goes back in resourceVersion except at a declared reset."
    if (!scope.anew && order && *order < 0 && !reset) return;
    // One number is one write, unless a snapshot was restored and its numbers are given out anew.
    const bool same = item.row->uid() == entry.row->uid() && item.blob == entry.blob;
    if (!scope.anew && order && *order == 0 && (!reset || same)) return;
    replace(*found, std::move(item.row), std::move(item.blob));
  }

  void insert(const ScopeState& scope, Staged item) {
    uint32_t slot = static_cast<uint32_t>(s_.entries.size());
    if (s_.free_slots.empty()) {
      s_.entries.emplace_back();
    } else {
      slot = s_.free_slots.back();
      s_.free_slots.pop_back();
    }
    item.row->slot_ = slot;
    settle(*item.row, nullptr);
    s_.entries[slot] = {item.row, std::move(item.blob), scope_, scope.generation};
    s_.slots.insert(slot);
    s_.schedule(*item.row);
    s_.announce({nullptr, std::move(item.row)});
  }

  void erase(uint32_t slot) {
    const std::shared_ptr<Row> row = s_.entries[slot].row;
    s_.slots.erase(slot);
    s_.entries[slot] = {};
    s_.free_slots.push_back(slot);
    if (table_.settler_ != nullptr) table_.settler_->gone(*row);
    s_.announce({row, nullptr});
  }

  void swap_in(ScopeState& scope) {
    scope.staging = false;
    ++scope.generation;
    for (Staged& item : scope.staged) apply(scope, std::move(item), /*reset=*/true);
    scope.staged = {};
    scope.anew = false;
    // "On relist emit deletes for vanished keys (final state unknown)."
    for (uint32_t slot = 0; slot < s_.entries.size(); ++slot) {
      const Entry& entry = s_.entries[slot];
      if (entry.row != nullptr && entry.scope == scope_ && entry.generation != scope.generation) {
        erase(slot);
      }
    }
    scope.complete = true;
  }

  void settle(Row& row, const Row* before) const {
    if (table_.settler_ != nullptr && table_.schema().has_status()) {
      table_.settler_->settle(row, before, row.status_);
    }
  }

  friend class Table;
  Table& table_;
  Table::State& s_;
  const uint32_t scope_;
};

Table::Table(Options options, const base::Clock& clock, StatusSettler* settler)
    : options_(std::move(options)),
      clock_(clock),
      settler_(settler),
      state_(std::make_unique<State>()) {}
Table::~Table() = default;

k8s::ReflectorSink& Table::sink(const std::string& scope) {
  base::MutexLock lock(state_->mutex);
  auto& sink = state_->sinks[scope];
  if (sink == nullptr) {
    const auto index = static_cast<uint32_t>(state_->scopes.size());
    state_->scopes.emplace_back().ns = scope;
    state_->scopes.back().freshness.since_ms = clock_.wall_ms();
    sink = std::make_unique<ScopeSink>(*this, index);
  }
  state_->scopes[sink->scope_].removed = false;
  return *sink;
}

void Table::remove_scope(const std::string& scope) {
  ScopeSink* sink = nullptr;
  {
    base::MutexLock lock(state_->mutex);
    const auto found = state_->sinks.find(scope);
    if (found != state_->sinks.end()) sink = found->second.get();
  }
  if (sink != nullptr) sink->clear();
}

int64_t Table::recheck(int64_t now_ms) {
  base::MutexLock lock(state_->mutex);
  auto& due = state_->rechecks;
  while (!due.empty() && due.top().at_ms <= now_ms) {
    const uint32_t slot = due.top().slot;
    due.pop();
    Entry& entry = state_->entries[slot];
    if (entry.row == nullptr || entry.blob.empty()) continue;
    const int64_t at_ms = entry.row->status().recheck_at_ms;
    if (at_ms == 0 || at_ms > now_ms) continue;  // it has changed since
    const auto object = state_->codec.decompress(entry.blob);
    if (!object || !state_->document.reparse(*object)) continue;
    for (const auto& [ns, sink] : state_->sinks) {
      if (sink->scope_ != entry.scope) continue;
      std::string blob = std::move(entry.blob);
      sink->replace(slot, sink->build(state_->document.root()), std::move(blob));
      break;
    }
  }
  return due.empty() ? 0 : due.top().at_ms;
}

void Table::settle_again(std::string_view uid) {
  base::MutexLock lock(state_->mutex);
  for (Entry& entry : state_->entries) {
    if (entry.row == nullptr || entry.row->uid() != uid || settler_ == nullptr) continue;
    k8s::StatusValue status = entry.row->status();
    settler_->settle(*entry.row, entry.row.get(), status);
    if (status == entry.row->status()) return;
    const RowPtr before = entry.row;
    entry.row = std::const_pointer_cast<Row>(before->with_status(std::move(status)));
    state_->announce({before, entry.row});
    return;
  }
}

void Table::add_listener(std::shared_ptr<ChangeQueue> queue) {
  base::MutexLock lock(state_->mutex);
  state_->listeners.push_back(std::move(queue));
}

void Table::remove_listener(const ChangeQueue* queue) {
  base::MutexLock lock(state_->mutex);
  std::erase_if(state_->listeners, [&](const auto& one) { return one.get() == queue; });
}

std::vector<RowPtr> Table::snapshot(const k8s::Partitions& partitions) const {
  std::vector<RowPtr> rows;
  base::MutexLock lock(state_->mutex);
  if (partitions.none()) return rows;
  rows.reserve(state_->slots.size());
  for (const Entry& entry : state_->entries) {
    if (entry.row != nullptr && partitions.allows(entry.row->ns())) rows.push_back(entry.row);
  }
  return rows;
}

RowPtr Table::find(const k8s::Partitions& partitions, std::string_view ns,
                   std::string_view name) const {
  base::MutexLock lock(state_->mutex);
  const base::Interned key(ns);
  if (!partitions.allows(key)) return nullptr;
  const Entry* entry = state_->find(key, name);
  return entry == nullptr ? nullptr : entry->row;
}

base::Result<std::string> Table::object(const k8s::Partitions& partitions, std::string_view ns,
                                        std::string_view name) const {
  std::string blob;
  {
    base::MutexLock lock(state_->mutex);
    const base::Interned key(ns);
    const Entry* entry = partitions.allows(key) ? state_->find(key, name) : nullptr;
    if (entry == nullptr) {
      return base::fail(base::ErrorCode::kNotFound,
                        "There is no such object, or you may not see it.");
    }
    blob = entry->blob;
  }
  return state_->codec.decompress(blob);
}

Table::Confidence Table::confidence(const k8s::Partitions& partitions) const {
  base::MutexLock lock(state_->mutex);
  Confidence worst;
  bool first = true;
  for (const ScopeState& scope : state_->scopes) {
    if (scope.removed) continue;
    if (!scope.ns.empty() && !partitions.allows(base::Interned(scope.ns))) continue;
    worst.complete = (first || worst.complete) && scope.complete;
    if (first || rank(scope.freshness.state) > rank(worst.freshness.state)) {
      worst.freshness = scope.freshness;
    }
    first = false;
  }
  return worst;
}

Table::Footprint Table::footprint() const {
  base::MutexLock lock(state_->mutex);
  Footprint sum;
  for (const Entry& entry : state_->entries) {
    if (entry.row == nullptr) continue;
    ++sum.objects;
    sum.row_bytes += entry.row->memory_bytes() + sizeof(Entry);
    sum.object_bytes += entry.blob.capacity();
  }
  return sum;
}

}  // namespace masthead::cache
