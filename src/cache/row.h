// One object's row: immutable, shared between threads, small.
//
// Numbers, times and flags are 8-byte cells; texts lie in one arena per row; references, lists and
// tallies lie there as finished JSON. 50,000 pods cost about 0.8 KiB a row.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/interned.h"
#include "cache/schema.h"
#include "json/writer.h"
#include "k8s/health.h"
#include "k8s/identifiers.h"

namespace masthead::cache {

struct Cell {
  int64_t bits = 0;  // a number (bit pattern for kNumber), or offset << 32 | length in the arena
};

// What other objects say about a row: another status, or the JSON of one cell.
struct Overlay {
  std::optional<k8s::StatusValue> status;
  std::optional<std::pair<size_t, std::string>> cell;  // column, JSON
  bool operator==(const Overlay&) const = default;
  bool empty() const { return !status && !cell; }
};

class Row {
 public:
  base::Interned ns() const { return ns_; }
  std::string_view name() const { return text_at(name_); }
  std::string_view uid() const { return text_at(uid_); }
  std::string_view resource_version() const { return text_at(resource_version_); }
  // "k=v" lines, each ended by '\n'.
  std::string_view labels() const { return text_at(labels_); }
  // "kind/uid" lines of the ownerReferences, each ended by '\n'.
  std::string_view owners() const { return text_at(owners_); }
  // "relation\tgroup\tkind\tnamespace\tname" lines: what this object names, for the graph.
  std::string_view links() const { return text_at(links_); }
  // What the object has applied or stored last: the revision its transitions are told with.
  std::string_view revision() const { return text_at(revision_); }
  // What the object has applied (cache/applied_set.h); empty for what applies nothing.
  std::string_view applied() const { return text_at(applied_); }
  int64_t created_ms() const { return created_ms_; }
  // Dense number of the object within its table; reused after the object is gone.
  uint32_t slot() const { return slot_; }
  std::string key() const;  // "namespace/name"

  const k8s::StatusValue& status() const { return status_; }
  // The same row as other objects make it: what a TableView shows.
  std::shared_ptr<const Row> with(const Overlay& overlay) const;
  std::shared_ptr<const Row> with_status(k8s::StatusValue status) const;

  bool has(size_t column) const { return (present_ >> column & 1) != 0; }
  int64_t integer(size_t column) const { return cells_[column].bits; }
  double number(size_t column) const;
  std::string_view text(size_t column) const { return text_at(cells_[column]); }

  // Everything free text searches, in the row's own spelling.
  std::string_view search_text() const { return std::string_view(arena_).substr(0, search_end_); }
  // Of that, what is neither name nor namespace.
  std::string_view field_text() const {
    const size_t head = name().size() + ns_.text().size() + 2;
    return search_text().substr(std::min<size_t>(head, search_end_));
  }

  // The cells as one JSON array in the order of the schema's columns.
  void write_cells(const Schema& schema, json::Writer& out) const;

  size_t memory_bytes() const;

  // Rows lie scattered in memory, and waiting for it is most of what a walk over all of them costs:
  // asked for ahead, they arrive while others are looked at. First the row, later its texts.
  static constexpr size_t kRowsAhead = 8;
  void prefetch() const {
    const auto* at = reinterpret_cast<const char*>(this);
    for (size_t offset = 0; offset < sizeof(Row); offset += 64) __builtin_prefetch(at + offset);
  }
  void prefetch_texts() const {
    __builtin_prefetch(cells_.get());
    for (size_t offset = 0; offset < search_end_; offset += 64) {
      __builtin_prefetch(arena_.data() + offset);
    }
  }

 private:
  friend class RowBuilder;
  friend class Table;
  std::string_view text_at(Cell cell) const {
    return std::string_view(arena_).substr(static_cast<uint64_t>(cell.bits) >> 32,
                                           static_cast<uint64_t>(cell.bits) & 0xFFFFFFFF);
  }

  base::Interned ns_;
  uint32_t slot_ = 0;
  uint32_t search_end_ = 0;
  int64_t created_ms_ = 0;
  uint64_t present_ = 0;
  Cell name_, uid_, resource_version_, labels_, owners_, links_, revision_, applied_;
  std::unique_ptr<Cell[]> cells_;
  uint32_t cell_count_ = 0;
  std::string arena_;
  k8s::StatusValue status_;
};
using RowPtr = std::shared_ptr<const Row>;

// "main@4f2c9e1" of "main@sha1:4f2c9e1", as people write it; empty where nothing is left out.
std::string without_algorithm(std::string_view revision);

// One object another one names, with what is known of it; written as LinkedRef.
void write_ref(json::Writer& out, const k8s::ObjectRef& ref, std::string_view table = {});
void write_status(json::Writer& out, const k8s::StatusValue& status);

// Fills one Row. Columns are named by their index in the schema. One thread.
class RowBuilder {
 public:
  RowBuilder(const Schema& schema, base::Interned ns, std::string_view name, std::string_view uid,
             std::string_view resource_version, int64_t created_ms);

  void text(std::string_view column, std::string_view value);  // empty: stays unset
  void integer(std::string_view column, int64_t value);        // also times and durations
  void number(std::string_view column, double value);
  void flag(std::string_view column, bool value) { integer(column, value ? 1 : 0); }
  void time(std::string_view column, std::string_view rfc3339);          // malformed: unset
  void duration(std::string_view column, std::string_view go_duration);  // malformed: unset
  void ratio(std::string_view column, int64_t have, int64_t want);
  // Finished JSON for kRef, kRefs, kTally, kLabels, kList; `search` is what free text finds.
  void json(std::string_view column, std::string_view json, std::string_view search = {});
  void ref(std::string_view column, const k8s::ObjectRef& ref);
  void refs(std::string_view column, const std::vector<k8s::ObjectRef>& refs);
  // Free text finds the object by this as well.
  void also_found_by(std::string_view text);
  void status(k8s::StatusValue value);
  void labels(const json::Value& labels);
  void owners(const json::Value& owner_references);
  void owner(std::string_view kind, std::string_view uid);  // instead of the references
  void revision(std::string_view value);
  void link(std::string_view relation, const k8s::ObjectRef& ref);
  void applied(const std::vector<k8s::ObjectRef>& refs);

  base::Interned ns() const { return row_->ns_; }
  std::string_view name() const { return row_->name(); }
  std::shared_ptr<Row> finish();

 private:
  // Index of a column of this schema; CHECKs that it exists.
  size_t index_of(std::string_view column) const;
  Cell put_text(std::string_view value);
  void set(size_t index, Cell cell);

  const Schema& schema_;
  std::shared_ptr<Row> row_;
  // Text that is not searched goes behind the searched part.
  std::vector<std::pair<size_t, std::string>> unsearched_;
  std::string links_;
};

struct Link {
  std::string_view relation;
  k8s::ObjectRef ref;
};
// The links of a row, in the order in which they were made.
std::vector<Link> links_of(const Row& row);

// The UIDs that Row::owners() tells, in order; a lazy range over that text.
inline auto owner_uids(std::string_view owners) {
  return owners | std::views::split('\n') |
         std::views::filter([](const auto& line) { return !line.empty(); }) |
         std::views::transform([](const auto& line) {
           const std::string_view text(line);
           return text.substr(text.find('/') + 1);
         });
}
// The first one, which is the controller for everything Kubernetes makes; empty: there is none.
inline std::string_view first_owner_uid(std::string_view owners) {
  auto uids = owner_uids(owners);
  return uids.empty() ? std::string_view() : uids.front();
}

}  // namespace masthead::cache
