// One subscription to a list: a window over a QueryIndex, and what its reader has been sent.
//
// One thread: the server's loop. A change outside the window costs the subscription nothing but new
// totals; one inside costs a walk over the window at the next flush, at most one per
// limits::kCoalesceMs.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cache/query_index.h"

namespace masthead::cache {

struct ListFrame {
  bool reset = false;
  size_t total = 0;
  size_t unfiltered = 0;
  size_t first = 0;
  std::vector<RowPtr> upserts;       // of a reset: all rows in order
  std::vector<std::string> removes;  // keys that left the window
  std::vector<std::string> gone;     // those of them that left the list
  std::vector<std::string> order;    // keys of the whole window when their order changed
};

class LiveQuery {
 public:
  LiveQuery(std::shared_ptr<QueryIndex> index, size_t first, size_t count);

  void set_window(size_t first, size_t count);
  const std::shared_ptr<QueryIndex>& index() const { return index_; }
  // The next frame brings the whole window.
  void restart() { sent_once_ = false; }
  // What the reader has to be told, if anything.
  std::optional<ListFrame> flush();

 private:
  ListFrame difference(const std::vector<RowPtr>& rows) const;

  std::shared_ptr<QueryIndex> index_;
  size_t first_;
  size_t count_;
  bool sent_once_ = false;
  uint64_t sent_version_ = 0;
  size_t sent_total_ = 0;
  size_t sent_unfiltered_ = 0;
  std::vector<RowPtr> sent_;
};

}  // namespace masthead::cache
