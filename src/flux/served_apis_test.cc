#include "flux/served_apis.h"

#include <gtest/gtest.h>

#include "k8s/known_kinds.h"

namespace masthead::flux {
namespace {

TEST(ServedApis, a_version_is_gone_from_the_release_on_that_does_not_serve_it) {
  EXPECT_EQ(removed_in(k8s::kSourceGroup, "GitRepository", "v1beta1"), 7);
  EXPECT_EQ(removed_in(k8s::kSourceGroup, "OCIRepository", "v1beta2"), 8);
  EXPECT_EQ(removed_in(k8s::kHelmGroup, "HelmRelease", "v2beta1"), 7);
  EXPECT_EQ(removed_in(k8s::kHelmGroup, "HelmRelease", "v2beta2"), 8);
  EXPECT_EQ(removed_in(k8s::kNotificationGroup, "Alert", "v1beta2"), 9);
  EXPECT_EQ(removed_in(k8s::kImageGroup, "ImageUpdateAutomation", "v1beta1"), 7);
  EXPECT_FALSE(removed_in(k8s::kHelmGroup, "HelmRelease", "v2").has_value());
  EXPECT_FALSE(removed_in(k8s::kHelmGroup, "HelmRelease", "v3").has_value());
  EXPECT_FALSE(removed_in(k8s::kOperatorGroup, "FluxInstance", "v1").has_value());
}

TEST(ServedApis, what_to_write_instead_is_the_newest_that_the_release_serves) {
  EXPECT_EQ(newest_version(k8s::kHelmGroup, "HelmRelease", 8), "v2");
  EXPECT_EQ(newest_version(k8s::kHelmGroup, "HelmRelease", 2), "v2beta2");
  EXPECT_FALSE(newest_version(k8s::kSourceGroup, "ExternalArtifact", 6).has_value());
  EXPECT_EQ(served_from(k8s::kHelmGroup, "HelmRelease", "v2"), 3);
  EXPECT_FALSE(served_from(k8s::kHelmGroup, "HelmRelease", "v9").has_value());
}

TEST(ServedApis, the_version_of_a_controller_says_which_release_it_belongs_to) {
  EXPECT_EQ(release_of_controller("source-controller", "v1.7.3"), 7);
  EXPECT_EQ(release_of_controller("kustomize-controller", "v1.2.0"), 2);
  EXPECT_EQ(release_of_controller("helm-controller", "v1.4.3"), 7);
  EXPECT_EQ(release_of_controller("helm-controller", "v0.37.0"), 2);
  EXPECT_EQ(release_of_controller("helm-controller", "v0.31.2"), kBeforeFlux2);
  EXPECT_EQ(release_of_controller("image-reflector-controller", "v0.28.0"), 0);
  EXPECT_EQ(release_of_controller("image-reflector-controller", "v0.29.1"), 0);
  EXPECT_EQ(release_of_controller("image-reflector-controller", "v0.31.1"), 2);
  EXPECT_EQ(release_of_controller("image-reflector-controller", "v0.35.2"), 6);
  EXPECT_EQ(release_of_controller("image-automation-controller", "v0.37.0"), 2);
  EXPECT_EQ(release_of_controller("image-automation-controller", "v1.0.1"), 7);
  EXPECT_EQ(release_of_controller("source-watcher", "v2.1.0"), 8);
  EXPECT_EQ(release_of_controller("source-controller", "v0.36.1"), kBeforeFlux2);
  for (const char* unknown : {"", "latest", "v1", "v1.", "main-1.2", "v2.0.0", "v0.99.0"}) {
    EXPECT_FALSE(release_of_controller("helm-controller", unknown).has_value()) << unknown;
  }
  EXPECT_FALSE(release_of_controller("flux-operator", "v0.30.0").has_value());
}

TEST(ServedApis, the_version_of_flux_is_known_by_its_minor) {
  EXPECT_EQ(release_of_flux_version("v2.7.3"), 7);
  EXPECT_EQ(release_of_flux_version("2.7.x"), 7);
  EXPECT_EQ(release_of_flux_version("v0.41.2"), kBeforeFlux2);
  for (const char* unknown : {"", "v3.0.0", "v1.25.4", "latest", "2"}) {
    EXPECT_FALSE(release_of_flux_version(unknown).has_value()) << unknown;
  }
  EXPECT_EQ(release_name(7), "2.7");
}

TEST(ServedApis, what_is_served_narrows_down_the_release) {
  const std::string source(k8s::kSourceGroup), helm(k8s::kHelmGroup);
  EXPECT_EQ(releases_that_serve({{{source, "GitRepository"}, {"v1", "v1beta2"}},
                                 {{helm, "HelmRelease"}, {"v2", "v2beta2"}}}),
            std::pair(7, 7));
  EXPECT_EQ(releases_that_serve({{{source, "Bucket"}, {"v1", "v1beta2", "v1beta1"}},
                                 {{source, "OCIRepository"}, {"v1beta2"}}}),
            std::pair(4, 5));
  EXPECT_EQ(releases_that_serve({{{source, "GitRepository"}, {"v1"}}}), std::pair(8, 9));
  EXPECT_FALSE(releases_that_serve({{{source, "GitRepository"}, {"v1beta2"}}}).has_value());
  EXPECT_FALSE(releases_that_serve({}).has_value());
  const std::string of_operator(k8s::kOperatorGroup);
  EXPECT_FALSE(releases_that_serve({{{of_operator, "FluxInstance"}, {"v1"}}}).has_value());
}

}  // namespace
}  // namespace masthead::flux
