#include "sim/kind_validation.h"

#include <gtest/gtest.h>

#include "sim/kind_decoding.h"

namespace masthead::sim {
namespace {

std::vector<std::string> problems(const char* group, const char* plural, const char* text) {
  const ResourceTypes types;
  const ResourceTypePtr type = types.find(group, plural);
  Document object = *parse_document(text);
  set_defaults(*type, object);
  std::vector<std::string> said;
  for (const auto& cause : specification_problems(*type, object)) {
    said.push_back(cause.field + ": " + cause.message);
  }
  return said;
}

using Texts = std::vector<std::string>;

TEST(KindValidation, says_that_a_selector_is_missing_or_selects_other_pods) {
  const char* const kNone = R"({"spec":{"template":{"metadata":{"labels":{"a":"b"}},)"
                            R"("spec":{"containers":[{"name":"c","image":"i:1"}]}}}})";
  EXPECT_EQ(problems("apps", "deployments", kNone),
            (Texts{"spec.selector: Required value",
                   "spec.template.metadata.labels: Invalid value: {\"a\":\"b\"}: `selector` does "
                   "not match template `labels`"}));
  const char* const kRight =
      R"({"spec":{"selector":{"matchExpressions":[{"key":"a","operator":"In","values":["b"]}]},)"
      R"("template":{"metadata":{"labels":{"a":"b"}},)"
      R"("spec":{"containers":[{"name":"c","image":"i:1"}]}}}})";
  EXPECT_EQ(problems("apps", "deployments", kRight), Texts{});
}

TEST(KindValidation, lets_a_job_end) {
  const char* const kAlways =
      R"({"spec":{"template":{"spec":{"containers":[{"name":"c","image":"i:1"}]}}}})";
  EXPECT_EQ(problems("batch", "jobs", kAlways),
            Texts{"spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", "
                  "\"Never\""});
}

TEST(KindDecoding, drops_unknown_fields_and_refuses_what_does_not_fit) {
  const ResourceTypes types;
  const ResourceTypePtr secrets = types.find("", "secrets");
  std::string unknown;
  Document good = *parse_document(R"({"surplus":1,"stringData":{"a":"b"},"data":{}})");
  EXPECT_TRUE(decode_fields(*secrets, good, unknown).has_value());
  EXPECT_EQ(to_text(good), R"({"data":{"a":"Yg=="}})");
  EXPECT_EQ(unknown, "surplus");
  Document bad = *parse_document(R"({"data":{"a":"%"}})");
  EXPECT_EQ(decode_fields(*secrets, bad, unknown).error(), "illegal base64 data at input byte 0");
}

}  // namespace
}  // namespace masthead::sim
