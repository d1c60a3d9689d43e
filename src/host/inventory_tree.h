// An inventory as a tree: what an object has applied, what those have applied or made in turn, down
// to pods. Only what is opened is looked into, and only one window of the rows is written.
//
// Made for one answer, on the thread of its ConsoleView, within its Scope. Linear in the rows of
// the tables when something is opened or searched, else in the inventory.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "host/console_view.h"

namespace masthead::host {

struct TreeRequest {
  std::string table{}, ns{}, name{};
  std::string text{};              // each of its words must be found in a row; opens everything
  std::set<std::string> opened{};  // rows whose children are shown, by id
  bool open_all = false;           // then `opened` are those that are closed
  size_t first = 0, count = 0;
};

struct Tree {
  std::string json;               // Tree in api/openapi.yaml
  std::set<std::string> demands;  // tables that would tell the state of its objects
};

}  // namespace masthead::host
