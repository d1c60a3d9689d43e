#include "k8s/resource_version.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace masthead::k8s {
namespace {

TEST(ResourceVersion, compares_as_integers_of_any_length) {
  EXPECT_LT(*compare_resource_versions("9", "10"), 0);
  EXPECT_GT(*compare_resource_versions("340282366920938463463374607431768211456", "99"), 0);
  EXPECT_EQ(*compare_resource_versions("77", "77"), 0);
}

TEST(ResourceVersion, malformed_ones_are_equal_or_unknown) {
  EXPECT_EQ(compare_resource_versions("abc", "abc"), 0);
  for (const char* bad : {"", "01", "1a", "-1", "1.0", " 1"}) {
    EXPECT_EQ(compare_resource_versions(bad, "5"), std::nullopt) << bad;
  }
}

RC_GTEST_PROP(ResourceVersion, agrees_with_numbers_that_fit, (uint64_t a, uint64_t b)) {
  const int order = *compare_resource_versions(std::to_string(a), std::to_string(b));
  RC_ASSERT((order < 0) == (a < b));
  RC_ASSERT((order > 0) == (a > b));
}

}  // namespace
}  // namespace masthead::k8s
