#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/limits.h"
#include "json/value.h"
#include "json/writer.h"

namespace masthead::json {
namespace {

Document parsed(std::string_view text) {
  auto document = Document::parse(text);
  EXPECT_TRUE(document.has_value()) << text;
  return std::move(document).value();
}

TEST(JsonValue, absent_values_are_quiet_all_the_way_down) {
  const Document document = parsed(R"({"a":{"b":[1,"x",null]}})");
  const Value root = document.root();
  EXPECT_EQ(root["a"]["b"].at(1).str(), "x");
  EXPECT_FALSE(root["nope"]["deeper"].at(7).exists());
  EXPECT_EQ(root["a"]["b"].str(), "");
  EXPECT_EQ(root["a"]["b"].at(0).integer(), 1);
  EXPECT_TRUE(root["a"]["b"].at(2).is_null());
  EXPECT_EQ(root["a"]["b"].size(), 3u);
  EXPECT_EQ(root["a"].size(), 1u);
  for ([[maybe_unused]] const Value item : root["a"].items()) FAIL() << "an object has no items";
  for ([[maybe_unused]] const auto& member : root["a"]["b"].members()) FAIL();
}

TEST(JsonValue, members_and_items_come_in_order) {
  const Document document = parsed(R"({"z":1,"a":[true,2.5],"m":{}})");
  std::vector<std::string> keys;
  for (const auto& [key, value] : document.root().members()) keys.emplace_back(key);
  EXPECT_EQ(keys, (std::vector<std::string>{"z", "a", "m"}));
  EXPECT_EQ(document.root().to_json(), R"({"z":1,"a":[true,2.5],"m":{}})");
}

TEST(JsonValue, refuses_what_is_not_json) {
  for (const char* text : {"", "{", "{\"a\":}", "nul", "{\"a\":\"\xFF\"}", "[1,]"}) {
    EXPECT_FALSE(Document::parse(text).has_value()) << text;
  }
}

TEST(JsonValue, depth_is_limited) {
  const auto nested = [](int depth) {
    const auto n = static_cast<size_t>(depth);
    return std::string(n, '[') + "1" + std::string(n, ']');
  };
  EXPECT_TRUE(Document::parse(nested(limits::kJsonDepth)).has_value());
  EXPECT_FALSE(Document::parse(nested(limits::kJsonDepth + 1)).has_value());
}

TEST(JsonValue, a_document_can_be_moved_and_parsed_again) {
  Document first = parsed(R"({"n":1})");
  Document second = std::move(first);
  EXPECT_FALSE(first.root().exists());
  EXPECT_EQ(second.root()["n"].integer(), 1);
  ASSERT_TRUE(second.reparse(R"({"n":2})").has_value());
  EXPECT_EQ(second.root()["n"].integer(), 2);
  EXPECT_FALSE(second.reparse("broken").has_value());
  EXPECT_FALSE(second.root().exists()) << "nothing of the old document is left";
}

TEST(JsonWriter, writes_what_the_reader_reads) {
  Writer w;
  w.begin_object();
  w.key("text").string("a\"\n\xFF");
  w.key("list").begin_array().integer(-5).boolean(true).null().number(0.5).end_array();
  w.key("raw").raw("{\"x\":1}");
  w.end_object();
  const std::string text = std::move(w).finish();
  EXPECT_EQ(text,
            "{\"text\":\"a\\\"\\n\xEF\xBF\xBD\",\"list\":[-5,true,null,0.5],\"raw\":{\"x\":1}}");
  EXPECT_TRUE(Document::parse(text).has_value());
}

}  // namespace
}  // namespace masthead::json
