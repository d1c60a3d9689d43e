// A kind, described once: its columns, how a row is filled, what its detail shows. Served to the
// page, which draws every kind with one list and one detail component. A new kind is one file of a
// plugin and its test.
//
// Descriptions are made at start and never change; any thread may use them.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cache/row.h"
#include "cache/schema.h"
#include "host/action.h"
#include "json/value.h"
#include "k8s/identifiers.h"

namespace masthead::host {

// Writes the fields of a detail page: sections of label and value, values typed as cells are.
class DetailWriter {
 public:
  void section(std::string_view id, std::string_view title);
  // Nothing is written for a value that is not there: an absent field is not a field.
  void text(std::string_view id, std::string_view label, std::string_view value);
  void mono(std::string_view id, std::string_view label, std::string_view value);
  void url(std::string_view id, std::string_view label, std::string_view value);
  void revision(std::string_view id, std::string_view label, std::string_view value);
  void number(std::string_view id, std::string_view label, const json::Value& value);
  void flag(std::string_view id, std::string_view label, const json::Value& value,
            std::string_view explanation = {});
  void time(std::string_view id, std::string_view label, std::string_view rfc3339);
  void duration(std::string_view id, std::string_view label, std::string_view go_duration);
  void list(std::string_view id, std::string_view label, const std::vector<std::string>& items);
  // What happened when; an entry whose time is not known has its text alone.
  struct Entry {
    std::string text;
    std::string_view rfc3339;
  };
  void entries(std::string_view id, std::string_view label, const std::vector<Entry>& entries);
  void labels(std::string_view id, std::string_view label, const json::Value& map);
  void ref(std::string_view id, std::string_view label, const k8s::ObjectRef& ref);
  void refs(std::string_view id, std::string_view label, const std::vector<k8s::ObjectRef>& refs);

  std::string finish() &&;  // the JSON list of sections

 private:
  void field(std::string_view id, std::string_view label, cache::ColumnType type);
  void field(std::string_view id, std::string_view label, std::string_view type);

  json::Writer out_;
  bool begun_ = false;
  bool open_ = false;
};

// What an object has applied, as it tells itself.
struct Applied {
  struct Entry {
    k8s::ObjectRef ref;
    std::string version;  // in which it was applied; may no longer be served
  };
  bool told = false;  // false: it keeps no inventory, which is not an empty one
  // It is being changed: what has come since, and what has gone, is not in the inventory yet.
  bool under_way = false;
  std::vector<Entry> entries;
  std::vector<k8s::ObjectRef> made;  // for its own use: with its labels, and in no inventory
  size_t unreadable = 0;             // entries that name no object
  size_t beyond = 0;                 // entries past the limit
  std::vector<std::string> kinds;    // without an inventory: all that is told
  std::string remote_cluster;        // what names the cluster they are on; empty: this one
};

// Who made an object stand still, why, and until when. 0: not known, or no end.
struct Standstill {
  std::string by;
  std::string reason;
  int64_t since_ms = 0;
  int64_t until_ms = 0;
};

struct Kind {
  k8s::GroupKind group_kind;
  std::string resource;  // plural, as the id of its table needs it
  std::string title;     // plural, for menus
  std::string singular;
  std::string section;  // id of the navigation section
  bool namespaced = true;
  bool has_status = true;
  int status_width_px = 150;  // room for its longest words
  int name_width_px = 240;
  bool shows_age = true;
  bool shows_message = false;  // what its status says has a column, where it is not well
  bool metadata_only = false;  // watched as PartialObjectMetadata
  bool keeps_history = false;  // its transitions are persisted and shown as "moved"
  // Whether an event of that reason says that the object is well. Normal events of other reasons
  // say nothing: "DependencyNotReady" and "RollbackSucceeded" are among them.
  std::function<bool(std::string_view reason)> is_success;
  bool counted_at_home = true;
  bool in_graph = false;  // a node of its plugin's graph (host/graph.h)
  std::string sort = "name";
  bool descending = false;
  std::vector<cache::Column> columns;  // its own; status, namespace, name and age are added
  std::function<void(const json::Value& object, int64_t now_ms, cache::RowBuilder& row)> fill;
  std::function<void(const json::Value& object, DetailWriter& out)> overview;
  // Texts that are never kept or shown, each with what stands in its place (host/masking.h).
  std::function<std::vector<std::pair<std::string, std::string>>(const json::Value& object)>
      secrets;
  // For kinds that apply others.
  std::function<Applied(const json::Value& object)> applied;
  // What is applied carries the labels "<this>/name" and "<this>/namespace" of who applied it.
  std::string ownership_labels;
  std::function<Standstill(const json::Value& object)> standstill;  // of one that is suspended
  // How long the last pass of its controller took, where the object says so.
  std::function<std::optional<int64_t>(const json::Value& object)> last_pass_took_ms;
  bool has_pods = false;   // pods belong to its objects, by ownerReferences or what it has applied
  std::string controller;  // the Deployment of Flux whose log tells of its objects
  const ActionRules* actions = nullptr;  // what may be done to its objects
  // Condition types whose True is bad (Stalled, FetchFailed); see kWantedConditions in detail.cc.
  std::vector<std::string> negative_conditions;

  std::string table_id() const;
};

inline k8s::ObjectRef ref_of(const Kind& kind, const cache::Row& row) {
  return {kind.group_kind.group, kind.group_kind.kind, std::string(row.ns().text()),
          std::string(row.name())};
}

// The schema of a kind: fixed columns around its own.
std::unique_ptr<cache::Schema> make_schema(const Kind& kind);

struct Section {
  std::string id;
  std::string title;
};

}  // namespace masthead::host
