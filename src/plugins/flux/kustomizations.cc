// Kustomization.
#include "flux/references.h"
#include "flux/status.h"
#include "k8s/known_kinds.h"
#include "plugins/flux/kinds.h"

namespace masthead::plugins::flux {
namespace {

namespace rules = masthead::flux;
using cache::ColumnType;

void fill(const json::Value& object, int64_t now_ms, cache::RowBuilder& row) {
  const auto sources = named("Kustomization", object, "source");
  if (!sources.empty()) row.ref("source", sources.front());
  row.text("path", object["spec"]["path"].str_or("./"));
  row.refs("depends_on", named("Kustomization", object, "depends on"));
  row.refs("reads", inputs_of("Kustomization", object));
  row.text("attempted", rules::attempted_revision_of("Kustomization", object));
  fill_flux("Kustomization", object, now_ms, row);
}

void write_substitutions(const json::Value& object, host::DetailWriter& out) {
  const auto post_build = object["spec"]["postBuild"];
  if (!post_build.exists()) return;
  out.section("substitutions", "Substitutions");
  std::vector<std::string> names;
  for (const auto& [name, value] : post_build["substitute"].members()) names.emplace_back(name);
  out.list("inline", "Variables", names);
  out.refs("from", "From", named("Kustomization", object, "substitutes from"));
  out.refs("optional", "From, if it exists", named("Kustomization", object, "may substitute from"));
}

void overview(const json::Value& object, host::DetailWriter& out) {
  const auto spec = object["spec"];
  const auto status = object["status"];
  out.section("overview", "Kustomization");
  const auto sources = named("Kustomization", object, "source");
  if (!sources.empty()) out.ref("source", "Source", sources.front());
  out.mono("path", "Path", spec["path"].str_or("./"));
  out.refs("depends_on", "Depends on", named("Kustomization", object, "depends on"));
  out.revision("applied", "Applied revision", status["lastAppliedRevision"].str());
  out.revision("attempted", "Attempted revision", status["lastAttemptedRevision"].str());
  out.revision("origin", "Origin revision", status["lastAppliedOriginRevision"].str());
  out.flag("prune", "Prune", spec["prune"],
           "Objects that leave the source, or this Kustomization's deletion, are deleted.");
  out.text("deletion", "Deletion policy", spec["deletionPolicy"].str());
  out.text("target", "Target namespace", spec["targetNamespace"].str());
  out.flag("wait", "Wait", spec["wait"]);
  out.flag("force", "Force", spec["force"]);
  std::vector<std::string> checks;
  for (const json::Value check : spec["healthChecks"].items()) {
    checks.push_back(std::string(check["kind"].str()) + " " +
                     std::string(check["namespace"].str()) + "/" +
                     std::string(check["name"].str()));
  }
  out.list("checks", "Health checks", checks);
  out.text("decryption", "Decryption", spec["decryption"]["provider"].str());
  out.text("remote", "Remote cluster", spec["kubeConfig"]["secretRef"]["name"].str());
  if (const auto entries = status["inventory"]["entries"]; entries.is_array()) {
    out.text("inventory", "Applied objects", std::to_string(entries.size()));
  }
  write_substitutions(object, out);
  write_reconciliation(object, out);
}

}  // namespace

host::Kind kustomizations() {
  host::Kind kind =
      flux_kind(k8s::kKustomizeGroup, "Kustomization", "kustomizations", "Kustomizations");
  kind.columns = {{"source", "Source", ColumnType::kRef, true, 180, ""},
                  {"path", "Path", ColumnType::kMono, true, 150, ""},
                  {"revision", "Applied", ColumnType::kRevision, true, 140, ""},
                  {"attempted", "Attempted", ColumnType::kRevision, false, 170, ""},
                  {"synced", "Last reconciled", ColumnType::kTime, true, 110, ""},
                  {"interval", "Interval", ColumnType::kDuration, false, 80, ""},
                  {"depends_on", "Depends on", ColumnType::kRefs, false, 180, ""},
                  {"reads", "Substitutes from", ColumnType::kRefs, false, 180,
                   "ConfigMaps and Secrets, those for decryption and remote clusters among them."},
                  {"suspended", "Suspended", ColumnType::kFlag, false, 90, ""}};
  keeps_inventory(kind, k8s::kKustomizeGroup);
  kind.fill = fill;
  kind.overview = overview;
  return kind;
}

}  // namespace masthead::plugins::flux
