// The rows of one query in order, kept up to date change by change.
//
// Sorted chunks of at most kChunkRows rows: finding a row's place is a binary search over chunk
// ends and within one chunk, O(log n) row comparisons; a rank is a sum over chunk sizes (integers,
// no rows touched). One index serves every subscription with the same table, Scope, filter and
// order. One thread: the server's loop.
//
// Invariants: no chunk is empty; rows are strictly ascending by Order; held_[slot] is the very row
// that stands in a chunk, so a row is found again by its old value after it has changed.
#pragma once

#include <cstdint>
#include <vector>

#include "cache/query.h"
#include "cache/table.h"

namespace masthead::cache {

class QueryIndex {
 public:
  QueryIndex(Filter filter, Order order, k8s::GroupKind kind);

  // Starts anew from all rows of the query's Scope. Pointers to where they are held: most are only
  // looked at, and each copied reference is a counter written.
  void rebuild(const std::vector<const RowPtr*>& rows);
  void apply(const Change& change);

  size_t size() const { return size_; }              // rows that match
  size_t unfiltered() const { return unfiltered_; }  // rows of the Scope
  // Rows [first, first + count), as far as they exist.
  std::vector<RowPtr> window(size_t first, size_t count) const;
  bool holds(uint32_t slot) const { return slot < held_.size() && held_[slot] != nullptr; }

  // Counts every change; what changed is between two versions.
  uint64_t version() const { return version_; }
  // The lowest and highest rank touched since `version`; false when nothing in [first, last) was.
  bool touched(uint64_t since_version, size_t first, size_t last) const;

  // Rows looked at since the start, for the test that a change costs O(log n).
  uint64_t rows_visited() const { return rows_visited_; }

 private:
  static constexpr size_t kChunkRows = 512;
  struct Place {
    size_t chunk;
    size_t at;
  };
  // Where `row` stands or would stand.
  Place place_of(const Row& row) const;
  size_t rank_of(Place place) const;
  size_t insert(const RowPtr& row);
  size_t remove(uint32_t slot);
  void note_touch(size_t from, size_t to);

  Filter filter_;
  Order order_;
  k8s::GroupKind kind_;
  std::vector<std::vector<const Row*>> chunks_;
  std::vector<RowPtr> held_;  // by slot; null: does not match
  size_t size_ = 0;
  size_t unfiltered_ = 0;
  uint64_t version_ = 0;
  // The ranks touched by the latest versions, newest last.
  struct Touch {
    uint64_t version;
    size_t from;
    size_t to;
  };
  std::vector<Touch> touches_;
  uint64_t forgotten_version_ = 0;  // touches up to this one are no longer known
  mutable uint64_t rows_visited_ = 0;
};

}  // namespace masthead::cache
