#include <gtest/gtest.h>

#include "sim/patch.h"

namespace masthead::sim {
namespace {

std::string patched(const std::string& object, const std::string& patch) {
  Document target = *parse_document(object);
  const auto applied = strategic_patch(target, *parse_document(patch));
  return applied ? to_text(target) : "refused: " + applied.error();
}

TEST(StrategicPatch, lists_with_a_merge_key_are_merged_by_it) {
  EXPECT_EQ(patched(R"({"containers":[{"name":"a","image":"1","tty":true},{"name":"b"}]})",
                    R"({"containers":[{"name":"a","image":"2"},{"name":"c"}]})"),
            R"({"containers":[{"name":"a","image":"2","tty":true},{"name":"b"},{"name":"c"}]})");
  EXPECT_EQ(patched(R"({"ports":[{"port":80},{"port":81}]})",
                    R"({"ports":[{"port":80,"$patch":"delete"}]})"),
            R"({"ports":[{"port":81}]})");
}

TEST(StrategicPatch, other_lists_are_replaced_and_null_takes_away) {
  EXPECT_EQ(patched(R"({"args":["a","b"],"gone":1,"kept":2})", R"({"args":["c"],"gone":null})"),
            R"({"args":["c"],"kept":2})");
}

TEST(StrategicPatch, finalizers_are_joined_and_taken_out_by_a_directive) {
  EXPECT_EQ(patched(R"({"finalizers":["a"]})", R"({"finalizers":["b","a"]})"),
            R"({"finalizers":["a","b"]})");
  EXPECT_EQ(
      patched(R"({"finalizers":["a","b"]})", R"({"$deleteFromPrimitiveList/finalizers":["a"],)"
                                             R"("$setElementOrder/finalizers":["b"]})"),
      R"({"finalizers":["b"]})");
}

TEST(StrategicPatch, an_object_is_replaced_or_keeps_only_some_keys_by_directive) {
  EXPECT_EQ(patched(R"({"a":{"x":1}})", R"({"a":{"$patch":"replace","y":2}})"), R"({"a":{"y":2}})");
  EXPECT_EQ(patched(R"({"strategy":{"type":"RollingUpdate","rollingUpdate":{}}})",
                    R"({"strategy":{"$retainKeys":["type"],"type":"Recreate"}})"),
            R"({"strategy":{"type":"Recreate"}})");
  EXPECT_EQ(patched("{}", R"({"$patch":"explode"})"),
            "refused: Unknown patch type found: \"explode\"");
  EXPECT_EQ(patched("{}", "[]"), "refused: not an object");
}

}  // namespace
}  // namespace masthead::sim
