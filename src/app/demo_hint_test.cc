#include "app/demo_hint.h"

#include <gtest/gtest.h>

#include <set>

#include "sim/embedded_cluster.h"

namespace masthead::app {
namespace {

constexpr const char* kFile = "/tmp/demo.yaml";

DemoOptions of(const std::string& scenario) {
  DemoOptions options;
  options.scenario = scenario;
  return options;
}

TEST(DemoHint, says_in_every_scenario_what_to_try_with_a_command_that_works_as_it_stands) {
  std::set<std::string> all;
  for (const std::string& scenario : sim::EmbeddedCluster::scenarios()) {
    const std::string hint = demo_hint(of(scenario), kFile);
    EXPECT_NE(hint.find("`kubectl --kubeconfig /tmp/demo.yaml "), std::string::npos) << scenario;
    EXPECT_NE(hint.find("masthead serve"), std::string::npos) << scenario;
    EXPECT_EQ(hint.back(), '`') << scenario;
    all.insert(hint);
  }
  // The old Flux has the same outage.
  EXPECT_EQ(all.size(), sim::EmbeddedCluster::scenarios().size() - 1);
}

TEST(DemoHint, mends_the_outage_and_breaks_the_calm) {
  EXPECT_NE(demo_hint(of("outage"), kFile).find("./apps/payments/foundation"), std::string::npos);
  EXPECT_NE(demo_hint(of("calm"), kFile).find("./apps/payments/nowhere"), std::string::npos);
}

TEST(DemoHint, of_a_large_cluster_names_what_it_has_many_of) {
  DemoOptions options = of("outage");
  options.large = true;
  EXPECT_NE(demo_hint(options, kFile).find("100,000 pods"), std::string::npos);
}

TEST(DemoHint, tells_who_sees_less_how_to_see_all) {
  for (const std::string& scenario : sim::EmbeddedCluster::scenarios()) {
    DemoOptions options = of(scenario);
    options.user = "team-a";
    const std::string hint = demo_hint(options, kFile);
    EXPECT_NE(hint.find("without --as team-a"), std::string::npos) << hint;
    EXPECT_EQ(hint.find("kubectl"), std::string::npos) << "it might not be permitted";
  }
}

}  // namespace
}  // namespace masthead::app
