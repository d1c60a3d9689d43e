// GitRepository, HelmRepository, OCIRepository, Bucket, HelmChart.
#include <algorithm>

#include "base/time_format.h"
#include "flux/conditions.h"
#include "flux/input_references.h"
#include "flux/inventory.h"
#include "flux/masking.h"
#include "flux/references.h"
#include "flux/status.h"
#include "flux/suspension.h"
#include "k8s/known_kinds.h"
#include "plugins/flux/actions.h"
#include "plugins/flux/kinds.h"

namespace masthead::plugins::flux {

namespace rules = masthead::flux;
using cache::ColumnType;

namespace {

host::Standstill standstill_of(const json::Value& object) {
  const rules::Suspension suspension = rules::suspension_of(object);
  return {std::string(suspension.by), std::string(suspension.reason), suspension.since_ms,
          suspension.until_ms};
}

// Which of Flux's Deployments reconciles objects of a kind.
std::string controller_of(std::string_view group, std::string_view kind) {
  if (kind == "ExternalArtifact") return {};
  if (group == k8s::kSourceGroup) return "source-controller";
  if (group == k8s::kKustomizeGroup) return "kustomize-controller";
  if (group == k8s::kHelmGroup) return "helm-controller";
  if (group == k8s::kNotificationGroup) return "notification-controller";
  if (group == k8s::kExtensionsGroup) return "source-watcher";
  if (group == k8s::kOperatorGroup) return "flux-operator";
  if (kind == "ImageUpdateAutomation") return "image-automation-controller";
  return group == k8s::kImageGroup ? "image-reflector-controller" : "";
}

}  // namespace

host::Kind flux_kind(std::string_view group, const char* kind_name, const char* resource,
                     const char* title) {
  host::Kind kind;
  kind.controller = controller_of(group, kind_name);
  kind.group_kind = {std::string(group), kind_name};
  kind.resource = resource;
  kind.title = title;
  kind.singular = kind_name;
  kind.section = "flux";
  kind.keeps_history = true;
  // With its message a list still fits a window of 1440 px.
  kind.shows_message = true;
  kind.name_width_px = 210;
  kind.shows_age = false;  // when it was reconciled is what is asked
  kind.is_success = rules::is_success_reason;
  kind.actions = &action_rules();
  kind.standstill = standstill_of;
  kind.last_pass_took_ms = [](const json::Value& object) {
    return base::parse_go_duration(
        object["status"]["history"].at(0)["lastReconciledDuration"].str());
  };
  kind.secrets = [kind_name](const json::Value& object) {
    return rules::secrets_of(kind_name, object);
  };
  kind.negative_conditions = {
      "Stalled",          "FetchFailed", "BuildFailed",         "StorageOperationFailed",
      "ArtifactOutdated", "Drifted",     "ArtifactUnavailable", "IncludeUnavailable"};
  return kind;
}

void keeps_inventory(host::Kind& kind, std::string_view ownership_labels) {
  kind.applied = applied_of;
  kind.ownership_labels = ownership_labels;
}

host::Applied applied_of(const json::Value& object) {
  rules::Inventory inventory = rules::inventory_of(object);
  host::Applied applied;
  applied.told = inventory.told;
  // Controllers write Ready=Unknown before they apply, and the inventory after.
  applied.under_way = rules::condition_of(object, "Ready").status == "Unknown";
  applied.unreadable = inventory.unreadable;
  applied.beyond = inventory.beyond;
  applied.kinds = std::move(inventory.kinds);
  applied.remote_cluster = rules::remote_cluster_of(object);
  // helm-controller labels the chart object that it makes as it labels what the release holds.
  const auto chart = object["status"]["helmChart"].str();
  if (const size_t slash = chart.find('/'); slash != std::string_view::npos) {
    applied.made.push_back({std::string(k8s::kSourceGroup), "HelmChart",
                            std::string(chart.substr(0, slash)),
                            std::string(chart.substr(slash + 1))});
  }
  for (rules::InventoryEntry& entry : inventory.entries) {
    applied.entries.push_back({std::move(entry.ref), std::move(entry.version)});
  }
  return applied;
}

void fill_state(std::string_view kind, const json::Value& object, int64_t now_ms,
                cache::RowBuilder& row) {
  row.status(rules::status_of(kind, object, now_ms));
  row.revision(rules::revision_of(kind, object));
  const host::Applied applied = applied_of(object);
  // Objects of another cluster are not those of the same name here.
  if (applied.remote_cluster.empty()) {
    std::vector<k8s::ObjectRef> refs;
    for (const auto& entry : applied.entries) refs.push_back(entry.ref);
    row.applied(refs);
  }
  for (const rules::Reference& reference : rules::references_of(kind, object)) {
    row.link(reference.relation, reference.ref);
    if (reference.ref.group.empty())
      row.also_found_by(reference.ref.kind + "/" + reference.ref.name);
  }
}

void fill_flux(std::string_view kind, const json::Value& object, int64_t now_ms,
               cache::RowBuilder& row) {
  fill_state(kind, object, now_ms, row);
  row.text("revision", rules::revision_of(kind, object));
  row.duration("interval", object["spec"]["interval"].str());
  if (const int64_t ms = rules::last_reconciled_ms(kind, object); ms != 0) {
    row.integer("synced", ms);
  }
  row.flag("suspended", rules::is_suspended(object));
}

std::vector<k8s::ObjectRef> named(std::string_view kind, const json::Value& object,
                                  std::string_view relation) {
  std::vector<k8s::ObjectRef> refs;
  for (rules::Reference& reference : rules::references_of(kind, object)) {
    if (reference.relation == relation) refs.push_back(std::move(reference.ref));
  }
  return refs;
}

std::vector<k8s::ObjectRef> inputs_of(std::string_view kind, const json::Value& object) {
  std::vector<rules::Reference> references;
  rules::add_input_references(kind, object, references);
  std::vector<k8s::ObjectRef> refs;
  for (rules::Reference& reference : references) {
    if (std::ranges::find(refs, reference.ref) == refs.end()) refs.push_back(reference.ref);
  }
  return refs;
}

std::vector<std::string> said(const std::vector<k8s::ObjectRef>& refs, std::string_view own_ns) {
  std::vector<std::string> lines;
  for (const k8s::ObjectRef& ref : refs) {
    const bool elsewhere = !ref.ns.empty() && ref.ns != own_ns;
    if (!ref.name.starts_with('*')) {
      lines.push_back(ref.kind + " " + (elsewhere ? ref.ns + "/" : "") + ref.name);
      continue;
    }
    std::string line = "every " + ref.kind + (elsewhere ? " in " + ref.ns : "");
    if (ref.name.size() > 2) line += " with " + ref.name.substr(2);
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string joined(const std::vector<std::string>& list) {
  std::string text;
  for (const std::string& item : list) text += (text.empty() ? "" : ", ") + item;
  return text;
}

std::vector<std::string> texts_of(const json::Value& list) {
  std::vector<std::string> texts;
  for (const json::Value item : list.items()) texts.emplace_back(item.str());
  return texts;
}

std::string joined(const json::Value& list) {
  return joined(texts_of(list));
}

std::string reference_text(const json::Value& ref, std::string_view fallback) {
  // GitRepository: commit > name > semver > tag > branch; OCIRepository: digest > semver > tag.
  for (const char* key : {"commit", "digest", "name", "semver", "tag", "branch"}) {
    const auto value = ref[key].str();
    if (value.empty()) continue;
    const std::string_view word = std::string_view(key) == "name" ? "ref" : key;
    return std::string(word) + " " + std::string(value);
  }
  return std::string(fallback);
}

void write_reconciliation(const json::Value& object, host::DetailWriter& out) {
  const auto spec = object["spec"];
  out.section("reconciliation", "Reconciliation");
  if (rules::is_suspended(object) && !spec["suspend"].boolean()) {
    out.text("suspend", "Suspended", "by annotation");
  }
  out.flag("suspend", "Suspended", spec["suspend"]);
  if (rules::is_suspended(object)) {
    const rules::Suspension suspension = rules::suspension_of(object);
    out.text("suspended_by", "Suspended by", suspension.by);
    out.text("suspension_reason", "Reason", suspension.reason);
    if (suspension.until_ms != 0) {
      out.time("suspended_until", "Until", base::format_rfc3339(suspension.until_ms));
    }
  }
  out.duration("interval", "Interval", spec["interval"].str());
  out.duration("retry", "Retry interval", spec["retryInterval"].str());
  out.duration("timeout", "Timeout", spec["timeout"].str());
  out.text("account", "Service account", spec["serviceAccountName"].str());
  out.number("observed", "Observed generation", object["status"]["observedGeneration"]);
  out.text("requested", "Last request",
           object["metadata"]["annotations"]["reconcile.fluxcd.io/requestedAt"].str());
  out.text("handled", "Last handled request", object["status"]["lastHandledReconcileAt"].str());
}

void write_artifact(const json::Value& object, host::DetailWriter& out) {
  const auto artifact = object["status"]["artifact"];
  if (!artifact.exists()) return;
  out.section("artifact", "Artifact");
  out.revision("revision", "Revision", artifact["revision"].str());
  out.mono("digest", "Digest", artifact["digest"].str());
  out.mono("checksum", "Checksum", artifact["checksum"].str());  // v1beta1
  out.number("size", "Size in bytes", artifact["size"]);
  out.time("updated", "Stored", artifact["lastUpdateTime"].str());
  out.labels("metadata", "Metadata", artifact["metadata"]);
}

namespace {

std::vector<cache::Column> source_columns(std::vector<cache::Column> own, int revision_px = 140) {
  own.push_back({"revision", "Revision", ColumnType::kRevision, true, revision_px, ""});
  own.push_back({"synced", "Last sync", ColumnType::kTime, true, 90,
                 "When the newest artifact was stored or the state last changed."});
  own.push_back({"interval", "Interval", ColumnType::kDuration, false, 80, ""});
  own.push_back({"suspended", "Suspended", ColumnType::kFlag, false, 90, ""});
  return own;
}

void write_source_head(const json::Value& object, host::DetailWriter& out) {
  const auto spec = object["spec"];
  out.section("overview", "Source");
  out.url("url", "URL", rules::masked_url(spec["url"].str()));
  out.text("provider", "Provider", spec["provider"].str());
  // Names of Secrets only; their values are nowhere in Masthead.
  out.text("secret", "Secret", spec["secretRef"]["name"].str());
  out.text("certificate", "Certificate secret", spec["certSecretRef"]["name"].str());
  out.text("proxy", "Proxy secret", spec["proxySecretRef"]["name"].str());
  out.text("verify", "Verification",
           spec["verify"]["provider"].str_or(spec["verify"]["mode"].str()));
}

host::Kind source(const char* kind_name, const char* resource, const char* title) {
  host::Kind kind = flux_kind(k8s::kSourceGroup, kind_name, resource, title);
  kind.section = "sources";
  return kind;
}

// "charts, its ./stable into vendor/charts"
std::vector<std::string> includes_of(const json::Value& spec) {
  std::vector<std::string> includes;
  for (const json::Value include : spec["include"].items()) {
    const auto name = include["repository"]["name"].str();
    const auto from = include["fromPath"].str();
    const auto to = include["toPath"].str_or(name);  // the API's default
    includes.push_back(std::string(name) + (from.empty() ? "" : ", its " + std::string(from)) +
                       " into " + std::string(to.empty() ? name : to));
  }
  return includes;
}

}  // namespace

host::Kind git_repositories() {
  host::Kind kind = source("GitRepository", "gitrepositories", "GitRepositories");
  kind.columns = source_columns({{"url", "URL", ColumnType::kUrl, true, 210, ""},
                                 {"reference", "Reference", ColumnType::kText, true, 130, ""}});
  kind.fill = [](const json::Value& object, int64_t now_ms, cache::RowBuilder& row) {
    row.text("url", rules::masked_url(object["spec"]["url"].str()));
    row.text("reference", reference_text(object["spec"]["ref"], "branch master"));
    fill_flux("GitRepository", object, now_ms, row);
  };
  kind.overview = [](const json::Value& object, host::DetailWriter& out) {
    write_source_head(object, out);
    out.text("reference", "Reference", reference_text(object["spec"]["ref"], "branch master"));
    out.flag("submodules", "Submodules", object["spec"]["recurseSubmodules"]);
    out.mono("ignore", "Ignore", object["spec"]["ignore"].str());
    out.text("implementation", "Git implementation", object["spec"]["gitImplementation"].str());
    out.list("includes", "Includes", includes_of(object["spec"]));
    write_artifact(object, out);
    write_reconciliation(object, out);
  };
  return kind;
}

host::Kind helm_repositories() {
  host::Kind kind = source("HelmRepository", "helmrepositories", "HelmRepositories");
  kind.columns = source_columns({{"type", "Type", ColumnType::kText, true, 80,
                                  "oci: only an address, never fetched by itself."},
                                 {"url", "URL", ColumnType::kUrl, true, 260, ""}});
  kind.fill = [](const json::Value& object, int64_t now_ms, cache::RowBuilder& row) {
    row.text("type", object["spec"]["type"].str_or("default"));
    row.text("url", rules::masked_url(object["spec"]["url"].str()));
    fill_flux("HelmRepository", object, now_ms, row);
  };
  kind.overview = [](const json::Value& object, host::DetailWriter& out) {
    write_source_head(object, out);
    out.text("type", "Type", object["spec"]["type"].str_or("default"));
    out.flag("pass", "Pass credentials", object["spec"]["passCredentials"]);
    write_artifact(object, out);
    write_reconciliation(object, out);
  };
  return kind;
}

host::Kind oci_repositories() {
  host::Kind kind = source("OCIRepository", "ocirepositories", "OCIRepositories");
  kind.columns = source_columns({{"url", "URL", ColumnType::kUrl, true, 190, ""},
                                 {"reference", "Reference", ColumnType::kText, true, 110, ""}},
                                190);
  kind.fill = [](const json::Value& object, int64_t now_ms, cache::RowBuilder& row) {
    row.text("url", rules::masked_url(object["spec"]["url"].str()));
    row.text("reference", reference_text(object["spec"]["ref"], "tag latest"));
    fill_flux("OCIRepository", object, now_ms, row);
  };
  kind.overview = [](const json::Value& object, host::DetailWriter& out) {
    write_source_head(object, out);
    out.text("reference", "Reference", reference_text(object["spec"]["ref"], "tag latest"));
    out.mono("layer", "Layer", object["spec"]["layerSelector"]["mediaType"].str());
    out.flag("insecure", "Insecure", object["spec"]["insecure"], "Plain HTTP to the registry.");
    write_artifact(object, out);
    write_reconciliation(object, out);
  };
  return kind;
}

host::Kind buckets() {
  host::Kind kind = source("Bucket", "buckets", "Buckets");
  kind.columns = source_columns({{"endpoint", "Endpoint", ColumnType::kMono, true, 200, ""},
                                 {"bucket", "Bucket", ColumnType::kText, true, 140, ""},
                                 {"provider", "Provider", ColumnType::kText, false, 90, ""}});
  kind.fill = [](const json::Value& object, int64_t now_ms, cache::RowBuilder& row) {
    row.text("endpoint", rules::masked_url(object["spec"]["endpoint"].str()));
    row.text("bucket", object["spec"]["bucketName"].str());
    row.text("provider", object["spec"]["provider"].str());
    fill_flux("Bucket", object, now_ms, row);
  };
  kind.overview = [](const json::Value& object, host::DetailWriter& out) {
    write_source_head(object, out);
    out.mono("endpoint", "Endpoint", rules::masked_url(object["spec"]["endpoint"].str()));
    out.text("bucket", "Bucket", object["spec"]["bucketName"].str());
    out.text("prefix", "Prefix", object["spec"]["prefix"].str());
    out.text("region", "Region", object["spec"]["region"].str());
    write_artifact(object, out);
    write_reconciliation(object, out);
  };
  return kind;
}

host::Kind helm_charts() {
  host::Kind kind = source("HelmChart", "helmcharts", "HelmCharts");
  kind.columns = source_columns({{"chart", "Chart", ColumnType::kText, true, 110, ""},
                                 {"version", "Version", ColumnType::kText, true, 100, ""},
                                 {"source", "Source", ColumnType::kRef, true, 150, ""}});
  const auto source_of = [](const json::Value& object) {
    const auto ref = object["spec"]["sourceRef"];
    return k8s::ObjectRef{std::string(k8s::kSourceGroup), std::string(ref["kind"].str()),
                          std::string(object["metadata"]["namespace"].str()),
                          std::string(ref["name"].str())};
  };
  kind.fill = [source_of](const json::Value& object, int64_t now_ms, cache::RowBuilder& row) {
    row.text("chart", object["spec"]["chart"].str());
    row.text("version", object["spec"]["version"].str_or("*"));
    row.ref("source", source_of(object));
    fill_flux("HelmChart", object, now_ms, row);
  };
  kind.overview = [source_of](const json::Value& object, host::DetailWriter& out) {
    out.section("overview", "Chart");
    out.text("chart", "Chart", object["spec"]["chart"].str());
    out.text("version", "Version", object["spec"]["version"].str_or("*"));
    out.ref("source", "Source", source_of(object));
    out.text("strategy", "Reconcile strategy", object["spec"]["reconcileStrategy"].str());
    out.text("observed", "Observed chart", object["status"]["observedChartName"].str());
    out.list("values", "Values files", texts_of(object["spec"]["valuesFiles"]));
    out.text("values_file", "Values file", object["spec"]["valuesFile"].str());  // v1beta1, v1beta2
    write_artifact(object, out);
    write_reconciliation(object, out);
  };
  return kind;
}

}  // namespace masthead::plugins::flux
