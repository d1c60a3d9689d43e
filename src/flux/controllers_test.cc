#include "flux/controllers.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace masthead::flux {
namespace {

struct Deployment {
  std::string name = "source-controller";
  std::string labels = R"("app.kubernetes.io/part-of":"flux","app.kubernetes.io/version":"v2.7.3",)"
                       R"("app.kubernetes.io/component":"source-controller")";
  std::string image = "ghcr.io/fluxcd/source-controller:v1.7.3";
  std::string args = R"("--log-level=info")";

  std::optional<Controller> read() const {
    const auto document = json::Document::parse(fmt::format(
        R"({{"metadata":{{"name":"{}","labels":{{{}}}}},"spec":{{"replicas":2,"selector":{{"matchLabels":{{"app":"x"}}}},)"
        R"("template":{{"spec":{{"containers":[{{"name":"proxy","image":"proxy:1"}},{{"name":"manager","image":"{}","args":[{}]}}]}}}}}},)"
        R"("status":{{"readyReplicas":1}}}})",
        name, labels, image, args));
    EXPECT_TRUE(document.has_value());
    return controller_of(document->root());
  }
};

TEST(FluxControllers, a_deployment_tells_which_one_it_is_and_in_which_version) {
  const auto one = Deployment().read();
  ASSERT_TRUE(one.has_value());
  EXPECT_EQ(one->component, "source-controller");
  EXPECT_EQ(one->version, "v1.7.3");
  EXPECT_EQ(one->version_from, Controller::VersionFrom::kTag);
  EXPECT_EQ(one->flux_version, "v2.7.3");
  EXPECT_EQ(one->wanted, 2);
  EXPECT_EQ(one->ready, 1);
  EXPECT_EQ(one->pod_labels.front(), (std::pair<std::string, std::string>("app", "x")));
}

TEST(FluxControllers, they_are_found_by_labels_names_and_images_in_any_namespace) {
  const std::string none;
  EXPECT_TRUE((Deployment{.labels = none}).read());
  EXPECT_TRUE((Deployment{.name = "source-controller-shard1", .labels = none}).read());
  EXPECT_TRUE(
      (Deployment{.name = "main", .labels = R"("app.kubernetes.io/part-of":"flux")"}).read());
  EXPECT_TRUE((Deployment{.name = "flux-operator",
                          .labels = R"("app.kubernetes.io/part-of":"flux-operator")",
                          .image = "mirror.example/op:1"})
                  .read());
  const Deployment others[] = {
      {.name = "notification-controller", .labels = R"("app.kubernetes.io/part-of":"argocd")"},
      {.name = "source-controller-ui", .labels = none, .image = "example.com/ui:1"},
      {.name = "web", .labels = none},
      {.name = "exporter", .labels = R"("app.kubernetes.io/part-of":"flux")", .image = "e:1"}};
  for (const Deployment& other : others) EXPECT_FALSE(other.read().has_value()) << other.name;
  EXPECT_TRUE(may_be_controller("x", "app.kubernetes.io/part-of=flux\n"));
  EXPECT_TRUE(may_be_controller("helm-controller-shard2", ""));
  EXPECT_FALSE(may_be_controller("web", "app.kubernetes.io/part-of=fluxx\n"));
}

TEST(FluxControllers, a_digest_is_said_to_be_one) {
  const auto pinned = Deployment{.image = "r.example:5000/source-controller@sha256:abc"}.read();
  EXPECT_EQ(pinned->version, "sha256:abc");
  EXPECT_EQ(pinned->version_from, Controller::VersionFrom::kDigest);
  EXPECT_EQ((Deployment{.image = "r:5000/source-controller:v1.7.3@sha256:abc"}.read()->version),
            "v1.7.3");
  EXPECT_EQ((Deployment{.image = "r:5000/source-controller"}.read()->version_from),
            Controller::VersionFrom::kNowhere);
}

TEST(FluxControllers, flags_are_told_with_what_they_mean_and_others_as_they_are) {
  const auto one =
      Deployment{
          .args =
              R"x("--events-port=1","--concurrent=20","--watch-all-namespaces=false",)x"
              R"x("--feature-gates=OOMWatch=true,DetectDrift=false,New=true",)x"
              R"x("--watch-label-selector","sharding.fluxcd.io/key in (a, b)","--no-cross-namespace-refs")x"}
          .read();
  EXPECT_FALSE(one->all_namespaces);
  EXPECT_EQ(one->watch_selector, "sharding.fluxcd.io/key in (a, b)");
  std::vector<std::string> lines;
  for (const ControllerFlag& flag : one->flags) lines.push_back(flag.text + " | " + flag.meaning);
  EXPECT_EQ(
      lines,
      (std::vector<std::string>{
          "--concurrent=20 | Up to 20 objects of a kind are reconciled at a time.",
          "--watch-all-namespaces=false | It looks after objects in its own namespace alone.",
          ("--feature-gates=OOMWatch=true | It ends releases in time when it is about to run "
           "out of memory."),
          ("--feature-gates=DetectDrift=false | It does not look for drift unless a HelmRelease "
           "asks for it."),
          ("--watch-label-selector=sharding.fluxcd.io/key in (a, b) | It looks after objects "
           "that match sharding.fluxcd.io/key in (a, b) alone."),
          ("--no-cross-namespace-refs | Objects may only refer to sources, and the like, in "
           "their own namespace."),
          "--events-port=1 | ", "--feature-gates=New=true | "}));
}

TEST(FluxControllers, a_pod_tells_its_restarts_and_how_the_last_one_ended) {
  const auto pod = json::Document::parse(
      R"({"status":{"containerStatuses":[)"
      R"({"restartCount":3,"lastState":{"terminated":{"reason":"OOMKilled","exitCode":137,"finishedAt":"2026-01-01T10:00:00Z"}}},)"
      R"({"restartCount":2,"lastState":{"terminated":{"reason":"Error","exitCode":1,"finishedAt":"2026-01-01T09:00:00Z"}}},{"restartCount":0}]}})");
  const Restarts restarts = restarts_of(pod->root());
  EXPECT_EQ(restarts.count, 5);
  EXPECT_EQ(restarts.last_exit, "OOMKilled, exit code 137");
  EXPECT_EQ(restarts.last_ms, 1767261600000);
}

}  // namespace
}  // namespace masthead::flux
