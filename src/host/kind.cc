#include "host/kind.h"

#include "base/time_format.h"
#include "host/masking.h"
#include "json/writer.h"
#include "k8s/known_kinds.h"

namespace masthead::host {
namespace {

constexpr int kMessageWidthPx = 164;

class KindSchema final : public cache::Schema {
 public:
  explicit KindSchema(const Kind& kind) : kind_(kind) {
    using cache::ColumnType;
    if (kind.has_status) {
      columns_.push_back({"status", "Status", ColumnType::kStatus, true, kind.status_width_px, ""});
    }
    if (kind.namespaced)
      columns_.push_back({"namespace", "Namespace", ColumnType::kText, true, 140, ""});
    columns_.push_back({"name", "Name", ColumnType::kText, true, kind.name_width_px, ""});
    if (kind.has_status && kind.shows_message) {
      columns_.push_back({"message", "Message", ColumnType::kMessage, true, kMessageWidthPx,
                          "What an object says that is not Ready."});
    }
    columns_.insert(columns_.end(), kind.columns.begin(), kind.columns.end());
    columns_.push_back({"created", "Age", ColumnType::kTime, kind.shows_age, 80, ""});
  }
  const std::vector<cache::Column>& columns() const override { return columns_; }
  bool has_status() const override { return kind_.has_status; }
  void fill(const json::Value& object, int64_t now_ms, cache::RowBuilder& row) const override {
    kind_.fill(object, now_ms, row);
  }
  std::optional<std::string> masked(const json::Value& object) const override {
    return without_secrets(kind_, object);
  }

 private:
  const Kind& kind_;
  std::vector<cache::Column> columns_;
};

}  // namespace

std::string Kind::table_id() const {
  return k8s::table_id(group_kind.group, resource);
}

std::unique_ptr<cache::Schema> make_schema(const Kind& kind) {
  return std::make_unique<KindSchema>(kind);
}

void DetailWriter::section(std::string_view id, std::string_view title) {
  if (!begun_) out_.begin_array();
  begun_ = true;
  if (open_) out_.end_array().end_object();
  open_ = true;
  out_.begin_object().key("id").string(id).key("title").string(title).key("fields").begin_array();
}

// Leaves the writer behind the "value" key.
void DetailWriter::field(std::string_view id, std::string_view label, cache::ColumnType type) {
  field(id, label, cache::column_type_name(type));
}

void DetailWriter::field(std::string_view id, std::string_view label, std::string_view type) {
  if (!open_) section("overview", "Overview");
  out_.begin_object().key("id").string(id).key("label").string(label);
  out_.key("type").string(type).key("value");
}

void DetailWriter::text(std::string_view id, std::string_view label, std::string_view value) {
  if (value.empty()) return;
  field(id, label, cache::ColumnType::kText);
  out_.string(value).end_object();
}

void DetailWriter::mono(std::string_view id, std::string_view label, std::string_view value) {
  if (value.empty()) return;
  field(id, label, cache::ColumnType::kMono);
  out_.string(value).end_object();
}

void DetailWriter::url(std::string_view id, std::string_view label, std::string_view value) {
  if (value.empty()) return;
  field(id, label, cache::ColumnType::kUrl);
  out_.string(value).end_object();
}

void DetailWriter::revision(std::string_view id, std::string_view label, std::string_view value) {
  if (value.empty()) return;
  field(id, label, cache::ColumnType::kRevision);
  out_.string(value).end_object();
}

void DetailWriter::number(std::string_view id, std::string_view label, const json::Value& value) {
  if (!value.is_number()) return;
  field(id, label, cache::ColumnType::kNumber);
  out_.number(value.number().value_or(0)).end_object();
}

void DetailWriter::flag(std::string_view id, std::string_view label, const json::Value& value,
                        std::string_view explanation) {
  if (!value.is_bool()) return;
  field(id, label, cache::ColumnType::kFlag);
  out_.boolean(value.boolean());
  if (!explanation.empty()) out_.key("explanation").string(explanation);
  out_.end_object();
}

void DetailWriter::time(std::string_view id, std::string_view label, std::string_view rfc3339) {
  const auto ms = base::parse_rfc3339(rfc3339);
  if (!ms) return;
  field(id, label, cache::ColumnType::kTime);
  out_.integer(*ms).end_object();
}

void DetailWriter::duration(std::string_view id, std::string_view label,
                            std::string_view go_duration) {
  const auto ms = base::parse_go_duration(go_duration);
  if (!ms) return;
  field(id, label, cache::ColumnType::kDuration);
  out_.integer(*ms).end_object();
}

void DetailWriter::list(std::string_view id, std::string_view label,
                        const std::vector<std::string>& items) {
  if (items.empty()) return;
  field(id, label, cache::ColumnType::kList);
  out_.begin_array();
  for (const std::string& item : items) out_.string(item);
  out_.end_array().end_object();
}

void DetailWriter::entries(std::string_view id, std::string_view label,
                           const std::vector<Entry>& entries) {
  if (entries.empty()) return;
  field(id, label, "entries");
  out_.begin_array();
  for (const Entry& entry : entries) {
    out_.begin_object().key("text").string(entry.text);
    if (const auto ms = base::parse_rfc3339(entry.rfc3339)) out_.key("at").integer(*ms);
    out_.end_object();
  }
  out_.end_array().end_object();
}

void DetailWriter::labels(std::string_view id, std::string_view label, const json::Value& map) {
  if (map.size() == 0) return;
  field(id, label, cache::ColumnType::kLabels);
  out_.begin_object();
  for (const auto& [key, value] : map.members()) {
    out_.key(key).string(value.is_string() ? std::string(value.str()) : value.to_json());
  }
  out_.end_object().end_object();
}

void DetailWriter::ref(std::string_view id, std::string_view label, const k8s::ObjectRef& ref) {
  if (ref.name.empty()) return;
  field(id, label, cache::ColumnType::kRef);
  out_.begin_object().key("ref");
  cache::write_ref(out_, ref);
  out_.end_object().end_object();
}

void DetailWriter::refs(std::string_view id, std::string_view label,
                        const std::vector<k8s::ObjectRef>& refs) {
  if (refs.empty()) return;
  field(id, label, cache::ColumnType::kRefs);
  out_.begin_array();
  for (const k8s::ObjectRef& ref : refs) {
    out_.begin_object().key("ref");
    cache::write_ref(out_, ref);
    out_.end_object();
  }
  out_.end_array().end_object();
}

std::string DetailWriter::finish() && {
  if (!begun_) out_.begin_array();
  if (open_) out_.end_array().end_object();
  out_.end_array();
  return std::move(out_).finish();
}

}  // namespace masthead::host
