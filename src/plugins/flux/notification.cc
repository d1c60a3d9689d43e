// Alert, Provider, Receiver.
#include "flux/masking.h"
#include "flux/references.h"
#include "flux/status.h"
#include "k8s/known_kinds.h"
#include "plugins/flux/kinds.h"

namespace masthead::plugins::flux {
namespace {

namespace rules = masthead::flux;
using cache::ColumnType;

host::Kind notification_kind(const char* kind_name, const char* resource, const char* title) {
  host::Kind kind = flux_kind(k8s::kNotificationGroup, kind_name, resource, title);
  kind.section = "notification";
  kind.shows_age = true;
  return kind;
}

// An event of severity "info" reaches alerts of "info" alone, one of "error" reaches both.
std::string severity_text(const json::Value& spec) {
  const auto severity = spec["eventSeverity"].str_or("info");
  if (severity == "info") return "info and error";
  return std::string(severity);
}

}  // namespace

host::Kind alerts() {
  host::Kind kind = notification_kind("Alert", "alerts", "Alerts");
  kind.columns = {{"provider", "Provider", ColumnType::kRef, true, 180, "Where it reports to."},
                  {"reports", "Reports on", ColumnType::kText, true, 210, ""},
                  {"severity", "Severity", ColumnType::kText, true, 120, ""},
                  {"summary", "Summary", ColumnType::kText, false, 200, ""},
                  {"suspended", "Suspended", ColumnType::kFlag, false, 90, ""}};
  kind.fill = [](const json::Value& object, int64_t now_ms, cache::RowBuilder& row) {
    const auto providers = named("Alert", object, "provider");
    if (!providers.empty()) row.ref("provider", providers.front());
    row.text("reports", joined(said(named("Alert", object, "reports"), row.ns().text())));
    row.text("severity", severity_text(object["spec"]));
    row.text("summary", object["spec"]["summary"].str());
    row.flag("suspended", rules::is_suspended(object));
    fill_state("Alert", object, now_ms, row);
  };
  kind.overview = [](const json::Value& object, host::DetailWriter& out) {
    const auto spec = object["spec"];
    out.section("overview", "Alert");
    const auto providers = named("Alert", object, "provider");
    if (!providers.empty()) out.ref("provider", "Provider", providers.front());
    out.list("reports", "Reports on",
             said(named("Alert", object, "reports"), object["metadata"]["namespace"].str()));
    out.text("severity", "Severity", severity_text(spec));
    out.text("summary", "Summary", spec["summary"].str());
    out.list("inclusion", "Only messages like", texts_of(spec["inclusionList"]));
    out.list("exclusion", "No messages like", texts_of(spec["exclusionList"]));
    out.labels("metadata", "Added to events", spec["eventMetadata"]);
    out.flag("suspend", "Suspended", spec["suspend"]);
  };
  return kind;
}

host::Kind providers() {
  host::Kind kind = notification_kind("Provider", "providers", "Providers");
  kind.columns = {{"type", "Type", ColumnType::kText, true, 120, ""},
                  {"channel", "Channel", ColumnType::kText, true, 150, ""},
                  {"address", "Address", ColumnType::kMono, true, 240,
                   "Scheme and host: the rest may hold a token."},
                  {"secret", "Secret", ColumnType::kText, false, 160, "By its name alone."},
                  {"suspended", "Suspended", ColumnType::kFlag, false, 90, ""}};
  kind.fill = [](const json::Value& object, int64_t now_ms, cache::RowBuilder& row) {
    const auto spec = object["spec"];
    row.text("type", spec["type"].str());
    row.text("channel", spec["channel"].str());
    row.text("address", rules::masked_address(spec["address"].str()));
    row.text("secret", spec["secretRef"]["name"].str());
    row.flag("suspended", rules::is_suspended(object));
    fill_state("Provider", object, now_ms, row);
  };
  kind.overview = [](const json::Value& object, host::DetailWriter& out) {
    const auto spec = object["spec"];
    out.section("overview", "Provider");
    out.text("type", "Type", spec["type"].str());
    out.text("channel", "Channel", spec["channel"].str());
    out.text("username", "User name", spec["username"].str());
    out.mono("address", "Address", rules::masked_address(spec["address"].str()));
    out.mono("proxy", "Proxy", rules::masked_address(spec["proxy"].str()));
    out.text("secret", "Secret", spec["secretRef"]["name"].str());
    out.text("certificates", "Certificates", spec["certSecretRef"]["name"].str());
    out.text("proxy_secret", "Proxy Secret", spec["proxySecretRef"]["name"].str());
    out.text("account", "Service account", spec["serviceAccountName"].str());
    out.mono("commit_status", "Commit status", spec["commitStatusExpr"].str());
    out.duration("interval", "Interval", spec["interval"].str());
    out.duration("timeout", "Timeout", spec["timeout"].str());
    out.flag("suspend", "Suspended", spec["suspend"]);
  };
  return kind;
}

host::Kind receivers() {
  host::Kind kind = notification_kind("Receiver", "receivers", "Receivers");
  kind.columns = {{"type", "Type", ColumnType::kText, true, 110, ""},
                  {"events", "Events", ColumnType::kText, true, 150, ""},
                  {"triggers", "Triggers", ColumnType::kText, true, 250, ""},
                  {"secret", "Secret", ColumnType::kText, false, 160, "By its name alone."},
                  {"suspended", "Suspended", ColumnType::kFlag, false, 90, ""}};
  kind.fill = [](const json::Value& object, int64_t now_ms, cache::RowBuilder& row) {
    const auto spec = object["spec"];
    row.text("type", spec["type"].str());
    row.text("events", joined(spec["events"]));
    row.text("triggers", joined(said(named("Receiver", object, "triggers"), row.ns().text())));
    row.text("secret", spec["secretRef"]["name"].str());
    row.flag("suspended", rules::is_suspended(object));
    fill_state("Receiver", object, now_ms, row);
  };
  kind.overview = [](const json::Value& object, host::DetailWriter& out) {
    const auto spec = object["spec"];
    const auto status = object["status"];
    out.section("overview", "Receiver");
    out.text("type", "Type", spec["type"].str());
    out.list("events", "Events", texts_of(spec["events"]));
    out.list("triggers", "Triggers",
             said(named("Receiver", object, "triggers"), object["metadata"]["namespace"].str()));
    out.mono("filter", "Filter", spec["resourceFilter"].str());
    // v1beta1 called it url.
    out.mono("path", "Webhook path",
             rules::masked_hook_path(status["webhookPath"].str_or(status["url"].str())));
    out.text("secret", "Secret", spec["secretRef"]["name"].str());
    std::vector<std::string> issuers;
    for (const json::Value provider : spec["oidcProviders"].items()) {
      issuers.push_back(rules::masked_url(provider["issuerURL"].str()));
    }
    out.list("issuers", "Identity providers", issuers);
    write_reconciliation(object, out);
  };
  return kind;
}

}  // namespace masthead::plugins::flux
