#include "flux/health_checks.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace masthead::flux {
namespace {

std::vector<std::string> named(std::string_view message) {
  std::vector<std::string> lines;
  for (const auto& ref : unhealthy_of(message)) {
    lines.push_back(ref.group + " " + ref.kind + " " + ref.ns + "/" + ref.name);
  }
  return lines;
}
using Lines = std::vector<std::string>;

TEST(HealthChecks, name_flux_objects_that_keep_others_from_being_healthy) {
  EXPECT_EQ(named("health check failed after 30.012s: timeout waiting for: [HelmRelease/apps/shop "
                  "status: 'InProgress', Deployment/apps/web status: 'InProgress', "
                  "Kustomization/flux-system/infra status: 'Failed']"),
            (Lines{"helm.toolkit.fluxcd.io HelmRelease apps/shop",
                   "kustomize.toolkit.fluxcd.io Kustomization flux-system/infra"}));
  EXPECT_EQ(named("health check failed after 1s: failed early due to stalled resources: "
                  "[HelmRelease/apps/shop status: 'Failed']"),
            (Lines{"helm.toolkit.fluxcd.io HelmRelease apps/shop"}));
}

TEST(HealthChecks, of_other_words_name_nothing) {
  for (const char* message : {"", "timeout", " status: '", "[Namespace/shop status: 'NotFound']",
                              "[HelmRelease//x status: '", "[HelmRelease/x/ status: '",
                              "HelmRelease/a/b/c status: 'x'", "[/a/b status: 'x']"}) {
    EXPECT_EQ(named(message), Lines{}) << message;
  }
}

TEST(HealthChecks, are_read_up_to_a_limit) {
  std::string message = "[";
  for (size_t i = 0; i <= limits::kHealthChecksNamed; ++i) {
    message += "HelmRelease/a/r" + std::to_string(i) + " status: 'Failed', ";
  }
  EXPECT_EQ(named(message).size(), limits::kHealthChecksNamed);
}

}  // namespace
}  // namespace masthead::flux
