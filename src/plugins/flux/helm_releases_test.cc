// HelmReleases: what their detail says of chart, history and drift.
#include <gtest/gtest.h>

#include "host/kind_fixture.h"
#include "plugins/flux/kinds.h"

namespace masthead::plugins::flux {
namespace {

// "section label: value" of every field of the detail, a line each.
std::string fields(const std::string& spec, const std::string& status) {
  const auto detail = json::Document::parse(host::fixture::detail_of(
      helm_releases(), R"({"metadata":{"namespace":"shop","name":"cache"},"spec":)" + spec +
                           R"(,"status":)" + status + "}"));
  std::string lines;
  for (const json::Value section : detail->root().items()) {
    for (const json::Value field : section["fields"].items()) {
      lines += std::string(section["id"].str()) + " " + std::string(field["label"].str()) + ": " +
               field["value"].to_json() + "\n";
    }
  }
  return lines;
}

TEST(HelmReleases, show_their_history_with_actions_times_and_tests) {
  const std::string lines = fields("{}", R"({"history":[
    {"version":2,"chartName":"redis","chartVersion":"20.6.1","appVersion":"7.4","action":"upgrade",
     "status":"deployed","lastDeployed":"2026-08-01T09:00:00Z","digest":"sha256:9",
     "testHooks":{"cache-test":{"phase":"Succeeded","lastStarted":"2026-08-01T09:00:00Z"}}},
    {"version":1,"chartName":"redis","chartVersion":"20.6.0","status":"superseded"}]})");
  EXPECT_TRUE(lines.contains(
      R"(history Releases: [{"text":"v2 · redis 20.6.1 · app 7.4 · upgrade · deployed",)"
      R"("at":1785574800000},{"text":"v1 · redis 20.6.0 · superseded"}])"))
      << lines;
  EXPECT_TRUE(lines.contains(
      R"(history Tests: [{"text":"v2 · cache-test · Succeeded","at":1785574800000}])"))
      << lines;
  EXPECT_TRUE(lines.contains("overview App version: \"7.4\"")) << lines;
  EXPECT_TRUE(lines.contains("overview Release digest: \"sha256:9\"")) << lines;
}

TEST(HelmReleases, name_the_object_that_holds_their_chart) {
  const std::string made = fields(R"({"chart":{"spec":{"chart":"redis"}}})",
                                  R"({"helmChart":"flux-system/shop-cache"})");
  EXPECT_TRUE(made.contains(R"(overview Chart from: {"ref":{"group":"source.toolkit.fluxcd.io",)"
                            R"("kind":"HelmChart","namespace":"flux-system","name":"shop-cache")"))
      << made;
  const std::string oci = fields(R"({"chartRef":{"kind":"OCIRepository","name":"podinfo"}})", "{}");
  EXPECT_TRUE(oci.contains(R"("kind":"OCIRepository","namespace":"shop","name":"podinfo")")) << oci;
}

TEST(HelmReleases, say_what_has_drifted_and_what_becomes_of_it) {
  const std::string line = "Deployment/shop/cache changed (0 additions, 1 changes, 0 removals)";
  const std::string drifted =
      R"({"conditions":[{"type":"Drifted","status":"True",)"
      R"("lastTransitionTime":"2026-08-01T09:00:00Z","message":"Cluster state of release )"
      R"(shop/cache.v2 has drifted from the desired state:\n)" +
      line + R"("}]})";
  const std::string lines = fields(R"({"driftDetection":{"mode":"warn"}})", drifted);
  EXPECT_TRUE(lines.contains("drift Detection: \"warn: what has drifted is said and stays\""));
  EXPECT_TRUE(lines.contains("drift Drifted: [\"" + line + "\"]")) << lines;
  EXPECT_TRUE(fields("{}", "{}").contains("drift Detection: \"disabled, as it is by default\""));
}

TEST(HelmReleases, say_what_follows_a_failed_action_and_what_is_so_by_default) {
  const std::string lines =
      fields(R"({"install":{"remediation":{"retries":3}},"test":{"enable":true,)"
             R"("ignoreFailures":true},"upgrade":{"remediation":{"retries":1,)"
             R"("ignoreTestFailures":false}}})",
             "{}");
  for (const char* line : {R"(failures Last failed install: "stays, as it is by default")",
                           R"(failures Failed tests of an install: "are ignored")",
                           R"(failures Upgrade remediation: "rollback, as it is by default")",
                           R"(failures Last failed upgrade: "is undone too, as it is by default")",
                           R"(failures Failed tests of an upgrade: "make it a failed one")",
                           R"(failures Helm tests: "run after each install and upgrade")"}) {
    EXPECT_TRUE(lines.contains(std::string(line) + "\n")) << line << " is not in\n" << lines;
  }
  const std::string unlimited = fields(R"({"install":{"remediation":{"retries":-1}}})", "{}");
  EXPECT_FALSE(unlimited.contains("Last failed")) << unlimited;
}

TEST(HelmReleases, that_retry_on_failure_are_not_said_to_undo_anything) {
  const std::string lines = fields(R"({"upgrade":{"strategy":{"name":"RetryOnFailure",)"
                                   R"("retryInterval":"2m"},"remediation":{"retries":1}}})",
                                   "{}");
  EXPECT_TRUE(lines.contains(R"(failures Upgrade strategy: "RetryOnFailure: what failed stays as )"
                             R"(it is and is tried again every 2m")"))
      << lines;
  EXPECT_FALSE(lines.contains("Upgrade remediation")) << lines;
  EXPECT_FALSE(lines.contains("Last failed upgrade")) << lines;
}

TEST(HelmReleases, say_how_they_roll_back_and_on_which_cluster) {
  const std::string set =
      fields(R"({"rollback":{"timeout":"2m","disableWait":true,"force":true,"cleanupOnFail":true},)"
             R"("kubeConfig":{"secretRef":{"name":"edge"}}})",
             "{}");
  for (const char* line : {"rollback Timeout: 120000", "rollback Does not wait: true",
                           "rollback Replaces objects by force: true",
                           "rollback Deletes what is new when it fails: true",
                           R"(overview Remote cluster: "Secret edge")"}) {
    EXPECT_TRUE(set.contains(std::string(line) + "\n")) << line << " is not in\n" << set;
  }
  EXPECT_FALSE(set.contains("rollback Waits")) << set;
  const std::string unset = fields(R"({"timeout":"90s"})", "{}");
  EXPECT_TRUE(
      unset.contains("rollback Timeout, as of all actions: 90000\n"
                     "rollback Waits: \"until all objects are ready, as it is by default\""))
      << unset;
}

}  // namespace
}  // namespace masthead::plugins::flux
