#include "simulation/browser.h"

#include <algorithm>
#include <set>

#include "base/check.h"

namespace masthead::simulation {
namespace {
constexpr const char* kNoRowLost = "no row lost or doubled";
}

void Browser::bind(cache::TableView* view) {
  view_ = view;
  if (view == nullptr) show_nothing();
  open();
}

void Browser::ask(Question question) {
  question_ = std::move(question);
  open();
}

void Browser::open() {
  query_.reset();
  if (view_ == nullptr) return;
  const auto filter = cache::Filter::parse(question_.filter);
  CHECK(filter.has_value(), "the schedule asks for what can be asked for");
  base::Error error;
  const auto index = view_->index(*filter, question_.sort, question_.descending, &error);
  CHECK(index != nullptr, "the schedule sorts by columns there are");
  query_ = std::make_unique<cache::LiveQuery>(index, question_.first, question_.count);
}

void Browser::scroll(size_t first, size_t count) {
  question_.first = first;
  question_.count = count;
  if (query_ != nullptr) query_->set_window(first, count);
}

void Browser::flush() {
  if (query_ == nullptr) return;
  if (frozen_) {
    starved_ = true;
    return;
  }
  if (!view_->confidence().complete) {
    if (!shown_of_ || view_->partitions().covers(*shown_of_)) return;
    shown_of_.reset();
    return show_nothing();
  }
  const bool starved = std::exchange(starved_, false);
  auto frame = query_->flush();
  if (!frame) return;
  if (starved && !frame->reset) {
    query_->restart();
    frame = query_->flush();
  }
  shown_of_ = view_->partitions();
  trace_.note("browser {}: {} {} upserts, {} removes, {} ordered, total {}", number_,
              frame->reset ? "reset" : "delta", frame->upserts.size(), frame->removes.size(),
              frame->order.size(), frame->total);
  if (!apply(*frame)) {
    trace_.violated(kNoRowLost, "browser {} and its server disagree about the window", number_);
    return;
  }
  compare(*frame);
}

void Browser::show_nothing() {
  total_ = first_ = 0;
  keys_.clear();
  rows_.clear();
}

// web/src/live/reducer.ts, reset() and delta(); false where it answers 'resync'.
bool Browser::apply(const cache::ListFrame& frame) {
  total_ = frame.total;
  first_ = frame.first;
  if (frame.reset) {
    keys_.clear();
    rows_.clear();
    for (const cache::RowPtr& row : frame.upserts) {
      keys_.push_back(row->key());
      rows_[row->key()] = row;
    }
    return rows_.size() == frame.upserts.size();
  }
  const std::map<std::string, cache::RowPtr> before = rows_;
  for (const std::string& key : frame.removes) rows_.erase(key);
  std::vector<std::string> added;
  for (const cache::RowPtr& row : frame.upserts) {
    if (!before.contains(row->key())) added.push_back(row->key());
    rows_[row->key()] = row;
  }
  if (!frame.order.empty()) {
    const std::set<std::string> distinct(frame.order.begin(), frame.order.end());
    if (frame.order.size() != rows_.size() || distinct.size() != rows_.size()) return false;
    if (!std::all_of(distinct.begin(), distinct.end(),
                     [&](const std::string& key) { return rows_.contains(key); })) {
      return false;
    }
    keys_ = frame.order;
    return true;
  }
  std::erase_if(keys_, [&](const std::string& key) { return !rows_.contains(key); });
  keys_.insert(keys_.end(), added.begin(), added.end());
  return true;
}

// The list as the view has it now, made anew by another way: a filter over all rows and one sort.
void Browser::compare(const cache::ListFrame& frame) {
  const auto filter = *cache::Filter::parse(question_.filter);
  const auto order =
      *cache::Order::by(view_->table().schema(), question_.sort, question_.descending);
  std::vector<const cache::Row*> all;
  size_t unfiltered = 0;
  view_->for_each([&](const cache::Row& row) {
    ++unfiltered;
    if (filter.matches(row, view_->table().group_kind())) all.push_back(&row);
  });
  std::sort(all.begin(), all.end(),
            [&](const cache::Row* a, const cache::Row* b) { return order.less(*a, *b); });
  const size_t first = std::min(first_, all.size());
  const size_t last = std::min(first + question_.count, all.size());
  if (total_ != all.size() || frame.unfiltered != unfiltered || keys_.size() != last - first) {
    trace_.violated(kNoRowLost, "browser {} shows {} of {} rows, its view has {} of {}", number_,
                    keys_.size(), total_, last - first, all.size());
    return;
  }
  for (size_t i = 0; i < keys_.size(); ++i) {
    const cache::Row& row = *all[first + i];
    if (keys_[i] == row.key() && rows_.at(keys_[i]).get() == &row) continue;
    trace_.violated(kNoRowLost, "browser {} shows {} (resourceVersion {}) where {} ({}) stands",
                    number_, keys_[i], rows_.at(keys_[i])->resource_version(), row.key(),
                    row.resource_version());
    return;
  }
}

}  // namespace masthead::simulation
