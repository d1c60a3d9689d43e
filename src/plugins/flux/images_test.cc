// ImageRepository, ImagePolicy and ImageUpdateAutomation as each served version writes them.
#include <gtest/gtest.h>

#include "base/time_format.h"
#include "host/kind_fixture.h"
#include "plugins/flux/kinds.h"

namespace masthead::plugins::flux {
namespace {

using host::fixture::detail_of;
using host::fixture::Filled;
using k8s::Status;

const base::ManualClock kClock;

std::string object(const std::string& version, const std::string& spec, const std::string& status,
                   const char* ready = "True", const char* reason = "Succeeded") {
  return R"({"apiVersion":"image.toolkit.fluxcd.io/)" + version +
         R"(","metadata":{"namespace":"shop","name":"web","generation":1,)"
         R"("creationTimestamp":"2026-08-01T09:00:00Z"},"spec":)" +
         spec + R"(,"status":{"observedGeneration":1,)" + status +
         R"("conditions":[{"type":"Ready","status":")" + ready + R"(","reason":")" + reason +
         R"(","message":"said","lastTransitionTime":"2026-08-01T09:00:05Z"}]}})";
}

std::string time_cell(const char* at) {
  return std::to_string(base::rfc3339_or_zero(at));
}

constexpr const char* kScan = R"("tagCount":214,"scanTime":"2026-08-02T09:00:00Z")";

TEST(ImageKinds, repositories_of_every_version_show_their_last_scan) {
  for (const std::string version : {"v1beta1", "v1beta2", "v1"}) {
    std::string scan = kScan;
    if (version != "v1beta1") scan += R"(,"latestTags":["7.3.0","7.2.1"])";
    if (version == "v1") scan += R"(,"revision":"sha256:0a1b")";
    const std::string bytes = object(
        version,
        R"({"image":"registry.example.com/shop/web","interval":"5m","secretRef":{"name":"pull"}})",
        R"("canonicalImageName":"registry.example.com/shop/web","lastScanResult":{)" + scan + "},");
    const host::Kind kind = image_repositories();
    const Filled filled(kind, bytes, kClock);
    EXPECT_EQ(filled.status().status, Status::kReady) << version;
    EXPECT_EQ(filled.cell("image"), R"("registry.example.com/shop/web")");
    EXPECT_EQ(filled.cell("tags"), "214");
    EXPECT_EQ(filled.cell("synced"), time_cell("2026-08-02T09:00:00Z"));
    EXPECT_EQ(filled.cell("newest"), version == "v1beta1" ? "null" : R"("7.3.0, 7.2.1")");
    EXPECT_EQ(detail_of(kind, bytes).contains("sha256:0a1b"), version == "v1");
    EXPECT_TRUE(detail_of(kind, bytes).contains(R"("pull")"));
  }
}

TEST(ImageKinds, policies_of_every_version_show_the_latest_image) {
  const std::pair<const char*, const char*> versions[] = {
      {"v1beta1", R"("latestImage":"registry.example.com:5000/web:7.3",)"},
      {"v1beta2", R"("latestImage":"registry.example.com:5000/web:7.3",)"
                  R"("observedPreviousImage":"registry.example.com:5000/web:7.2",)"},
      {"v1", R"("latestRef":{"name":"registry.example.com:5000/web","tag":"7.3"},)"
             R"("observedPreviousRef":{"name":"registry.example.com:5000/web","tag":"7.2"},)"}};
  for (const auto& [version, status] : versions) {
    const std::string bytes =
        object(version,
               R"({"imageRepositoryRef":{"name":"web"},"policy":{"semver":{"range":">=7.0"}},)"
               R"("filterTags":{"pattern":"^v(.*)$","extract":"$1"}})",
               status);
    const host::Kind kind = image_policies();
    const Filled filled(kind, bytes, kClock);
    EXPECT_EQ(filled.cell("latest"), R"("registry.example.com:5000/web:7.3")") << version;
    EXPECT_EQ(filled.cell("revision"), R"("7.3")") << version;
    EXPECT_EQ(filled.row()->revision(), "7.3") << "what its transitions are told with";
    EXPECT_EQ(filled.cell("previous") != "null", std::string_view(version) != "v1beta1");
    EXPECT_EQ(filled.cell("policy"), R"("semver >=7.0")");
    EXPECT_TRUE(filled.cell("repository").contains(R"("namespace":"shop")"));
    EXPECT_TRUE(detail_of(kind, bytes).contains("^v(.*)$"));
  }
}

TEST(ImageKinds, a_policy_without_an_image_waits_for_its_repository_and_a_port_is_no_tag) {
  const host::Kind kind = image_policies();
  const Filled waiting(
      kind, object("v1", R"({"policy":{"numerical":{}}})", "", "False", "DependencyNotReady"),
      kClock);
  EXPECT_EQ(waiting.status().status, Status::kWaiting);
  EXPECT_EQ(waiting.cell("latest"), "null");
  EXPECT_EQ(waiting.cell("policy"), R"("numerical asc")");
  const Filled untagged(
      kind, object("v1beta2", "{}", R"("latestImage":"registry.example.com:5000/web",)"), kClock);
  EXPECT_EQ(untagged.cell("revision"), "null");
}

TEST(ImageKinds, automations_of_every_version_show_their_last_push) {
  for (const std::string version : {"v1beta1", "v1beta2", "v1"}) {
    std::string status =
        R"("lastAutomationRunTime":"2026-08-02T10:00:00Z","lastPushTime":"2026-08-02T09:30:00Z",)"
        R"("lastPushCommit":"4f2c9e1",)";
    if (version == "v1beta2") {
      status += R"("observedPolicies":{"web":{"name":"registry.example.com/web","tag":"7.3"}},)";
    } else if (version == "v1") {
      status +=
          R"("observedPolicies":{"web":{"name":"registry.example.com/web","tag":"7.3","digest":"sha256:1"}},)";
    }
    const std::string bytes = object(
        version,
        R"({"interval":"30m","sourceRef":{"kind":"GitRepository","name":"fleet","namespace":"flux-system"},)"
        R"("git":{"checkout":{"ref":{"branch":"main"}},"push":{"branch":"updates"}},)"
        R"("update":{"strategy":"Setters","path":"./apps"}})",
        status);
    const host::Kind kind = image_update_automations();
    const Filled filled(kind, bytes, kClock);
    EXPECT_EQ(filled.status().status, Status::kReady) << version;
    EXPECT_EQ(filled.cell("pushed"), time_cell("2026-08-02T09:30:00Z"));
    EXPECT_EQ(filled.cell("synced"), time_cell("2026-08-02T10:00:00Z"));
    EXPECT_EQ(filled.cell("branch"), R"("updates")");
    EXPECT_EQ(filled.cell("revision"), R"("4f2c9e1")");
    EXPECT_TRUE(filled.cell("source").contains("flux-system"));
    EXPECT_EQ(detail_of(kind, bytes).contains("registry.example.com/web:7.3"),
              version != "v1beta1");
  }
}

}  // namespace
}  // namespace masthead::plugins::flux
