#include "sim/fleet/releases.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/time_format.h"
#include "sim/fleet/objects.h"

namespace masthead::sim {
namespace {

constexpr int64_t kTimeoutMs = 5 * 60'000;
constexpr size_t kHistory = 5;

Items& history_of(Document& object) {
  Document& list = object_in(object.as_object(), "status")["history"];
  if (!list.is_array()) list = Items();
  return list.get_array();
}

bool ran(const Document& release) {
  const std::string_view status = text_at(release, {"status"});
  return status == "deployed" || status == "superseded";
}

// Only what the last pass touched says by which action; nothing is kept beyond the release that ran
// before the newest.
void put_first(Items& history, Fields entry) {
  for (Document& older : history) older.as_object().erase("action");
  history.insert(history.begin(), std::move(entry));
  const auto before = std::find_if(history.begin() + 1, history.end(), ran);
  const size_t kept =
      before == history.end() ? kHistory : static_cast<size_t>(before - history.begin()) + 1;
  if (history.size() > kept) history.resize(kept);
}

void supersede(Items& history) {
  for (Document& older : history) {
    if (text_at(older, {"status"}) == "deployed") older.as_object()["status"] = "superseded";
  }
}

}  // namespace

const Document* newest_release(const Document& object) {
  const Items* history = items_at(object, {"status", "history"});
  return history == nullptr || history->empty() ? nullptr : &history->front();
}

const Document* running_release(const Document& object) {
  const Items* history = items_at(object, {"status", "history"});
  if (history == nullptr) return nullptr;
  const auto found = std::find_if(history->begin(), history->end(), ran);
  return found == history->end() ? nullptr : &*found;
}

std::string config_digest(const Document& object) {
  const Document* values = find(object, {"spec", "values"});
  return "sha256:" + digest(values == nullptr ? "{}" : to_text(*values), 64);
}

bool is_deployed(const Document& object, const std::string& version) {
  const Document* top = newest_release(object);
  return top != nullptr && text_at(*top, {"status"}) == "deployed" &&
         text_at(*top, {"chartVersion"}) == version &&
         text_at(*top, {"configDigest"}) == config_digest(object);
}

std::string release_text(const Document& object, int64_t version) {
  return fmt::format("{}/{}.v{}", text_at(object, {"metadata", "namespace"}),
                     text_at(object, {"metadata", "name"}), version);
}

int64_t release_timeout_ms(const Document& object) {
  return base::parse_go_duration(text_at(object, {"spec", "timeout"})).value_or(kTimeoutMs);
}

std::string running_text(std::string_view action, const Document& object) {
  return fmt::format("Running '{}' action with timeout of {}", action,
                     go_duration(release_timeout_ms(object)));
}

std::string helm_logs(std::string_view action, const Document& object, int64_t began_ms,
                      int64_t now_ms) {
  const std::string_view name = text_at(object, {"metadata", "name"});
  const std::string began = base::format_rfc3339(began_ms);
  if (action == "install") {
    return fmt::format(
        "\n\nLast Helm logs:\n\n{}: creating resource(s): {{\"resources\":2}}\n{}: using "
        "server-side "
        "apply for resource creation: "
        "{{\"dryRun\":false,\"fieldValidationDirective\":\"Strict\",\"forceConflicts\":false}}",
        began, began);
  }
  return fmt::format(
      "\n\nLast Helm logs:\n\n{}: performing update: {{\"name\":\"{}\"}}\n{}: creating upgraded "
      "release: {{\"name\":\"{}\"}}\n{}: checking resources for changes: {{\"resources\":2}}\n{}: "
      "warning: upgrade failed: {{\"error\":{{}},\"name\":\"{}\"}}",
      began, name, began, name, began, base::format_rfc3339(now_ms), name);
}

void add_release(Document& object, const ReleaseChart& chart, const ReleaseEnd& end) {
  Items& history = history_of(object);
  const int64_t number = history.empty() ? 1 : number_at(history.front(), {"version"}) + 1;
  const std::string at = time_text(end.began_ms);
  if (end.status == "deployed") supersede(history);
  Fields entry{{"action", std::string(end.action)},
               {"apiVersion", "v2"},
               {"appVersion", end.app_version},
               {"chartName", chart.name},
               {"chartVersion", chart.version},
               {"configDigest", config_digest(object)},
               {"digest", "sha256:" + digest(chart.text() + at, 64)},
               {"firstDeployed",
                history.empty() ? at : std::string(text_at(history.back(), {"firstDeployed"}))},
               {"lastDeployed", at},
               {"name", std::string(text_at(object, {"metadata", "name"}))},
               {"namespace", std::string(text_at(object, {"metadata", "namespace"}))},
               {"status", std::string(end.status)},
               {"version", number}};
  if (!chart.oci_digest.empty()) entry["ociDigest"] = chart.oci_digest;
  put_first(history, std::move(entry));
}

void add_rollback(Document& object, int64_t now_ms) {
  Items& history = history_of(object);
  const auto before = std::find_if(history.begin(), history.end(), ran);
  if (before == history.end()) return;
  Fields entry = before->as_object();
  const int64_t from = number_at(*before, {"version"});
  const std::string failed_action(text_at(history.front(), {"action"}));
  entry["action"] = "rollback";
  entry["lastDeployed"] = time_text(now_ms);
  entry["status"] = "deployed";
  entry["version"] = number_at(history.front(), {"version"}) + 1;
  entry["digest"] = "sha256:" + digest(to_text(Document(entry)), 64);
  entry.erase("ociDigest");
  supersede(history);
  put_first(history, std::move(entry));
  for (Document& older : history) {
    if (number_at(older, {"version"}) == from) older.as_object()["action"] = "rollback";
    if (text_at(older, {"status"}) == "failed") older.as_object()["action"] = failed_action;
  }
}

}  // namespace masthead::sim
