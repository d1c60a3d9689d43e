#include "base/terminal.h"

#include <gtest/gtest.h>

namespace masthead::base {
namespace {

TEST(ForTerminal, leaves_what_is_only_read) {
  EXPECT_EQ(for_terminal("größer · 数 \xF0\x9F\x9A\x80", 2), "größer · 数 \xF0\x9F\x9A\x80");
  EXPECT_EQ(for_terminal("", 2), "");
}

TEST(ForTerminal, takes_the_power_from_escape_sequences_and_marks_of_direction) {
  EXPECT_EQ(for_terminal("\x1B[2Jgone", 2), "\xEF\xBF\xBD[2Jgone");
  EXPECT_EQ(for_terminal("a\x7F"
                         "b\x07",
                         2),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD");
  EXPECT_EQ(for_terminal("\xC2\x9B"
                         "31m\xC2\xA0",
                         2),
            "\xEF\xBF\xBD"
            "31m\xC2\xA0");
  EXPECT_EQ(for_terminal("\xE2\x80\xAEtxt.\xE2\x81\xA6", 2), "\xEF\xBF\xBDtxt.\xEF\xBF\xBD");
  EXPECT_EQ(for_terminal("\xFF", 2), "(not UTF-8)");
}

TEST(ForTerminal, keeps_further_lines_in_their_place) {
  EXPECT_EQ(for_terminal("one\ntwo\tthree\r\n\n", 4), "one\n    two three ");
}

}  // namespace
}  // namespace masthead::base
