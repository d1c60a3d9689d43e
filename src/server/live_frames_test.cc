#include "server/live_frames.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace masthead::server {
namespace {

TEST(LiveFrames, reads_what_the_contract_allows) {
  const auto list = parse_client_frame(
      R"({"type":"subscribe","id":3,"query":{"type":"list","table":"pods","filter":"web","sort":"name","first":0,"count":100}})");
  ASSERT_TRUE(list.has_value());
  EXPECT_EQ(list->request.table, "pods");
  EXPECT_EQ(list->request.count, 100);
  EXPECT_TRUE(parse_client_frame(R"({"type":"subscribe","id":1,"query":{"type":"home"}})"));
  EXPECT_TRUE(parse_client_frame(
      R"({"type":"update","id":1,"query":{"type":"detail","table":"pods","name":"a"}})"));
  const auto tree = parse_client_frame(
      R"({"type":"subscribe","id":1,"query":{"type":"tree","table":"t","namespace":"n","name":"a","filter":"pod","openAll":true,"opened":["x","y"],"first":5,"count":7}})");
  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(tree->request.tree.name, "a");
  EXPECT_EQ(tree->request.tree.opened, (std::set<std::string>{"x", "y"}));
  EXPECT_TRUE(tree->request.tree.open_all);
  EXPECT_EQ(tree->request.tree.first, 5u);
  EXPECT_EQ(tree->request.tree.count, 7u);
  EXPECT_EQ(parse_client_frame(R"({"type":"credit","n":1000})")->n, 1000);
  EXPECT_TRUE(parse_client_frame(R"({"type":"unsubscribe","id":9})"));
}

TEST(LiveFrames, refuses_everything_else) {
  for (
      const char* text :
      {"", "[]", "{}", "nonsense", R"({"type":"credit","n":0})", R"({"type":"credit","n":1001})",
       R"({"type":"credit"})", R"({"type":"unsubscribe"})", R"({"type":"subscribe","id":1})",
       R"({"type":"subscribe","id":0,"query":{"type":"home"}})",
       R"({"type":"subscribe","id":1,"query":{"type":"list","table":"pods","first":0,"count":501}})",
       R"({"type":"subscribe","id":1,"query":{"type":"list","table":"pods","first":-1,"count":5}})",
       R"({"type":"subscribe","id":1,"query":{"type":"list","first":0,"count":5}})",
       R"({"type":"subscribe","id":1,"query":{"type":"detail","table":"pods"}})",
       R"({"type":"subscribe","id":1,"query":{"type":"dashboard"}})",
       R"({"type":"subscribe","id":1,"query":{"type":"graph"}})",
       R"({"type":"subscribe","id":1,"query":{"type":"controllers"}})",
       R"({"type":"subscribe","id":1,"query":{"type":"nothing","table":"x"}})"}) {
    EXPECT_FALSE(parse_client_frame(text).has_value()) << text;
  }
  EXPECT_TRUE(parse_client_frame(
      R"({"type":"subscribe","id":1,"query":{"type":"list","table":"pods","first":0,"count":500}})"));
}

TEST(LiveFrames, controllers_are_those_of_a_plugin) {
  const auto frame = parse_client_frame(
      R"({"type":"subscribe","id":1,"query":{"type":"controllers","plugin":"flux"}})");
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->request.type, LiveRequest::Type::kControllers);
  EXPECT_EQ(frame->request.plugin, "flux");
  EXPECT_EQ(controllers_frame(1, 2, "{}"),
            R"({"type":"controllers","id":1,"seq":2,"controllers":{}})");
}

TEST(LiveFrames, a_tree_names_as_many_rows_as_it_may_and_not_one_more) {
  const auto naming = [](size_t rows) {
    std::string ids;
    for (size_t i = 0; i < rows; ++i) ids += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\"";
    return parse_client_frame(
               R"({"type":"subscribe","id":1,"query":{"type":"tree","table":"t","name":"a","first":0,"count":9,"opened":[)" +
               ids + "]}}")
        .has_value();
  };
  EXPECT_TRUE(naming(limits::kTreeOpened));
  EXPECT_FALSE(naming(limits::kTreeOpened + 1));
}

}  // namespace
}  // namespace masthead::server
