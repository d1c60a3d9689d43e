// For tests of the cache and of what stands on it: a small schema, and objects to feed it with.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/time_format.h"
#include "cache/table.h"
#include "json/writer.h"

namespace masthead::cache::fixture {

// status, namespace, name, size (number), note (text), created.
class SmallSchema final : public Schema {
 public:
  const std::vector<Column>& columns() const override { return columns_; }
  bool has_status() const override { return true; }
  void fill(const json::Value& object, int64_t now_ms, RowBuilder& row) const override {
    if (object["spec"]["size"].is_number()) row.number("size", *object["spec"]["size"].number());
    row.text("note", object["spec"]["note"].str());
    k8s::StatusValue status;
    status.status =
        k8s::status_from_name(object["status"]["is"].str()).value_or(k8s::Status::kUnknown);
    if (status.status == k8s::Status::kWaiting) {
      if (now_ms >= row_deadline_ms)
        status.status = k8s::Status::kUnknown;
      else
        status.recheck_at_ms = row_deadline_ms;
    }
    row.status(std::move(status));
  }
  int64_t row_deadline_ms = INT64_MAX;

 private:
  std::vector<Column> columns_{{"status", "Status", ColumnType::kStatus, true, 0, ""},
                               {"namespace", "Namespace", ColumnType::kText, true, 0, ""},
                               {"name", "Name", ColumnType::kText, true, 0, ""},
                               {"size", "Size", ColumnType::kNumber, true, 0, ""},
                               {"note", "Note", ColumnType::kText, true, 0, ""},
                               {"created", "Age", ColumnType::kTime, true, 0, ""}};
};

struct Item {
  std::string ns = "default";
  std::string name = "a";
  int64_t version = 1;
  std::string is = "Ready";
  double size = 0;
  std::string note = {};
  std::string labels_json = "{}";
  std::string uid = {};
};

inline std::string object(const Item& item) {
  json::Writer w;
  w.begin_object().key("apiVersion").string("v1").key("kind").string("Thing");
  w.key("metadata").begin_object();
  w.key("namespace").string(item.ns).key("name").string(item.name);
  w.key("uid").string(item.uid.empty() ? "uid-" + item.ns + "-" + item.name : item.uid);
  w.key("resourceVersion").string(std::to_string(item.version));
  w.key("creationTimestamp").string("2026-08-14T09:30:00Z");
  w.key("labels").raw(item.labels_json);
  w.key("managedFields")
      .raw(R"([{"manager":"m","operation":"Apply","fieldsV1":{"f:spec":{"f:suspend":{}}}},)"
           R"({"manager":"n","operation":"Apply","apiVersion":"things/v1beta1",)"
           R"("fieldsV1":{"f:spec":{"f:note":{}}}}])");
  w.end_object();
  w.key("spec").begin_object().key("size").number(item.size).key("note").string(item.note);
  w.end_object();
  w.key("status").begin_object().key("is").string(item.is).end_object();
  w.end_object();
  return std::move(w).finish();
}

inline void send(k8s::ReflectorSink& sink, k8s::ReflectorEvent::Type type,
                 std::string_view bytes = {}) {
  k8s::ReflectorEvent event{type, bytes, {}, nullptr};
  sink.on_event(event);
}
inline void upsert(k8s::ReflectorSink& sink, const Item& item) {
  send(sink, k8s::ReflectorEvent::Type::kUpsert, object(item));
}
inline void reset(k8s::ReflectorSink& sink, const std::vector<Item>& items) {
  send(sink, k8s::ReflectorEvent::Type::kResetBegin);
  for (const Item& item : items) upsert(sink, item);
  send(sink, k8s::ReflectorEvent::Type::kResetEnd);
}

inline k8s::Partitions everything() {
  k8s::Partitions all;
  all.all = true;
  return all;
}
inline k8s::Partitions only(const std::vector<std::string>& namespaces) {
  k8s::Partitions some;
  for (const std::string& ns : namespaces) some.add(base::Interned(ns));
  return some;
}

struct Things {
  SmallSchema schema;
  base::ManualClock clock;
  std::shared_ptr<Table> table;
  explicit Things(StatusSettler* settler = nullptr) {
    table = std::make_shared<Table>(Table::Options{"things", {"", "Thing"}, &schema, true}, clock,
                                    settler);
  }
  k8s::ReflectorSink& sink(const std::string& ns = "") { return table->sink(ns); }
};

}  // namespace masthead::cache::fixture
