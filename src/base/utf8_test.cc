#include "base/utf8.h"

#include <gtest/gtest.h>

namespace masthead::base {
namespace {

TEST(Utf8, knows_the_edges) {
  for (const char* good :
       {"", "a", "\xC2\x80", "\xED\x9F\xBF", "\xEE\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_utf8(good)) << good;
  }
  for (const char* bad : {"\x80", "\xC0\x80", "\xC2", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF5",
                          "\xE0\x9F\xBF", "\xF0\x8F\xBF\xBF"}) {
    EXPECT_FALSE(is_utf8(bad)) << bad;
  }
}

}  // namespace
}  // namespace masthead::base
