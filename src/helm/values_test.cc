#include "helm/values.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace masthead::helm {
namespace {

using Inputs = std::map<std::string, ValuesInput>;

ValuesInput found(const std::string& key, const std::string& data) {
  return {ValuesInput::State::kFound, {{key, data}}};
}

struct Release {
  explicit Release(const std::string& spec)
      : document(*json::Document::parse(
            R"({"metadata":{"name":"shop","namespace":"apps"},"spec":)" + spec + "}")) {}
  Merged merge(const Inputs& inputs) const {
    const ValuesInput none{ValuesInput::State::kNotFound, {}};
    return merge_values(document.root(), [&](const ValuesReference& reference) -> const auto& {
      const auto input = inputs.find(reference.name);
      return input == inputs.end() ? none : input->second;
    });
  }
  json::Document document;
};

std::string text(const NodePtr& node) {
  json::Writer out;
  write_node(out, node);
  return std::move(out).finish();
}

std::string set(const std::string& line, const std::string& into = "{}", bool string = false) {
  const auto document = json::Document::parse(into);
  const NodePtr root = make_node(document->root(), 0);
  const auto done = set_line(*root, line, string, 1);
  return done ? text(root) : done.error().text;
}

TEST(Values, come_in_the_order_of_the_references_and_inline_ones_win) {
  const Release release(
      R"({"valuesFrom":[{"kind":"ConfigMap","name":"a"},{"kind":"Secret","name":"b","valuesKey":"k"}],
          "values":{"x":{"inline":1}}})");
  const Merged merged =
      release.merge({{"a", found("values.yaml", "x: {inline: 0, one: a}\nlist: [1, 2]\ngone: 1")},
                     {"b", found("k", "x: {one: b}\nlist: [3]\ngone: null")}});
  EXPECT_EQ(text(merged.root), R"({"gone":null,"list":[3],"x":{"inline":1,"one":"b"}})");
  std::string origins;
  for (const Leaf& leaf : leaves_of(merged.root)) origins += std::to_string(leaf.source);
  EXPECT_EQ(origins, "2232");
  EXPECT_EQ(merged.sources[2].kind, ValuesSource::Kind::kSecret);
  EXPECT_EQ(merged.sources[3].kind, ValuesSource::Kind::kInline);
}

TEST(Values, that_are_missing_are_told_as_the_controller_tells_them) {
  const Release release(
      R"({"valuesFrom":[{"kind":"Secret","name":"s"},{"kind":"ConfigMap","name":"c"},
          {"kind":"ConfigMap","name":"o","optional":true},{"kind":"Pod","name":"p"}]})");
  const Merged merged = release.merge({{"c", found("other", "a: 1")}});
  EXPECT_EQ(merged.problems,
            (std::vector<std::string>{
                "could not resolve Secret chart values reference 'apps/s' with key 'values.yaml': "
                "secrets \"s\" not found",
                "could not resolve ConfigMap chart values reference 'apps/c' with key "
                "'values.yaml': key not found",
                "could not resolve Pod chart values reference 'apps/p' with key 'values.yaml': "
                "unsupported values reference kind"}));
  const Merged unread = release.merge({{"s", {}}, {"c", {}}, {"o", {}}});
  EXPECT_TRUE(unread.incomplete);
}

TEST(Values, of_a_target_path_are_read_as_set_reads_them) {
  const auto merged = [](const std::string& reference, const std::string& value) {
    const Release release(R"({"valuesFrom":[{"kind":"Secret","name":"s","valuesKey":"k",)" +
                          reference + "}]}");
    return text(release.merge({{"s", found("k", value)}}).root);
  };
  EXPECT_EQ(merged(R"("targetPath":"a.b")", "12"), R"({"a":{"b":12}})");
  EXPECT_EQ(merged(R"("targetPath":"a.b")", "'12'"), R"({"a":{"b":"12"}})");
  EXPECT_EQ(merged(R"("targetPath":"a.b")", "TRUE"), R"({"a":{"b":true}})");
  EXPECT_EQ(merged(R"("targetPath":"a\\.b/c")", "x"), R"({"a.b/c":"x"})");
  EXPECT_EQ(merged(R"("targetPath":"a[1]")", "x"), R"({"a":[null,"x"]})");
  EXPECT_EQ(merged(R"("targetPath":"a")", "{x,1}"), R"({"a":["x",1]})");
  EXPECT_EQ(merged(R"("targetPath":"a","literal":true)", "{x,1}=\\"), R"({"a":"{x,1}=\\"})");
  EXPECT_EQ(merged(R"("targetPath":"a","literal":true)", "true"), R"({"a":"true"})");
}

// The maps of the controller are shared: whether the path's value or the inline one wins depends on
// whether an earlier reference has made a copy of the map.
TEST(Values, of_a_target_path_win_over_inline_ones_only_within_a_map_that_is_shared) {
  const std::string path = R"({"kind":"Secret","name":"s","valuesKey":"k","targetPath":"a.b"})";
  const Inputs inputs{{"s", found("k", "path")}, {"c", found("values.yaml", "a: {c: 1}")}};
  const Release shared(R"({"valuesFrom":[)" + path + R"(],"values":{"a":{"b":"inline"}}})");
  EXPECT_EQ(text(shared.merge(inputs).root), R"({"a":{"b":"path"}})");
  const Release copied(R"({"valuesFrom":[{"kind":"ConfigMap","name":"c"},)" + path +
                       R"(],"values":{"a":{"b":"inline"}}})");
  EXPECT_EQ(text(copied.merge(inputs).root), R"({"a":{"b":"inline","c":1}})");
  const Release top(
      R"({"valuesFrom":[{"kind":"Secret","name":"s","valuesKey":"k","targetPath":"a"}],
                        "values":{"a":"inline"}})");
  EXPECT_EQ(text(top.merge(inputs).root), R"({"a":"inline"})");
}

TEST(SetLine, follows_helms_parser_into_its_corners) {
  EXPECT_EQ(set("a=1,b=x"), R"({"a":1,"b":"x"})");
  EXPECT_EQ(set("a=007"), R"({"a":"007"})");
  EXPECT_EQ(set("a=0"), R"({"a":0})");
  EXPECT_EQ(set("a=+5"), R"({"a":5})");
  EXPECT_EQ(set("a=1.5"), R"({"a":"1.5"})");
  EXPECT_EQ(set("a=null"), R"({"a":null})");
  EXPECT_EQ(set("a="), R"({"a":""})");
  EXPECT_EQ(set("a=b\\,c"), R"({"a":"b,c"})");
  EXPECT_EQ(set("a={}"), R"({"a":[""]})");
  EXPECT_EQ(set("a[0].b=1,a[0].c=2"), R"({"a":[{"b":1,"c":2}]})");
  EXPECT_EQ(set("a[0][1]=x"), R"({"a":[[null,"x"]]})");
  EXPECT_EQ(set("a[0"), "{}");
  EXPECT_EQ(set("a=x", R"({"a":{"b":1}})"), R"({"a":"x"})");
  EXPECT_EQ(set("a"), R"(key "a" has no value)");
  EXPECT_EQ(set("a={x"), "list must terminate with '}'");
  EXPECT_EQ(set("a.b=1", R"({"a":"x"})"),
            "unable to parse key: interface conversion: interface {} is string, not "
            "map[string]interface {}");
  EXPECT_EQ(set("a[0]=1", R"({"a":null})"),
            "unable to parse key: interface conversion: interface {} is nil, not []interface {}");
}

TEST(SetLine, ends_at_its_limits) {
  std::string deep = "a";
  for (int i = 0; i < 30; ++i) deep += ".a";
  EXPECT_TRUE(set(deep + "=1").starts_with("{"));
  EXPECT_TRUE(set(deep + ".a=1").starts_with("value name nested level"));
  EXPECT_TRUE(set("a[65536]=1").starts_with("{"));
  EXPECT_TRUE(set("a[65537]=1").starts_with("index of 65537"));
  EXPECT_EQ(set("a[65536]=1,b[65536]=1,c[65536]=1,d[65536]=1"),
            "lists of such lengths are not set");
  std::string lists = "a";
  for (int i = 0; i < 5'000; ++i) lists += "[0]";
  EXPECT_EQ(set(lists + "=1"), "lists are nested too deep");
}

TEST(Values, are_laid_over_the_charts_defaults) {
  const auto given = json::Document::parse(R"({"a":{"x":1},"b":null,"list":[1]})");
  const auto defaults =
      json::Document::parse(R"({"a":{"x":0,"y":2},"b":{"c":1},"list":[1,2],"d":3})");
  const NodePtr all = over_defaults(make_node(given->root(), 1), defaults->root());
  EXPECT_EQ(text(all), R"({"a":{"x":1,"y":2},"b":null,"d":3,"list":[1]})");
  EXPECT_EQ(at_path(all, {std::string("a"), std::string("y")})->source, 0);
  EXPECT_EQ(at_path(all, {std::string("a"), std::string("x")})->source, 1);
  EXPECT_EQ(at_path(all, {std::string("list"), size_t{1}}), nullptr);
}

}  // namespace
}  // namespace masthead::helm
