// One table as one Scope sees it: the rows it may list, with statuses corrected by what other
// objects say (an Overlay), and the indexes of the queries that look at it.
//
// Shared by every session of the same Scope. One thread: the server's loop. update() takes what the
// writer queued; afterwards every index is current.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cache/query_index.h"
#include "cache/table.h"

namespace masthead::cache {

class TableView {
 public:
  // `wake` is called on the writer's thread when there is something to update; it must only post.
  TableView(std::shared_ptr<Table> table, k8s::Partitions partitions, std::function<void()> wake);
  ~TableView();
  TableView(const TableView&) = delete;
  TableView& operator=(const TableView&) = delete;

  Table& table() const { return *table_; }
  const k8s::Partitions& partitions() const { return partitions_; }

  // Takes queued changes; true when anything changed.
  bool update();

  // How far the rows shown can be trusted: as of the last update(), never newer than the rows. (The
  // table's own word may be newer: its list may have been completed since, and these rows not.)
  const Table::Confidence& confidence() const { return confidence_; }

  // What other objects say about `row`; an empty overlay takes it away again. It to the row's
  // object (uid): a new object in the slot starts without.
  void overlay(const Row& row, Overlay overlay);

  RowPtr row(uint32_t slot) const { return slot < rows_.size() ? rows_[slot].shown : nullptr; }
  RowPtr find(std::string_view ns, std::string_view name) const;
  // Every row, in no order.
  void for_each(const std::function<void(const Row&)>& visit) const;
  // Every row as its own object makes it, without overlays: the evidence that overlays are made of.
  void for_each_base(const std::function<void(const RowPtr&)>& visit) const;
  // Rows and statuses, in one namespace or (empty) all.
  Tally tally(std::string_view ns) const;

  std::shared_ptr<QueryIndex> index(const Filter& filter, std::string_view column, bool descending,
                                    base::Error* error);
  uint64_t version() const { return version_; }

 private:
  struct Shown {
    RowPtr base;
    RowPtr shown;  // base, or base with the overlay
    Overlay overlay;
  };
  void rebuild();
  std::vector<const RowPtr*> shown_rows() const;
  void take(const Change& change);
  void show(uint32_t slot, RowPtr shown);

  std::shared_ptr<Table> table_;
  k8s::Partitions partitions_;
  std::shared_ptr<ChangeQueue> queue_;
  std::vector<Shown> rows_;  // by slot
  std::map<base::Interned, Tally, bool (*)(base::Interned, base::Interned)> tallies_;
  std::map<std::string, std::weak_ptr<QueryIndex>> indexes_;
  Table::Confidence confidence_;
  uint64_t version_ = 0;
};

}  // namespace masthead::cache
