// Who is in the embedded cluster and what is wrong with it: four teams, a platform, an outage.
#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "base/time_format.h"
#include "sim/fleet/fleet.h"

namespace masthead::sim {
namespace {

constexpr int64_t kMinuteMs = 60'000;
constexpr int64_t kDayMs = 24 * 60 * kMinuteMs;
constexpr const char* kGit = "https://git.example.com/";

struct Team {
  const char* user;
  const char* namespaces;  // separated by commas
};
constexpr Team kTeams[] = {{"team-a", "shop,shop-staging"},
                           {"team-b", "payments,ledger"},
                           {"team-c", "search,recommend"},
                           {"team-d", "platform,monitoring"}};

// One Kustomization and what its folder deploys: "kind:name:image:replicas" separated by spaces.
struct App {
  const char* ns;
  const char* name;
  const char* repository;
  const char* depends_on;  // separated by commas
  const char* deploys;
  bool wait;
  bool suspended;
};
constexpr App kApps[] = {
    {"flux-system", "flux-system", "fleet", "", "", false, false},
    {"flux-system", "tenants", "fleet", "flux-system", "", false, false},
    {"flux-system", "infrastructure", "fleet", "flux-system", "", false, false},
    {"shop", "database", "shop", "", "sts:postgres:postgres:17.2:2", true, false},
    {"shop", "catalogue", "shop", "database",
     "deploy:catalogue:shop/catalogue:3.14:6 deploy:catalogue-images:shop/images:2.1:4", true,
     false},
    {"shop", "cart", "shop", "database", "deploy:cart:shop/cart:5.0:6", true, false},
    {"shop", "checkout", "shop", "catalogue,cart",
     "deploy:checkout:shop/checkout:7.2:8 deploy:checkout-worker:shop/worker:7.2:4", true, false},
    {"shop", "storefront", "shop", "checkout", "deploy:storefront:shop/storefront:21.4:10", true,
     false},
    {"shop", "jobs", "shop", "database",
     "job:migrate-catalogue:shop/migrate:3.14:1 cron:stock-sync:shop/stock:1.9:1", false, false},
    {"shop-staging", "catalogue", "shop", "", "deploy:catalogue:shop/catalogue:3.15-rc1:2", true,
     false},
    {"shop-staging", "checkout", "shop", "", "deploy:checkout:shop/checkout:7.3-crash:2", true,
     false},
    {"shop-staging", "storefront", "shop", "catalogue", "deploy:storefront:shop/storefront:21.5:3",
     false, false},
    {"payments", "base", "payments", "", "deploy:vault-agent:platform/vault-agent:1.18:2", true,
     false},
    {"payments", "api", "payments", "base", "deploy:api:payments/api:4.4:8", true, false},
    {"payments", "gateway", "payments", "api", "deploy:gateway:payments/gateway:4.4:6", true,
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
    {"payments", "web", "payments", "gateway", "deploy:web:payments/web:9.1:6", true, false},
    {"ledger", "database", "payments", "", "sts:ledger-db:postgres:17.2:3", true, false},
    {"ledger", "ledger", "payments", "database,payments/base",
     "deploy:ledger:payments/ledger:6.0:6", true, false},
    {"ledger", "reports", "payments", "ledger", "deploy:reports:payments/reports:1.1:2", true,
     false},
    {"ledger", "audit", "payments", "ledger", "deploy:audit:payments/audit:1.0:2", true, false},
    {"search", "index", "search", "", "sts:index:search/index:8.15:6", true, false},
    {"search", "query", "search", "index", "deploy:query:search/query:8.15:8", true, false},
    {"search", "crawler", "search", "index", "deploy:crawler:search/crawler:2.2:6", true, true},
    {"search", "ranking", "search", "crawler", "deploy:ranking:search/ranking:1.0:2", true, true},
    {"recommend", "features", "search", "", "deploy:features:recommend/features:0.7:4", true,
     false},
    {"recommend", "models", "search", "features", "deploy:models:recommend/models:0.7:4", true,
     false},
    {"platform", "ingress", "fleet", "flux-system/infrastructure",
     "ds:ingress-node:platform/ingress:1.12:1", false, false},
    {"platform", "policies", "fleet", "flux-system/infrastructure", "", false, false},
    {"monitoring", "dashboards", "fleet", "", "deploy:grafana-sidecar:platform/sidecar:1.28:2",
     true, false},
};

struct Release {
  const char* ns;
  const char* name;
  const char* chart;
  const char* version;
  const char* repository;  // HelmRepository in flux-system's stead: of the same namespace
  const char* upgrade_to;  // last week
  const char* drift_mode;
};
constexpr Release kReleases[] = {
    {"platform", "cert-manager", "cert-manager", "1.16.2", "charts", "1.16.3", ""},
    {"platform", "external-dns", "external-dns", "1.15.0", "charts", "1.15.1", ""},
    {"platform", "metrics-server", "metrics-server", "3.12.2", "charts", "", "enabled"},
    {"platform", "reloader", "reloader", "1.2.0", "charts", "", ""},
    {"monitoring", "prometheus", "prometheus", "25.30.1", "charts", "26.0.1", ""},
    {"monitoring", "loki", "loki", "6.24.0", "charts", "", "warn"},
    {"monitoring", "tempo", "tempo", "1.16.0", "charts", "", ""},
    {"shop", "cache", "redis", "20.6.0", "charts", "20.6.1", ""},
    {"search", "broker", "nats", "1.2.8", "charts", "", ""},
};

std::vector<std::string> split(std::string_view list, char separator) {
  std::vector<std::string> parts;
  while (!list.empty()) {
    const size_t end = std::min(list.find(separator), list.size());
    if (end > 0) parts.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return parts;
}

// "deploy:web:payments/web:9.1:6": the image has a colon of its own.
Workload read_workload(const std::string& text) {
  static const std::map<std::string, std::string> kinds = {{"deploy", "Deployment"},
                                                           {"sts", "StatefulSet"},
                                                           {"ds", "DaemonSet"},
                                                           {"job", "Job"},
                                                           {"cron", "CronJob"}};
  const std::vector<std::string> parts = split(text, ':');
  return {kinds.at(parts.at(0)), parts.at(1),
          fmt::format("registry.example.com/{}:{}", parts.at(2), parts.at(3)),
          std::stoi(parts.at(4))};
}

Items references(const char* list) {
  Items out;
  for (const std::string& one : split(list, ',')) {
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

}  // namespace

const std::vector<std::string>& Fleet::scenario_names() {
  static const std::vector<std::string> names = {"calm",  "outage",  "upgrade", "storm",
                                                 "empty", "no-flux", "old-flux"};
  return names;
}

std::vector<User> Fleet::users() {
  std::vector<User> users = {{"admin", "", {"system:masters"}}};
  for (const Team& team : kTeams) users.push_back({team.user, "", {"teams"}});
  users.push_back({"nobody", "", {}});
  return users;
}

void Fleet::commit(const std::string& url, const std::string& subject) {
  auto& repository = world_.repositories[url];
  repository.commits.push_back({digest(url + subject + time_text(now_ms()), 40), subject});
}

void Fleet::make_namespaces_and_users() {
  Fields rule{{"apiGroups", Items{"*"}},
              {"resources", Items{"*"}},
              {"verbs", Items{"get", "list", "watch", "create", "update", "patch", "delete"}}};
  Document role = make_object("", "team-member", {});
  role.as_object().erase("spec");
  role.as_object()["rules"] = Items{rule};
  make("ClusterRole", "", std::move(role), "admin");
  make("Namespace", "", make_object("", "flux-system", {}), "admin");
  for (const Team& team : kTeams) {
    for (const std::string& ns : split(team.namespaces, ',')) {
      Document home = make_object("", ns, {});
      object_in(home.as_object(), "metadata")["labels"] = Fields{{"team", team.user}};
      make("Namespace", "", std::move(home), "admin");
      Document binding = make_object(ns, team.user, {});
      binding.as_object().erase("spec");
      binding.as_object()["roleRef"] = Fields{{"apiGroup", "rbac.authorization.k8s.io"},
                                              {"kind", "ClusterRole"},
                                              {"name", "team-member"}};
      binding.as_object()["subjects"] = Items{
          Fields{{"apiGroup", "rbac.authorization.k8s.io"}, {"kind", "User"}, {"name", team.user}}};
      make("RoleBinding", ns, std::move(binding), "admin");
    }
  }
  for (const char* name : {"node-a", "node-b", "node-c", "node-d"}) {
    Document node = make_object("", name, {});
    Fields condition_ready{{"type", "Ready"},
                           {"status", "True"},
                           {"reason", "KubeletReady"},
                           {"message", "kubelet is posting ready status"},
                           {"lastTransitionTime", time_text(now_ms())}};
    node.as_object()["status"] =
        Fields{{"conditions", Items{condition_ready}},
               {"nodeInfo", Fields{{"kubeletVersion", "v1.34.2"},
                                   {"osImage", "Debian GNU/Linux 12 (bookworm)"},
                                   {"architecture", "amd64"}}},
               {"capacity", Fields{{"cpu", "16"}, {"memory", "64Gi"}, {"pods", "250"}}}};
    make("Node", "", std::move(node), "kubelet");
  }
}

void Fleet::make_sources() {
  for (const char* name : {"fleet", "shop", "payments", "search"}) {
    const std::string url = kGit + std::string(name) + ".git";
    commit(url, "Lay the repository");
    for (const App& app : kApps) {
      if (std::string_view(app.repository) != name) continue;
      std::vector<Workload> workloads;
      for (const std::string& one : split(app.deploys, ' '))
        workloads.push_back(read_workload(one));
      world_.repositories[url].paths[path_of(app)] = std::move(workloads);
    }
  }
  for (const App& app : kApps) {
    const std::string url = kGit + std::string(app.repository) + ".git";
    make("GitRepository", app.ns,
         make_object(app.ns, app.repository,
                     {{"interval", "1m"}, {"url", url}, {"ref", Fields{{"branch", "main"}}}}));
  }
  for (const Release& release : kReleases) {
    auto& chart = world_.charts[release.chart];
    chart.versions = {release.version};
    chart.app_version = release.version;
    chart.workloads = {
        {"Deployment", release.name,
         fmt::format("registry.example.com/charts/{}:{}", release.chart, release.version), 2}};
    make("HelmRepository", release.ns,
         make_object(release.ns, release.repository,
                     {{"interval", "10m"}, {"url", "https://charts.example.com/stable"}}));
  }
}

void Fleet::make_kustomizations() {
  for (const App& app : kApps) {
    Fields spec{{"interval", "5m"},
                {"retryInterval", "20s"},
                {"timeout", "30s"},
                {"path", path_of(app)},
                {"prune", true},
                {"wait", app.wait},
                {"sourceRef", Fields{{"kind", "GitRepository"}, {"name", app.repository}}}};
    if (*app.depends_on != 0) spec["dependsOn"] = references(app.depends_on);
    make("Kustomization", app.ns, make_object(app.ns, app.name, std::move(spec)));
  }
}

void Fleet::make_releases() {
  for (const Release& release : kReleases) {
    Fields chart{{"chart", release.chart},
                 {"version", release.version},
                 {"sourceRef", Fields{{"kind", "HelmRepository"}, {"name", release.repository}}}};
    Fields spec{{"interval", "10m"},
                {"chart", Fields{{"spec", std::move(chart)}}},
                {"install", Fields{{"remediation", Fields{{"retries", 3}}}}},
                {"upgrade", Fields{{"remediation", Fields{{"retries", 1}}}}},
                {"values", Fields{{"replicas", 2}}}};
    if (*release.drift_mode != 0) spec["driftDetection"] = Fields{{"mode", release.drift_mode}};
    make("HelmRelease", release.ns, make_object(release.ns, release.name, std::move(spec)));
  }
}

// Kinds whose controllers do nothing here that changes.
void Fleet::make_rest() {
  const auto ready = [&](const char* kind, const char* ns, const char* name, Fields spec,
                         const char* message) {
    if (type(kind) == nullptr) return;
    make(kind, ns, make_object(ns, name, std::move(spec)));
    write_status({type(kind), ns, name}, "flux", [&](Document& now) {
      set_condition(now, {"Ready", "True", "Succeeded", message}, now_ms());
    });
  };
  make("Provider", "flux-system",
       make_object("flux-system", "chat",
                   {{"type", "slack"},
                    {"channel", "deployments"},
                    {"secretRef", Fields{{"name", "chat-address"}}}}));
  const Fields everything{{"kind", "Kustomization"}, {"name", "*"}};
  make("Alert", "flux-system",
       make_object("flux-system", "failures",
                   {{"providerRef", Fields{{"name", "chat"}}},
                    {"eventSeverity", "error"},
                    {"eventSources", Items{everything}}}));
  ready("Receiver", "flux-system", "push",
        {{"type", "github"},
         {"events", Items{"push"}},
         {"resources", Items{Fields{{"kind", "GitRepository"}, {"name", "fleet"}}}},
         {"secretRef", Fields{{"name", "push-token"}}}},
        "Receiver initialized for path: /hook/…");
  ready("ImageRepository", "shop", "storefront",
        {{"image", "registry.example.com/shop/storefront"}, {"interval", "5m"}},
        "successful scan: found 214 tags");
  ready("ImagePolicy", "shop", "storefront",
        {{"imageRepositoryRef", Fields{{"name", "storefront"}}},
         {"policy", Fields{{"semver", Fields{{"range", ">=21.0.0"}}}}}},
        "Latest image tag for registry.example.com/shop/storefront resolved to 21.4");
  ready("ImageUpdateAutomation", "shop", "storefront",
        {{"interval", "30m"}, {"sourceRef", Fields{{"kind", "GitRepository"}, {"name", "shop"}}}},
        "repository up-to-date");
  make("OCIRepository", "recommend",
       make_object("recommend", "models",
                   {{"interval", "5m"},
                    {"url", "oci://registry.example.com/models"},
                    {"ref", Fields{{"tag", "2026.11"}}}}));
  make("Bucket", "monitoring",
       make_object("monitoring", "backups",
                   {{"interval", "5m"},
                    {"bucketName", "backups"},
                    {"endpoint", "unreachable.example.com"}}));
  ready("FluxInstance", "flux-system", "flux",
        {{"distribution", Fields{{"version", "2.7.x"}, {"registry", "ghcr.io/fluxcd"}}}},
        "Reconciliation finished in 3s");
  ready("FluxReport", "flux-system", "flux", {{"distribution", Fields{{"version", "v2.7.3"}}}},
        "Reporting finished in 92ms");
  ready("ResourceSet", "flux-system", "tenants", {{"inputs", Items()}, {"resources", Items()}},
        "Reconciliation finished in 412ms");
  ready("ResourceSetInputProvider", "flux-system", "tenants", {{"type", "Static"}},
        "Reconciliation finished in 3ms");
}

// The outage, a quarter of an hour ago; and what else goes wrong in a cluster of this size.
void Fleet::break_things() {
  const std::string payments = kGit + std::string("payments.git");
  world_.charts["external-dns"].versions.emplace_back("1.15.1");
  world_.charts["external-dns"].failing_version = "1.15.1";
  world_.charts["external-dns"].failure =
      "timeout waiting for: [Deployment/platform/external-dns status: 'InProgress']";
  (void)server_->change(type("HelmRelease"), "platform", "external-dns", "", "kustomize-controller",
                        [](Document& release) {
                          Fields& spec = object_in(release.as_object(), "spec");
                          object_in(object_in(spec, "chart"), "spec")["version"] = "1.15.1";
                        });
  auto& repository = world_.repositories[payments];
  // The folder moved, the Kustomization still looks where it was.
  auto base = repository.paths.extract("./apps/payments/base");
  base.key() = "./apps/payments/foundation";
  repository.paths.insert(std::move(base));
  commit(payments, "Rename base to foundation");
  enqueue_all("GitRepository", 0,
              [&](const Document& source) { return text_at(source, {"spec", "url"}) == payments; });
  for (const char* ns : {"payments", "ledger"}) {
    enqueue_all("Kustomization", 5'000,
                [&](const Document& one) { return text_at(one, {"metadata", "namespace"}) == ns; });
  }
  (void)server_->change(
      type("Deployment"), "monitoring", "loki", "", "kubectl-edit",
      [](Document& deployment) { object_in(deployment.as_object(), "spec")["replicas"] = 5; });
  enqueue_all("HelmRelease", 10'000,
              [](const Document& one) { return text_at(one, {"metadata", "name"}) == "loki"; });
}

void Fleet::make_scenario() {
  const int64_t now = now_ms();
  const auto pass = [&](int64_t from, int64_t until) {
    server_->backdate(from);
    advance_to(until);
    server_->backdate(until);
  };
  server_->backdate(now - 9 * kDayMs);
  make_namespaces_and_users();
  install_definitions();
  if (options_.scenario != "empty" && options_.scenario != "no-flux") {
    make_sources();
    make_releases();
    make_kustomizations();
    make_rest();
    pass(now - 9 * kDayMs, now - 9 * kDayMs + 2 * kMinuteMs);
    // Suspended after they were applied: their pods run.
    for (const App& app : kApps) {
      if (!app.suspended) continue;
      (void)server_->change(
          type("Kustomization"), app.ns, app.name, "", "kubectl-patch",
          [](Document& object) { object_in(object.as_object(), "spec")["suspend"] = true; });
    }
    // A week passes in which nothing is worth telling.
    due_.clear();
    due_at_.clear();
    server_->backdate(now - 14 * kMinuteMs);
    if (options_.scenario != "calm") break_things();
    pass(now - 14 * kMinuteMs, now);
    enqueue_all("GitRepository", 30'000, [](const Document&) { return true; });
    enqueue_all("HelmRelease", 45'000, [](const Document&) { return true; });
    enqueue_all("Kustomization", 60'000, [](const Document&) { return true; });
  }
  server_->backdate(std::nullopt);
  next_commit_ms_ = now_ms() + 20'000;
}

// Somebody pushes to the shop now and then; that rolls nothing that matters.
void Fleet::daily_life() {
  if (next_commit_ms_ == 0 || now_ms() < next_commit_ms_ || world_.repositories.empty()) return;
  static const char* const kSubjects[] = {
      "Raise the log level of the cart", "Tidy labels",
      "Give checkout more memory",       "Name the probes",
      "Update the dashboards",           "Pin the base image",
      "Drop a flag that nobody reads",   "Correct a typing error"};
  const std::string url = kGit + std::string(turn_ % 2 == 0 ? "shop.git" : "search.git");
  commit(url, kSubjects[turn_ % std::size(kSubjects)]);
  ++turn_;
  enqueue_all("GitRepository", 500,
              [&](const Document& source) { return text_at(source, {"spec", "url"}) == url; });
  next_commit_ms_ = now_ms() + limits::kSimCommitEveryMs;
  forget_old_events();
}

// Events live for an hour, as --event-ttl says.
void Fleet::forget_old_events() {
  const ResourceTypePtr events = server_->types().find("", "events");
  std::vector<Store::Key> old;
  for (const auto& [key, stored] : server_->store().objects(*events)) {
    const int64_t last =
        base::rfc3339_or_zero(text_at(stored->document(*events), {"lastTimestamp"}));
    if (last < now_ms() - 60 * kMinuteMs) old.push_back(key);
  }
  for (const auto& [ns, name] : old) (void)server_->erase(events, ns, name);
  if (event_names_.size() > limits::kSimHistoryEvents) event_names_.clear();
}

std::vector<PodRuntime::Line> Fleet::log(const LogRequest& request) {
  const auto pod = get("Pod", request.ns, request.pod);
  std::vector<Line> lines;
  if (!pod) return lines;
  const int64_t began = base::rfc3339_or_zero(text_at(*pod, {"status", "startTime"}));
  if (began == 0) return lines;
  // A line every two seconds of its life, the last thousand of them.
  static const char* const kSaid[] = {"request served in {} ms", "cache hit rate {} %",
                                      "connection {} opened", "{} items in the queue"};
  const int64_t now = now_ms();
  const int64_t first = std::max(began, now - 2'000 * 1'000) / 2'000 * 2'000;
  for (int64_t at = first; at <= now; at += 2'000) {
    const std::string seed = digest(request.pod + std::to_string(at), 6);
    const unsigned long number = std::stoul(seed, nullptr, 16);
    std::string said = kSaid[number % std::size(kSaid)];
    said.replace(said.find("{}"), 2, std::to_string(number % 97));
    lines.push_back({at, fmt::format("level=info pod={} msg=\"{}\"", request.pod, said)});
  }
  return lines;
}

}  // namespace masthead::sim
