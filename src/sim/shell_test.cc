#include "sim/shell.h"

#include <gtest/gtest.h>

namespace masthead::sim {
namespace {

class AShell : public testing::Test {
 protected:
  std::string out_, err_;
  Shell shell_{"web-1",
               {[this](std::string_view text) { out_ += text; },
                [this](std::string_view text) { err_ += text; }}};
};

TEST_F(AShell, runs_one_command_and_says_how_it_ended) {
  EXPECT_EQ(shell_.start({"echo", "a b", "c"}), 0);
  EXPECT_EQ(out_, "a b c\n");
  EXPECT_EQ(shell_.start({"/bin/sh", "-c", "hostname; exit 3; echo never"}), 3);
  EXPECT_EQ(out_, "a b c\nweb-1\n");
  EXPECT_EQ(shell_.start({"reboot"}), 127);
  EXPECT_EQ(err_, "sh: reboot: not found\n");
}

TEST_F(AShell, reads_lines_in_pieces_until_exit) {
  EXPECT_EQ(shell_.start({"sh"}), std::nullopt);
  EXPECT_EQ(shell_.input("echo he"), std::nullopt);
  EXPECT_EQ(shell_.input("llo\nfalse\n"), std::nullopt);
  EXPECT_EQ(out_, "hello\n");
  EXPECT_EQ(shell_.input_ended(), 1) << "what the last command said";
  EXPECT_EQ(shell_.input("exit 7\n"), 7);
}

TEST_F(AShell, cat_gives_back_what_it_is_given) {
  EXPECT_EQ(shell_.start({"cat"}), std::nullopt);
  EXPECT_EQ(shell_.input("one\ntwo"), std::nullopt);
  EXPECT_EQ(out_, "one\ntwo");
  EXPECT_EQ(shell_.input_ended(), 0);
}

}  // namespace
}  // namespace masthead::sim
