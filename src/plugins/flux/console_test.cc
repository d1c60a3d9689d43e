// Flux's kinds together, as the console answers for them: what belongs to what, what is broken.
#include <gtest/gtest.h>

#include "plugins/flux/console_fixture.h"

namespace masthead::plugins::flux {
namespace {

using fixture::Cluster;
using fixture::ready;
using Lines = std::vector<std::string>;

TEST(FluxConsole, an_alert_shows_what_it_reports_on_with_its_state_and_the_other_way_round) {
  Cluster cluster;
  cluster.add("Kustomization", "web", ready("True"), R"({"app":"web"})");
  cluster.add("Kustomization", "db", ready("False"), R"({"app":"db","tier":"web"})");
  cluster.add("HelmRelease", "cache", ready("True"));
  cluster.add("Provider", "chat", R"("spec":{"type":"slack"})");
  cluster.add("Alert", "failures",
              R"("spec":{"providerRef":{"name":"chat"},"eventSources":[)"
              R"({"kind":"Kustomization","name":"*","matchLabels":{"app":"web"}},)"
              R"({"kind":"HelmRelease","name":"*"},{"kind":"Bucket","name":"gone"}]})");
  EXPECT_EQ(cluster.related("Alert", "failures"),
            (Lines{"provider Provider chat Static", "reports Kustomization web Ready",
                   "reports HelmRelease cache Ready", "reports Bucket gone missing"}));
  EXPECT_EQ(cluster.related("Kustomization", "web"), (Lines{"reported by Alert failures Static"}));
  EXPECT_EQ(cluster.related("Kustomization", "db"), Lines{});
  EXPECT_EQ(cluster.related("Provider", "chat"), (Lines{"used by Alert failures Static"}));
}

TEST(FluxConsole, an_alert_without_its_provider_is_a_cause_until_there_is_one) {
  Cluster cluster;
  cluster.add(
      "Alert", "failures",
      R"("spec":{"providerRef":{"name":"chat"},"eventSources":[{"kind":"Kustomization","name":"*"}]})");
  EXPECT_EQ(cluster.causes(),
            (Lines{"Alert failures waiting 0: needs Provider shop/chat, which does not exist"}));
  cluster.add("Provider", "chat", R"("spec":{"type":"slack"})");
  EXPECT_EQ(cluster.causes(), Lines{});
}

TEST(FluxConsole, missing_values_are_the_cause_until_they_are_there) {
  Cluster cluster;
  cluster.add("HelmRelease", "web",
              R"("spec":{"valuesFrom":[{"kind":"ConfigMap","name":"web"},)"
              R"({"kind":"ConfigMap","name":"more","optional":true},)"
              R"({"kind":"Secret","name":"keys"}]},)" +
                  ready("False"));
  EXPECT_EQ(
      cluster.causes(),
      (Lines{"HelmRelease web waiting 0: needs ConfigMap shop/web, which does not exist (m)"}));
  EXPECT_EQ(cluster.related("HelmRelease", "web"),
            (Lines{"values from ConfigMap web missing",
                   "may take values from ConfigMap more missing", "values from Secret keys"}))
      << "Secrets are not watched: nothing is known of them";
  cluster.add("ConfigMap", "web", R"("data":{})");
  EXPECT_EQ(cluster.causes(), (Lines{"HelmRelease web waiting 0: m"}));
  EXPECT_EQ(cluster.related("ConfigMap", "web"), (Lines{"used by HelmRelease web Failed"}));
  EXPECT_NE(cluster.search("keys").find(R"("total":1)"), std::string::npos) << "by its name alone";
}

TEST(FluxConsole, a_parent_that_waits_for_a_broken_child_is_explained_by_it) {
  Cluster cluster;
  cluster.add("Kustomization", "apps",
              R"("status":{"conditions":[{"type":"Ready","status":"False","reason":)"
              R"("HealthCheckFailed","message":"health check failed after 30s: timeout waiting )"
              R"(for: [HelmRelease/shop/web status: 'InProgress']"}]})");
  cluster.add("HelmRelease", "web", ready("False"),
              R"({"kustomize.toolkit.fluxcd.io/name":"apps",)"
              R"("kustomize.toolkit.fluxcd.io/namespace":"shop"})");
  EXPECT_EQ(cluster.causes(), (Lines{"HelmRelease web waiting 1: m"}));
}

std::string holding(const std::string& entries, const char* ready_status = "True") {
  return R"("spec":{"path":"./apps","sourceRef":{"kind":"GitRepository","name":"fleet"}},)"
         R"("status":{"lastAppliedRevision":"main@sha1:1","inventory":{"entries":[)" +
         entries + R"(]},"conditions":[{"type":"Ready","status":")" + ready_status +
         R"(","message":"m"}]})";
}
std::string entry(const std::string& id) {
  return R"({"id":")" + id + R"(","v":"v1"})";
}
std::string labelled(const std::string& name) {
  return R"({"kustomize.toolkit.fluxcd.io/name":")" + name +
         R"(","kustomize.toolkit.fluxcd.io/namespace":"shop"})";
}

TEST(FluxConsole, an_inventory_has_the_live_state_of_each_entry_the_worst_first) {
  Cluster cluster;
  cluster.add("Kustomization", "apps",
              holding(entry("shop_web_apps_Deployment") + "," + entry("shop_gone_apps_Deployment") +
                      "," + entry("shop_cache_helm.toolkit.fluxcd.io_HelmRelease") + "," +
                      entry("shop_web_networking.k8s.io_Ingress") + "," + entry("odd")));
  cluster.add("Deployment", "web", R"("spec":{})", labelled("apps"));
  cluster.add("Deployment", "left", R"("spec":{})", labelled("apps"));
  cluster.add("Deployment", "other", R"("spec":{})", labelled("web"));
  cluster.add("HelmRelease", "cache", ready("False"));
  EXPECT_EQ(
      cluster.inventory("Kustomization", "apps"),
      (Lines{R"({"Failed":1,"Missing":1,"NotWatched":1,"Static":2})",
             "HelmRelease shop/cache | Failed | m", "Deployment shop/gone missing",
             "Deployment shop/left | Static | carries its labels, but is not in the inventory",
             "Deployment shop/web | Static", "Ingress shop/web | not watched"}));
  EXPECT_NE(cluster.part("Kustomization", "apps", "inventory").find(R"("unreadable":1)"),
            std::string::npos);
}

TEST(FluxConsole, without_an_inventory_the_labels_tell_and_nothing_is_called_stray) {
  Cluster cluster;
  cluster.add("Kustomization", "apps", ready("True"));
  cluster.add("Deployment", "web", R"("spec":{})", labelled("apps"));
  EXPECT_EQ(cluster.inventory("Kustomization", "apps"),
            (Lines{R"({"Static":1})", "Deployment shop/web | Static"}));
  EXPECT_NE(cluster.part("Kustomization", "apps", "inventory").find(R"("told":false)"),
            std::string::npos);
  EXPECT_EQ(
      cluster.applied_by("Deployment", "web"),
      (Lines{"Only its labels say so; Kustomization shop/apps has no inventory of this cluster.",
             "apps | ./"}));
}

TEST(FluxConsole, what_is_on_another_cluster_is_not_looked_up_here) {
  Cluster cluster;
  cluster.add("Kustomization", "edge",
              R"("spec":{"kubeConfig":{"secretRef":{"name":"edge"}}},"status":{"inventory":)"
              R"({"entries":[)" +
                  entry("shop_web_apps_Deployment") + "]}}");
  cluster.add("Deployment", "web", R"("spec":{})", labelled("edge"));
  EXPECT_EQ(cluster.inventory("Kustomization", "edge"),
            (Lines{R"({"NotWatched":1})", "Deployment shop/web | not watched"}));
  EXPECT_EQ(cluster.applied_by("Deployment", "web").front(),
            "Only its labels say so; Kustomization shop/edge has no inventory of this cluster.");
}

TEST(FluxConsole, who_applied_an_object_is_told_by_inventories_up_to_the_root) {
  Cluster cluster;
  const std::string apps = "shop_apps_kustomize.toolkit.fluxcd.io_Kustomization";
  cluster.add(
      "Kustomization", "root",
      holding(entry(apps) + "," + entry("shop_root_kustomize.toolkit.fluxcd.io_Kustomization")));
  cluster.add("Kustomization", "apps", holding(entry("shop_web_apps_Deployment")));
  cluster.add("Deployment", "web", R"("spec":{})", labelled("apps"));
  EXPECT_EQ(cluster.applied_by("Deployment", "web"),
            (Lines{"", "apps < root | ./apps | main@sha1:1 | from fleet"}));
  EXPECT_EQ(cluster.part("Kustomization", "root", "appliedBy"), "") << "but itself";
}

TEST(FluxConsole, two_inventories_and_stale_labels_are_said) {
  Cluster cluster;
  cluster.add("Kustomization", "apps", holding(entry("shop_web_apps_Deployment")));
  cluster.add("Deployment", "web", R"("spec":{})", labelled("before"));
  EXPECT_EQ(cluster.applied_by("Deployment", "web").front(),
            "Its labels name Kustomization shop/before, whose inventory does not hold it.");
  cluster.add("Kustomization", "more", holding(entry("shop_web_apps_Deployment")));
  cluster.add("Deployment", "web", R"("spec":{})", labelled("apps"));
  EXPECT_EQ(cluster.applied_by("Deployment", "web").front(),
            "More than one inventory holds it: they will overwrite each other.");
  EXPECT_EQ(cluster.inventory("Kustomization", "apps").back(),
            "Deployment shop/web | Static | also applied by Kustomization shop/more");
  cluster.add("Deployment", "lost", R"("spec":{})", labelled("before"));
  EXPECT_EQ(cluster.applied_by("Deployment", "lost").front(),
            "Only its labels say so, and Kustomization shop/before does not exist.");
}

TEST(FluxConsole, a_receiver_shows_what_it_triggers) {
  Cluster cluster;
  cluster.add("GitRepository", "fleet", ready("True"));
  cluster.add("Receiver", "push",
              R"("spec":{"resources":[{"kind":"GitRepository","name":"fleet"}]},)" + ready("True"));
  EXPECT_EQ(cluster.related("Receiver", "push"), (Lines{"triggers GitRepository fleet Ready"}));
  EXPECT_EQ(cluster.related("GitRepository", "fleet"), (Lines{"triggered by Receiver push Ready"}));
}

TEST(FluxConsole, search_finds_nothing_by_what_is_masked) {
  Cluster cluster;
  cluster.add("Provider", "chat",
              R"("spec":{"type":"slack","address":"https://hooks.example.com/services/t0ken"})");
  EXPECT_NE(cluster.search("hooks.example.com").find(R"("total":1)"), std::string::npos);
  EXPECT_NE(cluster.search("t0ken").find(R"("total":0)"), std::string::npos);
}

TEST(FluxConsole, what_waits_for_a_broken_image_or_provider_waits_for_that) {
  Cluster cluster;
  cluster.add("ImageRepository", "web", ready("False"));
  cluster.add(
      "ImagePolicy", "web",
      R"("spec":{"imageRepositoryRef":{"name":"web"}},)" + ready("False", "DependencyNotReady"));
  cluster.add("ResourceSetInputProvider", "tenants", ready("False"));
  cluster.add("ResourceSet", "tenants",
              R"("spec":{"inputsFrom":[{"name":"tenants"}]},)" + ready("False"));
  cluster.add(
      "ImagePolicy", "lost",
      R"("spec":{"imageRepositoryRef":{"name":"lost"}},)" + ready("False", "DependencyNotReady"));
  EXPECT_EQ(
      cluster.causes(),
      (Lines{"ResourceSetInputProvider tenants waiting 1: m", "ImageRepository web waiting 1: m",
             "ImagePolicy lost waiting 0: needs ImageRepository shop/lost, which does not "
             "exist (m)"}));
  EXPECT_EQ(cluster.related("ImageRepository", "web"), (Lines{"used by ImagePolicy web Blocked"}));
  EXPECT_EQ(cluster.related("ResourceSetInputProvider", "tenants"),
            (Lines{"used by ResourceSet tenants Failed"}));
}

TEST(FluxConsole, what_needs_a_generated_artifact_is_followed_to_the_generators_source) {
  Cluster cluster;
  const std::string reads =
      R"("spec":{"sourceRef":{"kind":"ExternalArtifact","name":"apps"}},)" + ready("False");
  cluster.add("Kustomization", "apps", reads);
  cluster.add("ArtifactGenerator", "apps",
              R"("spec":{"artifacts":[{"name":"apps"}],"sources":[{"kind":"GitRepository",)"
              R"("name":"fleet"}]},)" +
                  ready("False"));
  cluster.add("GitRepository", "fleet", ready("False"));
  EXPECT_EQ(cluster.causes(), (Lines{"GitRepository fleet waiting 2: m"}));
  cluster.add(
      "ExternalArtifact", "apps",
      R"("spec":{"sourceRef":{"kind":"ArtifactGenerator","name":"apps"}},)" + ready("False"));
  EXPECT_EQ(cluster.causes(), (Lines{"GitRepository fleet waiting 3: m"}));
  EXPECT_EQ(
      cluster.related("ExternalArtifact", "apps"),
      (Lines{"generated by ArtifactGenerator apps Failed", "used by Kustomization apps Failed"}));
}

}  // namespace
}  // namespace masthead::plugins::flux
