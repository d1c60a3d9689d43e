// How the answers of a ConsoleView are written for the page (api/openapi.yaml).
#include <algorithm>
#include <ranges>

#include "base/limits.h"
#include "base/time_format.h"
#include "host/console_view.h"
#include "k8s/known_kinds.h"

namespace masthead::host {
namespace {

void write_time(json::Writer& out, std::string_view key, int64_t ms) {
  if (ms != 0) out.key(key).integer(ms);
}

void write_linked(json::Writer& out, const ConsoleView& view, const k8s::ObjectRef& ref,
                  std::string_view relation = {}) {
  out.begin_object().key("ref");
  cache::write_ref(out, ref);
  const cache::RowPtr row = view.find(ref);
  const Kind* kind = view.kind(k8s::known_table_id(ref.group, ref.kind));
  if (row != nullptr && kind != nullptr && kind->has_status) {
    out.key("status").string(k8s::status_name(row->status().status));
  }
  if (!relation.empty()) out.key("relation").string(relation);
  if (row == nullptr && view.lists(ref)) out.key("missing").boolean(true);
  out.end_object();
}

void write_before(json::Writer& out, const ChangeBefore& before, int64_t since_ms) {
  out.begin_object().key("at").integer(before.at_ms).key("text").string(before.text);
  if (!before.revision.empty()) out.key("revision").string(before.revision);
  if (!before.subject.empty()) out.key("subject").string(before.subject);
  if (before.ref) {
    out.key("ref");
    cache::write_ref(out, *before.ref);
  }
  if (since_ms > before.at_ms) out.key("beforeMs").integer(since_ms - before.at_ms);
  out.end_object();
}

void write_moved(json::Writer& out, const history::Transition& moved) {
  out.begin_object().key("at").integer(moved.at_ms).key("ref");
  cache::write_ref(out, moved.ref);
  out.key("status").string(k8s::status_name(moved.to));
  out.key("from").string(k8s::status_name(moved.from));
  if (!moved.revision.empty()) out.key("revision").string(moved.revision);
  if (!moved.message.empty()) out.key("message").string(moved.message);
  out.end_object();
}

void write_columns(json::Writer& out, const cache::Schema& schema) {
  out.begin_array();
  for (const cache::Column& column : schema.columns()) {
    out.begin_object().key("id").string(column.id).key("title").string(column.title);
    out.key("type").string(cache::column_type_name(column.type));
    out.key("sortable").boolean(column.sortable()).key("shown").boolean(column.shown);
    if (column.width_px != 0) out.key("width").integer(column.width_px);
    if (!column.explanation.empty()) out.key("explanation").string(column.explanation);
    out.end_object();
  }
  out.end_array();
}

void write_table(json::Writer& out, const ServedKind& served) {
  const Kind& kind = *served.kind;
  out.begin_object().key("id").string(served.table->id());
  out.key("group").string(kind.group_kind.group).key("kind").string(kind.group_kind.kind);
  out.key("version").string(served.version);
  out.key("title").string(kind.title).key("singular").string(kind.singular);
  out.key("namespaced").boolean(kind.namespaced).key("section").string(kind.section);
  out.key("columns");
  write_columns(out, served.table->schema());
  out.key("sort").string(kind.sort).key("descending").boolean(kind.descending);
  if (kind.actions != nullptr) {
    out.key("actions").begin_array();
    for (const Action& action : kind.actions->of(kind.group_kind.kind)) {
      out.begin_object().key("id").string(action.id).key("title").string(action.title);
      out.key("asksReason").boolean(action.asks_reason).end_object();
    }
    out.end_array();
  }
  out.end_object();
}

void write_cluster(json::Writer& out, const ClusterSnapshot& snapshot) {
  out.begin_object().key("name").string(snapshot.name).key("server").string(snapshot.server);
  if (!snapshot.uid.empty()) out.key("uid").string(snapshot.uid);
  if (!snapshot.context.empty()) out.key("context").string(snapshot.context);
  if (!snapshot.version.empty()) out.key("version").string(snapshot.version);
  out.end_object();
}

}  // namespace

void write_cause(json::Writer& out, const ConsoleView& view, const Cause& cause) {
  out.begin_object().key("ref");
  cache::write_ref(out, cause.ref);
  out.key("status");
  cache::write_status(out, cause.status);
  out.key("waiting").integer(static_cast<int64_t>(cause.waiting.size()));
  out.key("waitingObjects").begin_array();
  const size_t shown = std::min(cause.waiting.size(), limits::kWaitingShown);
  for (size_t i = 0; i < shown; ++i) write_linked(out, view, cause.waiting[i]);
  out.end_array();
  if (cause.before) {
    out.key("before");
    write_before(out, *cause.before, cause.status.since_ms);
  }
  out.end_object();
}

void write_count(json::Writer& out, const Kind& kind, const cache::Tally& tally) {
  out.begin_object().key("table").string(kind.table_id());
  out.key("title").string(kind.title).key("total").integer(tally.total);
  out.key("byStatus").begin_object();
  for (size_t i = 0; i < k8s::kStatusCount; ++i) {
    if (tally.by_status[i] == 0) continue;
    out.key(k8s::status_name(static_cast<k8s::Status>(i))).integer(tally.by_status[i]);
  }
  out.end_object().end_object();
}

void write_problem(json::Writer& out, const base::Error& error) {
  out.begin_object().key("code").string(base::error_code_name(error.code));
  out.key("text").string(error.text);
  if (!error.hint.empty()) out.key("hint").string(error.hint);
  if (!error.params.empty()) {
    out.key("params").begin_object();
    for (const auto& [key, value] : error.params) out.key(key).string(value);
    out.end_object();
  }
  out.end_object();
}

void write_freshness(json::Writer& out, const k8s::Freshness& freshness) {
  out.begin_object().key("state").string(k8s::freshness_name(freshness.state));
  write_time(out, "since", freshness.since_ms);
  write_time(out, "confirmed", freshness.confirmed_ms);
  write_time(out, "nextTry", freshness.next_try_ms);
  if (!freshness.cause.text.empty()) {
    out.key("cause");
    write_problem(out, freshness.cause);
  }
  out.end_object();
}

void write_missing(json::Writer& out, const std::vector<Missing>& missing) {
  out.begin_array();
  for (const Missing& one : missing) {
    out.begin_object();
    if (!one.table.empty()) out.key("table").string(one.table);
    if (one.ns) out.key("namespace").string(*one.ns);
    out.key("text").string(one.text);
    if (!one.right.empty()) out.key("right").string(one.right);
    if (!one.role.empty()) out.key("role").string(one.role);
    out.end_object();
  }
  out.end_array();
}

std::string meta_json(const ClusterSnapshot& snapshot, std::string_view version) {
  json::Writer out;
  out.begin_object().key("revision").integer(static_cast<int64_t>(snapshot.revision));
  out.key("version").string(version).key("cluster");
  write_cluster(out, snapshot);
  out.key("user").string(snapshot.user).key("readOnly").boolean(snapshot.read_only);
  out.key("ready").boolean(snapshot.ready);
  out.key("sections").begin_array();
  for (const Section& section : snapshot.sections) {
    const bool empty = std::none_of(snapshot.kinds.begin(), snapshot.kinds.end(),
                                    [&](const auto& k) { return k.kind->section == section.id; });
    if (empty) continue;
    out.begin_object().key("id").string(section.id).key("title").string(section.title);
    out.key("tables").begin_array();
    for (const ServedKind& served : snapshot.kinds) {
      if (served.kind->section == section.id) out.string(served.table->id());
    }
    out.end_array().end_object();
  }
  out.end_array();
  out.key("tables").begin_array();
  for (const ServedKind& served : snapshot.kinds) write_table(out, served);
  out.end_array();
  out.key("namespaces").begin_array();
  for (const std::string& ns : snapshot.namespaces) out.string(ns);
  out.end_array().key("namespacesComplete").boolean(snapshot.namespaces_complete);
  out.key("guidance").begin_array();
  for (const Guidance& one : snapshot.guidance) {
    out.begin_object().key("id").string(one.id).key("severity").string(one.severity);
    out.key("text").string(one.text);
    if (!one.hint.empty()) out.key("hint").string(one.hint);
    out.end_object();
  }
  out.end_array().end_object();
  return std::move(out).finish();
}

std::string ConsoleView::home_json(std::string_view ns) const {
  const Home home = this->home(ns);
  json::Writer out;
  out.begin_object().key("known").boolean(home.known);
  out.key("causes").begin_array();
  for (const Cause& cause : home.causes | std::views::take(limits::kCausesShown)) {
    write_cause(out, *this, cause);
  }
  out.end_array().key("causesTotal").integer(static_cast<int64_t>(home.causes.size()));
  out.key("waiting").integer(static_cast<int64_t>(home.waiting));
  write_time(out, "oldest", home.oldest_ms);
  out.key("moved").begin_array();
  for (const history::Transition& moved : home.moved) write_moved(out, moved);
  out.end_array();
  out.key("movedTotal").integer(static_cast<int64_t>(home.moved_total));
  out.key("movedSince").integer(home.moved_since_ms);
  if (!home.moved.empty()) {
    out.key("lastChange");
    write_moved(out, home.moved.front());
  }
  out.key("counts").begin_array();
  for (const KindCount& count : home.counts) write_count(out, *count.kind, count.tally);
  out.end_array().key("total").integer(home.total).end_object();
  return std::move(out).finish();
}

}  // namespace masthead::host
