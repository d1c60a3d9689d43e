#include "cache/table_view.h"

namespace masthead::cache {
namespace {

bool by_id(base::Interned a, base::Interned b) {
  return a.id() < b.id();
}

void count(Tally& tally, const Row& row, int64_t step) {
  tally.total += step;
  tally.by_status[static_cast<size_t>(row.status().status)] += step;
}

}  // namespace

TableView::TableView(std::shared_ptr<Table> table, k8s::Partitions partitions,
                     std::function<void()> wake)
    : table_(std::move(table)),
      partitions_(std::move(partitions)),
      queue_(std::make_shared<ChangeQueue>(std::move(wake))),
      tallies_(by_id) {
  // Listening first: a change between the two is in both, and taking it twice is harmless.
  table_->add_listener(queue_);
  confidence_ = table_->confidence(partitions_);
  rebuild();
}

TableView::~TableView() {
  table_->remove_listener(queue_.get());
}

void TableView::rebuild() {
  const std::vector<RowPtr> snapshot = table_->snapshot(partitions_);
  std::vector<Shown> old = std::exchange(rows_, {});
  tallies_.clear();
  for (const RowPtr& row : snapshot) {
    if (rows_.size() <= row->slot()) rows_.resize(row->slot() + 1);
    Shown& place = rows_[row->slot()];
    place = {row, row, {}};
    if (row->slot() < old.size() && !old[row->slot()].overlay.empty() &&
        old[row->slot()].base->uid() == row->uid()) {
      place.overlay = std::move(old[row->slot()].overlay);
      place.shown = row->with(place.overlay);
    }
    count(tallies_[row->ns()], *place.shown, 1);
  }
  const auto shown = shown_rows();
  for (auto it = indexes_.begin(); it != indexes_.end();) {
    const auto index = it->second.lock();
    if (index != nullptr) index->rebuild(shown);
    it = index == nullptr ? indexes_.erase(it) : std::next(it);
  }
  ++version_;
}

std::vector<const RowPtr*> TableView::shown_rows() const {
  std::vector<const RowPtr*> shown;
  shown.reserve(rows_.size());
  for (const Shown& place : rows_) {
    if (place.shown != nullptr) shown.push_back(&place.shown);
  }
  return shown;
}

bool TableView::update() {
  // Before the rows: a list that is complete by now has queued all of them.
  const bool was_complete = confidence_.complete;
  confidence_ = table_->confidence(partitions_);
  const bool settled = confidence_.complete != was_complete;
  if (settled) ++version_;
  const ChangeQueue::Drained drained = queue_->drain();
  if (drained.overflowed) rebuild();
  for (const Change& change : drained.changes) take(change);
  return settled || drained.overflowed || !drained.changes.empty();
}

void TableView::take(const Change& change) {
  const Row& row = change.after != nullptr ? *change.after : *change.before;
  if (!partitions_.allows(row.ns())) return;
  const uint32_t slot = row.slot();
  if (rows_.size() <= slot) rows_.resize(slot + 1);
  Shown& place = rows_[slot];
  if (change.after == nullptr) {
    // A queue older than the snapshot may tell of an object the slot no longer holds.
    if (place.base == nullptr || place.base->uid() != row.uid()) return;
    place.overlay = {};
    place.base = nullptr;
    show(slot, nullptr);
    return;
  }
  if (place.base == change.after) return;
  // What others said about its status was about the object as it was: it is judged anew with what
  // it says now. A cell they give stays until they say otherwise.
  place.overlay.status.reset();
  if (place.base == nullptr || place.base->uid() != row.uid()) place.overlay = {};
  place.base = change.after;
  show(slot, place.overlay.empty() ? change.after : change.after->with(place.overlay));
}

void TableView::show(uint32_t slot, RowPtr shown) {
  const Change change{rows_[slot].shown, std::move(shown)};
  if (change.before == change.after) return;
  if (change.before != nullptr) count(tallies_[change.before->ns()], *change.before, -1);
  if (change.after != nullptr) count(tallies_[change.after->ns()], *change.after, 1);
  rows_[slot].shown = change.after;
  for (auto it = indexes_.begin(); it != indexes_.end();) {
    const auto index = it->second.lock();
    if (index != nullptr) index->apply(change);
    it = index == nullptr ? indexes_.erase(it) : std::next(it);
  }
  ++version_;
}

void TableView::overlay(const Row& row, Overlay overlay) {
  const uint32_t slot = row.slot();
  if (slot >= rows_.size() || rows_[slot].base == nullptr) return;
  Shown& place = rows_[slot];
  if (place.base->uid() != row.uid() || place.overlay == overlay) return;
  place.overlay = std::move(overlay);
  show(slot, place.overlay.empty() ? place.base : place.base->with(place.overlay));
}

RowPtr TableView::find(std::string_view ns, std::string_view name) const {
  const RowPtr found = table_->find(partitions_, ns, name);
  return found == nullptr ? nullptr : row(found->slot());
}

void TableView::for_each(const std::function<void(const Row&)>& visit) const {
  const auto ahead = [&](size_t slot) {
    return slot < rows_.size() ? rows_[slot].shown.get() : nullptr;
  };
  for (size_t slot = 0; slot < rows_.size(); ++slot) {
    if (const Row* row = ahead(slot + 2 * Row::kRowsAhead)) row->prefetch();
    if (const Row* row = ahead(slot + Row::kRowsAhead)) row->prefetch_texts();
    if (rows_[slot].shown != nullptr) visit(*rows_[slot].shown);
  }
}

void TableView::for_each_base(const std::function<void(const RowPtr&)>& visit) const {
  for (const Shown& place : rows_) {
    if (place.base != nullptr) visit(place.base);
  }
}

Tally TableView::tally(std::string_view ns) const {
  if (!ns.empty()) {
    const auto found = tallies_.find(base::Interned(ns));
    return found == tallies_.end() ? Tally{} : found->second;
  }
  Tally sum;
  for (const auto& [partition, tally] : tallies_) {
    sum.total += tally.total;
    for (size_t i = 0; i < sum.by_status.size(); ++i) sum.by_status[i] += tally.by_status[i];
  }
  return sum;
}

std::shared_ptr<QueryIndex> TableView::index(const Filter& filter, std::string_view column,
                                             bool descending, base::Error* error) {
  const std::string key =
      filter.canonical() + '\n' + std::string(column) + (descending ? " desc" : " asc");
  if (auto shared = indexes_[key].lock()) return shared;
  const auto order = Order::by(table_->schema(), column, descending);
  if (!order) {
    *error = order.error();
    return nullptr;
  }
  auto index = std::make_shared<QueryIndex>(filter, *order, table_->group_kind());
  index->rebuild(shown_rows());
  indexes_[key] = index;
  return index;
}

}  // namespace masthead::cache
