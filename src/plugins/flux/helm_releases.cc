// HelmRelease.
#include "base/split.h"
#include "flux/inventory.h"
#include "flux/references.h"
#include "flux/remediation.h"
#include "flux/status.h"
#include "k8s/known_kinds.h"
#include "plugins/flux/kinds.h"
#include "plugins/flux/release_actions.h"

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
  if (const auto deployed = rules::revision_of("HelmRelease", object); !deployed.empty()) {
    row.text("helm_chart", chart_of(object) + "-" + std::string(deployed));
  }
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
  std::vector<host::DetailWriter::Entry> releases, tests;
  for (const json::Value release : status["history"].items()) {
    const std::string version = "v" + release["version"].to_json();
    std::string text = version;
    const auto add = [&](std::string_view more) {
      if (!more.empty()) text.append(" · ").append(more);
    };
    add(std::string(release["chartName"].str()) + " " + std::string(release["chartVersion"].str()));
    if (const auto app = release["appVersion"].str(); !app.empty()) add("app " + std::string(app));
    add(release["action"].str());
    add(release["status"].str());
    releases.push_back({std::move(text), release["lastDeployed"].str()});
    for (const auto& [name, test] : release["testHooks"].members()) {
      tests.push_back({version + " · " + std::string(name) + " · " +
                           std::string(test["phase"].str_or("not run")),
                       test["lastCompleted"].str_or(test["lastStarted"].str())});
    }
  }
  if (releases.empty()) return;
  out.section("history", "Release history");
  out.entries("releases", "Releases", releases);
  out.entries("tests", "Tests", tests);
}

// What the controller says has drifted: a line an object behind its sentence.
void write_drift(const json::Value& object, host::DetailWriter& out) {
  const auto mode = object["spec"]["driftDetection"]["mode"].str();
  out.section("drift", "Drift");
  if (mode == "enabled") {
    out.text("mode", "Detection", "enabled: what has drifted is put back");
  } else if (mode == "warn") {
    out.text("mode", "Detection", "warn: what has drifted is said and stays");
  } else {
    out.text("mode", "Detection", mode.empty() ? "disabled, as it is by default" : mode);
  }
  for (const json::Value condition : object["status"]["conditions"].items()) {
    if (condition["type"].str() != "Drifted" || condition["status"].str() != "True") continue;
    std::vector<std::string> lines;
    for (std::string& line : base::split(condition["message"].str(), '\n')) {
      if (!line.empty()) lines.push_back(std::move(line));
    }
    if (lines.size() > 1) lines.erase(lines.begin());
    out.list("drifted", "Drifted", lines);
    out.time("since", "Since", condition["lastTransitionTime"].str());
  }
}

// The object that holds the chart: named by chartRef, or made by the controller from spec.chart.
k8s::ObjectRef chart_object(const json::Value& object) {
  const auto made = object["status"]["helmChart"].str();
  const size_t slash = made.find('/');
  if (slash != std::string_view::npos) {
    return {std::string(k8s::kSourceGroup), "HelmChart", std::string(made.substr(0, slash)),
            std::string(made.substr(slash + 1))};
  }
  const auto charts = named("HelmRelease", object, "chart");
  return charts.empty() ? k8s::ObjectRef() : charts.front();
}

void write_chart(const json::Value& object, host::DetailWriter& out) {
  const auto newest = object["status"]["history"].at(0);
  out.text("chart", "Chart", chart_of(object));
  out.text("wanted", "Wanted version", object["spec"]["chart"]["spec"]["version"].str());
  out.text("deployed", "Deployed version", rules::revision_of("HelmRelease", object));
  out.text("attempted", "Attempted version", rules::attempted_revision_of("HelmRelease", object));
  out.text("app", "App version", newest["appVersion"].str());
  out.number("release_revision", "Release revision",
             object["status"]["lastReleaseRevision"]);  // v2beta1, which had no history
  out.ref("chart_object", "Chart from", chart_object(object));
  const auto sources = named("HelmRelease", object, "source");
  if (!sources.empty()) out.ref("source", "Source", sources.front());
  out.mono("oci_digest", "Chart digest",
           newest["ociDigest"].str_or(object["status"]["lastAttemptedRevisionDigest"].str()));
  out.mono("release_digest", "Release digest", newest["digest"].str());
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
  write_chart(object, out);
  out.refs("depends_on", "Depends on", named("HelmRelease", object, "depends on"));
  out.text("release", "Release name", spec["releaseName"].str());
  out.text("target", "Target namespace", spec["targetNamespace"].str());
  out.text("storage", "Storage namespace", status["storageNamespace"].str());
  out.text("remote", "Remote cluster", rules::remote_cluster_of(object));
  write_values_from(spec, out);
  out.section("failures", "Failures and remediation");
  out.text("next", "What comes next", rules::next_remediation(object));
  out.number("failures", "Failures", status["failures"]);
  out.number("install_failures", "Install failures", status["installFailures"]);
  out.number("upgrade_failures", "Upgrade failures", status["upgradeFailures"]);
  out.text("action", "Last action", status["lastAttemptedReleaseAction"].str());
  write_remediation(spec, out);
  write_rollback(spec, out);
  write_history(status, out);
  write_drift(object, out);
  write_reconciliation(object, out);
}

}  // namespace

host::Kind helm_releases() {
  host::Kind kind = flux_kind(k8s::kHelmGroup, "HelmRelease", "helmreleases", "HelmReleases");
  kind.columns = {{"helm_chart", "Chart and version", ColumnType::kText, false, 160,
                   "As `helm list` names what is deployed.", "chart"},
                  {"chart", "Chart", ColumnType::kText, true, 112, ""},
                  {"revision", "Deployed", ColumnType::kText, true, 100,
                   "Chart version of the release that is deployed.", "version"},
                  {"wanted", "Wanted", ColumnType::kText, false, 100, "", "wanted version"},
                  {"attempted", "Attempted", ColumnType::kText, true, 100, "", "attempted version"},
                  {"source", "Source", ColumnType::kRef, true, 150, ""},
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
