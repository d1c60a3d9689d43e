// The kinds around sources, Kustomizations and HelmReleases: notification, images, generated
// artifacts, Flux Operator. Which there are, and what goes wrong with some of them.
#include <fmt/format.h>

#include "sim/fleet/fleet.h"

namespace masthead::sim {
namespace {

Fields named(const char* name) {
  return {{"name", name}};
}
Fields of_kind(const char* kind, const char* name) {
  return {{"kind", kind}, {"name", name}};
}

}  // namespace

void Fleet::make_satellites() {
  make_notification();
  make_images();
  make_operator();
}

void Fleet::make_notification() {
  const auto add = [&](const char* kind, const char* ns, const char* name, Fields spec) {
    make(kind, ns, make_object(ns, name, std::move(spec)));
  };
  add("Provider", "flux-system", "chat",
      {{"type", "slack"},
       {"channel", "deployments"},
       {"address", "https://chat.example.com/services/T0FLUX/B0FLEET/not-for-your-eyes"},
       {"secretRef", named("chat-address")}});
  add("Provider", "shop", "commits",
      {{"type", "github"},
       {"address", "https://git.example.com/fleet/shop"},
       {"secretRef", named("git-token")}});
  add("Alert", "flux-system", "failures",
      {{"providerRef", named("chat")},
       {"eventSeverity", "error"},
       {"summary", "production"},
       {"eventSources", Items{of_kind("Kustomization", "*"), of_kind("HelmRelease", "*")}},
       {"exclusionList", Items{"^Dependencies do not meet ready condition"}}});
  add("Alert", "shop", "commits",
      {{"providerRef", named("commits")},
       {"eventSeverity", "info"},
       {"eventSources", Items{of_kind("Kustomization", "checkout")}}});
  add("Receiver", "flux-system", "push",
      {{"type", "github"},
       {"events", Items{"ping", "push"}},
       {"resources", Items{of_kind("GitRepository", "fleet")}},
       {"secretRef", named("push-token")}});
}

void Fleet::make_images() {
  for (const char* name : {"storefront", "checkout"}) {
    make("ImageRepository", "shop",
         make_object("shop", name,
                     {{"image", fmt::format("registry.example.com/shop/{}", name)},
                      {"interval", "5m"},
                      {"exclusionList", Items{"^.*\\.sig$"}}}));
    make("ImagePolicy", "shop",
         make_object("shop", name,
                     {{"imageRepositoryRef", named(name)},
                      {"policy", Fields{{"semver", Fields{{"range", ">=7.0.0"}}}}}}));
  }
  const Fields commit{{"author", Fields{{"name", "flux"}, {"email", "flux@example.com"}}},
                      {"messageTemplate", "Update images"}};
  make("ImageUpdateAutomation", "shop",
       make_object("shop", "storefront",
                   {{"interval", "30m"},
                    {"sourceRef", of_kind("GitRepository", "shop")},
                    {"git", Fields{{"checkout", Fields{{"ref", Fields{{"branch", "main"}}}}},
                                   {"commit", commit},
                                   {"push", Fields{{"branch", "image-updates"}}}}},
                    {"update", Fields{{"strategy", "Setters"}, {"path", "./apps/shop"}}}}));
}

void Fleet::make_operator() {
  Fields source = of_kind("GitRepository", "search");
  source["alias"] = "search";
  Fields copy{{"from", "@search/apps/recommend/**"}, {"to", "@artifact/"}};
  Fields artifact = named("features");
  artifact["copy"] = Items{std::move(copy)};
  make("ArtifactGenerator", "recommend",
       make_object("recommend", "features",
                   {{"sources", Items{source}}, {"artifacts", Items{artifact}}}));
  make("FluxInstance", "flux-system",
       make_object("flux-system", "flux",
                   {{"distribution", Fields{{"version", "2.7.x"}, {"registry", "ghcr.io/fluxcd"}}},
                    {"components", Items{"source-controller", "kustomize-controller",
                                         "helm-controller", "notification-controller"}},
                    {"cluster", Fields{{"type", "kubernetes"}, {"multitenant", true}}}}));
  make("FluxReport", "flux-system",
       make_object("flux-system", "flux",
                   {{"distribution", Fields{{"version", "v2.7.3"},
                                            {"status", "Installed"},
                                            {"entitlement", "Issued"},
                                            {"managedBy", "flux-operator"}}},
                    {"cluster", Fields{{"serverVersion", "v1.34.2"}, {"platform", "linux/amd64"}}},
                    {"components", Items{Fields{{"name", "source-controller"}, {"ready", true}},
                                         Fields{{"name", "kustomize-controller"}, {"ready", true}},
                                         Fields{{"name", "helm-controller"}, {"ready", true}}}}}));
  make("ResourceSetInputProvider", "flux-system",
       make_object("flux-system", "tenants",
                   {{"type", "GitHubPullRequest"},
                    {"url", "https://git.example.com/fleet/tenants"},
                    {"secretRef", named("git-token")},
                    {"filter", Fields{{"labels", Items{"preview"}}, {"limit", 10}}}}));
  Fields from{{"apiVersion", "fluxcd.controlplane.io/v1"},
              {"kind", "ResourceSetInputProvider"},
              {"name", "tenants"}};
  make("ResourceSet", "flux-system",
       make_object("flux-system", "tenants",
                   {{"inputs", Items{Fields{{"tenant", "team-a"}, {"quota", "16"}},
                                     Fields{{"tenant", "team-b"}, {"quota", "8"}}}},
                    {"inputsFrom", Items{from}},
                    {"resources", Items{Fields{{"apiVersion", "v1"}, {"kind", "Namespace"}}}}}));
}

// What is broken for itself; nothing waits on it.
void Fleet::break_satellites() {
  make("Alert", "payments",
       make_object("payments", "incidents",
                   {{"providerRef", named("pager")},
                    {"eventSeverity", "error"},
                    {"eventSources", Items{of_kind("Kustomization", "*")}}}));
  make("Receiver", "search",
       make_object("search", "push",
                   {{"type", "gitlab"},
                    {"resources", Items{of_kind("GitRepository", "search")}},
                    {"secretRef", named("no-such-secret")}}));
  make("ImageRepository", "search",
       make_object("search", "query",
                   {{"image", "unreachable.example.com/search/query"},
                    {"interval", "5m"},
                    {"insecure", true}}));
  make("ImageUpdateAutomation", "search",
       make_object("search", "everything",
                   {{"interval", "30m"},
                    {"suspend", true},
                    {"sourceRef", of_kind("GitRepository", "search")}}));
  make("ResourceSetInputProvider", "search",
       make_object(
           "search", "previews",
           {{"type", "GitLabMergeRequest"}, {"url", "https://unreachable.example.com/search"}}));
  if (options_.scenario != "storm") return;
  make("ImagePolicy", "search",
       make_object("search", "query",
                   {{"imageRepositoryRef", named("query")},
                    {"policy", Fields{{"alphabetical", Fields{{"order", "asc"}}}}}}));
  Fields from = of_kind("ResourceSetInputProvider", "branches");
  make("ResourceSet", "search",
       make_object("search", "previews", {{"inputsFrom", Items{from}}, {"resources", Items()}}));
}

bool Fleet::reconcile_satellite(const Key& key, const Document& object) {
  const std::string& kind = key.type->kind;
  static const std::map<std::string_view, void (Fleet::*)(const Key&, const Document&)> kinds = {
      {"Alert", &Fleet::reconcile_old_notification},
      {"Provider", &Fleet::reconcile_old_notification},
      {"Receiver", &Fleet::reconcile_receiver},
      {"ImageRepository", &Fleet::reconcile_image_repository},
      {"ImagePolicy", &Fleet::reconcile_image_policy},
      {"ImageUpdateAutomation", &Fleet::reconcile_image_automation},
      {"ArtifactGenerator", &Fleet::reconcile_generator},
      {"FluxInstance", &Fleet::reconcile_operator_kind},
      {"FluxReport", &Fleet::reconcile_operator_kind},
      {"ResourceSet", &Fleet::reconcile_operator_kind},
      {"ResourceSetInputProvider", &Fleet::reconcile_operator_kind}};
  const auto found = kinds.find(kind);
  if (found == kinds.end()) return false;
  if (!suspended(object)) (this->*found->second)(key, object);
  return true;
}

}  // namespace masthead::sim
