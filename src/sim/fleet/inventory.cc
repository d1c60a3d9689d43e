#include "sim/fleet/inventory.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/split.h"

namespace masthead::sim {
namespace {

constexpr Team kTeams[] = {{"team-a", "shop,shop-staging"},
                           {"team-b", "payments,ledger"},
                           {"team-c", "search,recommend"},
                           {"team-d", "platform,monitoring"}};

constexpr App kApps[] = {
    {"flux-system", "flux-system", "fleet", "",
     "deploy:source-controller:fluxcd/source-controller:v1.7.3:1 "
     "deploy:kustomize-controller:fluxcd/kustomize-controller:v1.7.2:1 "
     "deploy:helm-controller:fluxcd/helm-controller:v1.4.3:1 "
     "deploy:notification-controller:fluxcd/notification-controller:v1.7.4:1 "
     "deploy:image-reflector-controller:fluxcd/image-reflector-controller:v1.0.3:1 "
     "deploy:image-automation-controller:fluxcd/image-automation-controller:v1.0.3:1 "
     "deploy:source-watcher:fluxcd/source-watcher:v2.0.2:1 "
     "deploy:flux-operator:controlplaneio-fluxcd/flux-operator:v0.33.0:1",
     false, false},
    {"flux-system", "tenants", "fleet", "flux-system", "", false, false},
    {"flux-system", "infrastructure", "fleet", "flux-system", "", false, false},
    {"shop", "database", "shop", "", "sts:postgres:postgres:17.2:2", true, false},
    {"shop", "catalogue", "shop", "database",
     "deploy:catalogue:shop/catalogue:3.14:6 deploy:catalogue-images:shop/images:2.1:4", true,
     false},
    {"shop", "cart", "shop", "database", "deploy:cart:shop/cart:5.0:6", true, false},
    {"shop", "checkout", "shop", "catalogue,cart",
     "deploy:checkout:shop/checkout:7.2:8 deploy:checkout-worker:shop/worker:7.2:4", true, false},
    {"shop", "storefront", "shop", "checkout", "deploy:storefront:shop/storefront:21.4:14", true,
     false},
    {"shop", "jobs", "shop", "database",
     "job:migrate-catalogue:shop/migrate:3.14:1 cron:stock-sync:shop/stock:1.9:1", false, false},
    {"shop-staging", "catalogue", "shop", "", "deploy:catalogue:shop/catalogue:3.15-rc1:2", true,
     false},
    {"shop-staging", "checkout", "shop", "", "deploy:checkout:shop/checkout:7.3:2", true, false},
    {"shop-staging", "storefront", "shop", "catalogue", "deploy:storefront:shop/storefront:21.5:3",
     false, false},
    {"payments", "base", "payments", "", "deploy:vault-agent:platform/vault-agent:1.18:2", true,
     false},
    {"payments", "api", "payments", "base", "deploy:api:payments/api:4.4:8", true, false},
    {"payments", "gateway", "payments", "api", "deploy:gateway:payments/gateway:4.4:8", true,
     false},
    {"payments", "fraud", "payments", "api", "deploy:fraud:payments/fraud:2.0:4", true, false},
    {"payments", "refunds", "payments", "api", "deploy:refunds:payments/refunds:1.7:2", true,
     false},
    {"payments", "invoices", "payments", "api", "deploy:invoices:payments/invoices:1.2:2", true,
     false},
    {"payments", "currency", "payments", "base", "deploy:currency:payments/currency:0.9:2", true,
     false},
    {"payments", "notifier", "payments", "gateway", "deploy:notifier:payments/notifier:0.4:2", true,
     false},
    {"payments", "web", "payments", "gateway", "deploy:web:payments/web:9.1:10", true, false},
    {"ledger", "database", "payments", "", "sts:ledger-db:postgres:17.2:3", true, false},
    {"ledger", "ledger", "payments", "database,payments/base",
     "deploy:ledger:payments/ledger:6.0:6", true, false},
    {"ledger", "reports", "payments", "ledger", "deploy:reports:payments/reports:1.1:2", true,
     false},
    {"ledger", "audit", "payments", "ledger", "deploy:audit:payments/audit:1.0:2", true, false},
    {"ledger", "statements", "payments", "ledger", "deploy:statements:payments/statements:1.3:2",
     true, false},
    {"search", "index", "search", "", "sts:index:search/index:8.15:6", true, false},
    {"search", "query", "search", "index", "deploy:query:search/query:8.15:12", true, false},
    {"search", "crawler", "search", "index", "deploy:crawler:search/crawler:2.2:10", true, true},
    {"search", "ranking", "search", "crawler", "deploy:ranking:search/ranking:1.0:2", true, true},
    {"recommend", "features", "search", "", "deploy:features:recommend/features:0.7:6", true,
     false},
    {"recommend", "models", "search", "features", "deploy:models:recommend/models:0.7:6", true,
     false},
    {"platform", "ingress", "fleet", "flux-system/infrastructure",
     "ds:ingress-node:platform/ingress:1.12:1", false, false},
    {"platform", "policies", "fleet", "flux-system/infrastructure", "", false, false},
    {"monitoring", "dashboards", "fleet", "", "deploy:grafana-sidecar:platform/sidecar:1.28:6",
     true, false},
};

constexpr App kTenants[] = {
    {kWellTenant, "amber-heron-base", "amber-heron", "",
     "deploy:amber-heron-queue:tenants/queue:2.12:4", true, false},
    {kWellTenant, "amber-heron-api", "amber-heron", "amber-heron-base",
     "deploy:amber-heron-api:tenants/api:5.3:24 deploy:amber-heron-mailer:tenants/mailer:1.8:12",
     true, false},
    {kWellTenant, "amber-heron-web", "amber-heron", "amber-heron-api",
     "deploy:amber-heron-web:tenants/web:11.0:40", true, false},
    {kWellTenant, "amber-heron-jobs", "amber-heron", "amber-heron-api",
     "deploy:amber-heron-worker:tenants/worker:5.3:20", true, false},
    {kIllTenant, "brisk-otter-base", "brisk-otter", "",
     "deploy:brisk-otter-queue:tenants/queue:2.12:4", true, false},
    {kIllTenant, "brisk-otter-api", "brisk-otter", "brisk-otter-base",
     "deploy:brisk-otter-api:tenants/api:5.3:24 deploy:brisk-otter-mailer:tenants/mailer:1.8:12",
     true, false},
    {kIllTenant, "brisk-otter-web", "brisk-otter", "brisk-otter-api",
     "deploy:brisk-otter-web:tenants/web:11.0:40", true, false},
    {kIllTenant, "brisk-otter-jobs", "brisk-otter", "brisk-otter-api",
     "deploy:brisk-otter-worker:tenants/worker:5.3:20", true, false},
};

constexpr Release kReleases[] = {
    {"platform", "cert-manager", "cert-manager", "1.16.1,1.16.2,1.16.3", "1.17.0", ""},
    {"platform", "external-dns", "external-dns", "1.14.5,1.15.0", "", ""},
    {"platform", "metrics-server", "metrics-server", "3.12.2", "3.13.0", "enabled"},
    {"platform", "reloader", "reloader", "1.2.0", "", ""},
    {"monitoring", "prometheus", "prometheus", "25.28.0,25.30.1,26.0.1", "26.1.0", ""},
    {"monitoring", "loki", "loki", "6.22.0,6.24.0", "", "warn"},
    {"monitoring", "tempo", "tempo", "1.16.0", "1.17.0", ""},
    {"shop", "cache", "redis", "20.5.0,20.6.0,20.6.1", "20.7.0", ""},
    {"search", "broker", "nats", "1.2.8", "1.3.0", ""},
};

}  // namespace

std::span<const Team> teams() {
  return kTeams;
}
std::span<const App> apps() {
  return kApps;
}
std::span<const App> tenants() {
  return kTenants;
}
std::span<const Release> releases() {
  return kReleases;
}

Workload read_workload(const std::string& text) {
  static const std::map<std::string, std::string> kinds = {{"deploy", "Deployment"},
                                                           {"sts", "StatefulSet"},
                                                           {"ds", "DaemonSet"},
                                                           {"job", "Job"},
                                                           {"cron", "CronJob"}};
  const std::vector<std::string> parts = base::split(text, ':');
  return {kinds.at(parts.at(0)), parts.at(1),
          fmt::format("registry.example.com/{}:{}", parts.at(2), parts.at(3)),
          std::stoi(parts.at(4))};
}

std::vector<Workload> folder_of(const App& app) {
  std::vector<Workload> made;
  for (const std::string& one : base::split(app.deploys, ' ')) {
    made.push_back(read_workload(one));
    const Workload& last = made.back();
    const bool serves = last.kind == "Deployment" || last.kind == "StatefulSet";
    if (serves) made.push_back({"Service", std::string(last.name), "", 0});
  }
  made.push_back({"ConfigMap", fmt::format("{}-settings", app.name), "", 0});
  return made;
}

Items references(std::string_view list) {
  Items out;
  for (const std::string& one : base::split(list, ',')) {
    const size_t slash = one.find('/');
    Fields reference;
    if (slash != std::string::npos) reference["namespace"] = one.substr(0, slash);
    reference["name"] = slash == std::string::npos ? one : one.substr(slash + 1);
    out.emplace_back(std::move(reference));
  }
  return out;
}

std::string path_of(const App& app) {
  return fmt::format("./apps/{}/{}", app.ns, app.name);
}

std::string repository_url(std::string_view repository) {
  return fmt::format("https://git.example.com/{}.git", repository);
}

}  // namespace masthead::sim
