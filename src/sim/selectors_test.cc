#include "sim/selectors.h"

#include <gtest/gtest.h>

namespace masthead::sim {
namespace {

using Labels = std::map<std::string, std::string>;

bool selects(const char* selector, const Labels& labels) {
  const auto parsed = parse_label_selector(selector);
  EXPECT_TRUE(parsed.has_value()) << selector;
  return parsed && matches(*parsed, labels);
}

std::string refusal(const char* selector) {
  const auto parsed = parse_label_selector(selector);
  return parsed ? "accepted" : parsed.error().message;
}

TEST(LabelSelector, knows_every_operator) {
  const Labels labels{{"app", "web"}, {"size", "9"}, {"empty", ""}};
  for (const char* yes :
       {"", " ", "app=web", "app==web", "app!=db", "app in (web,db)", "app in(web)",
        "app notin (db)", "none notin (db)", "app", "!none", "! none", "size>8", "size<10",
        "empty=", "empty in (,x)", "empty in ()", " app = web , size ", "none!=x"}) {
    EXPECT_TRUE(selects(yes, labels)) << yes;
  }
  for (const char* no : {"app=db", "app!=web", "app in (db)", "app notin (web)", "none", "!app",
                         "size>9", "size<9", "app>1", "none=", "app=web,size=1"}) {
    EXPECT_FALSE(selects(no, labels)) << no;
  }
}

TEST(LabelSelector, refuses_in_the_words_of_the_api_server) {
  EXPECT_EQ(refusal("a=>b"), "unable to parse requirement: found '>', expected: identifier");
  EXPECT_EQ(refusal("a=b c"), "found 'c', expected: ',' or 'end of string'");
  EXPECT_EQ(refusal("a=b,"), "found '', expected: identifier after ','");
  EXPECT_EQ(refusal(",a"), "found ',', expected: !, identifier, or 'end of string'");
  EXPECT_EQ(refusal("a in (b"), "unable to parse requirement: found '', expected: ',' or ')'");
  EXPECT_EQ(refusal("a in b)"), "unable to parse requirement: found 'b' expected: '('");
  EXPECT_EQ(refusal("!"), "unable to parse requirement: found '', expected: identifier");
  EXPECT_EQ(refusal("a within (b)"),
            "unable to parse requirement: found 'within', expected: in, notin, =, ==, !=, gt, lt");
  EXPECT_EQ(refusal("a>b"),
            "unable to parse requirement: values[0]: Invalid value: \"b\": for 'Gt', 'Lt' "
            "operators, the value must be an integer");
  EXPECT_TRUE(
      refusal("-a").starts_with("unable to parse requirement: <nil>: Invalid value: \"-a\""));
  EXPECT_TRUE(refusal("a=b$").starts_with(
      "unable to parse requirement: values[0][a]: Invalid value: \"b$\": a valid label must be"));
}

TEST(LabelSelector, holds_keys_and_values_to_63_bytes) {
  const std::string longest(63, 'k');
  EXPECT_EQ(refusal(longest.c_str()), "accepted");
  EXPECT_EQ(refusal(("a=" + longest).c_str()), "accepted");
  EXPECT_NE(refusal((longest + "k").c_str()), "accepted");
  EXPECT_NE(refusal(("a=" + longest + "k").c_str()), "accepted");
}

TEST(FieldSelector, takes_escapes_and_only_known_fields) {
  const ResourceTypes types;
  const ResourceType& maps = *types.find("", "configmaps");
  const auto good = parse_field_selector(R"(metadata.name=a\,b,metadata.namespace!=c,)", maps);
  ASSERT_TRUE(good.has_value());
  ASSERT_EQ(good->size(), 2U);
  EXPECT_EQ((*good)[0].value, "a,b");
  EXPECT_FALSE((*good)[1].equal);
  EXPECT_FALSE(parse_field_selector("metadata.name", maps).has_value());
  EXPECT_FALSE(parse_field_selector(R"(metadata.name=\0)", maps).has_value());
  EXPECT_EQ(parse_field_selector("data.a=b", maps).error().message,
            "\"data.a\" is not a known field selector: only \"metadata.name\", "
            "\"metadata.namespace\"");
  EXPECT_TRUE(parse_field_selector("status.phase=Running", *types.find("", "pods")).has_value());
}

}  // namespace
}  // namespace masthead::sim
