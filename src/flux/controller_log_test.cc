#include "flux/controller_log.h"

#include <gtest/gtest.h>

namespace masthead::flux {
namespace {

const k8s::ObjectRef kApps{"kustomize.toolkit.fluxcd.io", "Kustomization", "flux-system", "apps"};

constexpr const char* kLine =
    R"({"level":"error","ts":"2026-11-21T08:00:00.000Z","msg":"Reconciliation failed after 6ms, )"
    R"(next try in 15s","controller":"kustomization","controllerGroup":"kustomize.toolkit.fluxcd.io",)"
    R"("controllerKind":"Kustomization","Kustomization":{"name":"apps","namespace":"flux-system"},)"
    R"("namespace":"flux-system","name":"apps","reconcileID":"1","revision":"main@sha1:5",)"
    R"("error":"kustomization path not found"})";

TEST(ControllerLog, tells_of_the_object_of_that_kind_namespace_and_name) {
  EXPECT_TRUE(tells_of(kLine, kApps));
  EXPECT_FALSE(tells_of(kLine, {kApps.group, "Kustomization", "flux-system", "app"}));
  EXPECT_FALSE(tells_of(kLine, {kApps.group, "Kustomization", "apps", "flux-system"}));
  EXPECT_FALSE(tells_of(kLine, {"", "HelmRelease", "flux-system", "apps"}));
}

TEST(ControllerLog, is_told_by_lines_that_name_their_object_alone) {
  EXPECT_TRUE(
      tells_of(R"({"msg":"x","Kustomization":{"name":"apps","namespace":"flux-system"}})", kApps));
}

TEST(ControllerLog, of_other_programs_and_broken_lines_tell_of_nothing) {
  for (const char* line : {"", "apps", "{apps", R"({"msg":"apps"})", R"(["apps"])",
                           R"({"controllerKind":["Kustomization"],"name":{"apps":1}})"}) {
    EXPECT_FALSE(tells_of(line, kApps)) << line;
  }
}

}  // namespace
}  // namespace masthead::flux
