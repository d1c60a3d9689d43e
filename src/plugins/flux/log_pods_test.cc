// Whose logs belong to an object of Flux: pods by ownerReferences down from its inventory, and
// those of its controller.
#include <gtest/gtest.h>

#include "base/limits.h"
#include "plugins/flux/console_fixture.h"

namespace masthead::plugins::flux {
namespace {

using fixture::Cluster;
using Lines = std::vector<std::string>;

constexpr const char* kKustomizations = "kustomizations.kustomize.toolkit.fluxcd.io";

// What stands for the annotations of an object, with whom it belongs to.
std::string of(const std::string& kind, const std::string& name, const std::string& ns = "shop") {
  return R"({},"ownerReferences":[{"kind":")" + kind + R"(","name":")" + name + R"(","uid":")" +
         kind + ns + name + R"("}])";
}

std::string pod(const std::string& status = "{}") {
  return R"("spec":{"initContainers":[{"name":"setup"}],"containers":[{"name":"main"}]},)"
         R"("status":)" +
         status;
}

void add_deployment(Cluster& cluster, const std::string& name, const std::string& ns = "shop",
                    const std::string& labels = "{}") {
  cluster.add("Deployment", name, R"("spec":{})", labels, ns);
  cluster.add("ReplicaSet", name + "-1", R"("spec":{})", "{}", ns, of("Deployment", name, ns));
  cluster.add("Pod", name + "-1-a", pod(), "{}", ns, of("ReplicaSet", name + "-1", ns));
}

std::string holds(const std::string& entries) {
  return R"("spec":{},"status":{"inventory":{"entries":[)" + entries + "]}}";
}

Lines pods_of(Cluster& cluster, const std::string& table, const std::string& name,
              bool controller = false) {
  const auto found = cluster.view().log_pods({table, "shop", name}, controller);
  if (!found) return {"nothing"};
  Lines lines;
  for (const host::LogPod& one : found->pods) lines.push_back(one.ns + "/" + one.name);
  return lines;
}

TEST(LogPods, belong_to_a_workload_by_owner_references) {
  Cluster cluster;
  add_deployment(cluster, "web");
  add_deployment(cluster, "db");
  EXPECT_EQ(pods_of(cluster, "deployments.apps", "web"), Lines{"shop/web-1-a"});
  EXPECT_EQ(pods_of(cluster, "replicasets.apps", "db-1"), Lines{"shop/db-1-a"});
  EXPECT_EQ(pods_of(cluster, "pods", "db-1-a"), Lines{"shop/db-1-a"});
  EXPECT_EQ(pods_of(cluster, "configmaps", "none"), Lines{"nothing"});
}

TEST(LogPods, belong_to_what_an_object_has_applied_and_what_that_has_applied_in_turn) {
  Cluster cluster;
  add_deployment(cluster, "web");
  add_deployment(cluster, "db");
  add_deployment(cluster, "other");
  cluster.add("Pod", "alone", pod());
  cluster.add("Kustomization", "inner", holds(R"({"id":"shop_db_apps_Deployment","v":"v1"})"));
  cluster.add(
      "Kustomization", "outer",
      holds(R"({"id":"shop_web_apps_Deployment","v":"v1"},{"id":"shop_alone__Pod","v":"v1"},)"
            R"({"id":"shop_inner_kustomize.toolkit.fluxcd.io_Kustomization","v":"v1"},)"
            R"({"id":"shop_outer_kustomize.toolkit.fluxcd.io_Kustomization","v":"v1"})"));
  EXPECT_EQ(pods_of(cluster, kKustomizations, "outer"),
            (Lines{"shop/alone", "shop/db-1-a", "shop/web-1-a"}));
  EXPECT_EQ(pods_of(cluster, kKustomizations, "inner"), Lines{"shop/db-1-a"});
}

TEST(LogPods, of_a_controller_are_those_of_fluxs_deployment_and_its_shards) {
  Cluster cluster;
  cluster.add("Kustomization", "web", R"("spec":{})");
  add_deployment(cluster, "kustomize-controller", "flux-system");
  add_deployment(cluster, "kustomize-controller-shard1", "gitops",
                 R"({"app.kubernetes.io/part-of":"flux"})");
  add_deployment(cluster, "kustomize-controller", "elsewhere");
  add_deployment(cluster, "helm-controller", "flux-system");
  EXPECT_EQ(
      pods_of(cluster, kKustomizations, "web", /*controller=*/true),
      (Lines{"flux-system/kustomize-controller-1-a", "gitops/kustomize-controller-shard1-1-a"}));
}

TEST(LogPods, are_named_up_to_so_many_and_all_are_counted) {
  Cluster cluster;
  add_deployment(cluster, "web");
  for (size_t count = 2; count <= limits::kLogPodsNamed + 1; ++count) {
    cluster.add("Pod", "web-1-" + std::to_string(count), pod(), "{}", "shop",
                of("ReplicaSet", "web-1"));
    if (count < limits::kLogPodsNamed) continue;
    const auto found = cluster.view().log_pods({"deployments.apps", "shop", "web"}, false);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->pods.size(), limits::kLogPodsNamed);
    EXPECT_EQ(found->total, count);
  }
}

TEST(LogPods, are_only_those_that_may_be_listed) {
  Cluster cluster({{"Pod", {"elsewhere"}}});
  add_deployment(cluster, "web");
  EXPECT_EQ(pods_of(cluster, "deployments.apps", "web"), Lines{});
}

TEST(LogPods, tell_of_each_container_how_it_is) {
  Cluster cluster;
  cluster.add("Pod", "web",
              pod(R"({"initContainerStatuses":[{"name":"setup","restartCount":0,"state":)"
                  R"({"terminated":{"reason":"Completed","exitCode":0}}}],"containerStatuses":[)"
                  R"({"name":"main","restartCount":3,"state":{"waiting":{"reason":)"
                  R"("CrashLoopBackOff"}},"lastState":{"terminated":{"reason":"Error",)"
                  R"("exitCode":137}}}]})"));
  const auto found = cluster.view().log_pods({"pods", "shop", "web"}, false);
  ASSERT_TRUE(found);
  const auto& [main, setup] = std::pair(found->pods[0].containers[0], found->pods[0].containers[1]);
  EXPECT_EQ(main.state, host::LogContainer::State::kWaiting);
  EXPECT_EQ(main.reason, "CrashLoopBackOff");
  EXPECT_EQ(main.restarts, 3);
  EXPECT_EQ(main.last_end, "Error, exit code 137");
  EXPECT_EQ(setup.kind, host::LogContainer::Kind::kInit);
  EXPECT_EQ(setup.state, host::LogContainer::State::kTerminated);
}

}  // namespace
}  // namespace masthead::plugins::flux
