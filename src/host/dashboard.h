// What goes on among the kinds of one plugin, as one Scope sees it: how many are in which state,
// what is broken and since when, what stands still by whose will, and what was passed over last.
//
// Counts are the tallies that the lists are counted by. What may not be listed, or has not been
// read, is named and not counted: unknown is not zero.
//
// Made for one answer, on the thread of its ConsoleView. Linear in rows and events.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "host/console_view.h"

namespace masthead::host {

class Dashboard {
 public:
  // `ns` empty: all namespaces.
  Dashboard(const ConsoleView& console, const Plugin& plugin, std::string_view ns, int64_t now_ms);

  // See Dashboard in api/openapi.yaml.
  std::string json() const;

 private:
  // The last time a controller worked on an object.
  struct Pass {
    const Kind* kind;
    cache::RowPtr row;
    int64_t at_ms;
    std::optional<bool> succeeded;  // nothing: neither is said
    std::string revision;
    std::string message;
  };

  bool here(const cache::Row& row) const { return ns_.empty() || row.ns().text() == ns_; }
  std::vector<Pass> passes() const;
  void add_events(std::vector<Pass>& passes) const;
  void write_counts(json::Writer& out) const;
  void write_causes(json::Writer& out) const;
  void write_suspended(json::Writer& out) const;
  void write_passes(json::Writer& out) const;

  const ConsoleView& console_;
  const std::string_view ns_;
  const int64_t now_ms_;
  std::vector<const Kind*> kinds_;  // of the plugin, served, with a status
};

}  // namespace masthead::host
