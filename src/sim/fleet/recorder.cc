// Events as client-go's recorder writes them: what is said again is counted, and what is said in
// ever other words is put together.
#include <fmt/format.h>

#include "sim/fleet/fleet.h"

namespace masthead::sim {
namespace {

// Of client-go's EventAggregator: so many texts within so long are told one by one.
constexpr size_t kSimilarEvents = 10;
constexpr int64_t kSimilarMs = 10 * 60'000;
constexpr const char* kCombined = "(combined from similar events): ";

}  // namespace

void Fleet::record(const Document& about, const ResourceTypePtr& of, bool warning,
                   const std::string& reason, const std::string& message,
                   const std::string& component, Fields annotations) {
  write_log(about, of, warning, message, component, annotations);
  const std::string uid(text_at(about, {"metadata", "uid"}));
  SimilarEvents& similar = similar_events_[uid + "/" + reason];
  if (now_ms() - similar.last_ms > kSimilarMs) similar.texts.clear();
  similar.last_ms = now_ms();
  if (similar.texts.size() < kSimilarEvents) similar.texts.insert(message);
  const bool combined = !similar.texts.contains(message);
  const std::string said = combined ? kCombined + message : message;
  const std::string same = fmt::format("{}/{}/{}", uid, reason, combined ? kCombined : message);
  const ResourceTypePtr events = server_->types().find("", "events");
  const std::string ns(text_at(about, {"metadata", "namespace"}));
  const std::string home = ns.empty() ? "default" : ns;
  const std::string at = time_text(now_ms());
  const auto known = event_names_.find(same);
  if (known != event_names_.end()) {
    const auto counted =
        server_->change(events, home, known->second, "", component, [&](Document& event) {
          event.as_object()["count"] = number_at(event, {"count"}, 1) + 1;
          event.as_object()["lastTimestamp"] = at;
          event.as_object()["message"] = said;
        });
    if (counted) return;
  }
  const std::string name(text_at(about, {"metadata", "name"}));
  Document event = make_object(home, fmt::format("{}.{}", name, digest(same + at, 16)), {});
  Fields& fields = event.as_object();
  fields.erase("spec");
  if (!annotations.empty()) object_in(fields, "metadata")["annotations"] = std::move(annotations);
  Fields involved{
      {"kind", of->kind},
      {"name", name},
      {"uid", uid},
      {"apiVersion", of->api_version(of->storage_version())},
      {"resourceVersion", std::string(text_at(about, {"metadata", "resourceVersion"}))}};
  if (!ns.empty()) involved["namespace"] = ns;
  fields["involvedObject"] = std::move(involved);
  fields["reason"] = reason;
  fields["message"] = said;
  fields["type"] = warning ? "Warning" : "Normal";
  fields["source"] = Fields{{"component", component}};
  fields["firstTimestamp"] = at;
  fields["lastTimestamp"] = at;
  fields["eventTime"] = nullptr;
  fields["count"] = 1;
  fields["reportingComponent"] = component;
  fields["reportingInstance"] = "";
  event_names_[same] = text_at(event, {"metadata", "name"});
  (void)server_->create(events, home, std::move(event), component);
}

}  // namespace masthead::sim
