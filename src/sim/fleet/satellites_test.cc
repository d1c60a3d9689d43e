#include <gtest/gtest.h>

#include "sim/fleet/fleet_fixture.h"

namespace masthead::sim {
namespace {

constexpr const char* kNotification = "notification.toolkit.fluxcd.io";
constexpr const char* kImage = "image.toolkit.fluxcd.io";
constexpr const char* kOperator = "fluxcd.controlplane.io";
constexpr const char* kSource = "source.toolkit.fluxcd.io";

TEST(Satellites, scans_and_policies_go_on_and_react_to_a_request) {
  Filled t("calm");
  const auto scanned = [&] {
    return std::string(text_at(*t.get(kImage, "imagerepositories", "shop", "checkout"),
                               {"status", "lastScanResult", "scanTime"}));
  };
  const std::string before = scanned();
  ASSERT_NE(before, "");
  t.pass(6 * 60'000);
  const std::string by_itself = scanned();
  EXPECT_GT(by_itself, before);
  t.edit(kImage, "imagerepositories", "shop", "checkout", [](Document& object) {
    Fields& metadata = object_in(object.as_object(), "metadata");
    object_in(metadata, "annotations")["reconcile.fluxcd.io/requestedAt"] = "now";
  });
  t.pass(2'000);
  EXPECT_GT(scanned(), by_itself);
  t.pass(7 * 60 * 60'000);
  const auto policy = t.get(kImage, "imagepolicies", "shop", "checkout");
  EXPECT_NE(text_at(*policy, {"status", "latestRef", "tag"}),
            text_at(*policy, {"status", "observedPreviousRef", "tag"}));
  EXPECT_NE(text_at(*policy, {"status", "observedPreviousRef", "tag"}), "");
}

TEST(Satellites, an_outage_breaks_some_of_them_and_nothing_waits_on_those) {
  Filled t("outage");
  EXPECT_EQ(t.ready(kNotification, "receivers", "search", "push"), "False TokenNotFound");
  EXPECT_EQ(t.ready(kImage, "imagerepositories", "search", "query"), "False ReadOperationFailed");
  EXPECT_EQ(t.ready(kOperator, "resourcesetinputproviders", "search", "previews"),
            "False ReconciliationFailed");
  EXPECT_EQ(t.count(kImage, "imagepolicies", "False DependencyNotReady"), 0);
  EXPECT_FALSE(t.get(kNotification, "providers", "payments", "pager")) << "its Alert names it";
}

TEST(Satellites, in_a_storm_others_wait_on_the_broken_ones_until_those_are_mended) {
  Filled t("storm");
  EXPECT_EQ(t.ready(kImage, "imagepolicies", "search", "query"), "False DependencyNotReady");
  EXPECT_EQ(t.ready(kOperator, "resourcesets", "search", "previews"), "False BuildFailed");
  t.set_spec(kImage, "imagerepositories", "search", "query", "image", "registry.example.com/query");
  t.pass(3'000);
  EXPECT_EQ(t.ready(kImage, "imagepolicies", "search", "query"), "True Succeeded");
}

TEST(Satellites, a_generator_makes_its_artifact_anew_when_it_is_gone) {
  Filled t("calm");
  const auto exists = [&] {
    return t.ready(kSource, "externalartifacts", "recommend", "features") == "True Succeeded";
  };
  ASSERT_TRUE(exists());
  t.erase(kSource, "externalartifacts", "recommend", "features");
  ASSERT_FALSE(exists());
  t.edit("source.extensions.fluxcd.io", "artifactgenerators", "recommend", "features",
         [](Document& object) {
           Fields& metadata = object_in(object.as_object(), "metadata");
           object_in(metadata, "annotations")["reconcile.fluxcd.io/requestedAt"] = "now";
         });
  t.pass(2'000);
  EXPECT_TRUE(exists());
}

TEST(Satellites, of_an_early_flux_have_the_status_of_their_versions) {
  Filled t("old-flux");
  EXPECT_EQ(t.ready(kNotification, "alerts", "flux-system", "failures"), "True Succeeded");
  const auto policy = t.get(kImage, "imagepolicies", "shop", "checkout");
  EXPECT_TRUE(text_at(*policy, {"status", "latestImage"}).starts_with("registry.example.com/"));
}

}  // namespace
}  // namespace masthead::sim
