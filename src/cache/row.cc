#include "cache/row.h"

#include <bit>
#include <cstring>

#include "base/check.h"
#include "base/time_format.h"
#include "cache/applied_set.h"
#include "k8s/known_kinds.h"

namespace masthead::cache {
namespace {

bool lies_in_arena(ColumnType type) {
  switch (type) {
    case ColumnType::kNumber:
    case ColumnType::kTime:
    case ColumnType::kDuration:
    case ColumnType::kFlag:
    case ColumnType::kStatus:
    case ColumnType::kRatio:
      return false;
    default:
      return true;
  }
}

// Parts of a row that are no columns, numbered behind the columns while a row is built.
enum Part : size_t {
  kUid = kMaxColumns,
  kResourceVersion,
  kLabels,
  kOwners,
  kLinks,
  kRevision,
  kApplied
};

Cell cell_at(size_t offset, size_t length) {
  return {static_cast<int64_t>(static_cast<uint64_t>(offset) << 32 | length)};
}

void write_cell(const Row& row, const Column& column, size_t index, json::Writer& out) {
  switch (column.type) {
    case ColumnType::kText:
    case ColumnType::kMono:
    case ColumnType::kRevision:
    case ColumnType::kUrl:
      out.string(row.text(index));
      return;
    case ColumnType::kNumber:
      out.number(row.number(index));
      return;
    case ColumnType::kTime:
    case ColumnType::kDuration:
      out.integer(row.integer(index));
      return;
    case ColumnType::kFlag:
      out.boolean(row.integer(index) != 0);
      return;
    case ColumnType::kRatio: {
      const auto bits = static_cast<uint64_t>(row.integer(index));
      out.begin_object().key("have").integer(static_cast<int64_t>(bits >> 32));
      out.key("want").integer(static_cast<int64_t>(bits & 0xFFFFFFFF)).end_object();
      return;
    }
    case ColumnType::kRef:
    case ColumnType::kRefs:
    case ColumnType::kTally:
    case ColumnType::kLabels:
    case ColumnType::kList:
      out.raw(row.text(index));
      return;
    case ColumnType::kStatus:
      write_status(out, row.status());
      return;
    case ColumnType::kMessage:  // the status holds it
      out.null();
      return;
  }
}

}  // namespace

std::string_view column_type_name(ColumnType type) {
  switch (type) {
    case ColumnType::kText:
      return "text";
    case ColumnType::kMono:
      return "mono";
    case ColumnType::kNumber:
      return "number";
    case ColumnType::kTime:
      return "time";
    case ColumnType::kDuration:
      return "duration";
    case ColumnType::kStatus:
      return "status";
    case ColumnType::kRatio:
      return "ratio";
    case ColumnType::kRef:
      return "ref";
    case ColumnType::kRefs:
      return "refs";
    case ColumnType::kRevision:
      return "revision";
    case ColumnType::kUrl:
      return "url";
    case ColumnType::kFlag:
      return "flag";
    case ColumnType::kTally:
      return "tally";
    case ColumnType::kLabels:
      return "labels";
    case ColumnType::kList:
      return "list";
    case ColumnType::kMessage:
      return "message";
  }
  return "text";
}

std::string without_algorithm(std::string_view revision) {
  const size_t at = revision.find('@');
  const size_t colon = revision.find(':', at == std::string_view::npos ? revision.size() : at);
  if (colon == std::string_view::npos) return {};
  return std::string(revision.substr(0, at + 1)) + std::string(revision.substr(colon + 1));
}

std::string Row::key() const {
  std::string key(ns_.text());
  key += '/';
  key += name();
  return key;
}

double Row::number(size_t column) const {
  return std::bit_cast<double>(cells_[column].bits);
}

std::shared_ptr<const Row> Row::with_status(k8s::StatusValue status) const {
  return with({std::move(status), std::nullopt});
}

std::shared_ptr<const Row> Row::with(const Overlay& overlay) const {
  auto copy = std::make_shared<Row>();
  copy->ns_ = ns_;
  copy->slot_ = slot_;
  copy->search_end_ = search_end_;
  copy->created_ms_ = created_ms_;
  copy->present_ = present_;
  copy->name_ = name_;
  copy->uid_ = uid_;
  copy->resource_version_ = resource_version_;
  copy->labels_ = labels_;
  copy->owners_ = owners_;
  copy->links_ = links_;
  copy->revision_ = revision_;
  copy->applied_ = applied_;
  copy->cell_count_ = cell_count_;
  copy->cells_ = std::make_unique<Cell[]>(cell_count_);
  std::memcpy(copy->cells_.get(), cells_.get(), cell_count_ * sizeof(Cell));
  copy->arena_ = arena_;
  copy->status_ = overlay.status.value_or(status_);
  if (overlay.cell) {
    const auto& [column, json] = *overlay.cell;
    copy->cells_[column] = cell_at(copy->arena_.size(), json.size());
    copy->present_ |= uint64_t{1} << column;
    copy->arena_ += json;
  }
  return copy;
}

void Row::write_cells(const Schema& schema, json::Writer& out) const {
  out.begin_array();
  const auto& columns = schema.columns();
  for (size_t i = 0; i < columns.size(); ++i) {
    if (has(i)) {
      write_cell(*this, columns[i], i, out);
    } else {
      out.null();
    }
  }
  out.end_array();
}

size_t Row::memory_bytes() const {
  return sizeof(Row) + cell_count_ * sizeof(Cell) + arena_.capacity() + status_.message.capacity();
}

void write_ref(json::Writer& out, const k8s::ObjectRef& ref, std::string_view table) {
  out.begin_object();
  out.key("group").string(ref.group);
  out.key("kind").string(ref.kind);
  out.key("namespace").string(ref.ns);
  out.key("name").string(ref.name);
  if (table.empty()) table = k8s::known_table_id(ref.group, ref.kind);
  if (!table.empty()) out.key("table").string(table);
  out.end_object();
}

void write_status(json::Writer& out, const k8s::StatusValue& status) {
  out.begin_object();
  out.key("status").string(k8s::status_name(status.status));
  if (!status.word.empty()) out.key("word").string(status.word.text());
  if (!status.reason.empty()) out.key("reason").string(status.reason.text());
  if (!status.message.empty()) out.key("message").string(status.message);
  if (status.badges != 0) {
    out.key("badges").begin_array();
    for (int bit = 0; bit < 8; ++bit) {
      const auto badge = static_cast<k8s::Badge>(1 << bit);
      if (status.has(badge)) out.string(k8s::badge_name(badge));
    }
    out.end_array();
  }
  if (status.since_ms != 0) {
    out.key("since").integer(status.since_ms);
    out.key("sinceExact").boolean(status.since_exact);
  }
  if (status.cause) {
    out.key("cause");
    write_ref(out, *status.cause);
  }
  out.end_object();
}

RowBuilder::RowBuilder(const Schema& schema, base::Interned ns, std::string_view name,
                       std::string_view uid, std::string_view resource_version, int64_t created_ms)
    : schema_(schema), row_(std::make_shared<Row>()) {
  const auto& columns = schema.columns();
  CHECK(columns.size() <= kMaxColumns, "presence of cells is a 64-bit set");
  row_->ns_ = ns;
  row_->created_ms_ = created_ms;
  row_->cell_count_ = static_cast<uint32_t>(columns.size());
  row_->cells_ = std::make_unique<Cell[]>(columns.size());
  row_->name_ = put_text(name);
  // '\n' between texts keeps a search from matching across two of them.
  row_->arena_ += '\n';
  const Cell ns_text = put_text(ns.text());
  row_->arena_ += '\n';
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].id == "name") set(i, row_->name_);
    if (columns[i].id == "namespace" && !ns.empty()) set(i, ns_text);
    if (columns[i].id == "created" && created_ms != 0) set(i, {created_ms});
    if (columns[i].id == "status" && schema.has_status()) set(i, {});
  }
  unsearched_.emplace_back(kUid, uid);
  unsearched_.emplace_back(kResourceVersion, resource_version);
}

size_t RowBuilder::index_of(std::string_view column) const {
  const auto index = schema_.index_of(column);
  CHECK(index.has_value(), "a schema fills only columns it declares");
  return *index;
}

Cell RowBuilder::put_text(std::string_view value) {
  const Cell cell = cell_at(row_->arena_.size(), value.size());
  row_->arena_ += value;
  return cell;
}

void RowBuilder::set(size_t index, Cell cell) {
  row_->cells_[index] = cell;
  row_->present_ |= uint64_t{1} << index;
}

void RowBuilder::text(std::string_view column, std::string_view value) {
  if (value.empty()) return;
  const size_t index = index_of(column);
  set(index, put_text(value));
  row_->arena_ += '\n';
  if (schema_.columns()[index].type == ColumnType::kRevision) {
    also_found_by(without_algorithm(value));
  }
}

void RowBuilder::also_found_by(std::string_view text) {
  if (text.empty()) return;
  put_text(text);
  row_->arena_ += '\n';
}

void RowBuilder::integer(std::string_view column, int64_t value) {
  const size_t index = index_of(column);
  CHECK(!lies_in_arena(schema_.columns()[index].type), "a number in a column of numbers");
  set(index, {value});
}

void RowBuilder::number(std::string_view column, double value) {
  set(index_of(column), {std::bit_cast<int64_t>(value)});
}

void RowBuilder::time(std::string_view column, std::string_view rfc3339) {
  if (const auto ms = base::parse_rfc3339(rfc3339)) integer(column, *ms);
}

void RowBuilder::duration(std::string_view column, std::string_view go_duration) {
  if (const auto ms = base::parse_go_duration(go_duration)) integer(column, *ms);
}

void RowBuilder::ratio(std::string_view column, int64_t have, int64_t want) {
  const auto half = [](int64_t n) { return static_cast<uint64_t>(n < 0 ? 0 : n) & 0x7FFFFFFF; };
  integer(column, static_cast<int64_t>(half(have) << 32 | half(want)));
}

void RowBuilder::json(std::string_view column, std::string_view json, std::string_view search) {
  const size_t index = index_of(column);
  CHECK(lies_in_arena(schema_.columns()[index].type), "JSON in a column that holds it");
  unsearched_.emplace_back(index, json);
  also_found_by(search);
}

void RowBuilder::ref(std::string_view column, const k8s::ObjectRef& ref) {
  json::Writer out;
  out.begin_object().key("ref");
  write_ref(out, ref);
  out.end_object();
  json(column, std::move(out).finish(), ref.kind + "/" + ref.name);
}

void RowBuilder::refs(std::string_view column, const std::vector<k8s::ObjectRef>& refs) {
  if (refs.empty()) return;
  json::Writer out;
  std::string search;
  out.begin_array();
  for (const k8s::ObjectRef& ref : refs) {
    out.begin_object().key("ref");
    write_ref(out, ref);
    out.end_object();
    search += ref.name + " ";
  }
  out.end_array();
  json(column, std::move(out).finish(), search);
}

void RowBuilder::status(k8s::StatusValue value) {
  row_->status_ = std::move(value);
}

void RowBuilder::labels(const json::Value& labels) {
  std::string lines;
  for (const auto& [key, value] : labels.members()) {
    lines += key;
    lines += '=';
    lines += value.str();
    lines += '\n';
  }
  unsearched_.emplace_back(kLabels, std::move(lines));
}

void RowBuilder::owners(const json::Value& owner_references) {
  std::string lines;
  for (const json::Value owner : owner_references.items()) {
    lines += owner["kind"].str();
    lines += '/';
    lines += owner["uid"].str();
    lines += '\n';
  }
  unsearched_.emplace_back(kOwners, std::move(lines));
}

void RowBuilder::owner(std::string_view kind, std::string_view uid) {
  unsearched_.emplace_back(kOwners, std::string(kind) + "/" + std::string(uid) + "\n");
}

void RowBuilder::revision(std::string_view value) {
  unsearched_.emplace_back(kRevision, value);
}

void RowBuilder::link(std::string_view relation, const k8s::ObjectRef& ref) {
  for (const std::string_view part :
       {relation, std::string_view(ref.group), std::string_view(ref.kind), std::string_view(ref.ns),
        std::string_view(ref.name)}) {
    // Tabs and line ends separate; names that hold them are not names of anything.
    for (const char c : part) {
      if (c != '\t' && c != '\n') links_ += c;
    }
    links_ += '\t';
  }
  links_.back() = '\n';
}

void RowBuilder::applied(const std::vector<k8s::ObjectRef>& refs) {
  if (!refs.empty()) unsearched_.emplace_back(kApplied, make_applied_set(refs));
}

std::vector<Link> links_of(const Row& row) {
  std::vector<Link> links;
  std::string_view rest = row.links();
  while (!rest.empty()) {
    std::array<std::string_view, 5> parts;
    for (size_t i = 0; i < parts.size(); ++i) {
      const size_t end = rest.find(i + 1 < parts.size() ? '\t' : '\n');
      CHECK(end != std::string_view::npos, "links are written by RowBuilder::link");
      parts[i] = rest.substr(0, end);
      rest.remove_prefix(end + 1);
    }
    links.push_back({parts[0],
                     {std::string(parts[1]), std::string(parts[2]), std::string(parts[3]),
                      std::string(parts[4])}});
  }
  return links;
}

std::shared_ptr<Row> RowBuilder::finish() {
  unsearched_.emplace_back(kLinks, std::move(links_));
  row_->search_end_ = static_cast<uint32_t>(row_->arena_.size());
  size_t extra = 0;
  for (const auto& [index, text] : unsearched_) extra += text.size();
  row_->arena_.reserve(row_->arena_.size() + extra);
  for (const auto& [index, text] : unsearched_) {
    const Cell cell = put_text(text);
    switch (index) {
      case kUid:
        row_->uid_ = cell;
        break;
      case kResourceVersion:
        row_->resource_version_ = cell;
        break;
      case kLabels:
        row_->labels_ = cell;
        break;
      case kOwners:
        row_->owners_ = cell;
        break;
      case kLinks:
        row_->links_ = cell;
        break;
      case kRevision:
        row_->revision_ = cell;
        break;
      case kApplied:
        row_->applied_ = cell;
        break;
      default:
        set(index, cell);
    }
  }
  row_->arena_.shrink_to_fit();
  return std::move(row_);
}

}  // namespace masthead::cache
