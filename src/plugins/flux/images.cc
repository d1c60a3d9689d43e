// ImageRepository, ImagePolicy, ImageUpdateAutomation.
#include "flux/references.h"
#include "flux/status.h"
#include "k8s/known_kinds.h"
#include "plugins/flux/kinds.h"

namespace masthead::plugins::flux {
namespace {

namespace rules = masthead::flux;
using cache::ColumnType;

host::Kind image_kind(const char* kind_name, const char* resource, const char* title) {
  host::Kind kind = flux_kind(k8s::kImageGroup, kind_name, resource, title);
  kind.section = "images";
  return kind;
}

// "semver >=1.0", "alphabetical asc", "numerical desc".
std::string policy_text(const json::Value& policy) {
  if (const auto semver = policy["semver"]; semver.exists()) {
    return "semver " + std::string(semver["range"].str());
  }
  for (const char* order : {"alphabetical", "numerical"}) {
    if (policy[order].exists()) {
      return std::string(order) + " " + std::string(policy[order]["order"].str_or("asc"));
    }
  }
  return {};
}

// {name, tag, digest} since v1beta2 of 2.6, one text before.
std::string image_text(const json::Value& ref, std::string_view older) {
  const auto name = ref["name"].str();
  if (name.empty()) return std::string(older);
  std::string text(name);
  if (const auto tag = ref["tag"].str(); !tag.empty()) text.append(":").append(tag);
  if (const auto digest = ref["digest"].str(); !digest.empty()) text.append("@").append(digest);
  return text;
}

std::string latest_image(const json::Value& status) {
  return image_text(status["latestRef"], status["latestImage"].str());
}
std::string previous_image(const json::Value& status) {
  return image_text(status["observedPreviousRef"], status["observedPreviousImage"].str());
}

std::string_view pushed_branch(const json::Value& spec) {
  const auto push = spec["git"]["push"]["branch"].str();
  return push.empty() ? spec["git"]["checkout"]["ref"]["branch"].str() : push;
}

}  // namespace

host::Kind image_repositories() {
  host::Kind kind = image_kind("ImageRepository", "imagerepositories", "ImageRepositories");
  kind.columns = {{"image", "Image", ColumnType::kMono, true, 300, ""},
                  {"tags", "Tags", ColumnType::kNumber, true, 70, "Found by the last scan."},
                  {"newest", "Newest tags", ColumnType::kText, false, 220,
                   "The last ones by name, as the controller lists them.", "tag"},
                  {"synced", "Last scan", ColumnType::kTime, true, 100, ""},
                  {"revision", "Revision", ColumnType::kRevision, false, 140, ""},
                  {"interval", "Interval", ColumnType::kDuration, false, 80, ""},
                  {"suspended", "Suspended", ColumnType::kFlag, false, 90, ""}};
  kind.fill = [](const json::Value& object, int64_t now_ms, cache::RowBuilder& row) {
    const auto scan = object["status"]["lastScanResult"];
    row.text("image", object["spec"]["image"].str());
    if (const auto tags = scan["tagCount"].number()) row.number("tags", *tags);
    row.text("newest", joined(scan["latestTags"]));
    fill_flux("ImageRepository", object, now_ms, row);
  };
  kind.overview = [](const json::Value& object, host::DetailWriter& out) {
    const auto spec = object["spec"];
    const auto scan = object["status"]["lastScanResult"];
    out.section("overview", "Image repository");
    out.mono("image", "Image", spec["image"].str());
    const auto canonical = object["status"]["canonicalImageName"].str();
    if (canonical != spec["image"].str()) out.mono("canonical", "In full", canonical);
    out.text("provider", "Provider", spec["provider"].str());
    out.text("secret", "Secret", spec["secretRef"]["name"].str());
    out.text("certificates", "Certificates", spec["certSecretRef"]["name"].str());
    out.text("proxy_secret", "Proxy Secret", spec["proxySecretRef"]["name"].str());
    out.flag("insecure", "Insecure", spec["insecure"], "Plain HTTP to the registry.");
    out.list("exclusion", "No tags like", texts_of(spec["exclusionList"]));
    if (scan.exists()) {
      out.section("scan", "Last scan");
      out.number("tags", "Tags", scan["tagCount"]);
      out.list("newest", "Newest tags", texts_of(scan["latestTags"]));
      out.time("at", "Scanned", scan["scanTime"].str());
      out.mono("revision", "Revision", scan["revision"].str());
    }
    write_reconciliation(object, out);
  };
  return kind;
}

host::Kind image_policies() {
  host::Kind kind = image_kind("ImagePolicy", "imagepolicies", "ImagePolicies");
  kind.columns = {{"latest", "Latest image", ColumnType::kMono, true, 200, ""},
                  {"revision", "Tag", ColumnType::kText, true, 90, ""},
                  {"previous", "Image before", ColumnType::kMono, false, 300, ""},
                  {"policy", "Policy", ColumnType::kText, true, 120, ""},
                  {"repository", "Image repository", ColumnType::kRef, true, 170, ""},
                  {"interval", "Interval", ColumnType::kDuration, false, 80, ""},
                  {"synced", "Last change", ColumnType::kTime, false, 110, ""},
                  {"suspended", "Suspended", ColumnType::kFlag, false, 90, ""}};
  kind.fill = [](const json::Value& object, int64_t now_ms, cache::RowBuilder& row) {
    row.text("latest", latest_image(object["status"]));
    row.text("previous", previous_image(object["status"]));
    row.text("policy", policy_text(object["spec"]["policy"]));
    const auto repositories = named("ImagePolicy", object, "image repository");
    if (!repositories.empty()) row.ref("repository", repositories.front());
    fill_flux("ImagePolicy", object, now_ms, row);
  };
  kind.overview = [](const json::Value& object, host::DetailWriter& out) {
    const auto spec = object["spec"];
    out.section("overview", "Image policy");
    out.mono("latest", "Latest image", latest_image(object["status"]));
    out.mono("previous", "Image before", previous_image(object["status"]));
    out.text("policy", "Policy", policy_text(spec["policy"]));
    const auto repositories = named("ImagePolicy", object, "image repository");
    if (!repositories.empty()) out.ref("repository", "Image repository", repositories.front());
    out.mono("pattern", "Tags like", spec["filterTags"]["pattern"].str());
    out.mono("extract", "Compared by", spec["filterTags"]["extract"].str());
    out.text("digest", "Digest", spec["digestReflectionPolicy"].str());
    write_reconciliation(object, out);
  };
  return kind;
}

namespace {

void write_pushes(const json::Value& object, host::DetailWriter& out) {
  const auto status = object["status"];
  out.section("pushes", "Last run");
  out.time("run", "Run", status["lastAutomationRunTime"].str());
  out.time("pushed", "Pushed", status["lastPushTime"].str());
  out.revision("commit", "Commit", status["lastPushCommit"].str());
  out.revision("source_revision", "Of revision", status["observedSourceRevision"].str());
  std::vector<std::string> images;
  for (const auto& [policy, ref] : status["observedPolicies"].members()) {
    images.push_back(std::string(policy) + ": " + image_text(ref, ref.str()));
  }
  out.list("images", "Images", images);
}

}  // namespace

host::Kind image_update_automations() {
  host::Kind kind =
      image_kind("ImageUpdateAutomation", "imageupdateautomations", "ImageUpdateAutomations");
  kind.columns = {{"source", "Source", ColumnType::kRef, true, 160, ""},
                  {"branch", "Pushes to", ColumnType::kText, true, 110, ""},
                  {"revision", "Last commit", ColumnType::kRevision, true, 120, ""},
                  {"pushed", "Last push", ColumnType::kTime, true, 100, ""},
                  {"synced", "Last run", ColumnType::kTime, true, 100, ""},
                  {"path", "Path", ColumnType::kMono, false, 150, ""},
                  {"interval", "Interval", ColumnType::kDuration, false, 80, ""},
                  {"suspended", "Suspended", ColumnType::kFlag, false, 90, ""}};
  kind.fill = [](const json::Value& object, int64_t now_ms, cache::RowBuilder& row) {
    const auto sources = named("ImageUpdateAutomation", object, "source");
    if (!sources.empty()) row.ref("source", sources.front());
    row.text("branch", pushed_branch(object["spec"]));
    row.time("pushed", object["status"]["lastPushTime"].str());
    row.text("path", object["spec"]["update"]["path"].str());
    fill_flux("ImageUpdateAutomation", object, now_ms, row);
  };
  kind.overview = [](const json::Value& object, host::DetailWriter& out) {
    const auto spec = object["spec"];
    out.section("overview", "Image update automation");
    const auto sources = named("ImageUpdateAutomation", object, "source");
    if (!sources.empty()) out.ref("source", "Source", sources.front());
    out.text("branch", "Pushes to", pushed_branch(spec));
    out.text("checkout", "Checks out",
             reference_text(spec["git"]["checkout"]["ref"], "the source's reference"));
    out.mono("path", "Path", spec["update"]["path"].str());
    out.text("strategy", "Strategy", spec["update"]["strategy"].str());
    out.text("author", "Author", spec["git"]["commit"]["author"]["email"].str());
    out.labels("policies", "Policies with", spec["policySelector"]["matchLabels"]);
    write_pushes(object, out);
    write_reconciliation(object, out);
  };
  return kind;
}

}  // namespace masthead::plugins::flux
