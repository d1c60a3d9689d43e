#include "sim/fleet/fleet.h"

#include <gtest/gtest.h>

#include "base/clock.h"

namespace masthead::sim {
namespace {

struct Filled {
  base::ManualClock clock;
  net::Loop loop{clock};
  base::SeededRandom random{1};
  Fleet fleet;
  ApiServer server;
  explicit Filled(const std::string& scenario)
      : fleet({scenario, false}), server(loop, random, {.version = "v1.34.2", .pods = &fleet}) {
    const ResourceTypePtr namespaces = server.types().find("", "namespaces");
    (void)server.create(namespaces, "", make_object("", "default", {}), "test");
    fleet.fill(server);
  }
  std::optional<Document> get(const char* group, const char* plural, const char* ns,
                              const char* name) {
    const ResourceTypePtr type = server.types().find(group, plural);
    const StoredPtr found = type == nullptr ? nullptr : server.store().get(*type, ns, name);
    return found == nullptr ? std::nullopt : std::optional(found->document(*type));
  }
  std::string ready(const char* group, const char* plural, const char* ns, const char* name) {
    const auto object = get(group, plural, ns, name);
    const Document* found = object ? condition(*object, "Ready") : nullptr;
    if (found == nullptr) return object ? "none" : "absent";
    return std::string(text_at(*found, {"status"})) + " " +
           std::string(text_at(*found, {"reason"}));
  }
};

constexpr const char* kKustomize = "kustomize.toolkit.fluxcd.io";

TEST(Fleet, an_outage_has_one_cause_and_a_dozen_that_wait) {
  Filled t("outage");
  EXPECT_EQ(t.ready(kKustomize, "kustomizations", "payments", "base"), "False ArtifactFailed");
  const ResourceTypePtr type = t.server.types().find(kKustomize, "kustomizations");
  ASSERT_NE(type, nullptr);
  int waiting = 0;
  for (const auto& [key, stored] : t.server.store().objects(*type)) {
    const Document object = stored->document(*type);
    const Document* ready = condition(object, "Ready");
    if (ready != nullptr && text_at(*ready, {"reason"}) == "DependencyNotReady") ++waiting;
  }
  EXPECT_GE(waiting, 11);
}

TEST(Fleet, a_calm_cluster_is_well) {
  Filled t("calm");
  const ResourceTypePtr type = t.server.types().find(kKustomize, "kustomizations");
  ASSERT_NE(type, nullptr);
  for (const auto& [key, stored] : t.server.store().objects(*type)) {
    if (key.first == "shop-staging") continue;
    EXPECT_EQ(t.ready(kKustomize, "kustomizations", key.first.c_str(), key.second.c_str()),
              "True ReconciliationSucceeded")
        << key.first << "/" << key.second;
  }
}

}  // namespace
}  // namespace masthead::sim
