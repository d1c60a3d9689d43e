// The detail of one object: what it is, how it is, what happened, what belongs to it.
#include <algorithm>
#include <array>

#include "base/limits.h"
#include "base/split.h"
#include "base/time_format.h"
#include "host/console_view.h"
#include "host/inventory.h"
#include "k8s/known_kinds.h"

namespace masthead::host {
namespace {

void write_map(json::Writer& out, const json::Value& map) {
  out.begin_object();
  for (const auto& [key, value] : map.members()) {
    // Written by kubectl apply: the whole object once more, and it may hold what is masked here.
    if (key == "kubectl.kubernetes.io/last-applied-configuration") continue;
    out.key(key).string(value.is_string() ? std::string(value.str()) : value.to_json());
  }
  out.end_object();
}

void write_condition(json::Writer& out, const json::Value& condition, const Kind& kind) {
  const std::string_view type = condition["type"].str();
  const std::string_view status = condition["status"].str();
  const bool negative = std::find(kind.negative_conditions.begin(), kind.negative_conditions.end(),
                                  type) != kind.negative_conditions.end();
  out.begin_object().key("type").string(type).key("status").string(status).key("good");
  if (type == "Reconciling" || (status != "True" && status != "False")) {
    out.null();
  } else {
    out.boolean((status == "True") != negative);
  }
  for (const char* key : {"reason", "message"}) {
    if (const auto text = condition[key].str(); !text.empty()) out.key(key).string(text);
  }
  std::string_view since = condition["lastTransitionTime"].str();
  if (since.empty()) since = condition["lastUpdateTime"].str();
  if (const auto ms = base::parse_rfc3339(since)) out.key("since").integer(*ms);
  if (const auto generation = condition["observedGeneration"].integer()) {
    out.key("observedGeneration").integer(*generation);
  }
  out.end_object();
}

void write_conditions(json::Writer& out, const json::Value& object, const Kind& kind) {
  out.key("conditions").begin_array();
  for (const json::Value condition : object["status"]["conditions"].items()) {
    if (condition.is_object()) write_condition(out, condition, kind);
  }
  out.end_array();
}

void write_event(json::Writer& out, const cache::Row& row, const cache::Schema& schema) {
  const auto text = [&](std::string_view id) -> std::string_view {
    for (size_t i = 0; i < schema.columns().size(); ++i) {
      if (schema.columns()[i].id == id && row.has(i)) return row.text(i);
    }
    return {};
  };
  const auto number = [&](std::string_view id) -> int64_t {
    for (size_t i = 0; i < schema.columns().size(); ++i) {
      if (schema.columns()[i].id == id && row.has(i)) return row.integer(i);
    }
    return 0;
  };
  const std::string_view type = text("type");
  out.begin_object().key("type");
  out.string(type == "Normal" || type == "Warning" ? type : "Other");
  out.key("reason").string(text("reason")).key("message").string(text("message"));
  for (size_t i = 0; i < schema.columns().size(); ++i) {
    if (schema.columns()[i].id == "count") {
      out.key("count").integer(row.has(i) ? static_cast<int64_t>(row.number(i)) : 1);
    }
  }
  if (const int64_t ms = number("first"); ms != 0) out.key("first").integer(ms);
  if (const int64_t ms = number("last"); ms != 0) out.key("last").integer(ms);
  if (const auto source = text("source"); !source.empty()) out.key("source").string(source);
  if (!row.revision().empty()) out.key("revision").string(row.revision());
  out.end_object();
}

bool owned_by(const cache::Row& row, std::string_view uid) {
  std::string_view rest = row.owners();
  while (!rest.empty()) {
    const size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    if (line.size() > uid.size() && line.ends_with(uid) &&
        line[line.size() - uid.size() - 1] == '/')
      return true;
    rest.remove_prefix(end + 1);
  }
  return false;
}

// "*" as a name: all objects of that kind and namespace; "*,app=web": those with that label.
bool names_many(const cache::Link& link) {
  return link.ref.name.starts_with('*');
}

bool names(const cache::Link& link, std::string_view group, std::string_view kind,
           const cache::Row& row) {
  if (link.ref.kind != kind || link.ref.group != group || link.ref.ns != row.ns().text()) {
    return false;
  }
  if (!names_many(link)) return link.ref.name == row.name();
  const std::string labels = "\n" + std::string(row.labels());
  const std::vector<std::string> parts = base::split(link.ref.name, ',');
  return std::all_of(parts.begin() + 1, parts.end(),
                     [&](const auto& label) { return labels.contains("\n" + label + "\n"); });
}

std::string_view inverse_of(std::string_view relation) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kInverse{
      {{"depends on", "needed by"},
       {"applied by", "applies"},
       {"reports", "reported by"},
       {"triggers", "triggered by"},
       {"generates", "generated by"},
       {"generated by", "generates"},
       {"syncs", "synced by"},
       {"reports on", "reported in"}}};
  for (const auto& [one, other] : kInverse) {
    if (one == relation) return other;
  }
  return "used by";
}

struct Linked {
  k8s::ObjectRef ref;
  std::string relation;
  std::optional<k8s::Status> status;
  bool missing = false;
};

void write_links(json::Writer& out, std::string_view key, const std::vector<Linked>& links) {
  out.key(key).begin_array();
  for (const Linked& link : links) {
    out.begin_object().key("ref");
    cache::write_ref(out, link.ref);
    if (!link.relation.empty()) out.key("relation").string(link.relation);
    if (link.status) out.key("status").string(k8s::status_name(*link.status));
    if (link.missing) out.key("missing").boolean(true);
    out.end_object();
  }
  out.end_array();
}

// "needs GitRepository flux-system/apps" as one sentence for the drawer's second line.
std::string sentence_of(const k8s::StatusValue& status) {
  if (!status.cause) return status.message;
  const auto& cause = *status.cause;
  return "Waits for " + cause.kind + " " + (cause.ns.empty() ? "" : cause.ns + "/") + cause.name +
         (status.message.empty() ? "." : ": " + status.message);
}

}  // namespace

std::vector<cache::RowPtr> ConsoleView::events_of(const k8s::ObjectRef& ref,
                                                  std::string_view uid) const {
  std::vector<cache::RowPtr> found;
  const auto* events = view("events");
  if (events == nullptr) return found;
  // Events of cluster-scoped objects live in "default".
  const base::Interned ns(ref.ns.empty() ? "default" : std::string_view(ref.ns));
  events->for_each([&](const cache::Row& row) {
    if (row.ns() != ns) return;
    // Group as well as kind: Provider, Bucket and Alert exist in other groups too.
    for (const cache::Link& link : cache::links_of(row)) {
      const bool about = link.relation == "about" && link.ref.kind == ref.kind &&
                         link.ref.group == ref.group && link.ref.name == ref.name;
      const bool same_object = row.owners().empty() || owned_by(row, uid);
      if (about && same_object) found.push_back(events->row(row.slot()));
    }
  });
  const size_t last = events->table().schema().index_of("last").value();
  std::sort(found.begin(), found.end(), [&](const cache::RowPtr& a, const cache::RowPtr& b) {
    return a->integer(last) != b->integer(last) ? a->integer(last) > b->integer(last)
                                                : a->name() < b->name();
  });
  if (found.size() > limits::kEventsShown) found.resize(limits::kEventsShown);
  return found;
}

std::optional<std::string> ConsoleView::detail_json(std::string_view table, std::string_view ns,
                                                    std::string_view name) const {
  const auto* shown = view(table);
  const Kind* kind = this->kind(table);
  const cache::RowPtr row = shown == nullptr ? nullptr : shown->find(ns, name);
  if (row == nullptr || kind == nullptr) return std::nullopt;
  const auto bytes = object(table, ns, name);
  json::Document document;
  if (bytes) (void)document.reparse(*bytes);
  const json::Value object = document.root();
  const json::Value metadata = object["metadata"];
  const k8s::ObjectRef self = ref_of(*kind, *row);

  json::Writer out;
  out.begin_object().key("ref");
  cache::write_ref(out, self, table);
  out.key("uid").string(row->uid());
  if (const auto v = object["apiVersion"].str(); !v.empty()) out.key("apiVersion").string(v);
  if (row->created_ms() != 0) out.key("created").integer(row->created_ms());
  if (const auto g = metadata["generation"].integer()) out.key("generation").integer(*g);
  if (const auto ms = base::parse_rfc3339(metadata["deletionTimestamp"].str())) {
    out.key("deleting").integer(*ms);
  }
  if (metadata["finalizers"].size() > 0) {
    out.key("finalizers").begin_array();
    for (const json::Value finalizer : metadata["finalizers"].items()) out.string(finalizer.str());
    out.end_array();
  }
  if (kind->has_status) {
    out.key("status");
    cache::write_status(out, row->status());
    if (const auto text = sentence_of(row->status()); !text.empty())
      out.key("sentence").string(text);
  }
  if (metadata["name"].str().empty()) {
    out.key("garbage").string("The object has no metadata.name; it is shown as it was received.");
  }
  DetailWriter sections;
  if (kind->overview) kind->overview(object, sections);
  out.key("sections").raw(std::move(sections).finish());
  write_conditions(out, object, *kind);

  out.key("events").begin_array();
  if (const auto* events = view("events")) {
    for (const auto& event : events_of(self, row->uid())) {
      write_event(out, *event, events->table().schema());
    }
  }
  out.end_array().key("eventsFreshness");
  write_freshness(out, freshness("events"));

  std::vector<Linked> owners, owned, related;
  for (const json::Value owner : metadata["ownerReferences"].items()) {
    k8s::ObjectRef ref{std::string(k8s::group_of(owner["apiVersion"].str())),
                       std::string(owner["kind"].str()), self.ns, std::string(owner["name"].str())};
    const bool cluster_scoped = ref.kind == "Node" || ref.kind == "Namespace";
    if (cluster_scoped) ref.ns.clear();
    owners.push_back({ref, "owner", std::nullopt, false});
  }
  for (const cache::Link& link : cache::links_of(*row)) {
    if (!names_many(link)) {
      related.push_back({link.ref, std::string(link.relation), std::nullopt, false});
      continue;
    }
    const auto* many = view(k8s::known_table_id(link.ref.group, link.ref.kind));
    if (many == nullptr) continue;
    many->for_each([&](const cache::Row& one) {
      if (!names(link, link.ref.group, link.ref.kind, one)) return;
      if (related.size() >= limits::kOwnedShown) return;
      k8s::ObjectRef ref = link.ref;
      ref.name = std::string(one.name());
      related.push_back({std::move(ref), std::string(link.relation), std::nullopt, false});
    });
  }
  size_t owned_total = 0;
  for (const auto& [id, other] : views_) {
    const Kind* other_kind = this->kind(id);
    if (other_kind == nullptr || id == "events") continue;
    other->for_each([&](const cache::Row& candidate) {
      if (!row->uid().empty() && owned_by(candidate, row->uid())) {
        if (++owned_total <= limits::kOwnedShown) {
          owned.push_back({ref_of(*other_kind, candidate), "owned", std::nullopt, false});
        }
        return;
      }
      const std::string_view named = candidate.links();
      if (!named.contains(self.name) && !named.contains("\t*")) return;
      for (const cache::Link& link : cache::links_of(candidate)) {
        if (!names(link, self.group, self.kind, *row)) continue;
        if (related.size() >= limits::kOwnedShown) return;
        Linked back{ref_of(*other_kind, candidate), std::string(inverse_of(link.relation)),
                    std::nullopt, false};
        // Two that name each other are said once.
        const bool said = std::any_of(related.begin(), related.end(), [&](const Linked& one) {
          return one.ref == back.ref && one.relation == back.relation;
        });
        if (!said) related.push_back(std::move(back));
      }
    });
  }
  for (auto* links : {&owners, &owned, &related}) {
    for (Linked& link : *links) {
      const Kind* linked = this->kind(k8s::known_table_id(link.ref.group, link.ref.kind));
      const cache::RowPtr found = find(link.ref);
      if (found != nullptr && linked != nullptr && linked->has_status) {
        link.status = found->status().status;
      }
      link.missing = found == nullptr && lists(link.ref);
    }
  }
  write_links(out, "owners", owners);
  write_links(out, "owned", owned);
  out.key("ownedTotal").integer(static_cast<int64_t>(owned_total));
  write_links(out, "related", related);
  const Inventories inventories(*this, views_);
  if (kind->applied) inventories.write_inventory(out, *kind, self, object);
  inventories.write_applied_by(out, self, *row);
  write_offers(out, *kind, self, object);
  if (kind->has_pods || kind->applied) out.key("hasPods").boolean(true);
  if (!kind->controller.empty()) out.key("controller").string(kind->controller);
  out.key("labels");
  write_map(out, metadata["labels"]);
  out.key("annotations");
  write_map(out, metadata["annotations"]);
  out.end_object();
  return std::move(out).finish();
}

}  // namespace masthead::host
