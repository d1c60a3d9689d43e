// For tests of kinds: one object through a kind's schema, a table and the writers of the page.
#pragma once

#include <string>
#include <string_view>

#include "base/check.h"
#include "base/clock.h"
#include "cache/table.h"
#include "host/kind.h"

namespace masthead::host::fixture {

inline k8s::Partitions everything() {
  k8s::Partitions all;
  all.all = true;
  return all;
}

// The row the kind makes of the object; null when the bytes are no JSON object.
class Filled {
 public:
  Filled(const Kind& kind, std::string_view bytes, const base::Clock& clock)
      : schema_(make_schema(kind)),
        table_({kind.table_id(), kind.group_kind, schema_.get(), true}, clock, nullptr) {
    k8s::ReflectorEvent event{k8s::ReflectorEvent::Type::kUpsert, bytes, {}, nullptr};
    table_.sink("").on_event(event);
    const auto rows = table_.snapshot(everything());
    if (!rows.empty()) row_ = rows.front();
  }

  // The object as it is kept.
  std::string object() const {
    return table_.object(everything(), row_->ns().text(), row_->name()).value_or("");
  }
  const cache::RowPtr& row() const { return row_; }
  const k8s::StatusValue& status() const { return row_->status(); }
  // The cell as the page gets it, "null" where it is not set.
  std::string cell(std::string_view column) const {
    json::Writer out;
    row_->write_cells(*schema_, out);
    const auto cells = json::Document::parse(std::move(out).finish());
    CHECK(cells.has_value(), "cells are JSON");
    CHECK(cells->root().size() == schema_->columns().size(), "one cell a column");
    for (size_t i = 0; i < schema_->columns().size(); ++i) {
      if (schema_->columns()[i].id == column) return cells->root().at(i).to_json();
    }
    return "no such column";
  }

 private:
  std::unique_ptr<cache::Schema> schema_;
  cache::Table table_;
  cache::RowPtr row_;
};

// The sections of the object's detail, as the page gets them.
inline std::string detail_of(const Kind& kind, std::string_view bytes) {
  const auto document = json::Document::parse(bytes);
  CHECK(document.has_value(), "a test's object is JSON");
  DetailWriter detail;
  kind.overview(document->root(), detail);
  return std::move(detail).finish();
}

// What holds for any JSON object of any kind: it is shown, and all of it is JSON.
inline void check_any_object(const Kind& kind, std::string_view bytes, const base::Clock& clock) {
  const auto document = json::Document::parse(bytes);
  const Filled filled(kind, bytes, clock);
  if (!document || !document->root().is_object()) return;
  CHECK(filled.row() != nullptr, "an object is never dropped");
  CHECK(filled.cell("name") != "null", "every row has a name");
  if (kind.has_status) {
    CHECK(static_cast<size_t>(filled.status().status) < k8s::kStatusCount, "a status we know");
    CHECK(filled.status().recheck_at_ms == 0 || filled.status().recheck_at_ms > clock.wall_ms(),
          "time is not asked for at once");
  }
  if (!kind.overview) return;
  DetailWriter detail;
  kind.overview(document->root(), detail);
  CHECK(json::Document::parse(std::move(detail).finish()).has_value(), "the detail is JSON");
}

}  // namespace masthead::host::fixture
