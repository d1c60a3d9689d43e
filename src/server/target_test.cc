#include "server/target.h"

#include <gtest/gtest.h>

namespace masthead::server {
namespace {

TEST(Target, lies_below_the_base_path_or_nowhere) {
  EXPECT_EQ(split_target("/api/meta?x=1", "/")->path, "api/meta");
  EXPECT_EQ(split_target("/tools/m/", "/tools/m/")->path, "");
  for (const char* outside : {"/tools/m", "/", "/tools/", "/tools/mm/api", "*", ""}) {
    EXPECT_FALSE(split_target(outside, "/tools/m/").has_value()) << outside;
  }
}

TEST(Target, values_are_decoded_and_the_first_of_a_name_counts) {
  const auto target = *split_target("/s?q=a%2Fb+c&qq=no&q=2&bad=%zz%4&none", "/");
  EXPECT_EQ(target.value("q"), "a/b c");
  EXPECT_EQ(target.value("bad"), "%zz%4");
  EXPECT_EQ(target.value("none"), "");
  EXPECT_EQ(target.value("missing"), "");
}

}  // namespace
}  // namespace masthead::server
