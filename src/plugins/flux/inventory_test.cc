// What Kustomizations and HelmReleases have applied, and who has applied an object.
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "base/time_format.h"
#include "plugins/flux/console_fixture.h"

namespace masthead::plugins::flux {
namespace {

using fixture::Cluster;
using fixture::entry;
using fixture::holding;
using fixture::labelled;
using fixture::Lines;
using fixture::ready;

TEST(Inventory, an_inventory_has_the_live_state_of_each_entry_the_worst_first) {
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
             "Deployment shop/web | Static", "Ingress shop/web | not read yet"}));
  EXPECT_NE(cluster.part("Kustomization", "apps", "inventory").find(R"("unreadable":1)"),
            std::string::npos);
}

// Kustomization "apps" that holds so many Deployments, of which the console may know nothing.
std::string holding_many(size_t count) {
  std::string entries;
  for (size_t i = 0; i < count; ++i) {
    entries += (i == 0 ? "" : ",") + entry("shop_d" + std::to_string(i) + "_apps_Deployment");
  }
  return holding(entries);
}

TEST(Inventory, shows_so_many_entries_and_counts_all) {
  Cluster cluster;
  for (const size_t count : {limits::kInventoryShown, limits::kInventoryShown + 1}) {
    cluster.add("Kustomization", "apps", holding_many(count));
    const auto lines = cluster.inventory("Kustomization", "apps");
    EXPECT_EQ(lines.front(), R"({"Missing":)" + std::to_string(count) + "}");
    EXPECT_EQ(lines.size() - 1, limits::kInventoryShown);
  }
}

TEST(Inventory, a_tree_knows_of_so_many_rows_and_says_that_there_are_more) {
  Cluster cluster;
  const auto told = [&](size_t count) {
    cluster.add("Kustomization", "apps", holding_many(count));
    host::TreeRequest request;
    request.table = "kustomizations.kustomize.toolkit.fluxcd.io";
    request.ns = "shop";
    request.name = "apps";
    request.count = 1;
    const auto document = json::Document::parse(cluster.view().tree(request)->json);
    return std::pair(document->root()["total"].integer_or(0), document->root()["cut"].boolean());
  };
  const auto limit = static_cast<int64_t>(limits::kTreeRows);
  EXPECT_EQ(told(limits::kTreeRows), std::pair(limit, false));
  EXPECT_EQ(told(limits::kTreeRows + 1), std::pair(limit + 1, true));
}

// Kustomizations k0, k1, … each applied by the next.
TEST(Inventory, a_chain_is_followed_so_far_up) {
  Cluster cluster;
  const auto chain_of = [&](size_t length) {
    cluster.add("Deployment", "web", R"("spec":{})", labelled("k0"));
    cluster.add("Kustomization", "k0", holding(entry("shop_web_apps_Deployment")));
    for (size_t i = 1; i < length; ++i) {
      const std::string below =
          "shop_k" + std::to_string(i - 1) + "_kustomize.toolkit.fluxcd.io_Kustomization";
      cluster.add("Kustomization", "k" + std::to_string(i), holding(entry(below)));
    }
    const std::string line = cluster.applied_by("Deployment", "web").at(1);
    return static_cast<size_t>(std::ranges::count(line, '<')) + 1;
  };
  EXPECT_EQ(chain_of(limits::kAppliedByChain + 1), limits::kAppliedByChain + 1);
  EXPECT_EQ(chain_of(limits::kAppliedByChain + 2), limits::kAppliedByChain + 1);
}

TEST(Inventory, nothing_is_called_stray_while_the_inventory_is_being_changed) {
  Cluster cluster;
  const std::string before = entry("shop_web_apps_Deployment");
  cluster.add("Kustomization", "apps", holding(before, "Unknown"));
  cluster.add("Deployment", "web", R"("spec":{})", labelled("apps"));
  cluster.add("Deployment", "new", R"("spec":{})", labelled("apps"));
  EXPECT_EQ(cluster.inventory("Kustomization", "apps").at(1),
            "Deployment shop/new | Static | not in the inventory yet");
  EXPECT_EQ(cluster.applied_by("Deployment", "new"),
            (Lines{"Its labels name Kustomization shop/apps, which is being reconciled.",
                   "apps | ./apps | main@sha1:1 | from fleet"}));
  cluster.add("Kustomization", "more", holding(entry("shop_new_apps_Deployment")));
  EXPECT_EQ(cluster.applied_by("Deployment", "new").front(),
            "Its labels name Kustomization shop/apps, which is being reconciled.");
  cluster.add("Kustomization", "apps", holding(before));
  EXPECT_EQ(cluster.applied_by("Deployment", "new").front(),
            "Its labels name Kustomization shop/apps, whose inventory does not hold it.");
}

TEST(Inventory, nothing_that_came_after_the_last_reconciliation_is_called_stray) {
  Cluster cluster;
  const auto after_a_pass_at = [&](const std::string& ended) {
    cluster.add("Kustomization", "apps",
                R"("status":{"inventory":{"entries":[]},"history":[{"lastReconciled":")" + ended +
                    R"("}],"conditions":[{"type":"Ready","status":"True"}]})");
    return cluster.inventory("Kustomization", "apps").at(1);
  };
  const std::string created = R"(,"creationTimestamp":"2026-01-05T10:00:01Z")";
  cluster.add("Deployment", "new", R"("spec":{})", labelled("apps") + created);
  EXPECT_EQ(after_a_pass_at("2026-01-05T10:00:00Z"),
            "Deployment shop/new | Static | not in the inventory yet");
  EXPECT_EQ(after_a_pass_at("2026-01-05T10:00:01Z"),
            "Deployment shop/new | Static | carries its labels, but is not in the inventory");
}

TEST(Inventory, what_a_pass_that_has_just_ended_took_away_may_still_be_on_its_way) {
  Cluster cluster;
  const int64_t ended_ms = cluster.clock().wall_ms() / 1'000 * 1'000;
  cluster.add("Deployment", "before", R"("spec":{})",
              labelled("apps") + R"(,"creationTimestamp":"2026-01-05T10:00:01Z")");
  cluster.add("Kustomization", "apps",
              R"("status":{"inventory":{"entries":[]},"history":[{"lastReconciled":")" +
                  base::format_rfc3339(ended_ms) +
                  R"("}],"conditions":[{"type":"Ready","status":"True"}]})");
  EXPECT_EQ(cluster.inventory("Kustomization", "apps").at(1),
            "Deployment shop/before | Static | not in the inventory yet");
  cluster.clock().advance(ended_ms + 5'000 - cluster.clock().wall_ms());
  EXPECT_EQ(cluster.inventory("Kustomization", "apps").at(1),
            "Deployment shop/before | Static | carries its labels, but is not in the inventory");
}

TEST(Inventory, the_chart_that_a_release_has_made_for_itself_is_no_stray) {
  Cluster cluster;
  cluster.add(
      "HelmRelease", "cache",
      R"("spec":{"chart":{"spec":{"sourceRef":{"kind":"HelmRepository","name":"charts"}}}},)"
      R"("status":{"helmChart":"shop/shop-cache","inventory":{"entries":[)" +
          entry("shop_cache_apps_Deployment") + "]}}");
  const std::string labels =
      R"({"helm.toolkit.fluxcd.io/name":"cache","helm.toolkit.fluxcd.io/namespace":"shop"})";
  cluster.add("HelmChart", "shop-cache", R"("spec":{})", labels);
  cluster.add("HelmChart", "another", ready("True"), labels);
  cluster.add("Deployment", "cache", R"("spec":{})", labels);
  EXPECT_EQ(cluster.inventory("HelmRelease", "cache"),
            (Lines{R"({"Ready":1,"Static":1})",
                   "HelmChart shop/another | Ready | carries its labels, but is not in the "
                   "inventory | m",
                   "Deployment shop/cache | Static"}));
  EXPECT_EQ(cluster.applied_by("HelmChart", "shop-cache"),
            (Lines{"HelmRelease shop/cache has made it for its own use.", "cache | from charts"}));
}

TEST(Inventory, without_an_inventory_the_labels_tell_and_nothing_is_called_stray) {
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

TEST(Inventory, kinds_that_an_old_status_names_are_told_in_place_of_objects) {
  Cluster cluster;
  cluster.add("Kustomization", "old",
              R"("status":{"snapshot":{"checksum":"5f6e","entries":[{"namespace":"","kinds":)"
              R"({"/v1, Kind=Namespace":"Namespace"}},{"namespace":"shop","kinds":)"
              R"({"apps/v1, Kind=Deployment":"Deployment","/v1, Kind=Odd":7}},null]}})");
  const auto inventory = cluster.part("Kustomization", "old", "inventory");
  EXPECT_NE(inventory.find(R"("told":false,"total":0,"kinds":["Deployment in shop","Namespace"])"),
            std::string::npos)
      << inventory;
  EXPECT_EQ(cluster.tree("old"), Lines{});
  cluster.add("Kustomization", "both",
              R"("status":{"inventory":{"entries":[]},"snapshot":{"entries":[{"namespace":"shop",)"
              R"("kinds":{"a":"Deployment"}}]}})");
  EXPECT_EQ(cluster.part("Kustomization", "both", "inventory").find("kinds"), std::string::npos);
}

TEST(Inventory, what_is_on_another_cluster_is_not_looked_up_here) {
  Cluster cluster;
  cluster.add("Kustomization", "edge",
              R"("spec":{"kubeConfig":{"secretRef":{"name":"edge"}}},"status":{"inventory":)"
              R"({"entries":[)" +
                  entry("shop_web_apps_Deployment") + "]}}");
  cluster.add("Deployment", "web", R"("spec":{})", labelled("edge"));
  EXPECT_EQ(cluster.inventory("Kustomization", "edge"),
            (Lines{R"({"NotWatched":1})", "Deployment shop/web | on another cluster"}));
  EXPECT_EQ(cluster.applied_by("Deployment", "web").front(),
            "Only its labels say so; Kustomization shop/edge has no inventory of this cluster.");
}

TEST(Inventory, who_applied_an_object_is_told_by_inventories_up_to_the_root) {
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

TEST(Inventory, two_inventories_and_stale_labels_are_said) {
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

TEST(Inventory, who_applied_what_an_object_belongs_to_has_applied_it) {
  Cluster cluster;
  cluster.add("Kustomization", "apps", holding(entry("shop_web_apps_Deployment")));
  cluster.add("Deployment", "web", R"("spec":{})", labelled("apps"));
  cluster.add("ReplicaSet", "web-1", R"("spec":{})", "{}", "shop", "{}", "Deploymentshopweb",
              "Deployment");
  cluster.add("Pod", "web-1-a", R"("spec":{})", "{}", "shop", "{}", "ReplicaSetshopweb-1",
              "ReplicaSet");
  const std::string by = "apps | ./apps | main@sha1:1 | from fleet";
  EXPECT_EQ(cluster.applied_by("Pod", "web-1-a"),
            (Lines{"", "through ReplicaSet web-1", "through Deployment web", by}));
  EXPECT_EQ(cluster.applied_by("ReplicaSet", "web-1"), (Lines{"", "through Deployment web", by}));
  cluster.add("Pod", "copy", R"("spec":{})", labelled("before"), "shop", "{}",
              "ReplicaSetshopweb-1", "ReplicaSet");
  EXPECT_EQ(cluster.applied_by("Pod", "copy").back(), by)
      << "a controller copies labels: the inventory that holds the owner is believed";
  cluster.add("Pod", "lone", R"("spec":{})", labelled("apps"), "shop", "{}", "gone", "ReplicaSet");
  EXPECT_EQ(cluster.applied_by("Pod", "lone").front(),
            "Only its labels say so: no inventory holds it.");
  cluster.add("Pod", "round", R"("spec":{})", "{}", "shop", "{}", "Podshopround", "Pod");
  EXPECT_EQ(cluster.part("Pod", "round", "appliedBy"), "");
}

TEST(Inventory, a_kind_that_no_plugin_knows_says_who_applied_it) {
  Cluster cluster;
  cluster.add("Kustomization", "apps", holding(entry("shop_web_networking.k8s.io_Ingress")));
  cluster.watch_ingresses(host::fixture::everything());
  const auto json = cluster.view().detail_json("ingresses.networking.k8s.io", "shop", "web");
  const auto detail = json::Document::parse(json.value());
  const json::Value by = detail->root()["appliedBy"]["by"].at(0);
  EXPECT_EQ(by["ref"]["name"].str(), "apps");
  EXPECT_EQ(by["path"].str(), "./apps");
  EXPECT_EQ(by["source"]["name"].str(), "fleet");
}

// A root, what it applied, and what that has made.
void plant(Cluster& cluster) {
  const std::string apps = "shop_apps_kustomize.toolkit.fluxcd.io_Kustomization";
  cluster.add(
      "Kustomization", "root",
      holding(entry(apps) + "," + entry("shop_root_kustomize.toolkit.fluxcd.io_Kustomization")));
  cluster.add(
      "Kustomization", "apps",
      holding(entry("shop_web_apps_Deployment") + "," +
              entry("shop_web_networking.k8s.io_Ingress") + "," + entry("shop_keys__Secret")));
  cluster.add("Deployment", "web", R"("spec":{})", labelled("apps"));
  cluster.add("ReplicaSet", "web-1", R"("spec":{})", "{}", "shop", "{}", "Deploymentshopweb");
  cluster.add("Pod", "web-1-a", R"("spec":{})", "{}", "shop", "{}", "ReplicaSetshopweb-1");
  cluster.add("Pod", "web-1-b", R"("spec":{})", "{}", "shop", "{}", "ReplicaSetshopweb-1");
}

TEST(InventoryTree, opens_down_to_pods_and_looks_only_into_what_is_open) {
  Cluster cluster;
  plant(cluster);
  EXPECT_EQ(cluster.tree("root"),
            (Lines{"Kustomization apps | Ready +3", "Kustomization root | Ready"}))
      << "what applies itself is not followed round";
  const std::string apps = "Kustomization.kustomize.toolkit.fluxcd.io/shop/apps";
  EXPECT_EQ(cluster.tree("root", {.opened = {apps}}),
            (Lines{"Kustomization apps | Ready -3", "  Deployment web | Static +1",
                   "  Secret keys | Secrets are not watched", "  Ingress web | not read yet",
                   "Kustomization root | Ready", "demands ingresses.networking.k8s.io"}));
  const Lines all{"Kustomization apps | Ready -3",      "  Deployment web | Static -1",
                  "    ReplicaSet web-1 | Static -2",   "      Pod web-1-a | Static",
                  "      Pod web-1-b | Static",         "  Secret keys | Secrets are not watched",
                  "  Ingress web | not read yet",       "Kustomization root | Ready",
                  "demands ingresses.networking.k8s.io"};
  EXPECT_EQ(cluster.tree("root", {.open_all = true}), all);
  EXPECT_EQ(cluster.tree("root", {.open_all = true, .first = 2, .count = 1}),
            (Lines{all[2], all.back()}));
  EXPECT_EQ(cluster.tree("no such"), Lines{"none"});
}

TEST(InventoryTree, opens_so_many_levels_and_no_deeper) {
  Cluster cluster;
  for (size_t i = 0; i < limits::kTreeDepth + 4; ++i) {
    const std::string below =
        "shop_k" + std::to_string(i + 1) + "_kustomize.toolkit.fluxcd.io_Kustomization";
    cluster.add("Kustomization", "k" + std::to_string(i), holding(entry(below)));
  }
  const Lines lines = cluster.tree("k0", {.open_all = true});
  ASSERT_EQ(lines.size(), limits::kTreeDepth + 1);
  EXPECT_TRUE(lines[limits::kTreeDepth - 1].ends_with(" -1")) << "the last that is open";
  EXPECT_FALSE(lines[limits::kTreeDepth].ends_with("1")) << "cannot be opened";
}

TEST(InventoryTree, finds_what_is_closed_and_shows_the_way_to_it) {
  Cluster cluster;
  plant(cluster);
  EXPECT_EQ(cluster.tree("root", {.text = "POD -b"}),
            (Lines{"Kustomization apps | Ready -3", "  Deployment web | Static -1",
                   "    ReplicaSet web-1 | Static -2", "      Pod web-1-b | Static",
                   "demands ingresses.networking.k8s.io"}));
  EXPECT_EQ(cluster.tree("root", {.text = "no such thing"}),
            Lines{"demands ingresses.networking.k8s.io"});
}

TEST(InventoryTree, kinds_that_are_demanded_tell_their_state_and_go_again) {
  Cluster cluster;
  plant(cluster);
  const auto ingress = [&] { return cluster.tree("apps").at(2); };
  EXPECT_EQ(ingress(), "Ingress web | not read yet");
  const auto home = cluster.view().home_json("");
  cluster.watch_ingresses(host::fixture::everything());
  EXPECT_EQ(cluster.tree("apps").at(1), "Ingress web | Static");
  EXPECT_TRUE(cluster.view().detail_json("ingresses.networking.k8s.io", "shop", "web").has_value());
  EXPECT_EQ(cluster.view().home_json(""), home) << "what is looked at is not counted";
  cluster.forget_ingresses();
  EXPECT_EQ(ingress(), "Ingress web | not read yet");
  cluster.watch_ingresses({});
  EXPECT_EQ(ingress(), "Ingress web | you may not list its kind");
}

}  // namespace
}  // namespace masthead::plugins::flux
