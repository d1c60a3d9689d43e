#include "kube/discovery.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace masthead::kube {
namespace {

constexpr char kAggregated[] = R"({"kind":"APIGroupDiscoveryList","items":[
 {"metadata":{"name":"apps"},"versions":[
  {"version":"v1","freshness":"Current","resources":[
   {"resource":"deployments","responseKind":{"group":"apps","version":"v1","kind":"Deployment"},
    "scope":"Namespaced","singularResource":"deployment","verbs":["get","list","watch"],
    "shortNames":["deploy"],"categories":["all"],
    "subresources":[{"subresource":"scale","verbs":["get"]}]}]},
  {"version":"v1beta1","resources":[
   {"resource":"deployments","responseKind":{"kind":"Deployment"},"scope":"Namespaced"},
   {"resource":"olds","responseKind":{"kind":"Old"},"scope":"Cluster"}]}]},
 {"metadata":{"name":"metrics.k8s.io"},"versions":[{"version":"v1","freshness":"Stale"}]}]})";

TEST(Discovery, reads_the_aggregated_form_in_the_servers_order_of_versions) {
  Discovery found;
  ASSERT_TRUE(add_aggregated_discovery(kAggregated, found));
  const ApiResource* deployments = found.find("apps", "Deployment");
  ASSERT_NE(deployments, nullptr);
  EXPECT_EQ(deployments->gvr.version, "v1");
  EXPECT_EQ(deployments->served_versions, (std::vector<std::string>{"v1", "v1beta1"}));
  EXPECT_EQ(deployments->subresources, std::vector<std::string>{"scale"});
  EXPECT_EQ(deployments->path("a/b"), "/apis/apps/v1/namespaces/a%2Fb/deployments");
  EXPECT_EQ(found.find("apps", "Old")->path("ns"), "/apis/apps/v1beta1/olds") << "cluster-scoped";
  EXPECT_EQ(found.stale_groups, std::vector<std::string>{"metrics.k8s.io"});
  EXPECT_EQ(found.find("apps", "Nothing"), nullptr);
  EXPECT_NE(found.find_resource("apps", "olds"), nullptr);
}

TEST(Discovery, keeps_what_was_known_of_a_group_that_went_stale) {
  Discovery before;
  ASSERT_TRUE(add_resource_list(
      R"({"resources":[{"name":"pods","kind":"PodMetrics","namespaced":true,"verbs":["list"]}]})",
      "metrics.k8s.io", "v1beta1", before));
  Discovery now;
  ASSERT_TRUE(add_aggregated_discovery(kAggregated, now));
  finish_discovery(now, before);
  EXPECT_NE(now.find("metrics.k8s.io", "PodMetrics"), nullptr);
  EXPECT_TRUE(std::is_sorted(now.resources.begin(), now.resources.end(),
                             [](auto& a, auto& b) { return a.gvr.group < b.gvr.group; }));
}

TEST(Discovery, reads_the_old_form) {
  const auto groups = parse_group_list(
      R"({"groups":[{"name":"autoscaling","preferredVersion":{"version":"v2"},
          "versions":[{"version":"v1"},{"version":"v2"}]}]})");
  ASSERT_TRUE(groups);
  EXPECT_EQ(groups->front().versions, (std::vector<std::string>{"v2", "v1"}));
  EXPECT_EQ(parse_core_versions(R"({"versions":["v1"]})")->front().versions.size(), 1u);
  Discovery found;
  ASSERT_TRUE(add_resource_list(
      R"({"resources":[{"name":"pods","kind":"Pod","namespaced":true},{"name":"pods/log","kind":"Pod"}]})",
      "", "v1", found));
  ASSERT_EQ(found.resources.size(), 1u);
  EXPECT_EQ(found.resources[0].subresources, std::vector<std::string>{"log"});
  EXPECT_EQ(found.resources[0].path(), "/api/v1/pods");
}

TEST(Discovery, whole_lists_are_written_item_by_item_since_1_33) {
  const auto does = [](const char* version) {
    Discovery found;
    found.server_version = version;
    return found.lists_item_by_item();
  };
  for (const char* version : {"v1.33.0", "v1.33.5-gke.1", "v1.36.3+k3s1", "v1.100.0"}) {
    EXPECT_TRUE(does(version)) << version;
  }
  for (const char* version : {"", "v1.32.9", "v1.9.0", "v2.40.0", "1.36.0", "v1.", "garbage"}) {
    EXPECT_FALSE(does(version)) << version;
  }
}

TEST(Discovery, refuses_what_it_is_not) {
  Discovery found;
  for (const char* body : {"", "[]", "{}", "null", R"({"kind":"Status"})", "<html>"}) {
    EXPECT_FALSE(add_aggregated_discovery(body, found)) << body;
    EXPECT_FALSE(parse_group_list(body)) << body;
    EXPECT_FALSE(parse_core_versions(body)) << body;
    EXPECT_FALSE(add_resource_list(body, "", "v1", found)) << body;
  }
  EXPECT_TRUE(found.resources.empty());
}

}  // namespace
}  // namespace masthead::kube
