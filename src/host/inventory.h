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

// One object of an inventory, or one that stands below it in a tree.
struct InventoryEntry {
  k8s::ObjectRef ref;
  std::string version{};   // in which it was applied
  cache::RowPtr row{};     // null: not there, or nothing is known of it
  bool missing = false;    // its kind is listed, and it is not there
  bool stray = false;      // carries the labels, but the inventory does not hold it
  bool fresh = false;      // carries the labels, and has come after what the inventory tells of
  bool elsewhere = false;  // on another cluster
  std::optional<k8s::Status> status{};
  std::vector<k8s::ObjectRef> also{};  // who else has it in an inventory
};

// The members of an inventory that tell of it as a whole.
void write_told(json::Writer& out, const Applied& applied, size_t total);

class Inventories {
 public:
  // `now_ms`: wall time.
  Inventories(const ConsoleView& console, const Views& views, int64_t now_ms)
      : console_(console), views_(views), now_ms_(now_ms) {}

  // The object `inventory` of a detail; see Inventory in api/openapi.yaml.
  void write_inventory(json::Writer& out, const Kind& kind, const k8s::ObjectRef& self,
                       const json::Value& object) const;
  // The object `appliedBy`, and nothing when nobody says so.
  void write_applied_by(json::Writer& out, const k8s::ObjectRef& self, const cache::Row& row) const;

  // The worst first.
  std::vector<InventoryEntry> entries_of(const Kind& kind, const k8s::ObjectRef& self,
                                         const Applied& applied) const;
  void find_others(const k8s::ObjectRef& self, std::vector<InventoryEntry>& entries) const;
  void fill_status(InventoryEntry& entry) const;
  static void sort(std::vector<InventoryEntry>& entries);
  // What it counts as, and what is odd about it; empty when nothing is.
  static std::string_view word_of(const InventoryEntry& entry);
  std::string remark_of(const InventoryEntry& entry) const;
  // The members of an InventoryEntry in api/openapi.yaml.
  void write_members(json::Writer& out, const InventoryEntry& entry) const;

 private:
  struct Applier {
    k8s::ObjectRef ref;
    cache::RowPtr row;  // null when it may not be seen
  };

  // What was applied of an object and its owners, who did, and what its labels say.
  struct Carrier {
    k8s::ObjectRef ref;
    std::vector<k8s::ObjectRef> through{};  // from the object's owner up to what was applied
    std::optional<k8s::ObjectRef> labelled{};
    std::vector<Applier> appliers{};
  };
  Carrier carrier_of(const k8s::ObjectRef& self, const cache::Row& row) const;
  cache::RowPtr owner_of(const cache::Row& row, k8s::ObjectRef& owner) const;
  std::string disagreement(Carrier& carrier) const;

  std::string unknown_because(const k8s::ObjectRef& ref) const;
  void for_each_applier(const std::function<void(const Kind&, const cache::TableView&,
                                                 const cache::Row&)>& visit) const;
  int64_t last_pass_ms(const Kind& kind, const k8s::ObjectRef& applier) const;
  // As the object itself says; nothing when it may not be seen.
  std::optional<Applied> applied_by(const k8s::ObjectRef& applier) const;
  std::vector<Applier> appliers_of(const k8s::ObjectRef& ref) const;
  std::optional<k8s::ObjectRef> labelled_by(const cache::Row& row) const;
  void write_applier(json::Writer& out, const k8s::ObjectRef& self, const Applier& applier) const;
  void write_chain(json::Writer& out, const Applier& applier) const;

  const ConsoleView& console_;
  const Views& views_;
  const int64_t now_ms_;
};

}  // namespace masthead::host
