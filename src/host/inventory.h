// What an object has applied, with the live state of each, and who has applied an object.
//
// An inventory is what the controller itself keeps, so it is believed first; labels go stale when
// an object moves from one Kustomization to another, so they only fill in, and a disagreement is
// said. Both are looked up in one Scope's views: what may not be listed is neither counted as
// missing nor found as an owner.
//
// Made for one answer, on the thread of its ConsoleView. Linear in rows.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "host/console_view.h"

namespace masthead::host {

class Inventories {
 public:
  Inventories(const ConsoleView& console, const Views& views) : console_(console), views_(views) {}

  // The object `inventory` of a detail; see Inventory in api/openapi.yaml.
  void write_inventory(json::Writer& out, const Kind& kind, const k8s::ObjectRef& self,
                       const json::Value& object) const;
  // The object `appliedBy`, and nothing when nobody says so.
  void write_applied_by(json::Writer& out, const k8s::ObjectRef& self, const cache::Row& row) const;

 private:
  struct Entry;
  struct Applier {
    k8s::ObjectRef ref;
    cache::RowPtr row;  // null when it may not be seen
  };

  static int rank(const Entry& entry);
  static std::string_view word_of(const Entry& entry);
  static std::string remark_of(const Entry& entry);
  static void write_entry(json::Writer& out, const Entry& entry);
  std::vector<Entry> entries_of(const Kind& kind, const k8s::ObjectRef& self,
                                const Applied& applied) const;
  void find_others(const k8s::ObjectRef& self, std::vector<Entry>& entries) const;
  void for_each_applier(const std::function<void(const Kind&, const cache::TableView&,
                                                 const cache::Row&)>& visit) const;
  std::vector<Applier> appliers_of(const k8s::ObjectRef& ref) const;
  std::optional<k8s::ObjectRef> labelled_by(const cache::Row& row) const;
  void write_applier(json::Writer& out, const Applier& applier) const;
  void write_chain(json::Writer& out, const Applier& applier) const;

  const ConsoleView& console_;
  const Views& views_;
};

}  // namespace masthead::host
