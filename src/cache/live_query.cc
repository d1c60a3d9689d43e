#include "cache/live_query.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

namespace masthead::cache {

LiveQuery::LiveQuery(std::shared_ptr<QueryIndex> index, size_t first, size_t count)
    : index_(std::move(index)), first_(first), count_(count) {}

void LiveQuery::set_window(size_t first, size_t count) {
  first_ = first;
  count_ = count;
  sent_once_ = false;
}

std::optional<ListFrame> LiveQuery::flush() {
  const bool window_touched =
      !sent_once_ || index_->touched(sent_version_, first_, first_ + count_);
  const bool totals_changed =
      index_->size() != sent_total_ || index_->unfiltered() != sent_unfiltered_;
  if (!window_touched && !totals_changed) return std::nullopt;

  ListFrame frame;
  if (window_touched) {
    // A window past the end, as after rows went, is moved back onto the list.
    if (first_ >= index_->size() && first_ > 0) {
      first_ = index_->size() > count_ ? index_->size() - count_ : 0;
      sent_once_ = false;
    }
    std::vector<RowPtr> rows = index_->window(first_, count_);
    if (sent_once_) {
      frame = difference(rows);
    } else {
      frame.reset = true;
      frame.upserts = rows;
    }
    sent_ = std::move(rows);
  }
  const bool says_something = frame.reset || totals_changed || !frame.upserts.empty() ||
                              !frame.removes.empty() || !frame.order.empty();
  sent_once_ = true;
  sent_version_ = index_->version();
  sent_total_ = frame.total = index_->size();
  sent_unfiltered_ = frame.unfiltered = index_->unfiltered();
  frame.first = first_;
  if (!says_something) return std::nullopt;
  return frame;
}

ListFrame LiveQuery::difference(const std::vector<RowPtr>& rows) const {
  ListFrame frame;
  // By object, not by slot: a slot is reused after its object is gone.
  boost::unordered_flat_map<std::string, const Row*> old;
  for (const RowPtr& row : sent_) old.emplace(row->key(), row.get());
  boost::unordered_flat_set<std::string> current;
  for (const RowPtr& row : rows) {
    std::string key = row->key();
    const auto found = old.find(key);
    if (found == old.end() || found->second != row.get()) frame.upserts.push_back(row);
    current.insert(std::move(key));
  }
  bool same_order = rows.size() == sent_.size();
  for (size_t i = 0; same_order && i < rows.size(); ++i) {
    same_order = rows[i]->name() == sent_[i]->name() && rows[i]->ns() == sent_[i]->ns();
  }
  for (const RowPtr& row : sent_) {
    std::string key = row->key();
    if (current.contains(key)) continue;
    if (!index_->holds(row->slot())) frame.gone.push_back(key);
    frame.removes.push_back(std::move(key));
  }
  if (!same_order) {
    for (const RowPtr& row : rows) frame.order.push_back(row->key());
  }
  return frame;
}

}  // namespace masthead::cache
