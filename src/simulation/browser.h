// A page that looks at one list: a production LiveQuery with the credits of a live session before
// it (server/live_session.cc), and behind it the rows as web/src/live/reducer.ts keeps them.
//
// Threading: the one loop.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cache/live_query.h"
#include "cache/table_view.h"
#include "simulation/trace.h"

namespace masthead::simulation {

class Browser {
 public:
  struct Question {
    std::string filter;
    std::string sort;
    bool descending = false;
    size_t first = 0, count = 50;
  };
  Browser(Trace& trace, int number) : trace_(trace), number_(number) {}

  // Its list is another view's from now on; null: it may not be listed, and the page says that.
  void bind(cache::TableView* view);
  void ask(Question question);
  void scroll(size_t first, size_t count);
  // Without credit nothing is sent to it.
  void freeze(bool frozen) { frozen_ = frozen; }
  bool frozen() const { return frozen_; }

  // Sends what there is to say, takes it in as the page does, and compares.
  void flush();
  // What is on the page.
  const std::map<std::string, cache::RowPtr>& rows() const { return rows_; }

 private:
  void open();
  void show_nothing();
  bool apply(const cache::ListFrame& frame);
  void compare(const cache::ListFrame& frame);

  Trace& trace_;
  const int number_;
  cache::TableView* view_ = nullptr;
  Question question_;
  std::unique_ptr<cache::LiveQuery> query_;
  bool frozen_ = false;
  bool starved_ = false;
  std::optional<k8s::Partitions> shown_of_;

  size_t total_ = 0, first_ = 0;
  std::vector<std::string> keys_;
  std::map<std::string, cache::RowPtr> rows_;
};

}  // namespace masthead::simulation
