#include "cache/query_index.h"

#include <algorithm>
#include <boost/sort/pdqsort/pdqsort.hpp>
#include <limits>
#include <span>

#include "base/check.h"

namespace masthead::cache {
namespace {
struct Keyed {
  Order::SortKey key;
  const Row* row;
};

// Sorts by one word of the keys after another, each among those that are equal so far. A comparison
// of whole keys would look for both of them in memory each time.
class KeySorter {
 public:
  KeySorter(const Order& order, const std::vector<Keyed>& keyed) : order_(order), keyed_(keyed) {
    places_.reserve(keyed.size());
    for (size_t i = 0; i < keyed.size(); ++i) places_.push_back({0, static_cast<uint32_t>(i)});
  }

  // The rows in their order.
  std::vector<const Row*> sorted() && {
    sort(places_, 0);
    std::vector<const Row*> rows;
    rows.reserve(places_.size());
    for (const Place& place : places_) rows.push_back(keyed_[place.at].row);
    return rows;
  }

 private:
  struct Place {
    uint64_t word;
    uint32_t at;
  };
  static constexpr size_t kFew = 16;  // to be compared whole

  void sort(std::span<Place> run, size_t level) {
    if (run.size() <= kFew) return compare_whole(run);
    bool all_equal = true;
    for (Place& place : run) {
      const Order::SortKey& key = keyed_[place.at].key;
      if (!key.tells(level)) return compare_whole(run);
      place.word = key.word(level);
      all_equal = all_equal && place.word == run.front().word;
    }
    if (all_equal) return sort(run, level + 1);
    boost::sort::pdqsort_branchless(run.begin(), run.end(),
                                    [](Place a, Place b) { return a.word < b.word; });
    for (size_t from = 0; from < run.size();) {
      size_t to = from + 1;
      while (to < run.size() && run[to].word == run[from].word) ++to;
      sort(run.subspan(from, to - from), level + 1);
      from = to;
    }
  }

  void compare_whole(std::span<Place> run) const {
    std::sort(run.begin(), run.end(), [this](Place a, Place b) {
      const Keyed& of_a = keyed_[a.at];
      const Keyed& of_b = keyed_[b.at];
      return order_.less(of_a.key, *of_a.row, of_b.key, *of_b.row);
    });
  }

  const Order& order_;
  const std::vector<Keyed>& keyed_;
  std::vector<Place> places_;
};

// Past this many the older half is forgotten: whoever asks for them gets "yes, touched".
constexpr size_t kTouchesKept = 4096;
constexpr size_t kToTheEnd = std::numeric_limits<size_t>::max();
}  // namespace

QueryIndex::QueryIndex(Filter filter, Order order, k8s::GroupKind kind)
    : filter_(std::move(filter)), order_(order), kind_(std::move(kind)) {}

void QueryIndex::rebuild(const std::vector<const RowPtr*>& rows) {
  std::vector<Keyed> keyed;
  keyed.reserve(rows.size());
  held_.clear();
  unfiltered_ = rows.size();
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i + 2 * Row::kRowsAhead < rows.size()) (*rows[i + 2 * Row::kRowsAhead])->prefetch();
    if (i + Row::kRowsAhead < rows.size()) (*rows[i + Row::kRowsAhead])->prefetch_texts();
    const RowPtr& row = *rows[i];
    if (!filter_.matches(*row, kind_)) continue;
    if (held_.size() <= row->slot()) held_.resize(row->slot() + rows.size() / 4 + 64);
    held_[row->slot()] = row;
    keyed.push_back({order_.sort_key(*row), row.get()});
  }
  const std::vector<const Row*> sorted = KeySorter(order_, keyed).sorted();
  chunks_.clear();
  for (size_t i = 0; i < sorted.size(); ++i) {
    if (i % (kChunkRows / 2) == 0) chunks_.emplace_back().reserve(kChunkRows);
    chunks_.back().push_back(sorted[i]);
  }
  size_ = sorted.size();
  rows_visited_ += rows.size();
  ++version_;
  touches_.clear();
  forgotten_version_ = version_;
}

void QueryIndex::apply(const Change& change) {
  const RowPtr& after = change.after;
  const uint32_t slot = after != nullptr ? after->slot() : change.before->slot();
  if (change.before == nullptr) ++unfiltered_;
  if (after == nullptr && unfiltered_ > 0) --unfiltered_;
  const bool was_here = holds(slot);
  const bool belongs = after != nullptr && filter_.matches(*after, kind_);
  ++rows_visited_;
  if (!was_here && !belongs) return;
  if (was_here && belongs && held_[slot] == after) return;
  ++version_;
  const size_t left = was_here ? remove(slot) : kToTheEnd;
  const size_t entered = belongs ? insert(after) : kToTheEnd;
  if (was_here && belongs) {
    note_touch(std::min(left, entered), std::max(left, entered));
  } else {
    note_touch(std::min(left, entered), kToTheEnd);
  }
}

QueryIndex::Place QueryIndex::place_of(const Row& row) const {
  const auto before = [&](const Row* a, const Row& b) {
    ++rows_visited_;
    return order_.less(*a, b);
  };
  const auto chunk = std::lower_bound(
      chunks_.begin(), chunks_.end(), row,
      [&](const std::vector<const Row*>& one, const Row& b) { return before(one.back(), b); });
  if (chunk == chunks_.end()) return {chunks_.size(), 0};
  const auto at = std::lower_bound(chunk->begin(), chunk->end(), row, before);
  return {static_cast<size_t>(chunk - chunks_.begin()), static_cast<size_t>(at - chunk->begin())};
}

size_t QueryIndex::rank_of(Place place) const {
  size_t rank = place.at;
  for (size_t i = 0; i < place.chunk; ++i) rank += chunks_[i].size();
  return rank;
}

size_t QueryIndex::insert(const RowPtr& row) {
  if (held_.size() <= row->slot()) held_.resize(row->slot() + 64 + held_.size() / 2);
  held_[row->slot()] = row;
  Place place = place_of(*row);
  if (place.chunk == chunks_.size()) {
    if (chunks_.empty()) chunks_.emplace_back().reserve(kChunkRows);
    place = {chunks_.size() - 1, chunks_.back().size()};
  }
  const size_t rank = rank_of(place);
  auto& chunk = chunks_[place.chunk];
  chunk.insert(chunk.begin() + static_cast<ptrdiff_t>(place.at), row.get());
  if (chunk.size() >= kChunkRows) {
    const auto middle = chunk.begin() + kChunkRows / 2;
    std::vector<const Row*> upper;
    upper.reserve(kChunkRows);
    upper.assign(middle, chunk.end());
    chunk.erase(middle, chunk.end());
    chunks_.insert(chunks_.begin() + static_cast<ptrdiff_t>(place.chunk) + 1, std::move(upper));
  }
  ++size_;
  return rank;
}

size_t QueryIndex::remove(uint32_t slot) {
  const RowPtr row = std::exchange(held_[slot], nullptr);
  const Place place = place_of(*row);
  CHECK(place.chunk < chunks_.size() && chunks_[place.chunk][place.at] == row.get(),
        "a held row stands where its own value says");
  const size_t rank = rank_of(place);
  auto& chunk = chunks_[place.chunk];
  chunk.erase(chunk.begin() + static_cast<ptrdiff_t>(place.at));
  if (chunk.empty()) chunks_.erase(chunks_.begin() + static_cast<ptrdiff_t>(place.chunk));
  --size_;
  return rank;
}

std::vector<RowPtr> QueryIndex::window(size_t first, size_t count) const {
  std::vector<RowPtr> rows;
  for (const auto& chunk : chunks_) {
    if (rows.size() == count) break;
    if (first >= chunk.size()) {
      first -= chunk.size();
      continue;
    }
    for (size_t i = first; i < chunk.size() && rows.size() < count; ++i) {
      rows.push_back(held_[chunk[i]->slot()]);
    }
    first = 0;
  }
  rows_visited_ += rows.size();
  return rows;
}

void QueryIndex::note_touch(size_t from, size_t to) {
  if (touches_.size() >= kTouchesKept) {
    const size_t dropped = kTouchesKept / 2;
    forgotten_version_ = touches_[dropped - 1].version;
    touches_.erase(touches_.begin(), touches_.begin() + dropped);
  }
  touches_.push_back({version_, from, to});
}

bool QueryIndex::touched(uint64_t since_version, size_t first, size_t last) const {
  if (since_version < forgotten_version_) return true;
  for (auto touch = touches_.rbegin(); touch != touches_.rend(); ++touch) {
    if (touch->version <= since_version) return false;
    if (touch->from < last && touch->to >= first) return true;
  }
  return false;
}

}  // namespace masthead::cache
