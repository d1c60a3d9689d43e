#include "host/dashboard.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/limits.h"
#include "k8s/known_kinds.h"

namespace masthead::host {
namespace {

// The object of a row, as far as it is kept; an empty document otherwise.
json::Document object_of(const cache::TableView& view, const cache::Row& row) {
  const auto bytes = view.table().object(view.partitions(), row.ns().text(), row.name());
  auto document = json::Document::parse(bytes ? *bytes : "{}");
  return document ? std::move(*document) : std::move(*json::Document::parse("{}"));
}

// What the state of an object says of the last pass over it.
std::optional<bool> outcome_of(k8s::Status status) {
  if (k8s::is_broken(status)) return false;
  if (status == k8s::Status::kReady) return true;
  return std::nullopt;
}

}  // namespace

Dashboard::Dashboard(const ConsoleView& console, const Plugin& plugin, std::string_view ns,
                     int64_t now_ms)
    : console_(console), ns_(ns), now_ms_(now_ms) {
  for (const ServedKind& served : console.snapshot().kinds) {
    const Kind& kind = *served.kind;
    const bool ours = std::ranges::any_of(
        plugin.kinds(), [&](const Kind& one) { return one.group_kind == kind.group_kind; });
    if (ours && kind.has_status && (ns.empty() || kind.namespaced)) kinds_.push_back(&kind);
  }
}

void Dashboard::write_counts(json::Writer& out) const {
  out.key("counts").begin_array();
  std::vector<const Kind*> unknown;
  for (const Kind* kind : kinds_) {
    const auto* view = console_.view(kind->table_id());
    if (view == nullptr || !view->confidence().complete) {
      unknown.push_back(kind);
    } else {
      write_count(out, *kind, view->tally(ns_));
    }
  }
  out.end_array().key("unknown").begin_array();
  for (const Kind* kind : unknown) {
    const k8s::Freshness freshness = console_.freshness(kind->table_id());
    out.begin_object().key("table").string(kind->table_id()).key("title").string(kind->title);
    out.key("state").string(k8s::freshness_name(freshness.state)).end_object();
  }
  out.end_array();
}

void Dashboard::write_causes(json::Writer& out) const {
  std::set<k8s::ObjectRef> waiting;
  size_t total = 0;
  out.key("causes").begin_array();
  for (const Cause& cause : console_.causes(ns_)) {
    const bool ours = std::ranges::any_of(kinds_, [&](const Kind* kind) {
      return kind->group_kind == k8s::GroupKind{cause.ref.group, cause.ref.kind};
    });
    if (!ours) continue;
    waiting.insert(cause.waiting.begin(), cause.waiting.end());
    if (++total <= limits::kCausesShown) write_cause(out, console_, cause);
  }
  out.end_array().key("causesTotal").integer(static_cast<int64_t>(total));
  out.key("waiting").integer(static_cast<int64_t>(waiting.size()));
}

void Dashboard::write_suspended(json::Writer& out) const {
  struct Suspended {
    const Kind* kind;
    const cache::TableView* view;
    cache::RowPtr row;
    bool operator<(const Suspended& other) const { return key() < other.key(); }
    // Those past their end first, then the longest.
    std::tuple<bool, int64_t, std::string> key() const {
      const auto& status = row->status();
      return {status.word.text() != "overdue", status.since_ms == 0 ? INT64_MAX : status.since_ms,
              kind->singular + row->key()};
    }
  };
  std::vector<Suspended> suspended;
  for (const Kind* kind : kinds_) {
    const auto* view = console_.view(kind->table_id());
    if (view == nullptr) continue;
    view->for_each([&](const cache::Row& row) {
      if (row.status().status != k8s::Status::kSuspended || !here(row)) return;
      suspended.push_back({kind, view, view->row(row.slot())});
    });
  }
  std::ranges::sort(suspended, std::less<>());
  out.key("suspended").begin_array();
  for (size_t i = 0; i < std::min(suspended.size(), limits::kSuspendedShown); ++i) {
    const auto& [kind, view, row] = suspended[i];
    out.begin_object().key("ref");
    cache::write_ref(out, ref_of(*kind, *row));
    out.key("status");
    cache::write_status(out, row->status());
    if (kind->standstill) {
      const auto document = object_of(*view, *row);
      const Standstill why = kind->standstill(document.root());
      if (!why.by.empty()) out.key("by").string(why.by);
      if (!why.reason.empty()) out.key("reason").string(why.reason);
      if (why.until_ms != 0) out.key("until").integer(why.until_ms);
      out.key("overdue").boolean(why.until_ms != 0 && now_ms_ >= why.until_ms);
    }
    out.end_object();
  }
  out.end_array().key("suspendedTotal").integer(static_cast<int64_t>(suspended.size()));
}

std::vector<Dashboard::Pass> Dashboard::passes() const {
  std::vector<Pass> passes;
  for (const Kind* kind : kinds_) {
    const auto* view = console_.view(kind->table_id());
    if (view == nullptr) continue;
    const auto synced = view->table().schema().index_of("synced");
    view->for_each([&](const cache::Row& row) {
      if (!here(row)) return;
      const int64_t at_ms = synced && row.has(*synced) ? row.integer(*synced) : 0;
      const bool failed = k8s::is_broken(row.status().status);
      passes.push_back({kind, view->row(row.slot()), at_ms, outcome_of(row.status().status),
                        std::string(row.revision()), failed ? row.status().message : ""});
    });
  }
  add_events(passes);
  std::erase_if(passes, [](const Pass& pass) { return pass.at_ms == 0; });
  std::ranges::sort(passes, [](const Pass& a, const Pass& b) {
    if (a.at_ms != b.at_ms) return a.at_ms > b.at_ms;
    return std::tuple(a.kind->singular, a.row->key()) < std::tuple(b.kind->singular, b.row->key());
  });
  return passes;
}

// Most objects say when they came into their state, not when they were confirmed in it: events do.
void Dashboard::add_events(std::vector<Pass>& passes) const {
  const auto* events = console_.view("events");
  if (events == nullptr) return;
  const cache::Schema& schema = events->table().schema();
  const auto type = schema.index_of("type"), reason = schema.index_of("reason"),
             message = schema.index_of("message"), last = schema.index_of("last");
  if (!type || !reason || !message || !last) return;
  std::map<k8s::ObjectRef, size_t> by_ref;
  for (size_t i = 0; i < passes.size(); ++i) {
    by_ref.emplace(ref_of(*passes[i].kind, *passes[i].row), i);
  }
  events->for_each([&](const cache::Row& event) {
    if (!event.has(*last) || !event.has(*reason)) return;
    for (const cache::Link& link : cache::links_of(event)) {
      const auto found = by_ref.find(link.ref);
      if (found == by_ref.end()) continue;
      Pass& pass = passes[found->second];
      const bool good = pass.kind->is_success && pass.kind->is_success(event.text(*reason));
      const bool bad = event.has(*type) && event.text(*type) == "Warning";
      if ((!good && !bad) || event.integer(*last) <= pass.at_ms) continue;
      pass.at_ms = event.integer(*last);
      pass.succeeded = !bad;
      pass.message = bad && event.has(*message) ? std::string(event.text(*message)) : "";
      if (!event.revision().empty()) pass.revision = std::string(event.revision());
    }
  });
}

void Dashboard::write_passes(json::Writer& out) const {
  const std::vector<Pass> all = passes();
  out.key("passes").begin_array();
  for (size_t i = 0; i < std::min(all.size(), limits::kPassesShown); ++i) {
    const Pass& pass = all[i];
    out.begin_object().key("ref");
    cache::write_ref(out, ref_of(*pass.kind, *pass.row));
    out.key("at").integer(pass.at_ms);
    out.key("status").string(k8s::status_name(pass.row->status().status));
    if (pass.succeeded) out.key("succeeded").boolean(*pass.succeeded);
    if (!pass.revision.empty()) out.key("revision").string(pass.revision);
    if (!pass.message.empty()) out.key("message").string(pass.message);
    if (pass.kind->last_pass_took_ms) {
      const auto document = object_of(*console_.view(pass.kind->table_id()), *pass.row);
      if (const auto took = pass.kind->last_pass_took_ms(document.root())) {
        out.key("tookMs").integer(*took);
      }
    }
    out.end_object();
  }
  out.end_array();
}

std::string Dashboard::json() const {
  json::Writer out;
  out.begin_object();
  write_counts(out);
  write_causes(out);
  write_suspended(out);
  write_passes(out);
  out.end_object();
  return std::move(out).finish();
}

std::optional<std::string> ConsoleView::dashboard_json(std::string_view plugin,
                                                       std::string_view ns) const {
  const Plugin* found = this->plugin(plugin);
  if (found == nullptr) return std::nullopt;
  return Dashboard(*this, *found, ns, clock_.wall_ms()).json();
}

}  // namespace masthead::host
