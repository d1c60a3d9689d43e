#include "cache/applied_set.h"

#include <gtest/gtest.h>

namespace masthead::cache {
namespace {

TEST(AppliedSet, has_what_it_was_made_of_and_nothing_else) {
  std::vector<k8s::ObjectRef> refs;
  for (int i = 0; i < 1'000; ++i) refs.push_back({"apps", "Deployment", "a", std::to_string(i)});
  const std::string set = make_applied_set(refs);
  EXPECT_EQ(set.size(), 8'000u);
  for (const auto& ref : refs) EXPECT_TRUE(applied_set_has(set, applied_hash(ref)));
  for (int i = 1'000; i < 2'000; ++i) {
    EXPECT_FALSE(
        applied_set_has(set, applied_hash({"apps", "Deployment", "a", std::to_string(i)})));
  }
  EXPECT_FALSE(applied_set_has("", applied_hash(refs[0])));
}

TEST(AppliedSet, tells_names_apart_from_their_neighbours) {
  EXPECT_NE(applied_hash({"a", "b", "c", "d"}), applied_hash({"ab", "", "c", "d"}));
  EXPECT_NE(applied_hash({"", "Service", "", "web"}), applied_hash({"", "Service", "web", ""}));
}

}  // namespace
}  // namespace masthead::cache
