#include "sim/fleet/fleet.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>

#include "helm/release.h"
#include "sim/fleet/fleet_fixture.h"

namespace masthead::sim {
namespace {

constexpr const char* kKustomize = "kustomize.toolkit.fluxcd.io";
constexpr const char* kHelm = "helm.toolkit.fluxcd.io";
constexpr const char* kSource = "source.toolkit.fluxcd.io";
constexpr const char* kRequestedAt = "reconcile.fluxcd.io/requestedAt";

std::vector<ResourceTypePtr> flux_types(Filled& t) {
  std::vector<ResourceTypePtr> found;
  for (const ResourceTypePtr& of : t.server.types().all()) {
    if (of->group.find("fluxcd") != std::string::npos) found.push_back(of);
  }
  return found;
}

// Made once: for tests that only look, or that touch objects no other test looks at.
Filled& shared(const std::string& scenario) {
  static std::map<std::string, std::unique_ptr<Filled>> made;
  std::unique_ptr<Filled>& one = made[scenario];
  if (one == nullptr) one = std::make_unique<Filled>(scenario);
  return *one;
}

// Helm's storage, as a client of the cluster finds it.
TEST(Fleet, keeps_its_releases_as_helm_does) {
  Filled& t = shared("calm");
  std::map<std::string, std::string> statuses;
  for (const Document& secret : t.all("", "secrets", "shop")) {
    if (text_at(secret, {"type"}) != helm::kStorageType) continue;
    const auto parsed = json::Document::parse(to_text(secret));
    const auto text = helm::release_in(parsed->root());
    ASSERT_TRUE(text.has_value()) << text.error().text;
    const auto release = json::Document::parse(*text);
    const json::Value root = release->root();
    EXPECT_EQ(root["config"].to_json(), R"({"auth":{"password":"tuna-sandwich-42",)"
                                        R"("username":"shop"},"replicas":2,)"
                                        R"("service":{"port":6379}})");
    EXPECT_TRUE(root["manifest"].str().contains("kind: Deployment"));
    EXPECT_EQ(root["info"]["status"].str(), text_at(secret, {"metadata", "labels", "status"}));
    statuses[std::string(text_at(secret, {"metadata", "name"}))] = root["info"]["status"].str();
  }
  const std::map<std::string, std::string> wanted{{"sh.helm.release.v1.cache.v1", "superseded"},
                                                  {"sh.helm.release.v1.cache.v2", "superseded"},
                                                  {"sh.helm.release.v1.cache.v3", "deployed"}};
  EXPECT_EQ(statuses, wanted);
}

// --- What the scenarios have --------------------------------------------------------------------

TEST(Fleet, an_outage_has_one_cause_and_a_dozen_that_wait) {
  Filled& t = shared("outage");
  EXPECT_EQ(t.ready(kKustomize, "kustomizations", "payments", "base"), "False ArtifactFailed");
  EXPECT_GE(t.count(kKustomize, "kustomizations", "False DependencyNotReady"), 12);
}

TEST(Fleet, an_outage_shows_every_status) {
  Filled& t = shared("outage");
  EXPECT_GE(t.count(kKustomize, "kustomizations", "True ReconciliationSucceeded"), 12);
  EXPECT_EQ(t.ready(kSource, "buckets", "monitoring", "backups"), "False BucketOperationFailed");
  EXPECT_EQ(t.count(kHelm, "helmreleases", "True RetriesExceeded", "Stalled"), 1);
  EXPECT_EQ(t.ready(kKustomize, "kustomizations", "recommend", "models"), "Unknown Progressing");
  EXPECT_EQ(t.ready(kKustomize, "kustomizations", "platform", "edge"), "none");
  EXPECT_EQ(t.count(kHelm, "helmreleases", "True DriftDetected", "Drifted"), 1);
  for (const char* name : {"crawler", "ranking"}) {
    EXPECT_TRUE(flag_at(*t.get(kKustomize, "kustomizations", "search", name), {"spec", "suspend"}));
    EXPECT_EQ(t.ready(kKustomize, "kustomizations", "search", name),
              "True ReconciliationSucceeded");
  }
  const auto legacy = t.get("", "namespaces", "", "legacy");
  ASSERT_TRUE(legacy);
  EXPECT_EQ(text_at(*legacy, {"status", "phase"}), "Terminating");
  t.pass(30'000);
  EXPECT_TRUE(t.get("", "namespaces", "", "legacy")) << "its finalizer holds it";
}

TEST(Fleet, an_outage_has_every_kind_of_flux_and_two_hundred_pods) {
  Filled& t = shared("outage");
  size_t total = 0;
  for (const ResourceTypePtr& of : flux_types(t)) {
    EXPECT_FALSE(t.server.store().objects(*of).empty()) << of->kind;
    total += t.server.store().objects(*of).size();
  }
  EXPECT_GE(total, 60U);
  const size_t pods = t.all("", "pods").size();
  EXPECT_GE(pods, 180U);
  EXPECT_LE(pods, 240U);
  for (const char* plural : {"services", "configmaps", "secrets", "events"}) {
    EXPECT_GE(t.all("", plural).size(), 8U) << plural;
  }
}

TEST(Fleet, releases_remember_the_versions_of_the_past_days) {
  Filled& t = shared("outage");
  const auto release = t.get(kHelm, "helmreleases", "platform", "cert-manager");
  ASSERT_TRUE(release);
  const Items* history = items_at(*release, {"status", "history"});
  ASSERT_NE(history, nullptr);
  ASSERT_EQ(history->size(), 2U) << "what ran before is the last that is kept";
  EXPECT_EQ(text_at(history->at(0), {"chartVersion"}), "1.16.3");
  EXPECT_EQ(text_at(history->at(0), {"status"}), "deployed");
  EXPECT_EQ(text_at(history->at(1), {"chartVersion"}), "1.16.2");
  EXPECT_EQ(text_at(history->at(1), {"status"}), "superseded");
  EXPECT_EQ(number_at(history->at(0), {"version"}), 3);
  EXPECT_NE(text_at(history->at(0), {"lastDeployed"}), text_at(history->at(1), {"lastDeployed"}));
}

TEST(Fleet, a_calm_cluster_is_well) {
  Filled t("calm");
  for (const ResourceTypePtr& of : flux_types(t)) {
    for (const auto& [key, stored] : t.server.store().objects(*of)) {
      const Document object = stored->document(*of);
      EXPECT_FALSE(flag_at(object, {"spec", "suspend"})) << key.second;
      if (of->kind == "Alert" || of->kind == "Provider") continue;
      EXPECT_TRUE(is_ready(object))
          << of->kind << " " << key.first << "/" << key.second << " " << Filled::words(object);
    }
  }
  for (const Document& pod : t.all("", "pods")) {
    const bool well =
        Filled::words(pod).starts_with("True") || text_at(pod, {"status", "phase"}) == "Succeeded";
    EXPECT_TRUE(well) << to_text(pod);
  }
}

TEST(Fleet, upgrades_are_going_on_now) {
  Filled t("upgrade");
  EXPECT_GE(t.count(kHelm, "helmreleases", "Unknown Progressing"), 3);
  int rolling = 0;
  for (const Document& deployment : t.all("apps", "deployments")) {
    rolling += Filled::words(deployment, "Progressing") == "True ReplicaSetUpdated" ? 1 : 0;
  }
  EXPECT_GE(rolling, 4);
  t.pass(180'000);
  EXPECT_EQ(t.count(kHelm, "helmreleases", "Unknown Progressing"), 0);
  EXPECT_EQ(t.ready(kHelm, "helmreleases", "shop", "cache"), "True UpgradeSucceeded");
}

TEST(Fleet, a_storm_is_many_failures_that_are_tried_again) {
  Filled t("storm");
  int failed = 0;
  for (const ResourceTypePtr& of : flux_types(t)) {
    for (const auto& [key, stored] : t.server.store().objects(*of)) {
      failed += Filled::words(stored->document(*of)).starts_with("False") ? 1 : 0;
    }
  }
  EXPECT_GE(failed, 30);
  const uint64_t before = t.server.store().revision();
  t.pass(30'000);
  EXPECT_GE(t.server.store().revision() - before, 100U) << "changes in half a minute";
}

TEST(Fleet, an_old_flux_serves_old_versions_only) {
  Filled t("old-flux");
  const std::set<std::string> current = {"v1", "v2", "v1beta3"};
  size_t kinds = 0;
  for (const ResourceTypePtr& of : flux_types(t)) {
    EXPECT_FALSE(current.contains(of->storage_version())) << of->kind;
    ++kinds;
  }
  EXPECT_GE(kinds, 10U);
  EXPECT_EQ(t.ready(kKustomize, "kustomizations", "payments", "base"), "False ArtifactFailed");
}

TEST(Fleet, without_flux_there_are_workloads_all_the_same) {
  Filled t("no-flux");
  EXPECT_TRUE(flux_types(t).empty());
  EXPECT_GE(t.all("", "pods").size(), 100U);
  EXPECT_EQ(t.replicas_ready("payments", "api"), 8);
}

TEST(Fleet, an_empty_cluster_has_flux_and_nothing_for_it_to_do) {
  Filled t("empty");
  EXPECT_FALSE(flux_types(t).empty());
  for (const ResourceTypePtr& of : flux_types(t)) {
    EXPECT_TRUE(t.server.store().objects(*of).empty()) << of->kind;
  }
  EXPECT_TRUE(t.all("", "pods").empty());
}

TEST(Fleet, the_same_seed_makes_the_same_cluster) {
  const auto names = [](uint64_t seed) {
    Filled t("no-flux", seed);
    std::string text;
    for (const Document& pod : t.all("", "pods")) {
      text += std::string(text_at(pod, {"metadata", "name"})) + " " +
              std::string(text_at(pod, {"metadata", "uid"})) + "\n";
    }
    return text;
  };
  const std::string first = names(7);
  EXPECT_EQ(first, names(7));
  EXPECT_NE(first, names(8));
}

// --- How it reacts ------------------------------------------------------------------------------

TEST(Fleet, a_requested_reconciliation_is_handled_within_seconds_by_each_kind) {
  Filled& t = shared("outage");
  std::vector<std::pair<ResourceTypePtr, Store::Key>> asked;
  const std::set<std::string> deaf = {"Alert", "Provider", "ExternalArtifact"};
  for (const ResourceTypePtr& of : flux_types(t)) {
    if (deaf.contains(of->kind)) continue;
    for (const auto& [key, stored] : t.server.store().objects(*of)) {
      const Document object = stored->document(*of);
      const std::string words = Filled::words(object);
      // A pass that watches health goes on until it ends.
      if (words == "none" || words.starts_with("Unknown")) continue;
      asked.emplace_back(of, key);
    }
  }
  for (const auto& [of, key] : asked) {
    t.edit(of->group.c_str(), of->plural.c_str(), key.first.c_str(), key.second.c_str(),
           [](Document& object) {
             Fields& metadata = object_in(object.as_object(), "metadata");
             object_in(metadata, "annotations")[kRequestedAt] = "now";
           });
  }
  t.pass(4'000);
  for (const auto& [of, key] : asked) {
    const auto object = t.get(of->group.c_str(), of->plural.c_str(), key.first, key.second);
    EXPECT_EQ(text_at(*object, {"status", "lastHandledReconcileAt"}), "now")
        << of->kind << " " << key.first << "/" << key.second;
  }
  t.pass(5'000);
  EXPECT_EQ(t.ready(kKustomize, "kustomizations", "payments", "base"), "False ArtifactFailed");
  EXPECT_EQ(t.ready(kKustomize, "kustomizations", "search", "query"),
            "True ReconciliationSucceeded");
}

TEST(Fleet, mending_the_cause_makes_everything_that_waited_ready_within_half_a_minute) {
  Filled t("outage");
  t.set_spec(kKustomize, "kustomizations", "payments", "base", "path",
             "./apps/payments/foundation");
  t.pass(30'000);
  EXPECT_EQ(t.count(kKustomize, "kustomizations", "False DependencyNotReady"), 0);
  for (const char* name : {"base", "api", "gateway", "web"}) {
    EXPECT_EQ(t.ready(kKustomize, "kustomizations", "payments", name),
              "True ReconciliationSucceeded")
        << name;
  }
}

TEST(Fleet, a_failure_is_tried_again_through_unknown) {
  Filled& t = shared("outage");
  std::string seen;
  for (int step = 0; step < 200; ++step) {
    t.pass(250);
    const std::string now = t.ready(kKustomize, "kustomizations", "payments", "base").substr(0, 5);
    if (!seen.ends_with(now)) seen += (seen.empty() ? "" : ",") + now;
  }
  EXPECT_NE(seen.find("False,Unkno,False"), std::string::npos) << seen;
}

TEST(Fleet, a_kustomization_fails_without_what_it_is_substituted_from_and_recovers_with_it) {
  Filled t("calm");
  const auto request = [&](const char* token) {
    t.edit(kKustomize, "kustomizations", "shop", "catalogue", [&](Document& object) {
      Fields& metadata = object_in(object.as_object(), "metadata");
      object_in(metadata, "annotations")[kRequestedAt] = std::string(token);
    });
    t.pass(4'000);
  };
  t.erase("", "configmaps", "shop", "shop-variables");
  request("one");
  EXPECT_EQ(t.ready(kKustomize, "kustomizations", "shop", "catalogue"), "False BuildFailed");
  Document map = make_object("shop", "shop-variables", {});
  map.as_object().erase("spec");
  ASSERT_TRUE(t.server.create(t.type("", "configmaps"), "shop", std::move(map), "test"));
  request("two");
  EXPECT_EQ(t.ready(kKustomize, "kustomizations", "shop", "catalogue"),
            "True ReconciliationSucceeded");
}

TEST(Fleet, what_is_suspended_stands_still_until_it_is_resumed) {
  Filled& t = shared("calm");
  t.set_spec(kKustomize, "kustomizations", "shop", "cart", "suspend", true);
  t.set_spec(kKustomize, "kustomizations", "shop", "cart", "path", "./nowhere");
  t.pass(20'000);
  EXPECT_EQ(t.ready(kKustomize, "kustomizations", "shop", "cart"), "True ReconciliationSucceeded");
  t.set_spec(kKustomize, "kustomizations", "shop", "cart", "suspend", false);
  t.pass(3'000);
  EXPECT_EQ(t.ready(kKustomize, "kustomizations", "shop", "cart"), "False ArtifactFailed");
}

TEST(Fleet, pods_follow_the_scale_until_what_applies_it_looks_again) {
  Filled& t = shared("calm");
  t.set_spec("apps", "deployments", "shop", "catalogue", "replicas", 9);
  t.pass(5'000);
  EXPECT_EQ(t.replicas_ready("shop", "catalogue"), 9);
  t.edit(kKustomize, "kustomizations", "shop", "catalogue", [](Document& object) {
    object_in(object_in(object.as_object(), "metadata"), "annotations")[kRequestedAt] = "now";
  });
  t.pass(5'000);
  EXPECT_EQ(t.replicas_ready("shop", "catalogue"), 6);
  EXPECT_EQ(t.ready(kKustomize, "kustomizations", "shop", "catalogue"),
            "True ReconciliationSucceeded");
}

TEST(Fleet, a_deleted_pod_comes_back_under_another_name) {
  Filled& t = shared("calm");
  std::string name;
  for (const Document& pod : t.all("", "pods", "search")) {
    const std::string_view own = text_at(pod, {"metadata", "name"});
    if (own.starts_with("query-")) name = own;
  }
  ASSERT_FALSE(name.empty());
  t.erase("", "pods", "search", name.c_str());
  EXPECT_FALSE(t.get("", "pods", "search", name));
  t.pass(4'000);
  EXPECT_FALSE(t.get("", "pods", "search", name));
  EXPECT_EQ(t.replicas_ready("search", "query"), 12);
}

TEST(Fleet, a_deleted_deployment_takes_its_pods_and_is_applied_again) {
  Filled& t = shared("calm");
  t.erase("apps", "deployments", "monitoring", "grafana-sidecar");
  t.pass(1'000);
  for (const Document& pod : t.all("", "pods", "monitoring")) {
    EXPECT_FALSE(text_at(pod, {"metadata", "name"}).starts_with("grafana-sidecar-"))
        << to_text(pod);
  }
  t.pass(310'000);
  EXPECT_EQ(t.replicas_ready("monitoring", "grafana-sidecar"), 6);
}

TEST(Fleet, a_deleted_namespace_empties_itself) {
  Filled& t = shared("calm");
  t.erase("", "namespaces", "", "recommend");
  t.pass(10'000);
  EXPECT_FALSE(t.get("", "namespaces", "", "recommend"));
  EXPECT_TRUE(t.all("", "pods", "recommend").empty());
  EXPECT_TRUE(t.all(kKustomize, "kustomizations", "recommend").empty());
}

TEST(Fleet, a_deleted_kustomization_prunes_what_it_applied) {
  Filled& t = shared("calm");
  t.erase(kKustomize, "kustomizations", "search", "crawler");
  const auto going = t.get(kKustomize, "kustomizations", "search", "crawler");
  ASSERT_TRUE(going);
  EXPECT_FALSE(text_at(*going, {"metadata", "deletionTimestamp"}).empty());
  t.pass(3'000);
  EXPECT_FALSE(t.get(kKustomize, "kustomizations", "search", "crawler"));
  EXPECT_FALSE(t.get("apps", "deployments", "search", "crawler"));
  EXPECT_FALSE(t.get("", "services", "search", "crawler"));
  for (const Document& pod : t.all("", "pods", "search")) {
    EXPECT_FALSE(text_at(pod, {"metadata", "name"}).starts_with("crawler-"));
  }
}

}  // namespace
}  // namespace masthead::sim
