// Kustomization.
#include "flux/inventory.h"
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

std::string named_as(const json::Value& kind, const json::Value& name) {
  return std::string(kind.str()) + " " + std::string(name.str());
}

// In which order kustomize-controller gathers variables: of two of one name the later is taken.
std::vector<std::string> order_of_substitutions(const json::Value& post_build) {
  std::vector<std::string> order;
  for (const json::Value from : post_build["substituteFrom"].items()) {
    order.push_back(named_as(from["kind"], from["name"]) +
                    (from["optional"].boolean() ? ", if it exists" : ""));
  }
  if (post_build["substitute"].size() > 0) order.emplace_back("the variables below");
  return order;
}

void write_substitutions(const json::Value& object, host::DetailWriter& out) {
  const auto post_build = object["spec"]["postBuild"];
  if (!post_build.exists()) return;
  out.section("substitutions", "Substitutions");
  const std::vector<std::string> order = order_of_substitutions(post_build);
  if (order.size() > 1) out.list("order", "Order, later ones win", order);
  std::vector<std::string> names;
  for (const auto& [name, value] : post_build["substitute"].members()) names.emplace_back(name);
  out.list("inline", "Variables", names);
  out.refs("from", "From", named("Kustomization", object, "substitutes from"));
  out.refs("optional", "From, if it exists", named("Kustomization", object, "may substitute from"));
}

// What kustomize changes on the way: objects named as patches name them.
void write_changes(const json::Value& spec, host::DetailWriter& out) {
  std::vector<std::string> patches, images;
  for (const json::Value patch : spec["patches"].items()) {
    const auto target = patch["target"];
    std::string text(target["kind"].str_or("what the patch itself names"));
    if (const auto name = target["name"].str(); !name.empty()) text += " " + std::string(name);
    for (const char* key : {"labelSelector", "annotationSelector"}) {
      if (const auto selector = target[key].str(); !selector.empty()) {
        text += " with " + std::string(selector);
      }
    }
    patches.push_back(std::move(text));
  }
  // v1beta1 and v1beta2 had two other forms of patches.
  for (const json::Value patch : spec["patchesJson6902"].items()) {
    patches.push_back(named_as(patch["target"]["kind"], patch["target"]["name"]));
  }
  for (const json::Value patch : spec["patchesStrategicMerge"].items()) {
    patches.push_back(named_as(patch["kind"], patch["metadata"]["name"]));
  }
  for (const json::Value image : spec["images"].items()) {
    std::string text = std::string(image["name"].str()) + " → " +
                       std::string(image["newName"].str_or(image["name"].str()));
    if (const auto tag = image["newTag"].str(); !tag.empty()) text += ":" + std::string(tag);
    if (const auto digest = image["digest"].str(); !digest.empty()) {
      text += "@" + std::string(digest);
    }
    images.push_back(std::move(text));
  }
  out.section("changes", "Changes on the way");
  out.list("patches", "Patches of", patches);
  out.list("images", "Images", images);
  out.list("components", "Components", texts_of(spec["components"]));
  out.text("prefix", "Name prefix", spec["namePrefix"].str());
  out.text("suffix", "Name suffix", spec["nameSuffix"].str());
  out.labels("common_labels", "Common labels", spec["commonMetadata"]["labels"]);
  out.labels("common_annotations", "Common annotations", spec["commonMetadata"]["annotations"]);
}

// At most five, the newest first; one line a revision and outcome.
void write_history(const json::Value& status, host::DetailWriter& out) {
  std::vector<host::DetailWriter::Entry> lines;
  for (const json::Value one : status["history"].items()) {
    std::string line(one["metadata"]["revision"].str_or(one["digest"].str()));
    line += " · " + std::string(one["lastReconciledStatus"].str());
    const int64_t total = one["totalReconciliations"].integer_or(0);
    if (total > 1) line += " · " + std::to_string(total) + " times";
    lines.push_back({std::move(line), one["lastReconciled"].str()});
  }
  if (lines.empty()) return;
  out.section("history", "History");
  out.entries("reconciliations", "Reconciliations", lines);
}

// What leaves with the Kustomization. Flux 2.5 brought the policy; before, prune alone decided.
std::string_view deletion_of(const json::Value& spec) {
  const auto policy = spec["deletionPolicy"].str_or("MirrorPrune");
  if (policy == "Orphan") return "leaves all objects behind";
  if (policy == "Delete") return "deletes all objects";
  if (policy == "WaitForTermination") return "deletes all objects and waits until they are gone";
  if (policy != "MirrorPrune") return policy;
  return spec["prune"].boolean() ? "deletes all objects" : "leaves all objects behind";
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
  out.flag("prune", "Prune", spec["prune"], "Objects that leave the source are deleted.");
  out.text("deletion", "Its deletion", deletion_of(spec));
  out.text("target", "Target namespace", spec["targetNamespace"].str());
  out.flag("wait", "Wait", spec["wait"]);
  out.flag("force", "Force", spec["force"]);
  out.text("validation", "Validation", spec["validation"].str());  // v1beta1
  std::vector<std::string> checks;
  for (const json::Value check : spec["healthChecks"].items()) {
    checks.push_back(std::string(check["kind"].str()) + " " +
                     std::string(check["namespace"].str()) + "/" +
                     std::string(check["name"].str()));
  }
  out.list("checks", "Health checks", checks);
  std::vector<std::string> expressions;
  for (const json::Value one : spec["healthCheckExprs"].items()) {
    expressions.push_back(std::string(one["kind"].str()) + " of " +
                          std::string(one["apiVersion"].str()));
  }
  out.list("expressions", "Health by expression", expressions);
  out.text("decryption", "Decryption", spec["decryption"]["provider"].str());
  out.text("remote", "Remote cluster", rules::remote_cluster_of(object));
  write_substitutions(object, out);
  write_changes(spec, out);
  write_history(status, out);
  write_reconciliation(object, out);
}

}  // namespace

host::Kind kustomizations() {
  host::Kind kind =
      flux_kind(k8s::kKustomizeGroup, "Kustomization", "kustomizations", "Kustomizations");
  kind.columns = {
      {"source", "Source", ColumnType::kRef, true, 180, ""},
      {"path", "Path", ColumnType::kMono, true, 128, ""},
      {"revision", "Applied", ColumnType::kRevision, true, 140, "", "revision"},
      {"attempted", "Attempted", ColumnType::kRevision, false, 170, "", "attempted revision"},
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
