// How the embedded cluster comes to be: its people, its objects, the days behind it.
#include <fmt/format.h>

#include "base/base64.h"
#include "base/limits.h"
#include "base/split.h"
#include "sim/fleet/fleet.h"
#include "sim/fleet/inventory.h"

namespace masthead::sim {
namespace {

constexpr int64_t kMinuteMs = 60'000;
constexpr int64_t kDayMs = 24 * 60 * kMinuteMs;
// What went wrong began so long ago.
constexpr int64_t kStoryMs = 14 * kMinuteMs;
constexpr int64_t kStormMs = 3 * kMinuteMs;
constexpr int64_t kLastMomentsMs = 15'000;
constexpr const char* kAuthor = "kustomize-controller";
constexpr const char* kOldSource = "source.toolkit.fluxcd.io/v1beta2";

// Which folders changed their images two days ago.
bool is_rolled(const App& app) {
  return app.repository == std::string_view("shop") && app.ns == std::string_view("shop");
}

// "3.14" came after "3.13".
std::string tag_before(const std::string& image) {
  const size_t dot = image.rfind('.');
  const int last = dot == std::string::npos ? 0 : std::atoi(image.c_str() + dot + 1);
  return last == 0 ? image : fmt::format("{}.{}", image.substr(0, dot), last - 1);
}

}  // namespace

const std::vector<std::string>& Fleet::scenario_names() {
  static const std::vector<std::string> names = {"calm",  "outage",  "upgrade", "storm",
                                                 "empty", "no-flux", "old-flux"};
  return names;
}

std::vector<User> Fleet::users() {
  std::vector<User> users = {{"admin", "", {"system:masters"}}};
  for (const Team& team : teams()) users.push_back({team.user, "", {"teams"}});
  users.push_back({"nobody", "", {}});
  return users;
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
  for (const Team& team : teams()) {
    for (const std::string& ns : base::split(team.namespaces, ',')) {
      Document home = make_object("", ns, {});
      object_in(home.as_object(), "metadata")["labels"] = Fields{{"team", team.user}};
      make("Namespace", "", std::move(home), "admin");
      make_data("Secret", ns, "registry-credentials", Fields{{"password", "ZXhhbXBsZQ=="}});
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
  if (options_.pods > 0) {
    for (const char* ns : {kWellTenant, kIllTenant}) {
      make("Namespace", "", make_object("", ns, {}), "admin");
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
    edit("Node", "", name, "kube-controller-manager",
         [](Document& now) { object_in(now.as_object(), "spec").erase("taints"); });
  }
}

void Fleet::make_sources() {
  std::set<std::pair<std::string, std::string>> made;
  for (const App& app : apps_) {
    const std::string url = repository_url(app.repository);
    auto& repository = world_.repositories[url];
    if (repository.commits.empty()) push(app.repository, "Lay the repository");
    std::vector<Workload>& folder = repository.paths[path_of(app)] = folder_of(app);
    if (options_.scenario == "old-flux") age_controllers(folder);
    for (Workload& workload : folder) {
      // Rolled to what runs now later: see make_past().
      if (workload.kind == "Deployment" && is_rolled(app)) {
        workload.image = tag_before(workload.image);
      }
    }
    if (!made.emplace(app.ns, app.repository).second) continue;
    make("GitRepository", app.ns,
         make_object(app.ns, app.repository,
                     {{"interval", "1m"}, {"url", url}, {"ref", Fields{{"branch", "main"}}}}));
  }
  for (const Release& release : releases()) {
    auto& chart = world_.charts[release.chart];
    chart.versions = base::split(release.versions, ',');
    chart.app_version = chart.versions.back();
    chart.workloads = {{"Deployment", release.name,
                        fmt::format("registry.example.com/charts/{}", release.chart), 2},
                       {"Service", release.name, "", 0}};
    if (!made.emplace(release.ns, "charts").second) continue;
    Document charts = make_object(
        release.ns, "charts", {{"interval", "10m"}, {"url", "https://charts.example.com/stable"}});
    // One team has not got around to the new version of the API.
    if (release.ns == std::string_view("monitoring")) charts.as_object()["apiVersion"] = kOldSource;
    make("HelmRepository", release.ns, std::move(charts));
  }
}

// A ConfigMap or a Secret.
void Fleet::make_data(const char* kind, const std::string& ns, const std::string& name,
                      Fields data) {
  Document made = make_object(ns, name, {});
  made.as_object().erase("spec");
  made.as_object()["data"] = std::move(data);
  make(kind, ns, std::move(made), "admin");
}

// What its manifests are substituted with, from everywhere a Kustomization may take it.
void Fleet::give_variables(const App& app, Fields& spec) {
  const std::string variables = fmt::format("{}-variables", app.ns);
  const std::string keys = fmt::format("{}-keys", app.name);
  make_data("ConfigMap", app.ns, variables, Fields{{"currency", "EUR"}, {"region", "north"}});
  make_data("Secret", app.ns, keys,
            Fields{{"image_token", base::encode_base64("herring-bucket-17")}});
  spec["postBuild"] =
      Fields{{"substitute", Fields{{"currency", "SEK"}, {"page_size", "48"}}},
             {"substituteFrom",
              Items{Fields{{"kind", "ConfigMap"}, {"name", variables}},
                    Fields{{"kind", "Secret"}, {"name", keys}},
                    Fields{{"kind", "ConfigMap"}, {"name", "cluster-wide"}, {"optional", true}}}}};
}

void Fleet::make_kustomizations() {
  for (const App& app : apps_) {
    Fields spec{{"interval", "5m"},
                {"retryInterval", "20s"},
                {"timeout", "3m"},
                {"path", path_of(app)},
                {"prune", true},
                {"wait", app.wait},
                {"sourceRef", Fields{{"kind", "GitRepository"}, {"name", app.repository}}}};
    if (*app.depends_on != 0) spec["dependsOn"] = references(app.depends_on);
    const bool has_variables =
        app.ns == std::string_view("shop") && app.name == std::string_view("catalogue");
    if (has_variables) give_variables(app, spec);
    make("Kustomization", app.ns, make_object(app.ns, app.name, std::move(spec)));
  }
}

// Values from everywhere a HelmRelease may take them.
void Fleet::give_values(const Release& release, Fields& spec) {
  const std::string settings = fmt::format("{}-values", release.name);
  const std::string login = fmt::format("{}-login", release.name);
  make_data("ConfigMap", release.ns, settings,
            Fields{{"values.yaml", "service:\n  port: 6379\nauth:\n  username: shop\n"}});
  make_data("Secret", release.ns, login,
            Fields{{"password", base::encode_base64("tuna-sandwich-42")}});
  spec["valuesFrom"] =
      Items{Fields{{"kind", "ConfigMap"}, {"name", settings}},
            Fields{{"kind", "Secret"},
                   {"name", login},
                   {"valuesKey", "password"},
                   {"targetPath", "auth.password"}},
            Fields{{"kind", "ConfigMap"}, {"name", "cluster-wide-values"}, {"optional", true}}};
}

void Fleet::make_releases() {
  for (const Release& release : releases()) {
    Fields chart{{"chart", release.chart},
                 {"version", base::split(release.versions, ',').front()},
                 {"sourceRef", Fields{{"kind", "HelmRepository"}, {"name", "charts"}}}};
    Fields spec{{"interval", "10m"},
                {"timeout", "90s"},
                {"chart", Fields{{"spec", std::move(chart)}}},
                {"install", Fields{{"remediation", Fields{{"retries", 3}}}}},
                {"upgrade", Fields{{"remediation", Fields{{"retries", 1}}}}},
                {"values", Fields{{"replicas", 2}}}};
    if (*release.drift_mode != 0) spec["driftDetection"] = Fields{{"mode", release.drift_mode}};
    if (release.chart == std::string_view("redis")) give_values(release, spec);
    make("HelmRelease", release.ns, make_object(release.ns, release.name, std::move(spec)));
  }
}

void Fleet::set_version(const char* ns, const char* release, const std::string& version) {
  edit("HelmRelease", ns, release, kAuthor, [&](Document& object) {
    Fields& spec = object_in(object.as_object(), "spec");
    object_in(object_in(spec, "chart"), "spec")["version"] = version;
  });
}

// From `from` on, as long as things take to settle; then nothing that is worth telling.
void Fleet::pass(int64_t from, int64_t duration_ms) {
  server_->backdate(from);
  advance_to(from + duration_ms);
  due_.clear();
  due_at_.clear();
  server_->backdate(from + duration_ms);
}

// The days before the story: installed, upgraded, rolled, suspended.
void Fleet::make_past(int64_t now) {
  pass(now - 9 * kDayMs, 4 * kMinuteMs);
  for (size_t step = 1; step <= 2; ++step) {
    server_->backdate(now - static_cast<int64_t>(9 - 3 * step) * kDayMs);
    for (const Release& release : releases()) {
      const std::vector<std::string> versions = base::split(release.versions, ',');
      if (step < versions.size()) set_version(release.ns, release.name, versions[step]);
    }
    pass(now_ms(), 2 * kMinuteMs);
  }
  server_->backdate(now - 2 * kDayMs);
  for (const App& app : apps_) {
    if (is_rolled(app)) {
      world_.repositories[repository_url(app.repository)].paths[path_of(app)] = folder_of(app);
    }
  }
  push("shop", "Release the shop of this week");
  pass(now_ms(), 3 * kMinuteMs);
  if (options_.scenario == "calm") return;
  // Suspended after they were applied: their pods run.
  for (const App& app : apps_) {
    if (!app.suspended) continue;
    edit("Kustomization", app.ns, app.name, "kubectl-patch",
         [](Document& object) { object_in(object.as_object(), "spec")["suspend"] = true; });
  }
  pass(now_ms(), kMinuteMs);
}

void Fleet::make_scenario() {
  const int64_t now = now_ms();
  server_->backdate(now - 9 * kDayMs);
  make_namespaces_and_users();
  install_definitions();
  if (options_.scenario == "no-flux") {
    for (const App& app : apps_) {
      if (app.ns != std::string_view("flux-system")) apply_by_hand(app);
    }
    pass(now - 9 * kDayMs, kMinuteMs);
  } else if (options_.scenario != "empty") {
    make_sources();
    make_releases();
    make_kustomizations();
    make_rest();
    make_past(now);
    server_->backdate(now - (options_.scenario == "storm" ? kStormMs : kStoryMs));
    wake_everything();
    tell_story();
    advance_to(now - kLastMomentsMs);
    server_->backdate(now - kLastMomentsMs);
    if (options_.scenario == "upgrade") begin_upgrades();
    advance_to(now);
  }
  server_->backdate(std::nullopt);
  next_commit_ms_ = now_ms() + limits::kSimCommitEveryMs;
}

// Every controller has its queue again: what is due when is spread over an interval.
void Fleet::wake_everything() {
  for (const ResourceTypePtr& of : server_->types().all()) {
    const bool pods = of->group.empty() && of->plural == "pods";
    const bool jobs = of->group == "batch";
    if (!pods && !jobs && !of->group.ends_with(".toolkit.fluxcd.io")) continue;
    for (const auto& [key, stored] : server_->store().objects(*of)) {
      if (pods && pod_is_ready(*stored->parsed(*of))) continue;
      const int64_t spread = std::stol(digest(stored->uid, 4), nullptr, 16) % 50'000;
      enqueue({of, key.first, key.second}, 1'000 + spread);
    }
  }
}

}  // namespace masthead::sim
