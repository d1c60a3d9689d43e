#include "k8s/label_lines.h"

#include <gtest/gtest.h>

namespace masthead::k8s {
namespace {

TEST(LabelLines, the_value_of_a_key_is_that_of_the_whole_key) {
  EXPECT_EQ(label_value("ab=1\na=2\n", "a"), "2");
  EXPECT_EQ(label_value("a=\n", "a"), "");
  EXPECT_FALSE(label_value("ab=1\n", "a").has_value());
}

TEST(LabelLines, hold_a_key_with_any_value_and_a_key_with_its_own) {
  EXPECT_TRUE(has_label("ab=1\na=2\n", "a"));
  EXPECT_TRUE(has_label("ab=1\na=2\n", "a=2"));
  EXPECT_FALSE(has_label("ab=1\na=2\n", "a=1"));
  EXPECT_FALSE(has_label("ab=1\n", "a"));
  EXPECT_TRUE(has_label("a=\n", "a="));
}

}  // namespace
}  // namespace masthead::k8s
