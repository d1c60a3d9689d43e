// What a person may type to find Flux's objects, and why each is found.
#include <gtest/gtest.h>

#include "plugins/flux/console_fixture.h"

namespace masthead::plugins::flux {
namespace {

using fixture::Cluster;
using fixture::Lines;
using fixture::ready;

// The total, then "Kind namespace/name: why" of each hit.
Lines found(Cluster& cluster, const std::string& text) {
  const auto document = json::Document::parse(cluster.search(text));
  Lines lines{document->root()["total"].to_json()};
  for (const json::Value hit : document->root()["hits"].items()) {
    std::string line = std::string(hit["ref"]["kind"].str()) + " " +
                       std::string(hit["ref"]["namespace"].str()) + "/" +
                       std::string(hit["ref"]["name"].str());
    if (const auto why = hit["why"].str(); !why.empty()) line += ": " + std::string(why);
    lines.push_back(std::move(line));
  }
  return lines;
}

constexpr const char* kHash = "4f2c9e1b7a6d5c4e3f2a1b0c9d8e7f6a5b4c3d2e";

void add_shop(Cluster& cluster) {
  cluster.add("GitRepository", "fleet",
              R"("spec":{"url":"https://robot:hush@git.example.com/org/fleet?token=hush2"},)"
              R"("status":{"artifact":{"revision":"main@sha1:)" +
                  std::string(kHash) + R"("}})");
  cluster.add("Kustomization", "apps",
              R"("spec":{"path":"./deploy/prod","sourceRef":{"kind":"GitRepository",)"
              R"("name":"fleet"},"postBuild":{"substituteFrom":[)"
              R"({"kind":"ConfigMap","name":"settings"},{"kind":"Secret","name":"keys"}]}},)"
              R"("status":{"lastAppliedRevision":"main@sha1:)" +
                  std::string(kHash) + R"("})");
  cluster.add(
      "HelmRelease", "web",
      R"("spec":{"chart":{"spec":{"chart":"podinfo","version":"6.x","sourceRef":)"
      R"({"kind":"HelmRepository","name":"charts"}}},"valuesFrom":[)"
      R"({"kind":"Secret","name":"keys"}]},"status":{"history":[)"
      R"({"chartName":"podinfo","chartVersion":"6.5.0","version":3,"status":"deployed"}]})");
}

TEST(Search, finds_by_revision_in_every_way_to_write_it) {
  Cluster cluster;
  add_shop(cluster);
  const std::string full(kHash);
  for (const std::string& revision :
       {std::string("4f2c9e1"), full, "main@sha1:" + full, std::string("main@sha1:4f2c9e1"),
        std::string("main@4f2c9e1"), std::string("MAIN@4F2C9E1")}) {
    EXPECT_EQ(found(cluster, revision),
              (Lines{"2", "Kustomization shop/apps: revision main@sha1:" + full,
                     "GitRepository shop/fleet: revision main@sha1:" + full}))
        << revision;
  }
}

TEST(Search, finds_by_chart_version_path_and_url_and_says_so) {
  Cluster cluster;
  add_shop(cluster);
  for (const char* chart : {"podinfo", "podinfo-6.5.0", "6.5.0 podinfo"}) {
    EXPECT_EQ(found(cluster, chart), (Lines{"1", "HelmRelease shop/web: chart podinfo-6.5.0"}))
        << chart;
  }
  EXPECT_EQ(found(cluster, "6.x"), (Lines{"1", "HelmRelease shop/web: wanted version 6.x"}));
  EXPECT_EQ(found(cluster, "deploy/prod"),
            (Lines{"1", "Kustomization shop/apps: path ./deploy/prod"}));
  EXPECT_EQ(
      found(cluster, "git.example.com/org"),
      (Lines{"1", "GitRepository shop/fleet: URL https://•••@git.example.com/org/fleet?•••"}));
  EXPECT_EQ(found(cluster, "hush"), Lines{"0"}) << "by nothing that is masked";
  EXPECT_EQ(found(cluster, "robot"), Lines{"0"});
}

TEST(Search, puts_first_what_all_words_fit_best) {
  Cluster cluster;
  cluster.add("Kustomization", "orphan", R"("spec":{"path":"./apps/site"})");
  cluster.add("Kustomization", "site", R"("spec":{"path":"./apps/site"})");
  EXPECT_EQ(found(cluster, "site"),
            (Lines{"2", "Kustomization shop/site", "Kustomization shop/orphan: path ./apps/site"}));
  EXPECT_EQ(found(cluster, "shop site"),
            (Lines{"2", "Kustomization shop/site: namespace shop",
                   "Kustomization shop/orphan: namespace shop, path ./apps/site"}))
      << "the namespace is as far from both names";
}

TEST(Search, says_of_a_list_in_a_cell_the_item) {
  Cluster cluster;
  cluster.add("ImageRepository", "web",
              R"("spec":{"image":"ghcr.io/x/web"},"status":{"lastScanResult":)"
              R"({"latestTags":["1.9.0","2.0.1","2.1.0"]}})");
  EXPECT_EQ(found(cluster, "2.0"), (Lines{"1", "ImageRepository shop/web: tag 2.0.1"}));
  EXPECT_EQ(found(cluster, "ghcr.io 2.1"),
            (Lines{"1", "ImageRepository shop/web: image ghcr.io/x/web, tag 2.1.0"}));
}

TEST(Search, shows_names_first_and_of_these_the_best) {
  Cluster cluster;
  cluster.add("Kustomization", "aaa", R"("spec":{"path":"./fleet"})");
  cluster.add("Kustomization", "my-fleet", ready("True"));
  cluster.add("Kustomization", "fleet-more", ready("True"));
  cluster.add("Kustomization", "bbb",
              R"("status":{"conditions":[{"type":"Ready","status":)"
              R"("False","reason":"R","message":"no fleet"}]})");
  add_shop(cluster);
  EXPECT_EQ(found(cluster, "fleet -kind:GitRepository"),
            (Lines{"5", "Kustomization shop/fleet-more", "Kustomization shop/my-fleet",
                   "Kustomization shop/aaa: path ./fleet",
                   "Kustomization shop/apps: source GitRepository shop/fleet",
                   "Kustomization shop/bbb: message no fleet"}));
  EXPECT_EQ(found(cluster, "fleet kind:GitRepository"), (Lines{"1", "GitRepository shop/fleet"}));
  EXPECT_EQ(found(cluster, "shop kind:HelmRelease"),
            (Lines{"1", "HelmRelease shop/web: namespace shop"}));
}

TEST(Search, says_where_in_a_long_message_the_word_stands) {
  Cluster cluster;
  const std::string filler(300, '.');
  cluster.add(
      "Kustomization", "apps",
      R"("status":{"conditions":[{"type":"Ready","status":"False","reason":"R","message":")" +
          filler + "ü needle ü" + filler + R"("}]})");
  const Lines lines = found(cluster, "needle");
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_TRUE(lines[1].contains("ü needle ü")) << lines[1];
  EXPECT_TRUE(lines[1].starts_with("Kustomization shop/apps: message …..."));
  EXPECT_LT(lines[1].size(), 220u);
}

TEST(Search, tells_what_uses_a_secret_or_a_config_map_by_its_name_alone) {
  Cluster cluster;
  add_shop(cluster);
  cluster.add("GitRepository", "private", R"("spec":{"secretRef":{"name":"keys-2"}})");
  cluster.add("Provider", "chat", R"("spec":{"secretRef":{"name":"keys"}})", "{}", "billing");
  cluster.add("Receiver", "push", R"("spec":{"secretRef":{"name":"keys"}})", "{}", "billing");
  cluster.add("Bucket", "store",
              R"("spec":{"certSecretRef":{"name":"ca"},"sts":{"secretRef":{"name":"sts"}}})");
  EXPECT_EQ(found(cluster, "secret:shop/keys"),
            (Lines{"2", "Kustomization shop/apps: substitutes from Secret shop/keys",
                   "HelmRelease shop/web: values from Secret shop/keys"}));
  EXPECT_EQ(found(cluster, "secret:keys"),
            (Lines{"4", "Kustomization shop/apps: substitutes from Secret shop/keys",
                   "HelmRelease shop/web: values from Secret shop/keys",
                   "Provider billing/chat: authenticates with Secret billing/keys",
                   "Receiver billing/push: authenticates with Secret billing/keys"}));
  EXPECT_EQ(found(cluster, "configmap:settings"),
            (Lines{"1", "Kustomization shop/apps: substitutes from ConfigMap shop/settings"}));
  EXPECT_EQ(found(cluster, "configmap:keys"), Lines{"0"});
  EXPECT_EQ(found(cluster, "secret:key"), Lines{"0"}) << "that very name";
  EXPECT_EQ(found(cluster, "secret:ca"), (Lines{"1", "Bucket shop/store: trusts Secret shop/ca"}));
  EXPECT_EQ(found(cluster, "secret:sts"),
            (Lines{"1", "Bucket shop/store: authenticates with Secret shop/sts"}));
  EXPECT_EQ(found(cluster, "keys-2"),
            (Lines{"1", "GitRepository shop/private: authenticates with Secret shop/keys-2"}))
      << "words find what is named as well";
  EXPECT_EQ(found(cluster, "kind:kustomization -secret:keys"), Lines{"0"});
}

TEST(Search, knows_no_more_than_may_be_listed) {
  Cluster cluster({{"Kustomization", {"shop"}}, {"HelmRelease", {}}});
  add_shop(cluster);
  cluster.add("Kustomization", "hidden",
              R"("spec":{"path":"./deploy/prod","postBuild":{"substituteFrom":[)"
              R"({"kind":"Secret","name":"keys"}]}})",
              "{}", "billing");
  for (const char* text : {"hidden", "billing", "ns:billing", "secret:billing/keys", "podinfo"}) {
    EXPECT_EQ(found(cluster, text), Lines{"0"}) << text;
  }
  EXPECT_EQ(found(cluster, "deploy/prod").front(), "1");
  EXPECT_EQ(found(cluster, "secret:keys"),
            (Lines{"1", "Kustomization shop/apps: substitutes from Secret shop/keys"}));
}

}  // namespace
}  // namespace masthead::plugins::flux
