// What a table's rows hold: the typed columns of one kind, computed once when an event arrives.
//
// A Schema is stateless and thread-safe. A row is a function of its own object and of the clock
// only; what depends on other objects is computed per Scope (table_view.h). Rows hold timestamps,
// never ages.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "k8s/health.h"

namespace masthead::cache {

// How a value travels and is drawn; the names are those of CellType in api/openapi.yaml.
enum class ColumnType : uint8_t {
  kText,
  kMono,
  kNumber,
  kTime,
  kDuration,
  kStatus,
  kRatio,
  kRef,
  kRefs,
  kRevision,
  kUrl,
  kFlag,
  kTally,
  kLabels,
  kList,
  kMessage,
};
std::string_view column_type_name(ColumnType type);

struct Column {
  std::string id;
  std::string title;
  ColumnType type = ColumnType::kText;
  bool shown = true;
  int width_px = 0;
  std::string explanation;
  std::string found_as{};  // what a search calls it, where its title will not do: "image"

  // Lists of references and label sets have no order that means anything. A message is a part of
  // the status, by which a list is ordered.
  bool sortable() const {
    return type != ColumnType::kRefs && type != ColumnType::kLabels && type != ColumnType::kTally &&
           type != ColumnType::kList && type != ColumnType::kMessage;
  }
};

class RowBuilder;

// Column ids every schema starts with: `status` where has_status(), `namespace` where the kind is
// namespaced, `name`; and ends with: `created`. They are filled by the table itself.
class Schema {
 public:
  virtual ~Schema() = default;
  // All columns in order, the fixed ones included. At most kMaxColumns.
  virtual const std::vector<Column>& columns() const = 0;
  virtual bool has_status() const = 0;
  std::optional<size_t> index_of(std::string_view column) const {
    for (size_t i = 0; i < columns().size(); ++i) {
      if (columns()[i].id == column) return i;
    }
    return std::nullopt;
  }
  // Fills the kind's own cells and status. Fields that are missing or of a wrong type are left
  // unset: shown as not known, never as a crash.
  virtual void fill(const json::Value& object, int64_t now_ms, RowBuilder& row) const = 0;
  // The object as it may be kept: without secrets. Nothing where it may be kept as it is.
  virtual std::optional<std::string> masked(const json::Value&) const { return std::nullopt; }
};

inline constexpr size_t kMaxColumns = 48;

}  // namespace masthead::cache
