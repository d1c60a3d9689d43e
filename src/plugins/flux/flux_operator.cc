// Flux Operator's kinds: FluxInstance, FluxReport, ResourceSet, ResourceSetInputProvider.
#include "flux/masking.h"
#include "flux/references.h"
#include "flux/status.h"
#include "k8s/known_kinds.h"
#include "plugins/flux/kinds.h"

namespace masthead::plugins::flux {
namespace {

namespace rules = masthead::flux;
using cache::ColumnType;

constexpr const char* kEvery = "fluxcd.controlplane.io/reconcileEvery";

host::Kind operator_kind(const char* kind_name, const char* resource, const char* title) {
  host::Kind kind = flux_kind(k8s::kOperatorGroup, kind_name, resource, title);
  kind.section = "operator";
  return kind;
}

// Annotations say what other kinds have in their spec.
void fill_operator(std::string_view kind, const json::Value& object, int64_t now_ms,
                   cache::RowBuilder& row) {
  fill_flux(kind, object, now_ms, row);
  row.duration("interval", object["metadata"]["annotations"][kEvery].str());
}

void write_operator_reconciliation(const json::Value& object, host::DetailWriter& out) {
  write_reconciliation(object, out);
  out.duration("every", "Interval", object["metadata"]["annotations"][kEvery].str());
}

// "tenant: team-a, quota: 16": inputs are small maps; what is deeper is JSON.
std::vector<std::string> inputs_of(const json::Value& inputs) {
  std::vector<std::string> lines;
  for (const json::Value input : inputs.items()) {
    std::vector<std::string> parts;
    for (const auto& [key, value] : input.members()) {
      parts.push_back(std::string(key) + ": " +
                      (value.is_string() ? std::string(value.str()) : value.to_json()));
    }
    lines.push_back(joined(parts));
  }
  return lines;
}

void write_applied(const json::Value& status, host::DetailWriter& out) {
  out.revision("applied", "Applied revision", status["lastAppliedRevision"].str());
  out.revision("attempted", "Attempted revision", status["lastAttemptedRevision"].str());
  if (const auto entries = status["inventory"]["entries"]; entries.is_array()) {
    out.text("inventory", "Applied objects", std::to_string(entries.size()));
  }
}

void number_of(const json::Value& list, std::string_view column, cache::RowBuilder& row) {
  if (list.is_array()) row.number(column, static_cast<double>(list.size()));
}

std::vector<cache::Column> with_reconciliation(std::vector<cache::Column> own,
                                               bool has_revision = true) {
  own.push_back({"revision", "Revision", ColumnType::kRevision, has_revision, 160, ""});
  own.push_back({"synced", "Last run", ColumnType::kTime, true, 100, ""});
  own.push_back({"interval", "Interval", ColumnType::kDuration, false, 80, ""});
  own.push_back({"suspended", "Suspended", ColumnType::kFlag, false, 90, ""});
  return own;
}

}  // namespace

host::Kind flux_instances() {
  host::Kind kind = operator_kind("FluxInstance", "fluxinstances", "FluxInstances");
  keeps_inventory(kind, k8s::kOperatorGroup);
  kind.columns =
      with_reconciliation({{"version", "Version", ColumnType::kText, true, 100, "As wanted."},
                           {"registry", "Registry", ColumnType::kMono, true, 120, ""},
                           {"components", "Components", ColumnType::kNumber, true, 100, ""}});
  kind.fill = [](const json::Value& object, int64_t now_ms, cache::RowBuilder& row) {
    const auto spec = object["spec"];
    row.text("version", spec["distribution"]["version"].str());
    row.text("registry", spec["distribution"]["registry"].str());
    number_of(spec["components"], "components", row);
    fill_operator("FluxInstance", object, now_ms, row);
  };
  kind.overview = [](const json::Value& object, host::DetailWriter& out) {
    const auto spec = object["spec"];
    out.section("overview", "Flux instance");
    out.text("version", "Version", spec["distribution"]["version"].str());
    out.mono("registry", "Registry", spec["distribution"]["registry"].str());
    out.mono("artifact", "Artifact", spec["distribution"]["artifact"].str());
    out.list("components", "Components", texts_of(spec["components"]));
    out.text("cluster", "Cluster type", spec["cluster"]["type"].str());
    out.flag("multitenant", "Multitenant", spec["cluster"]["multitenant"]);
    out.flag("policy", "Network policy", spec["cluster"]["networkPolicy"]);
    write_applied(object["status"], out);
    if (const auto sync = spec["sync"]; sync.exists()) {
      out.section("sync", "Sync");
      out.text("kind", "Kind", sync["kind"].str());
      out.url("url", "URL", rules::masked_url(sync["url"].str()));
      out.mono("ref", "Reference", sync["ref"].str());
      out.mono("path", "Path", sync["path"].str());
    }
    write_operator_reconciliation(object, out);
  };
  return kind;
}

host::Kind flux_reports() {
  host::Kind kind = operator_kind("FluxReport", "fluxreports", "FluxReports");
  kind.columns = with_reconciliation(
      {{"version", "Version", ColumnType::kText, true, 100, "Of Flux, as installed."},
       {"installed", "Distribution", ColumnType::kText, true, 120, ""},
       {"components", "Components", ColumnType::kRatio, true, 110, "How many are ready."},
       {"failing", "Failing", ColumnType::kNumber, true, 80, "Objects, as the report counts."}},
      false);
  kind.fill = [](const json::Value& object, int64_t now_ms, cache::RowBuilder& row) {
    const auto spec = object["spec"];
    row.text("version", spec["distribution"]["version"].str());
    row.text("installed", spec["distribution"]["status"].str());
    int64_t ready = 0, failing = 0;
    for (const json::Value component : spec["components"].items()) {
      if (component["ready"].boolean()) ++ready;
    }
    if (const auto all = spec["components"]; all.is_array()) {
      row.ratio("components", ready, static_cast<int64_t>(all.size()));
    }
    for (const json::Value reconciler : spec["reconcilers"].items()) {
      failing += reconciler["stats"]["failing"].integer_or(0);
    }
    row.number("failing", static_cast<double>(failing));
    fill_operator("FluxReport", object, now_ms, row);
  };
  kind.overview = [](const json::Value& object, host::DetailWriter& out) {
    const auto spec = object["spec"];
    out.section("overview", "Flux report");
    out.text("version", "Version", spec["distribution"]["version"].str());
    out.text("installed", "Distribution", spec["distribution"]["status"].str());
    out.text("managed_by", "Managed by", spec["distribution"]["managedBy"].str());
    out.text("entitlement", "Entitlement", spec["distribution"]["entitlement"].str());
    out.text("kubernetes", "Kubernetes", spec["cluster"]["serverVersion"].str());
    out.text("platform", "Platform", spec["cluster"]["platform"].str());
    std::vector<std::string> components, reconcilers;
    for (const json::Value component : spec["components"].items()) {
      components.push_back(std::string(component["name"].str()) +
                           (component["ready"].boolean() ? ": ready" : ": not ready"));
    }
    out.list("components", "Components", components);
    for (const json::Value one : spec["reconcilers"].items()) {
      const auto stats = one["stats"];
      const auto count = [&](const char* of) { return std::to_string(stats[of].integer_or(0)); };
      reconcilers.push_back(std::string(one["kind"].str()) + ": " + count("running") +
                            " running, " + count("failing") + " failing, " + count("suspended") +
                            " suspended");
    }
    out.list("reconcilers", "Reconcilers", reconcilers);
    if (const auto sync = spec["sync"]; sync.exists()) {
      out.section("sync", "Sync");
      out.flag("ready", "Ready", sync["ready"]);
      out.text("status", "Status", sync["status"].str());
      out.mono("path", "Path", sync["path"].str());
      out.url("source", "Source", rules::masked_url(sync["source"].str()));
    }
    write_operator_reconciliation(object, out);
  };
  return kind;
}

host::Kind resource_sets() {
  host::Kind kind = operator_kind("ResourceSet", "resourcesets", "ResourceSets");
  keeps_inventory(kind, "resourceset.fluxcd.controlplane.io");
  kind.columns =
      with_reconciliation({{"inputs", "Inputs", ColumnType::kNumber, true, 80, "Its own."},
                           {"inputs_from", "Inputs from", ColumnType::kRefs, true, 160, ""},
                           {"applied", "Objects", ColumnType::kNumber, true, 80, "Applied."},
                           {"depends_on", "Depends on", ColumnType::kRefs, false, 180, ""}});
  kind.fill = [](const json::Value& object, int64_t now_ms, cache::RowBuilder& row) {
    number_of(object["spec"]["inputs"], "inputs", row);
    std::vector<k8s::ObjectRef> from = named("ResourceSet", object, "inputs from");
    std::erase_if(from, [](const auto& ref) { return ref.name.starts_with('*'); });
    row.refs("inputs_from", from);
    number_of(object["status"]["inventory"]["entries"], "applied", row);
    row.refs("depends_on", named("ResourceSet", object, "depends on"));
    fill_operator("ResourceSet", object, now_ms, row);
  };
  kind.overview = [](const json::Value& object, host::DetailWriter& out) {
    const auto spec = object["spec"];
    out.section("overview", "Resource set");
    out.list("inputs", "Inputs", inputs_of(spec["inputs"]));
    out.list(
        "inputs_from", "Inputs from",
        said(named("ResourceSet", object, "inputs from"), object["metadata"]["namespace"].str()));
    out.text("strategy", "Inputs combined by", spec["inputStrategy"]["name"].str());
    out.refs("depends_on", "Depends on", named("ResourceSet", object, "depends on"));
    out.flag("wait", "Wait", spec["wait"]);
    write_applied(object["status"], out);
    write_operator_reconciliation(object, out);
  };
  return kind;
}

host::Kind input_providers() {
  host::Kind kind = operator_kind("ResourceSetInputProvider", "resourcesetinputproviders",
                                  "ResourceSetInputProviders");
  kind.columns =
      with_reconciliation({{"type", "Type", ColumnType::kText, true, 170, ""},
                           {"url", "URL", ColumnType::kUrl, true, 240, ""},
                           {"exported", "Inputs", ColumnType::kNumber, true, 80, "Exported."},
                           {"next", "Next run", ColumnType::kTime, false, 100, "As scheduled."}},
                          false);
  kind.fill = [](const json::Value& object, int64_t now_ms, cache::RowBuilder& row) {
    const auto status = object["status"];
    row.text("type", object["spec"]["type"].str());
    row.text("url", rules::masked_url(object["spec"]["url"].str()));
    number_of(status["exportedInputs"], "exported", row);
    row.time("next", status["nextSchedule"]["when"].str());
    fill_operator("ResourceSetInputProvider", object, now_ms, row);
  };
  kind.overview = [](const json::Value& object, host::DetailWriter& out) {
    const auto spec = object["spec"];
    const auto status = object["status"];
    out.section("overview", "Input provider");
    out.text("type", "Type", spec["type"].str());
    out.url("url", "URL", rules::masked_url(spec["url"].str()));
    out.text("secret", "Secret", spec["secretRef"]["name"].str());
    out.text("certificates", "Certificates", spec["certSecretRef"]["name"].str());
    out.list("labels", "Only with labels", texts_of(spec["filter"]["labels"]));
    out.mono("include_branch", "Only branches", spec["filter"]["includeBranch"].str());
    out.mono("exclude_branch", "No branches", spec["filter"]["excludeBranch"].str());
    out.mono("semver", "Versions", spec["filter"]["semver"].str());
    out.number("limit", "At most", spec["filter"]["limit"]);
    std::vector<std::string> schedule;
    for (const json::Value one : spec["schedule"].items()) schedule.emplace_back(one["cron"].str());
    out.list("schedule", "Schedule", schedule);
    out.time("next", "Next run", status["nextSchedule"]["when"].str());
    out.list("exported", "Exported inputs", inputs_of(status["exportedInputs"]));
    write_operator_reconciliation(object, out);
  };
  return kind;
}

}  // namespace masthead::plugins::flux
