// HelmRelease.
#include "flux/references.h"
#include "flux/remediation.h"
#include "flux/status.h"
#include "k8s/known_kinds.h"
#include "plugins/flux/kinds.h"

namespace masthead::plugins::flux {
namespace {

namespace rules = masthead::flux;
using cache::ColumnType;

// The chart as the release or, before there is one, the spec names it.
std::string chart_of(const json::Value& object) {
  const auto deployed = object["status"]["history"].at(0)["chartName"].str();
  if (!deployed.empty()) return std::string(deployed);
  const auto wanted = object["spec"]["chart"]["spec"]["chart"].str();
  return std::string(wanted.empty() ? object["spec"]["chartRef"]["name"].str() : wanted);
}

void fill(const json::Value& object, int64_t now_ms, cache::RowBuilder& row) {
  row.text("chart", chart_of(object));
  row.text("wanted", object["spec"]["chart"]["spec"]["version"].str());
  const auto sources = named("HelmRelease", object, "source");
  const auto charts = named("HelmRelease", object, "chart");
  if (!sources.empty()) {
    row.ref("source", sources.front());
  } else if (!charts.empty()) {
    row.ref("source", charts.front());
  }
  row.refs("depends_on", named("HelmRelease", object, "depends on"));
  row.refs("reads", inputs_of("HelmRelease", object));
  row.text("attempted", rules::attempted_revision_of("HelmRelease", object));
  row.number("failures", static_cast<double>(object["status"]["failures"].integer_or(0)));
  fill_flux("HelmRelease", object, now_ms, row);
}

void write_history(const json::Value& status, host::DetailWriter& out) {
  std::vector<std::string> releases;
  for (const json::Value release : status["history"].items()) {
    std::string text =
        "v" + release["version"].to_json() + " · " + std::string(release["chartName"].str()) + " " +
        std::string(release["chartVersion"].str()) + " · " + std::string(release["status"].str());
    if (const auto action = release["action"].str(); !action.empty()) {
      text += " · " + std::string(action);
    }
    if (const auto at = release["lastDeployed"].str(); !at.empty()) text += " · " + std::string(at);
    releases.push_back(std::move(text));
  }
  if (releases.empty()) return;
  out.section("history", "Release history");
  out.list("releases", "Releases", releases);
}

void write_values_from(const json::Value& spec, host::DetailWriter& out) {
  std::vector<std::string> from;
  for (const json::Value item : spec["valuesFrom"].items()) {
    std::string text = std::string(item["kind"].str()) + " " + std::string(item["name"].str());
    text += ", key " + std::string(item["valuesKey"].str_or("values.yaml"));
    if (const auto path = item["targetPath"].str(); !path.empty())
      text += " → " + std::string(path);
    if (item["optional"].boolean()) text += " (optional)";
    from.push_back(std::move(text));
  }
  out.list("values_from", "Values from", from);
}

void overview(const json::Value& object, host::DetailWriter& out) {
  const auto spec = object["spec"];
  const auto status = object["status"];
  out.section("overview", "Release");
  out.text("chart", "Chart", chart_of(object));
  out.text("wanted", "Wanted version", spec["chart"]["spec"]["version"].str());
  out.text("deployed", "Deployed version", rules::revision_of("HelmRelease", object));
  out.text("attempted", "Attempted version", rules::attempted_revision_of("HelmRelease", object));
  const auto sources = named("HelmRelease", object, "source");
  if (!sources.empty()) out.ref("source", "Source", sources.front());
  out.refs("depends_on", "Depends on", named("HelmRelease", object, "depends on"));
  out.text("release", "Release name", spec["releaseName"].str());
  out.text("target", "Target namespace", spec["targetNamespace"].str());
  out.text("storage", "Storage namespace", status["storageNamespace"].str());
  out.text("drift", "Drift detection", spec["driftDetection"]["mode"].str());
  write_values_from(spec, out);
  out.section("failures", "Failures and remediation");
  out.text("next", "What comes next", rules::next_remediation(object));
  out.number("failures", "Failures", status["failures"]);
  out.number("install_failures", "Install failures", status["installFailures"]);
  out.number("upgrade_failures", "Upgrade failures", status["upgradeFailures"]);
  out.number("install_retries", "Install retries", spec["install"]["remediation"]["retries"]);
  out.number("upgrade_retries", "Upgrade retries", spec["upgrade"]["remediation"]["retries"]);
  out.text("strategy", "Upgrade remediation", spec["upgrade"]["remediation"]["strategy"].str());
  out.text("action", "Last action", status["lastAttemptedReleaseAction"].str());
  write_history(status, out);
  write_reconciliation(object, out);
}

}  // namespace

host::Kind helm_releases() {
  host::Kind kind = flux_kind(k8s::kHelmGroup, "HelmRelease", "helmreleases", "HelmReleases");
  kind.columns = {{"chart", "Chart", ColumnType::kText, true, 120, ""},
                  {"revision", "Deployed", ColumnType::kText, true, 100,
                   "Chart version of the release that is deployed."},
                  {"wanted", "Wanted", ColumnType::kText, false, 100, ""},
                  {"attempted", "Attempted", ColumnType::kText, true, 100, ""},
                  {"source", "Source", ColumnType::kRef, true, 190, ""},
                  {"synced", "Last deployed", ColumnType::kTime, true, 110, ""},
                  {"interval", "Interval", ColumnType::kDuration, false, 80, ""},
                  {"failures", "Failures", ColumnType::kNumber, false, 80, ""},
                  {"depends_on", "Depends on", ColumnType::kRefs, false, 180, ""},
                  {"reads", "Values from", ColumnType::kRefs, false, 180,
                   "ConfigMaps and Secrets, those for remote clusters among them."},
                  {"suspended", "Suspended", ColumnType::kFlag, false, 90, ""}};
  keeps_inventory(kind, k8s::kHelmGroup);
  kind.fill = fill;
  kind.overview = overview;
  return kind;
}

}  // namespace masthead::plugins::flux
