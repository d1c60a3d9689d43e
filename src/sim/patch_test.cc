#include "sim/patch.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace masthead::sim {
namespace {

Document json(const char* text) {
  auto parsed = parse_document(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed ? *parsed : Document();
}

struct MergeCase {
  const char *target, *patch, *result;
};

// RFC 7386, appendix A.
constexpr MergeCase kMerges[] = {
    {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
    {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
    {R"({"a":"b"})", R"({"a":null})", R"({})"},
    {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
    {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
    {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
    {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
    {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
    {R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"},
    {R"({"a":"b"})", R"(["c"])", R"(["c"])"},
    {R"({"a":"foo"})", "null", "null"},
    {R"({"a":"foo"})", R"("bar")", R"("bar")"},
    {R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
    {R"([1,2])", R"({"a":"b","c":null})", R"({"a":"b"})"},
    {R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
};

TEST(MergePatch, does_what_the_appendix_of_rfc_7386_says) {
  for (const MergeCase& one : kMerges) {
    Document target = json(one.target);
    merge_patch(target, json(one.patch));
    EXPECT_EQ(target, json(one.result)) << one.target << " + " << one.patch;
  }
}

struct PatchCase {
  const char *target, *operations, *result;  // nullptr: refused
};

// RFC 6902, appendix A.
constexpr PatchCase kPatches[] = {
    {R"({"foo":"bar"})", R"([{"op":"add","path":"/baz","value":"qux"}])",
     R"({"baz":"qux","foo":"bar"})"},
    {R"({"foo":["bar","baz"]})", R"([{"op":"add","path":"/foo/1","value":"qux"}])",
     R"({"foo":["bar","qux","baz"]})"},
    {R"({"baz":"qux","foo":"bar"})", R"([{"op":"remove","path":"/baz"}])", R"({"foo":"bar"})"},
    {R"({"foo":["bar","qux","baz"]})", R"([{"op":"remove","path":"/foo/1"}])",
     R"({"foo":["bar","baz"]})"},
    {R"({"baz":"qux","foo":"bar"})", R"([{"op":"replace","path":"/baz","value":"boo"}])",
     R"({"baz":"boo","foo":"bar"})"},
    {R"({"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}})",
     R"([{"op":"move","from":"/foo/waldo","path":"/qux/thud"}])",
     R"({"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}})"},
    {R"({"foo":["all","grass","cows","eat"]})",
     R"([{"op":"move","from":"/foo/1","path":"/foo/3"}])",
     R"({"foo":["all","cows","eat","grass"]})"},
    {R"({"baz":"qux","foo":["a",2,"c"]})",
     R"([{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2}])",
     R"({"baz":"qux","foo":["a",2,"c"]})"},
    {R"({"baz":"qux"})", R"([{"op":"test","path":"/baz","value":"bar"}])", nullptr},
    {R"({"foo":"bar"})", R"([{"op":"add","path":"/child","value":{"grandchild":{}}}])",
     R"({"foo":"bar","child":{"grandchild":{}}})"},
    {R"({"foo":"bar"})", R"([{"op":"add","path":"/baz","value":"qux","xyz":123}])",
     R"({"foo":"bar","baz":"qux"})"},
    {R"({"foo":"bar"})", R"([{"op":"add","path":"/baz/bat","value":"qux"}])", nullptr},
    {R"({"/":9,"~1":10})", R"([{"op":"test","path":"/~01","value":10}])", R"({"/":9,"~1":10})"},
    {R"({"/":9,"~1":10})", R"([{"op":"test","path":"/~01","value":"10"}])", nullptr},
    {R"({"foo":["bar"]})", R"([{"op":"add","path":"/foo/-","value":["abc","def"]}])",
     R"({"foo":["bar",["abc","def"]]})"},
    {R"({"foo":"bar"})", R"([{"op":"copy","from":"/foo","path":"/baz"}])",
     R"({"foo":"bar","baz":"bar"})"},
};

TEST(JsonPatch, does_what_the_appendix_of_rfc_6902_says) {
  for (const PatchCase& one : kPatches) {
    Document target = json(one.target);
    const auto applied = json_patch(target, json(one.operations).as_array());
    EXPECT_EQ(applied.has_value(), one.result != nullptr) << one.operations;
    if (applied && one.result != nullptr) EXPECT_EQ(target, json(one.result)) << one.operations;
  }
}

// Where the API server's library is milder than the RFC.
constexpr PatchCase kMild[] = {
    {R"({"a":1})", R"([{"op":"replace","path":"/b","value":2}])", R"({"a":1,"b":2})"},
    {R"({"a":[1,2,3]})", R"([{"op":"remove","path":"/a/-1"}])", R"({"a":[1,2]})"},
    {R"({"a":[1,2]})", R"([{"op":"add","path":"/a/-1","value":3}])", R"({"a":[1,2,3]})"},
    {R"({"a":[1]})", R"([{"op":"remove","path":"/a/-2"}])", nullptr},
    {R"({"a":[]})", R"([{"op":"remove","path":"/a/0"}])", nullptr},
    {R"({"a":1})", R"([{"op":"add","path":"x/b","value":2}])", R"({"a":1,"b":2})"},
    {R"({"a":1})", R"([{"op":"add","path":"b","value":2}])", nullptr},
    {R"({"a":1})", R"([{"op":"add","value":2}])", nullptr},
    {R"({"a":1})", R"([{"op":"spam","path":"/a"}])", nullptr},
};

TEST(JsonPatch, is_as_mild_as_the_api_server) {
  for (const PatchCase& one : kMild) {
    Document target = json(one.target);
    const auto applied = json_patch(target, json(one.operations).as_array());
    EXPECT_EQ(applied.has_value(), one.result != nullptr) << one.operations;
    if (applied && one.result != nullptr) EXPECT_EQ(target, json(one.result)) << one.operations;
  }
}

TEST(JsonPatch, copies_so_much_and_no_more) {
  const std::string half(limits::kSimPatchCopyBytes / 2 - 2, 'x');  // and its quotes
  const Document copy = json(R"({"op":"copy","from":"/a","path":"/b"})");
  Document target = Fields{{"a", half}};
  EXPECT_TRUE(json_patch(target, Items{copy, copy}).has_value());
  target = Fields{{"a", half + "x"}};
  EXPECT_FALSE(json_patch(target, Items{copy, copy}).has_value());
}

}  // namespace
}  // namespace masthead::sim
