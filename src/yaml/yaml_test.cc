#include "yaml/yaml.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/limits.h"
#include "json/writer.h"

namespace masthead::yaml {
namespace {

std::string json_of(std::string_view text) {
  const auto json = to_json(text);
  return json ? *json : json.error().text;
}

std::string yaml_of(const std::string& json) {
  return from_json(json::Document::parse(json).value().root());
}

TEST(ToJson, reads_scalars_as_kubectl_does) {
  EXPECT_EQ(json_of("[yes, no, on, off, true, ~, null, ~, 'yes', \"1\"]"),
            R"([true,false,true,false,true,null,null,null,"yes","1"])");
  EXPECT_EQ(json_of("[1, -1, 0x1F, 0o17, 017, 1_000, 0b11, 18446744073709551615]"),
            "[1,-1,31,15,15,1000,3,18446744073709551615]");
  EXPECT_EQ(json_of("[1.5, -.5, 1e3, 1., .inf, 1.2.3, 1e, -x]"),
            R"([1.5,-0.5,1000,1,".inf","1.2.3","1e","-x"])");
  EXPECT_EQ(json_of("a: 2026-01-01\nb: !!str 5\nc: 10m\nd: 1:30"),
            R"({"a":"2026-01-01","b":"5","c":"10m","d":"1:30"})");
  EXPECT_EQ(json_of("a: |\n  x\n  y\nb: >-\n  x\n  y\n"), R"({"a":"x\ny\n","b":"x y"})");
  EXPECT_EQ(json_of("true: 1\n2: x\nnull: z"), R"({"true":1,"2":"x","null":"z"})");
  EXPECT_EQ(json_of(""), "null");
  EXPECT_EQ(json_of("# only a comment\n"), "null");
  EXPECT_EQ(json_of("{\"json\": [1, {\"too\": null}]}"), R"({"json":[1,{"too":null}]})");
}

TEST(ToJson, reads_quotes_within_quotes) {
  EXPECT_EQ(json_of("[ 'a'''' b', '''''' , 'a''\n  ''''  \n\n  c' ]"),
            R"(["a'' b","''","a' ''\nc"])");
}

TEST(ToJson, reads_what_begins_with_a_byte_order_mark) {
  EXPECT_EQ(json_of("\xEF\xBB\xBF\x61: 1\r\nb: 2\r\n"), R"({"a":1,"b":2})");
  EXPECT_FALSE(to_json(std::string_view("\xFF\xFE\x61\x00", 4))) << "UTF-16";
}

TEST(ToJson, reads_an_anchor_that_is_named_anew_as_its_latest) {
  EXPECT_EQ(json_of("a: &x 1\nb: *x\nc: &x 2\nd: *x\n"), R"({"a":1,"b":1,"c":2,"d":2})");
}

TEST(ToJson, reads_the_first_of_several_documents) {
  EXPECT_EQ(json_of("---\na: 1\n---\nb: 2\n"), R"({"a":1})");
}

TEST(ToJson, expands_aliases_and_merges) {
  EXPECT_EQ(json_of("a: &x {k: 1, l: 2}\nb: *x\nc:\n  <<: *x\n  l: 3\n"),
            R"({"a":{"k":1,"l":2},"b":{"k":1,"l":2},"c":{"l":3,"k":1}})");
  EXPECT_EQ(json_of("a: &x {k: 1}\nb: &y {k: 2, m: 3}\nc: {<<: [*x, *y]}\nd: {'<<': 1}"),
            R"({"a":{"k":1},"b":{"k":2,"m":3},"c":{"k":1,"m":3},"d":{"<<":1}})");
  EXPECT_NE(json_of("a: *nowhere").find("line 1, column"), std::string::npos) << json_of("a: *b");
}

TEST(ToJson, names_line_and_column_of_an_error) {
  for (const auto& [text, line] :
       std::vector<std::pair<std::string, std::string>>{{"a: 1\nb: [1, 2\n", "3"},
                                                        {"a:\n  b: 1\n\tc: 2\n", "3"},
                                                        {"a: 1\na: 2\n", "2"},
                                                        {"ok: 1\nx: \"un\n", "2"},
                                                        {"a: 1\nb: \xFF\n", "2"},
                                                        {"a: 1\nb: \x01\n", "2"},
                                                        {"? a:\t- b\n", "1"},
                                                        {"a: 1\n? [b]\n: 1\n", "2"}}) {
    const auto json = to_json(text);
    ASSERT_FALSE(json) << text << *json;
    EXPECT_EQ(json.error().code, base::ErrorCode::kInvalid);
    ASSERT_FALSE(json.error().params.empty()) << json.error().text;
    EXPECT_EQ(json.error().params[0].second, line) << text << json.error().text;
  }
}

TEST(ToJson, holds_the_alias_limit) {
  const auto with = [](int aliases) {
    std::string text = "a: &x 1\nb: [";
    for (int i = 0; i < aliases; ++i) text += "*x ,";
    return text + "]\n";
  };
  EXPECT_TRUE(to_json(with(limits::kYamlAliases)));
  const auto refused = to_json(with(limits::kYamlAliases + 1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::kTooLarge);
}

TEST(ToJson, holds_the_limit_of_what_aliases_expand_to) {
  const auto with = [](size_t size, int times) {
    std::string text = "a: &x \"" + std::string(size, 'x') + "\"\nb: [";
    for (int i = 0; i < times; ++i) text += "*x ,";
    return text + "]\n";
  };
  EXPECT_TRUE(to_json(with(limits::kMiB, 14)));
  EXPECT_EQ(to_json(with(limits::kMiB, 17)).error().code, base::ErrorCode::kTooLarge);
  // Ten levels of nine aliases each: "billion laughs".
  std::string laughs = "a0: &a0 lol\n";
  for (int i = 1; i < 10; ++i) {
    laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int n = 0; n < 9; ++n) laughs += "*a" + std::to_string(i - 1) + " ,";
    laughs += "]\n";
  }
  EXPECT_EQ(to_json(laughs).error().code, base::ErrorCode::kTooLarge);
  EXPECT_EQ(json_of("a: &a [*a ]\n"), "line 1, column 8: an alias to what it is a part of");
}

TEST(ToJson, holds_the_depth_limit) {
  const auto nested = [](int depth) {
    return std::string(static_cast<size_t>(depth), '[') +
           std::string(static_cast<size_t>(depth), ']');
  };
  EXPECT_TRUE(to_json(nested(limits::kJsonDepth - 1)));
  EXPECT_FALSE(to_json(nested(limits::kJsonDepth + 2)));
}

TEST(FromJson, prints_what_kubectl_prints) {
  EXPECT_EQ(yaml_of(R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","labels":{}},
                        "list":[],"items":[{"b":1,"a":[2,[3]]},"x",null],"t":true,"f":1.5})"),
            "apiVersion: v1\nf: 1.5\nitems:\n- a:\n  - 2\n  - - 3\n  b: 1\n- x\n- null\n"
            "kind: ConfigMap\nlist: []\nmetadata:\n  labels: {}\n  name: a\nt: true\n");
}

TEST(FromJson, quotes_what_another_reader_would_take_for_something_else) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"yes", "\"yes\""},   {"", "\"\""},       {"null", "\"null\""}, {"12", "\"12\""},
      {"1e3", "\"1e3\""},   {"0x1", "\"0x1\""}, {"1:30", "\"1:30\""}, {"a b", "a b"},
      {"a: b", "'a: b'"},   {"#x", "'#x'"},     {"a #b", "'a #b'"},   {"- x", "'- x'"},
      {"-x", "-x"},         {"'q'", "'''q'''"}, {"*x", "'*x'"},       {" x", "' x'"},
      {"a\tb", "\"a\tb\""}, {"a:b", "a:b"},     {"@x", "'@x'"},       {"{{ x }}", "'{{ x }}'"}};
  for (const auto& [text, expected] : cases) {
    json::Writer w;
    w.string(text);
    const std::string shown = text == "a\tb" ? "\"a\\tb\"" : expected;
    EXPECT_EQ(yaml_of(std::move(w).finish()), shown + "\n");
  }
}

TEST(FromJson, writes_several_lines_as_a_literal_block) {
  EXPECT_EQ(yaml_of(R"({"a":"x\ny\n","b":"x\ny","c":"x\n\n","d":"  x\ny"})"),
            "a: |\n  x\n  y\nb: |-\n  x\n  y\nc: |+\n  x\n\nd: \"  x\\ny\"\n");
  EXPECT_EQ(yaml_of(R"({"a":"trailing \nspace"})"), "a: \"trailing \\nspace\"\n");
}

TEST(FromJson, sorts_numbers_in_names_by_value) {
  EXPECT_EQ(yaml_of(R"({"a10":1,"a9":1,"B":1,"a":1,"1":1})"),
            "\"1\": 1\nB: 1\na: 1\na9: 1\na10: 1\n");
}

// As `kubectl create configmap --dry-run=client -o yaml` prints these keys.
TEST(FromJson, sorts_keys_as_kubectl_does) {
  std::string printed;
  const auto document = json::Document::parse(
      R"({"a12":1,"a1-x":1,"a1":1,"a01":1,"a-1":1,"a.1":1,"a_1":1,"aB":1,"ab":1,"A":1,)"
      R"("a10b":1,"a2":1,"a1.5":1,"a1_5":1,"a001":1,"a01b":1,"_x":1,"01-":1,"1-":1})");
  for (const char c : from_json(document->root())) {
    if (c != '\n') printed += c;
  }
  EXPECT_EQ(printed,
            "_x: 11-: 101-: 1A: 1a-1: 1a.1: 1a_1: 1a1: 1a1-x: 1a1.5: 1a1_5: 1a01: 1a01b: 1a001: 1"
            "a2: 1a10b: 1a12: 1aB: 1ab: 1");
}

TEST(FromJson, prints_keys_whose_order_has_a_cycle_always_the_same) {
  EXPECT_EQ(yaml_of(R"({"2":1,"12":1,"1b":1})"), yaml_of(R"({"1b":1,"12":1,"2":1})"));
}

std::string any_string() {
  static const std::string kPieces[] = {
      "a",  " ", "\n",           "'",    "\"", ":", "#", "-", "\t",  "1",   "~",  "|",
      "\\", "é", "\xE2\x80\xA8", "\x01", "{",  "]", "&", "*", "yes", "...", "\r", "."};
  std::string out;
  for (const int i : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 24))) {
    out += kPieces[i];
  }
  return out;
}

RC_GTEST_PROP(Yaml, what_is_printed_reads_back_the_same, ()) {
  json::Writer w;
  w.begin_object();
  w.key("k" + any_string()).string(any_string());
  w.key("list").begin_array().string(any_string()).begin_object();
  w.key("x").string(any_string()).end_object().string(any_string()).end_array();
  w.end_object();
  const std::string json = std::move(w).finish();
  const std::string printed = yaml_of(json);
  const auto back = to_json(printed);
  RC_LOG() << printed << (back ? "" : back.error().text);
  RC_ASSERT(back.has_value());
  RC_ASSERT(yaml_of(*back) == printed);
  const auto a = json::Document::parse(json).value(), b = json::Document::parse(*back).value();
  for (const auto [key, value] : a.root().members()) {
    RC_ASSERT(b.root()[key].to_json() == value.to_json());
  }
}

}  // namespace
}  // namespace masthead::yaml
