// Flux's kinds together, as the console answers for them: what belongs to what, what is broken.
#include <gtest/gtest.h>

#include "plugins/flux/console_fixture.h"

namespace masthead::plugins::flux {
namespace {

using fixture::Cluster;
using fixture::labelled;
using fixture::Lines;
using fixture::ready;

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
