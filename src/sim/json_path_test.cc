#include "sim/json_path.h"

#include <gtest/gtest.h>

namespace masthead::sim {
namespace {

std::string at(const char* path) {
  static const Document object = *parse_document(
      R"({"spec":{"a":"1","b.c":"2","list":["x","y"]},)"
      R"("status":{"conditions":[{"type":"Other","status":"False"},{"type":"Ready","status":"True"}]}})");
  const Document* found = first_match(object, path);
  return found == nullptr ? "nothing" : to_text(*found);
}

TEST(JsonPath, walks_fields_items_and_conditions) {
  EXPECT_EQ(at(".spec.a"), R"("1")");
  EXPECT_EQ(at("spec.a"), R"("1")");
  EXPECT_EQ(at(R"(.spec.b\.c)"), R"("2")");
  EXPECT_EQ(at(".spec['b.c']"), R"("2")");
  EXPECT_EQ(at(".spec.list[1]"), R"("y")");
  EXPECT_EQ(at(R"(.status.conditions[?(@.type=="Ready")].status)"), R"("True")");
}

TEST(JsonPath, finds_nothing_where_nothing_is) {
  for (const char* path :
       {".spec.none", ".spec.list[2]", ".spec.list[-1]", ".spec.list[x]", ".spec.a.deeper",
        ".spec[", R"(.status.conditions[?(@.type=="No")].status)", ".status.conditions[?(@.type)]",
        ".spec.a[0]"}) {
    EXPECT_EQ(at(path), "nothing") << path;
  }
}

}  // namespace
}  // namespace masthead::sim
