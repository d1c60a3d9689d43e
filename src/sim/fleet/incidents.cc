// What is going on in the embedded cluster: the outage, the storm, the upgrades.
#include <fmt/format.h>

#include "sim/fleet/fleet.h"
#include "sim/fleet/inventory.h"

namespace masthead::sim {
namespace {

constexpr const char* kAuthor = "kustomize-controller";
constexpr int64_t kSlowStartMs = 9'000;

// "registry.example.com/shop/cart:5.0" → "…:5.1".
std::string next_tag(const std::string& image) {
  const size_t dot = image.rfind('.');
  return fmt::format("{}.{}", image.substr(0, dot), std::atoi(image.c_str() + dot + 1) + 1);
}

}  // namespace

void Fleet::tell_story() {
  if (options_.scenario == "calm" || options_.scenario == "upgrade") return;
  break_things();
  if (options_.scenario == "storm") break_more();
}

// The outage, a quarter of an hour ago; and what else goes wrong in a cluster of this size.
void Fleet::break_things() {
  // The folder moved, the Kustomization still looks where it was.
  auto& paths = world_.repositories[repository_url("payments")].paths;
  auto base = paths.extract("./apps/payments/base");
  base.key() = "./apps/payments/foundation";
  paths.insert(std::move(base));
  push("payments", "Rename base to foundation");
  for (const char* ns : {"payments", "ledger"}) {
    enqueue_all("Kustomization", 5'000, ns,
                [&](const Document& one) { return text_at(one, {"metadata", "namespace"}) == ns; });
  }
  fail_chart("external-dns", "platform", "1.15.1");
  edit("Bucket", "monitoring", "backups", kAuthor, [](Document& bucket) {
    object_in(bucket.as_object(), "spec")["endpoint"] = "unreachable.example.com";
  });
  set_image("shop", "shop-staging", "checkout", "registry.example.com/shop/checkout:7.3-crash");
  push("shop", "Try the next checkout in staging");
  edit("Deployment", "monitoring", "loki", "kubectl-edit",
       [](Document& deployment) { object_in(deployment.as_object(), "spec")["replicas"] = 5; });
  leave_behind();
  break_satellites();
  if (options_.pods > 0) break_tenant();
}

// Its API exits after each start of the new version; what depends on it waits.
void Fleet::break_tenant() {
  auto& folder =
      world_.repositories[repository_url(kIllTenant)].paths["./apps/brisk-otter/brisk-otter-api"];
  for (Workload& workload : folder) {
    if (workload.name == "brisk-otter-api")
      workload.image = "registry.example.com/tenants/api:5.4-crash";
  }
  push(kIllTenant, "Try the next API");
}

// A version of a chart that does not come up.
void Fleet::fail_chart(const char* chart, const char* ns, const char* version) {
  auto& known = world_.charts[chart];
  known.versions.emplace_back(version);
  known.failing_version = version;
  set_version(ns, chart, version);
}

void Fleet::set_image(std::string_view repository, const std::string& ns, const std::string& folder,
                      const std::string& image) {
  auto& paths = world_.repositories[repository_url(repository)].paths;
  for (Workload& workload : paths[fmt::format("./apps/{}/{}", ns, folder)]) {
    if (workload.kind == "Deployment") workload.image = image;
  }
}

// A folder for a cluster at the edge whose controllers do not run; a namespace that cannot end; a
// rollout that takes its time.
void Fleet::leave_behind() {
  Document edge =
      make_object("platform", "edge",
                  {{"interval", "5m"},
                   {"path", "./apps/platform/edge"},
                   {"prune", true},
                   {"sourceRef", Fields{{"kind", "GitRepository"}, {"name", "fleet"}}}});
  object_in(edge.as_object(), "metadata")["labels"] = Fields{{"sharding.fluxcd.io/key", "edge"}};
  make("Kustomization", "platform", std::move(edge));

  make("Namespace", "", make_object("", "legacy", {}), "admin");
  Document exports = make_object("legacy", "exports", {});
  exports.as_object().erase("spec");
  object_in(exports.as_object(), "metadata")["finalizers"] = Items{"example.com/archived"};
  make("ConfigMap", "legacy", std::move(exports), "admin");
  (void)server_->erase(type("Namespace"), "", "legacy");

  const std::string slow = "registry.example.com/recommend/models:0.8";
  world_.startup_ms[slow] = 40 * 60'000;
  set_image("search", "recommend", "models", slow);
  edit("Kustomization", "recommend", "models", kAuthor,
       [](Document& object) { object_in(object.as_object(), "spec")["timeout"] = "2h"; });
  push("search", "Load the models of November");
}

// The Kustomization goes on to look where the folder was.
void Fleet::move_folder(std::string_view repository, const std::string& path) {
  auto& paths = world_.repositories[repository_url(repository)].paths;
  auto folder = paths.extract(path);
  folder.key() = path + "-next";
  paths.insert(std::move(folder));
}

// Much at once, and everything is tried again at once.
void Fleet::break_more() {
  move_folder("shop", "./apps/shop/database");
  move_folder("shop", "./apps/shop-staging/catalogue");
  move_folder("search", "./apps/search/index");
  move_folder("fleet", "./apps/platform/ingress");
  move_folder("fleet", "./apps/platform/policies");
  move_folder("fleet", "./apps/monitoring/dashboards");
  for (const App& app : apps_) {
    edit("Kustomization", app.ns, app.name, kAuthor, [](Document& object) {
      Fields& spec = object_in(object.as_object(), "spec");
      spec["retryInterval"] = "5s";
      spec["timeout"] = "15s";
    });
  }
  set_image("search", "search", "query", "registry.example.com/search/query:no-such-tag");
  set_image("search", "recommend", "features", "registry.example.com/recommend/features:1-crash");
  push("shop", "Lay the folders anew");
  push("fleet", "Lay the folders anew");
  push("search", "Release the search of next week");
  fail_chart("prometheus", "monitoring", "26.0.2");
  fail_chart("tempo", "monitoring", "1.16.1");
  fail_chart("cert-manager", "platform", "1.16.4");
  fail_chart("reloader", "platform", "1.2.1");
  world_.repositories[repository_url("fleet")].failure =
      "dial tcp 192.0.2.9:443: connect: connection refused";
}

void Fleet::begin_upgrades() {
  for (const Release& release : releases()) {
    if (*release.next == 0) continue;
    auto& chart = world_.charts[release.chart];
    chart.versions.emplace_back(release.next);
    chart.app_version = release.next;
    world_.startup_ms[fmt::format("{}:{}", chart.workloads.front().image, release.next)] =
        4 * kSlowStartMs;
    set_version(release.ns, release.name, release.next);
  }
  roll_images(0);
}

// Some of the shop and of the search take the next version of their images.
void Fleet::roll_images(size_t turn) {
  for (const char* repository : {"shop", "search"}) {
    std::string rolled;
    size_t place = 0;
    for (auto& [path, workloads] : world_.repositories[repository_url(repository)].paths) {
      for (Workload& workload : workloads) {
        if (workload.kind != "Deployment" || workload.image.find('-') != std::string::npos)
          continue;
        if (++place % 2 != turn % 2) continue;
        workload.image = next_tag(workload.image);
        world_.startup_ms[workload.image] = kSlowStartMs;
        rolled += (rolled.empty() ? "" : ", ") + workload.name;
      }
    }
    push(repository, "Upgrade " + rolled);
  }
}

}  // namespace masthead::sim
