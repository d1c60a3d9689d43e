// Kustomizations as each served version writes them.
#include <gtest/gtest.h>

#include "host/kind_fixture.h"
#include "plugins/flux/kinds.h"

namespace masthead::plugins::flux {
namespace {

// "label: value" of every field of the detail.
std::vector<std::string> fields(const std::string& spec, const std::string& status = "{}") {
  const auto detail = json::Document::parse(host::fixture::detail_of(
      kustomizations(), R"({"metadata":{"namespace":"shop","name":"web"},"spec":)" + spec +
                            R"(,"status":)" + status + "}"));
  std::vector<std::string> lines;
  for (const json::Value section : detail->root().items()) {
    for (const json::Value field : section["fields"].items()) {
      lines.push_back(std::string(field["label"].str()) + ": " + field["value"].to_json());
    }
  }
  return lines;
}

testing::AssertionResult has(const std::vector<std::string>& lines, const std::string& line) {
  if (std::find(lines.begin(), lines.end(), line) != lines.end())
    return testing::AssertionSuccess();
  return testing::AssertionFailure() << line << " is not in " << testing::PrintToString(lines);
}

TEST(Kustomizations, say_what_their_deletion_takes_along) {
  EXPECT_TRUE(has(fields(R"({"prune":true})"), R"(Its deletion: "deletes all objects")"));
  EXPECT_TRUE(has(fields(R"({"prune":false})"), R"(Its deletion: "leaves all objects behind")"));
  EXPECT_TRUE(has(fields(R"({"prune":true,"deletionPolicy":"Orphan"})"),
                  R"(Its deletion: "leaves all objects behind")"));
  EXPECT_TRUE(has(fields(R"({"deletionPolicy":"Unheard"})"), R"(Its deletion: "Unheard")"));
}

TEST(Kustomizations, show_what_is_changed_on_the_way) {
  const auto lines =
      fields(R"({"patches":[{"patch":"- op: add","target":{"kind":"Deployment","name":"web"}},)"
             R"({"patch":"kind: Service"},{"target":{"kind":"Job","labelSelector":"a=b"}}],)"
             R"("images":[{"name":"nginx","newName":"registry.example.com/nginx","newTag":"1.27"},)"
             R"({"name":"redis","digest":"sha256:0a"}],"components":["../tls"],)"
             R"("commonMetadata":{"labels":{"team":"shop"}}})");
  EXPECT_TRUE(has(lines, R"(Patches of: ["Deployment web","what the patch itself names",)"
                         R"("Job with a=b"])"));
  EXPECT_TRUE(has(lines, R"(Images: ["nginx → registry.example.com/nginx:1.27",)"
                         R"("redis → redis@sha256:0a"])"));
  EXPECT_TRUE(has(lines, R"(Components: ["../tls"])"));
  EXPECT_TRUE(has(lines, R"(Common labels: {"team":"shop"})"));
}

TEST(Kustomizations, show_substitutions_by_name_and_origin_and_no_value_of_a_secret) {
  const auto lines = fields(
      R"({"postBuild":{"substitute":{"region":"north"},"substituteFrom":[)"
      R"({"kind":"ConfigMap","name":"vars"},{"kind":"Secret","name":"keys","optional":true}]}})");
  EXPECT_TRUE(has(lines, R"(Variables: ["region"])"));
  const auto shown = testing::PrintToString(lines);
  EXPECT_TRUE(shown.contains("ConfigMap") && shown.contains("vars")) << shown;
  EXPECT_TRUE(shown.contains("From, if it exists") && shown.contains("keys")) << shown;
}

TEST(Kustomizations, say_which_of_several_substitutions_wins) {
  EXPECT_TRUE(has(
      fields(
          R"({"postBuild":{"substitute":{"region":"north"},"substituteFrom":[)"
          R"({"kind":"Secret","name":"keys","optional":true},{"kind":"ConfigMap","name":"vars"}]}})"),
      R"(Order, later ones win: ["Secret keys, if it exists","ConfigMap vars",)"
      R"("the variables below"])"));
  const auto one =
      fields(R"({"postBuild":{"substituteFrom":[{"kind":"ConfigMap","name":"vars"}]}})");
  EXPECT_FALSE(testing::PrintToString(one).contains("Order")) << "there is nothing to win against";
}

TEST(Kustomizations, show_the_history_that_newer_versions_keep) {
  EXPECT_TRUE(has(
      fields("{}", R"({"history":[{"digest":"sha256:1","lastReconciled":"2026-08-01T09:00:00Z",)"
                   R"("lastReconciledStatus":"ReconciliationSucceeded","totalReconciliations":12,)"
                   R"("metadata":{"revision":"main@sha1:1"}},{"digest":"sha256:2",)"
                   R"("lastReconciledStatus":"BuildFailed"}]})"),
      R"(Reconciliations: [{"text":"main@sha1:1 · ReconciliationSucceeded · 12 times",)"
      R"("at":1785574800000},{"text":"sha256:2 · BuildFailed"}])"));
}

}  // namespace
}  // namespace masthead::plugins::flux
