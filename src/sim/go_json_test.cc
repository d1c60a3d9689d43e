#include "sim/go_json.h"

#include <gtest/gtest.h>

#include <map>

namespace masthead::sim {
namespace {

// Each as a real API server of Kubernetes 1.36 answered.
TEST(GoJson, says_what_go_says) {
  const std::map<std::string, std::string> answers = {
      {"{nope", "invalid character 'n' looking for beginning of object key string"},
      {"", "unexpected end of JSON input"},
      {"nope", "invalid character 'o' in literal null (expecting 'u')"},
      {R"({"a":1,})", "invalid character '}' looking for beginning of object key string"},
      {R"({"a" 1})", "invalid character '1' after object key"},
      {"[1,2", "unexpected end of JSON input"},
      {"{\"a\":\"\x01\"}", R"(invalid character '\x01' in string literal)"},
      {R"({"a":tru})", "invalid character '}' in literal true (expecting 'e')"},
      {R"({"a":1}x)", "invalid character 'x' after top-level value"},
      {"{'a':1}", R"(invalid character '\'' looking for beginning of object key string)"},
      {R"({"a":01})", "invalid character '1' after object key:value pair"},
      {R"({"kind":"ConfigMap")", "unexpected end of JSON input"}};
  for (const auto& [text, said] : answers) EXPECT_EQ(go_json_problem(text), said) << text;
}

TEST(GoJson, says_nothing_of_what_is_json) {
  for (const char* text : {"{}", " [1, -2.5e+3, \"a\\u00e9\\n\", null, true, {\"a\": []}] ", "0",
                           "\"\"", R"({"a":{"b":[{"c":false}]},"d":1E9})"}) {
    EXPECT_EQ(go_json_problem(text), "") << text;
  }
}

TEST(GoJson, tells_other_mistakes_apart) {
  EXPECT_EQ(go_json_problem("[1 2]"), "invalid character '2' after array element");
  EXPECT_EQ(go_json_problem("[1,]"), "invalid character ']' looking for beginning of value");
  EXPECT_EQ(go_json_problem(R"("\x")"), "invalid character 'x' in string escape code");
  EXPECT_EQ(go_json_problem(R"("\u12g4")"),
            "invalid character 'g' in \\u hexadecimal character escape");
  EXPECT_EQ(go_json_problem("-a"), "invalid character 'a' in numeric literal");
  EXPECT_EQ(go_json_problem("1.a"), "invalid character 'a' after decimal point in numeric literal");
  EXPECT_EQ(go_json_problem("1ea"), "invalid character 'a' in exponent of numeric literal");
  EXPECT_EQ(go_json_problem(std::string(200'000, '[')), "unexpected end of JSON input");
}

}  // namespace
}  // namespace masthead::sim
