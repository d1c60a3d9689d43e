#include "sim/fleet/tenant_copies.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "sim/fleet/fleet_fixture.h"
#include "sim/fleet/inventory.h"

namespace masthead::sim {
namespace {

constexpr const char* kKustomize = "kustomize.toolkit.fluxcd.io";
constexpr const char* kRequestedAt = "reconcile.fluxcd.io/requestedAt";

// A fleet of a few copies, as large ones are made.
struct Grown : Filled {
  explicit Grown(size_t pods) : Filled("outage", 1, pods) {
    while (fleet.grow()) {
    }
  }
  std::map<std::string, uint64_t> revisions_in(std::string_view ns) {
    std::map<std::string, uint64_t> all_of_them;
    for (const ResourceTypePtr& of : server.types().all()) {
      for (const auto& [key, stored] : server.store().objects(*of)) {
        if (key.first == ns) all_of_them[of->plural + "/" + key.second] = stored->revision;
      }
    }
    return all_of_them;
  }
};

constexpr const char* kCopy = "calm-badger";

TEST(TenantCopies, grow_until_there_are_as_many_pods_as_wanted) {
  Grown grown(5'800);
  const size_t pods = grown.all("", "pods").size();
  EXPECT_GE(pods, 5'800);
  EXPECT_LT(pods, 5'900);
}

TEST(TenantCopies, are_what_the_controllers_would_make) {
  Grown grown(700);
  for (const char* plural : {"deployments", "replicasets"}) {
    for (const Document& one : grown.all("apps", plural, kCopy)) {
      const std::string name(text_at(one, {"metadata", "name"}));
      (void)grown.server.change(
          grown.type("apps", plural), kCopy, name, "", "test",
          [](Document& now) { object_in(now.as_object(), "spec")["minReadySeconds"] = 1; });
    }
  }
  for (const Document& one : grown.all(kKustomize, "kustomizations", kCopy)) {
    (void)grown.server.change(grown.type(kKustomize, "kustomizations"), kCopy,
                              text_at(one, {"metadata", "name"}), "", "test", [](Document& now) {
                                Fields& metadata = object_in(now.as_object(), "metadata");
                                object_in(metadata, "annotations")[kRequestedAt] = "now";
                              });
  }
  const auto pods = grown.all("", "pods", kCopy);
  const auto sets = grown.all("apps", "replicasets", kCopy);
  grown.pass(10'000);
  EXPECT_EQ(grown.all("", "pods", kCopy), pods);
  EXPECT_EQ(grown.all("apps", "replicasets", kCopy).size(), sets.size());
  const auto after = grown.all(kKustomize, "kustomizations", kCopy);
  ASSERT_EQ(after.size(), 4U);
  for (const Document& one : after) {
    EXPECT_TRUE(is_ready(one)) << one;
    EXPECT_EQ(text_at(one, {"status", "lastHandledReconcileAt"}), "now");
  }
}

TEST(TenantCopies, differ_in_everything_that_names_an_object) {
  Grown grown(5'800);
  std::set<std::string> uids;
  std::set<std::string> addresses;
  size_t with_address = 0;
  size_t pods = 0;
  for (const Document& pod : grown.all("", "pods")) {
    ++pods;
    uids.emplace(text_at(pod, {"metadata", "uid"}));
    const std::string_view ns = text_at(pod, {"metadata", "namespace"});
    const std::string_view address = text_at(pod, {"status", "podIP"});
    if (!address.empty()) addresses.emplace(address);
    with_address += address.empty() ? 0 : 1;
    EXPECT_EQ(to_text(pod).find(ns == kWellTenant ? kIllTenant : kWellTenant), std::string::npos);
  }
  EXPECT_EQ(uids.size(), pods);
  EXPECT_EQ(addresses.size(), with_address);
  EXPECT_GT(with_address, pods - 100);  // some never ran
}

TEST(TenantCopies, have_ill_ones_among_them_whose_others_wait) {
  Grown grown(5'800);
  std::map<std::string, int> reasons;
  for (const Document& one : grown.all(kKustomize, "kustomizations")) {
    const std::string_view ns = text_at(one, {"metadata", "namespace"});
    if (ns.find('-') == std::string_view::npos || ns == "flux-system") continue;
    const Document* ready = condition(one, "Ready");
    if (ready != nullptr) ++reasons[std::string(text_at(*ready, {"reason"}))];
  }
  EXPECT_GT(reasons["ReconciliationSucceeded"], 180);
  EXPECT_GE(reasons["DependencyNotReady"], 2);
}

TEST(TenantCopies, cost_nothing_while_nothing_changes) {
  Grown grown(700);
  const auto before = grown.revisions_in(kCopy);
  ASSERT_GT(before.size(), 100U);
  grown.pass(60'000);
  EXPECT_EQ(grown.revisions_in(kCopy), before);
}

}  // namespace
}  // namespace masthead::sim
