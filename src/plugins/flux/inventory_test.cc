// What Kustomizations and HelmReleases have applied, and who has applied an object.
#include <gtest/gtest.h>

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
