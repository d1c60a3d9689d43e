// Events (core/v1): what `kubectl get events -o wide` prints, newest first.
#include <algorithm>

#include "base/time_format.h"
#include "flux/masking.h"
#include "k8s/known_kinds.h"
#include "plugins/core/kinds.h"

namespace masthead::plugins::core {
namespace {

using cache::ColumnType;

// An event of the new API has eventTime and series, one of the old firstTimestamp, lastTimestamp
// and count.
int64_t first_ms(const json::Value& event) {
  const int64_t first = base::rfc3339_or_zero(event["firstTimestamp"].str());
  if (first != 0) return first;
  const int64_t at = base::rfc3339_or_zero(event["eventTime"].str());
  return at != 0 ? at : base::rfc3339_or_zero(event["metadata"]["creationTimestamp"].str());
}

int64_t last_ms(const json::Value& event) {
  const int64_t observed = base::rfc3339_or_zero(event["series"]["lastObservedTime"].str());
  if (observed != 0) return observed;
  const int64_t last = base::rfc3339_or_zero(event["lastTimestamp"].str());
  return last != 0 ? last : first_ms(event);
}

std::string_view source_of(const json::Value& event) {
  const auto component = event["source"]["component"].str();
  return component.empty() ? event["reportingComponent"].str() : component;
}

int64_t count_of(const json::Value& event) {
  if (const auto series = event["series"]["count"].integer()) return *series;
  return std::max<int64_t>(1, event["count"].integer_or(1));
}

void fill(const json::Value& event, int64_t, cache::RowBuilder& row) {
  const auto about = event["involvedObject"];
  row.text("type", event["type"].str());
  row.text("reason", event["reason"].str());
  const k8s::ObjectRef ref{std::string(k8s::group_of(about["apiVersion"].str())),
                           std::string(about["kind"].str()), std::string(about["namespace"].str()),
                           std::string(about["name"].str())};
  row.ref("object", ref);
  row.text("message", event["message"].str());
  row.number("count", static_cast<double>(count_of(event)));
  if (const int64_t ms = first_ms(event); ms != 0) row.integer("first", ms);
  if (const int64_t ms = last_ms(event); ms != 0) row.integer("last", ms);
  row.text("subobject", about["fieldPath"].str());
  row.text("source", source_of(event));
  row.link("about", ref);
  if (const auto uid = about["uid"].str(); !uid.empty()) row.owner(about["kind"].str(), uid);
  // Flux writes the revision of what it did into "<group>/revision".
  for (const auto& [key, value] : event["metadata"]["annotations"].members()) {
    if (key.ends_with(".toolkit.fluxcd.io/revision")) row.revision(value.str());
  }
}

void overview(const json::Value& event, host::DetailWriter& out) {
  const auto about = event["involvedObject"];
  out.section("overview", "Event");
  out.text("type", "Type", event["type"].str());
  out.text("reason", "Reason", event["reason"].str());
  out.text("message", "Message", event["message"].str());
  out.ref("object", "Object",
          {std::string(k8s::group_of(about["apiVersion"].str())), std::string(about["kind"].str()),
           std::string(about["namespace"].str()), std::string(about["name"].str())});
  out.text("source", "Source", source_of(event));
}

// notification-controller quotes addresses and webhook paths in what it says.
flux::Secrets secrets_of(const json::Value& event) {
  const auto group = k8s::group_of(event["involvedObject"]["apiVersion"].str());
  if (group != k8s::kNotificationGroup) return {};
  flux::Secrets secrets = flux::secrets_in_text(event["message"].str());
  std::ranges::move(flux::secrets_in_text(event["note"].str()), std::back_inserter(secrets));
  return secrets;
}

}  // namespace

host::Kind events() {
  host::Kind kind;
  kind.group_kind = {"", "Event"};
  kind.resource = "events";
  kind.title = "Events";
  kind.singular = "Event";
  kind.section = "cluster";
  kind.has_status = false;
  kind.counted_at_home = false;
  kind.name_width_px = 168;  // generated, and told apart by what stands beside it
  kind.shows_age = false;    // "last seen" is what is asked of an event
  kind.sort = "last";
  kind.descending = true;
  kind.columns = {{"last", "Last seen", ColumnType::kTime, true, 90, ""},
                  {"type", "Type", ColumnType::kText, true, 76, ""},
                  {"reason", "Reason", ColumnType::kText, true, 196, ""},
                  {"object", "Object", ColumnType::kRef, true, 264, ""},
                  {"message", "Message", ColumnType::kText, true, 240, ""},
                  {"count", "Count", ColumnType::kNumber, true, 70, ""},
                  {"source", "Source", ColumnType::kText, false, 150, ""},
                  {"subobject", "Subobject", ColumnType::kText, false, 150, ""},
                  {"first", "First seen", ColumnType::kTime, false, 90, ""}};
  kind.fill = fill;
  kind.overview = overview;
  kind.secrets = secrets_of;
  return kind;
}

}  // namespace masthead::plugins::core
