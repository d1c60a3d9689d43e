#include "flux/causes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "k8s/known_kinds.h"

namespace masthead::flux {
namespace {

using k8s::Status;

constexpr int64_t kNow = 1'000'000'000;

k8s::ObjectRef source(const std::string& name) {
  return {std::string(k8s::kSourceGroup), "GitRepository", "ns", name};
}
k8s::ObjectRef kustomization(const std::string& name) {
  return {std::string(k8s::kKustomizeGroup), "Kustomization", "ns", name};
}

Node node(k8s::ObjectRef ref, Status status, std::vector<k8s::ObjectRef> depends_on = {},
          std::vector<k8s::ObjectRef> sources = {}) {
  Node made;
  made.ref = std::move(ref);
  made.status.status = status;
  if (status == Status::kWaiting) made.status.reason = base::Interned("DependencyNotReady");
  made.status.since_ms = kNow - 60'000;
  made.depends_on = std::move(depends_on);
  made.sources = std::move(sources);
  return made;
}

struct Answer {
  std::map<std::string, size_t> waiting_by_cause;
  CauseReport report;
};

Answer ask(const std::vector<Node>& nodes, Visibility visibility = Visibility::kListed) {
  Answer answer;
  answer.report = find_causes(nodes, [&](const k8s::ObjectRef&) { return visibility; }, kNow);
  for (const CauseOfTrouble& cause : answer.report.causes) {
    answer.waiting_by_cause[nodes[cause.node].ref.name] = cause.waiting.size();
  }
  return answer;
}

using Causes = std::map<std::string, size_t>;

TEST(Causes, a_chain_of_four_has_one_cause_and_three_who_wait) {
  const std::vector<Node> nodes{node(kustomization("d"), Status::kWaiting, {kustomization("c")}),
                                node(kustomization("c"), Status::kWaiting, {kustomization("b")}),
                                node(kustomization("b"), Status::kWaiting, {kustomization("a")}),
                                node(kustomization("a"), Status::kFailed)};
  const Answer answer = ask(nodes);
  EXPECT_EQ(answer.waiting_by_cause, (Causes{{"a", 3}}));
  ASSERT_TRUE(answer.report.corrected[0].has_value());
  EXPECT_EQ(answer.report.corrected[0]->status, Status::kBlocked);
  EXPECT_EQ(answer.report.corrected[0]->cause->name, "a") << "straight to the first broken one";
}

TEST(Causes, a_failure_behind_a_broken_source_is_the_sources) {
  const std::vector<Node> nodes{node(source("git"), Status::kFailed),
                                node(kustomization("a"), Status::kFailed, {}, {source("git")}),
                                node(kustomization("b"), Status::kReady, {}, {source("git")}),
                                node(kustomization("c"), Status::kWaiting, {kustomization("a")})};
  EXPECT_EQ(ask(nodes).waiting_by_cause, (Causes{{"git", 2}})) << "what is ready does not wait";
}

TEST(Causes, waiting_for_what_is_on_its_way_is_no_cause_until_ten_minutes) {
  std::vector<Node> nodes{node(kustomization("a"), Status::kProgressing),
                          node(kustomization("b"), Status::kWaiting, {kustomization("a")})};
  EXPECT_TRUE(ask(nodes).waiting_by_cause.empty());
  nodes[1].status.since_ms = kNow - 10 * 60'000;
  EXPECT_EQ(ask(nodes).waiting_by_cause, (Causes{{"b", 0}}));
  EXPECT_EQ(ask(nodes).report.causes[0].status.status, Status::kBlocked);
}

TEST(Causes, a_missing_dependency_a_hidden_one_and_a_cycle_have_their_own_words) {
  const std::vector<Node> one{node(kustomization("a"), Status::kWaiting, {kustomization("gone")})};
  const Answer missing = ask(one);
  EXPECT_EQ(missing.waiting_by_cause, (Causes{{"a", 0}}));
  EXPECT_NE(missing.report.causes[0].status.message.find("ns/gone, which does not exist"),
            std::string::npos);
  const Answer hidden = ask(one, Visibility::kForbidden);
  EXPECT_NE(hidden.report.causes[0].status.message.find("which you may not see"),
            std::string::npos);
  EXPECT_TRUE(ask(one, Visibility::kUnknown).report.causes.empty())
      << "not read yet is not missing";

  const std::vector<Node> cycle{node(kustomization("a"), Status::kWaiting, {kustomization("b")}),
                                node(kustomization("b"), Status::kWaiting, {kustomization("c")}),
                                node(kustomization("c"), Status::kWaiting, {kustomization("a")}),
                                node(kustomization("d"), Status::kWaiting, {kustomization("b")})};
  const Answer round = ask(cycle);
  ASSERT_EQ(round.report.causes.size(), 1u);
  EXPECT_EQ(round.report.causes[0].waiting.size(), 3u);
  EXPECT_NE(round.report.causes[0].status.message.find("depends on itself"), std::string::npos);
}

TEST(Causes, of_a_circle_the_first_by_name_is_the_cause_in_whichever_order_they_come) {
  std::vector<Node> nodes{node(kustomization("outside"), Status::kWaiting, {kustomization("y")}),
                          node(kustomization("x"), Status::kWaiting, {kustomization("y")}),
                          node(kustomization("y"), Status::kWaiting, {kustomization("z")}),
                          node(kustomization("z"), Status::kWaiting, {kustomization("x")})};
  const auto by_name = [](const Node& node) { return node.ref; };
  std::ranges::sort(nodes, {}, by_name);
  do {
    const Answer answer = ask(nodes);
    ASSERT_EQ(answer.waiting_by_cause, (Causes{{"x", 3}}));
    EXPECT_EQ(answer.report.causes[0].status.message,
              "depends on itself through Kustomization ns/y");
  } while (std::ranges::next_permutation(nodes, {}, by_name).found);
}

TEST(Causes, a_suspended_dependency_is_the_cause_of_who_waits_and_of_nobody_else) {
  const std::vector<Node> nodes{
      node(kustomization("paused"), Status::kSuspended),
      node(kustomization("a"), Status::kWaiting, {kustomization("paused")}),
      node(kustomization("b"), Status::kReady, {kustomization("paused")})};
  EXPECT_EQ(ask(nodes).waiting_by_cause, (Causes{{"paused", 1}}));
}

TEST(Causes, a_source_that_is_suspended_or_hidden_explains_who_has_nothing_of_it) {
  const std::vector<Node> paused{node(source("git"), Status::kSuspended),
                                 node(kustomization("a"), Status::kWaiting, {}, {source("git")}),
                                 node(kustomization("b"), Status::kReady, {}, {source("git")})};
  EXPECT_EQ(ask(paused).waiting_by_cause, (Causes{{"git", 1}}));
  const Answer hidden = ask({paused[1]}, Visibility::kForbidden);
  EXPECT_EQ(hidden.waiting_by_cause, (Causes{{"a", 0}}));
  EXPECT_NE(hidden.report.causes[0].status.message.find("git, which you may not see"),
            std::string::npos);
}

TEST(Causes, each_object_waits_on_one_cause) {
  const std::vector<Node> nodes{
      node(kustomization("a"), Status::kFailed), node(kustomization("b"), Status::kFailed),
      node(kustomization("c"), Status::kWaiting, {kustomization("a"), kustomization("b")})};
  EXPECT_EQ(ask(nodes).waiting_by_cause, (Causes{{"a", 1}, {"b", 0}}));
}

TEST(Causes, a_kustomization_behind_its_source_is_outdated) {
  std::vector<Node> nodes{node(source("git"), Status::kReady),
                          node(kustomization("a"), Status::kReady, {}, {source("git")})};
  nodes[0].revision = "main@sha1:2";
  nodes[1].revision = "main@sha1:1";
  const Answer answer = ask(nodes);
  ASSERT_TRUE(answer.report.corrected[1].has_value());
  EXPECT_TRUE(answer.report.corrected[1]->has(k8s::Badge::kOutdated));
}

k8s::ObjectRef of_notification(const std::string& kind, const std::string& name) {
  return {std::string(k8s::kNotificationGroup), kind, "ns", name};
}
Node alert(std::vector<k8s::ObjectRef> providers, std::vector<k8s::ObjectRef> reports = {}) {
  Node made = node(of_notification("Alert", "failures"), Status::kStatic, {}, std::move(providers));
  made.reports = std::move(reports);
  return made;
}

TEST(Causes, a_static_alert_that_can_report_nothing_is_broken_and_says_why) {
  const k8s::ObjectRef chat = of_notification("Provider", "chat");
  const auto said = [](const Answer& answer) {
    return answer.report.causes.empty() ? "" : answer.report.causes[0].status.message;
  };
  const Answer missing = ask({alert({chat})});
  EXPECT_EQ(missing.waiting_by_cause, (Causes{{"failures", 0}}));
  EXPECT_EQ(missing.report.causes[0].status.status, Status::kFailed);
  EXPECT_EQ(said(missing), "needs Provider ns/chat, which does not exist");
  EXPECT_EQ(said(ask({alert({})})), "names no Provider");
  EXPECT_EQ(said(ask({alert({chat}, {kustomization("gone")}), node(chat, Status::kStatic)})),
            "reports on nothing: none of the objects that it names exists");

  const Answer broken = ask({alert({chat}), node(chat, Status::kFailed)});
  EXPECT_EQ(broken.waiting_by_cause, (Causes{{"chat", 1}}));
  EXPECT_EQ(broken.report.corrected[0]->status, Status::kBlocked);
}

TEST(Causes, a_static_alert_is_left_alone_while_nothing_is_known_to_be_wrong) {
  const k8s::ObjectRef chat = of_notification("Provider", "chat");
  EXPECT_TRUE(ask({alert({chat})}, Visibility::kForbidden).report.causes.empty());
  EXPECT_TRUE(ask({alert({chat})}, Visibility::kUnknown).report.causes.empty());
  EXPECT_TRUE(ask({alert({chat}), node(chat, Status::kSuspended)}).report.causes.empty())
      << "silenced on purpose";
  EXPECT_TRUE(ask({alert({chat}, {kustomization("a"), kustomization("gone")}),
                   node(chat, Status::kStatic), node(kustomization("a"), Status::kReady)})
                  .report.causes.empty());
  EXPECT_TRUE(ask({node(chat, Status::kStatic)}).report.causes.empty());
}

TEST(Causes, an_artifact_that_is_not_there_is_blamed_on_what_should_have_made_it) {
  const k8s::ObjectRef artifact{std::string(k8s::kSourceGroup), "ExternalArtifact", "ns", "made"};
  Node generator =
      node({std::string(k8s::kExtensionsGroup), "ArtifactGenerator", "ns", "generator"},
           Status::kFailed, {}, {source("git")});
  generator.makes.push_back(artifact);
  const Node reader = node(kustomization("a"), Status::kFailed, {}, {artifact});
  EXPECT_EQ(ask({reader, generator, node(source("git"), Status::kReady)}).waiting_by_cause,
            (Causes{{"generator", 1}}));
  EXPECT_EQ(ask({reader, generator, node(source("git"), Status::kFailed)}).waiting_by_cause,
            (Causes{{"git", 2}}));
  generator.status.status = Status::kReady;
  EXPECT_EQ(ask({reader, generator}).waiting_by_cause, (Causes{{"a", 0}}))
      << "made none of that name";
}

TEST(Causes, a_failed_health_check_is_the_fault_of_the_broken_object_that_it_names) {
  Node parent = node(kustomization("apps"), Status::kFailed, {}, {source("git")});
  parent.unhealthy = {kustomization("shop"), kustomization("gone")};
  Node shop = node(kustomization("shop"), Status::kFailed);
  shop.parent = parent.ref;
  const Node git = node(source("git"), Status::kReady);
  const Node after = node(kustomization("after"), Status::kWaiting, {parent.ref});
  EXPECT_EQ(ask({after, parent, shop, git}).waiting_by_cause, (Causes{{"shop", 2}}));
  shop.status.status = Status::kReady;
  EXPECT_EQ(ask({after, parent, shop, git}).waiting_by_cause, (Causes{{"apps", 1}}))
      << "what is well again is not to blame";
}

TEST(Causes, what_is_missing_is_blamed_on_a_parent_that_can_not_apply_it) {
  Node parent = node(kustomization("apps"), Status::kFailed);
  Node child = node(kustomization("child"), Status::kWaiting, {kustomization("gone")});
  child.parent = parent.ref;
  EXPECT_EQ(ask({child, parent}).waiting_by_cause, (Causes{{"apps", 1}}));

  parent.unhealthy = {child.ref};
  EXPECT_EQ(ask({child, parent}).waiting_by_cause, (Causes{{"apps", 0}, {"child", 0}}))
      << "it has applied all there is, and only waits";

  parent.unhealthy.clear();
  parent.status.status = Status::kSuspended;
  const Answer suspended = ask({child, parent});
  EXPECT_EQ(suspended.waiting_by_cause, (Causes{{"child", 0}}));
  EXPECT_EQ(suspended.report.causes[0].status.message,
            "needs Kustomization ns/gone, which does not exist; Kustomization ns/apps, which "
            "applied this, is suspended");
}

TEST(Causes, values_that_are_there_are_no_cause_and_missing_ones_are) {
  const k8s::ObjectRef values{"", "ConfigMap", "ns", "values"};
  const std::vector<Node> nodes{node(kustomization("a"), Status::kFailed, {}, {values})};
  EXPECT_EQ(ask(nodes, Visibility::kThere).report.corrected[0], std::nullopt);
  const Answer missing = ask(nodes);
  EXPECT_EQ(missing.report.causes[0].status.message,
            "needs ConfigMap ns/values, which does not exist");
}

// So many that wait, each on the next, and the broken one that the last of them waits on.
std::vector<Node> chain_of(size_t waiting) {
  std::vector<Node> nodes;
  for (size_t i = 0; i < waiting; ++i) {
    nodes.push_back(node(kustomization(std::to_string(i)), Status::kWaiting,
                         {kustomization(std::to_string(i + 1))}));
  }
  nodes.push_back(node(kustomization(std::to_string(waiting)), Status::kFailed));
  return nodes;
}

TEST(Causes, a_chain_is_followed_to_its_end_however_long_it_is) {
  EXPECT_EQ(ask(chain_of(20'000)).waiting_by_cause, (Causes{{"20000", 20'000}}));
}

}  // namespace
}  // namespace masthead::flux
