// The graph of Flux's objects: what needs what, within a Scope.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/limits.h"
#include "plugins/flux/console_fixture.h"

namespace masthead::plugins::flux {
namespace {

using fixture::Cluster;
using fixture::ready;
using host::GraphNode;
using Lines = std::vector<std::string>;

host::GraphPtr graph_of(Cluster& cluster, const std::string& ns = "") {
  cluster.view().update();
  return cluster.view().graph("flux", ns);
}

const GraphNode* find(const host::Graph& graph, int64_t id) {
  const auto found = std::ranges::find(graph.nodes, id, &GraphNode::id);
  return found == graph.nodes.end() ? nullptr : &*found;
}

// "Kind name [state] <relation Kind name …", by kind and name.
Lines lines_of(const host::Graph& graph) {
  static constexpr const char* kStates[] = {"", " missing", " hidden", " unread", " unwatched"};
  static constexpr const char* kRelations[] = {"source", "dependency", "owner", "input"};
  Lines lines;
  for (const GraphNode& node : graph.nodes) {
    std::string line = node.ref.kind + " " + node.ref.name + kStates[static_cast<int>(node.state)];
    Lines needs;
    for (const auto& need : node.needs) {
      needs.push_back(std::string(" <") + kRelations[static_cast<int>(need.relation)] + " " +
                      find(graph, need.node)->ref.name);
    }
    std::ranges::sort(needs);
    for (const std::string& need : needs) line += need;
    lines.push_back(std::move(line));
  }
  std::ranges::sort(lines);
  return lines;
}

std::string kustomization(const std::string& more, const std::string& source = "repo") {
  return R"("spec":{"sourceRef":{"kind":"GitRepository","name":")" + source + R"("})" + more +
         "}," + ready("True");
}
const std::string kOwnedByApps =
    R"({"kustomize.toolkit.fluxcd.io/name":"apps","kustomize.toolkit.fluxcd.io/namespace":"shop"})";

TEST(FluxGraph, says_what_needs_what_and_by_which_relation) {
  Cluster cluster;
  cluster.add("GitRepository", "repo", ready("True"));
  cluster.add("HelmRepository", "charts", ready("True"));
  cluster.add("HelmChart", "shop-cache",
              R"("spec":{"sourceRef":{"kind":"HelmRepository","name":"charts"}},)" + ready("True"));
  cluster.add("Kustomization", "apps", kustomization(""));
  cluster.add("Kustomization", "web",
              kustomization(R"(,"dependsOn":[{"name":"apps"}],"postBuild":{"substituteFrom":[)"
                            R"({"kind":"ConfigMap","name":"vars"},{"kind":"Secret","name":"keys"},)"
                            R"({"kind":"ConfigMap","name":"none","optional":true}]})"),
              kOwnedByApps);
  cluster.add("ConfigMap", "vars", R"("data":{})");
  cluster.add(
      "HelmRelease", "cache",
      R"("spec":{"chart":{"spec":{"sourceRef":{"kind":"HelmRepository","name":"charts"}}}},)" +
          ready("True"));
  cluster.add("Alert", "noise", R"("spec":{"providerRef":{"name":"chat"}})");
  EXPECT_EQ(
      lines_of(*graph_of(cluster)),
      (Lines{"ConfigMap vars", "GitRepository repo", "HelmChart shop-cache <source charts",
             "HelmRelease cache <source shop-cache", "HelmRepository charts",
             "Kustomization apps <source repo",
             "Kustomization web <dependency apps <input keys <input vars <owner apps <source repo",
             "Secret keys unwatched"}));
  EXPECT_EQ(cluster.view().graph("no-such-plugin", ""), nullptr);
}

TEST(FluxGraph, an_inventory_says_who_owns_before_labels_do) {
  Cluster cluster;
  cluster.add("GitRepository", "repo", ready("True"));
  cluster.add("Kustomization", "apps", kustomization(""));
  cluster.add(
      "Kustomization", "new",
      R"("spec":{"sourceRef":{"kind":"GitRepository","name":"repo"}},"status":{"inventory":)"
      R"({"entries":[{"id":"shop_web_kustomize.toolkit.fluxcd.io_Kustomization","v":"v1"}]}})");
  cluster.add("Kustomization", "web", kustomization(""), kOwnedByApps);
  const Lines lines = lines_of(*graph_of(cluster));
  EXPECT_NE(std::ranges::find(lines, "Kustomization web <owner new <source repo"), lines.end());
}

TEST(FluxGraph, what_is_named_and_not_there_is_missing_and_what_may_not_be_seen_is_but_a_name) {
  Cluster cluster({{"GitRepository", {"shop"}}, {"Kustomization", {"shop"}}});
  cluster.add("GitRepository", "theirs",
              R"("spec":{"include":[{"repository":{"name":"deeper"}}]},)" + ready("False"), "{}",
              "billing");
  cluster.add("GitRepository", "unrelated", ready("True"), "{}", "billing");
  cluster.add("Kustomization", "lost", kustomization("", "nowhere"));
  cluster.add(
      "Kustomization", "guest",
      R"("spec":{"sourceRef":{"kind":"GitRepository","name":"theirs","namespace":"billing"}},)" +
          ready("True"));
  const auto graph = graph_of(cluster);
  EXPECT_EQ(lines_of(*graph),
            (Lines{"GitRepository nowhere missing", "GitRepository theirs hidden",
                   "Kustomization guest <source theirs", "Kustomization lost <source nowhere"}));
  for (const GraphNode& node : graph->nodes) {
    if (node.ref.name == "theirs") {
      EXPECT_FALSE(node.has_status) << "its state is not told";
    }
  }
}

TEST(FluxGraph, a_namespace_shows_its_own_and_all_that_is_needed_there) {
  Cluster cluster;
  cluster.add("GitRepository", "repo", ready("True"));
  cluster.add("Kustomization", "apps", kustomization(""));
  cluster.add("Kustomization", "aside", kustomization(""));
  cluster.add("HelmRelease", "web",
              R"("spec":{"chartRef":{"kind":"OCIRepository","name":"chart"}},)" + ready("True"),
              kOwnedByApps, "billing");
  EXPECT_EQ(lines_of(*graph_of(cluster, "billing")),
            (Lines{"GitRepository repo", "HelmRelease web <owner apps <source chart",
                   "Kustomization apps <source repo", "OCIRepository chart missing"}));
}

TEST(FluxGraph, who_waits_names_the_node_that_is_the_cause) {
  Cluster cluster;
  cluster.add("GitRepository", "repo", ready("False", "GitOperationFailed"));
  cluster.add("Kustomization", "web",
              R"("spec":{"sourceRef":{"kind":"GitRepository","name":"repo"}},)" +
                  ready("False", "ArtifactFailed"));
  const auto graph = graph_of(cluster);
  const auto web =
      std::ranges::find(graph->nodes, std::string("web"), [](const auto& n) { return n.ref.name; });
  ASSERT_NE(find(*graph, web->cause), nullptr);
  EXPECT_EQ(find(*graph, web->cause)->ref.name, "repo");
}

TEST(FluxGraph, changes_are_the_nodes_that_differ_and_numbers_stay) {
  Cluster cluster;
  cluster.add("GitRepository", "repo", ready("True"));
  cluster.add("Kustomization", "web", kustomization(""));
  const auto before = graph_of(cluster);
  EXPECT_EQ(graph_of(cluster), before) << "made once for all who look";
  EXPECT_TRUE(host::graph_changes(nullptr, *before).reset);
  EXPECT_EQ(host::graph_changes(nullptr, *before).nodes.size(), 2u);
  EXPECT_TRUE(host::graph_changes(before.get(), *before).empty());

  cluster.add("Kustomization", "web",
              R"("spec":{"sourceRef":{"kind":"GitRepository","name":"other"}},)" + ready("True"));
  const auto after = graph_of(cluster);
  const auto changes = host::graph_changes(before.get(), *after);
  EXPECT_FALSE(changes.reset);
  ASSERT_EQ(changes.nodes.size(), 2u) << "the Kustomization, and the source that is missing";
  EXPECT_TRUE(changes.gone.empty()) << "the source that nobody names any more is there";
  EXPECT_EQ(changes.total, 3u);
  for (const GraphNode& node : before->nodes) EXPECT_EQ(find(*after, node.id)->ref, node.ref);

  cluster.add("Kustomization", "web", kustomization(""));
  const auto last = host::graph_changes(after.get(), *graph_of(cluster));
  EXPECT_EQ(last.nodes.size(), 1u);
  EXPECT_EQ(last.gone.size(), 1u);
}

TEST(FluxGraph, holds_so_many_objects_and_says_how_many_it_left_out_never_the_broken_ones) {
  Cluster cluster;
  for (size_t i = 0; i + 1 < limits::kGraphNodes; ++i) {
    cluster.put("GitRepository", "a" + std::to_string(i), ready("True"));
  }
  cluster.put("GitRepository", "z-last", ready("True"));
  EXPECT_EQ(graph_of(cluster)->left_out, 0u);
  EXPECT_EQ(graph_of(cluster)->nodes.size(), limits::kGraphNodes);
  cluster.put("GitRepository", "z-broken", ready("False"));
  const auto graph = graph_of(cluster);
  EXPECT_EQ(graph->left_out, 1u);
  EXPECT_EQ(graph->nodes.size(), limits::kGraphNodes);
  EXPECT_TRUE(std::ranges::any_of(
      graph->nodes, [](const GraphNode& node) { return node.ref.name == "z-broken"; }));
  json::Writer out;
  out.begin_object();
  host::write_graph_changes(out, host::graph_changes(nullptr, *graph));
  out.end_object();
  EXPECT_LT(std::move(out).finish().size(), limits::kFrameBytes);
}

}  // namespace
}  // namespace masthead::plugins::flux
