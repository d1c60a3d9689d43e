#include "flux/written_in.h"

#include <gtest/gtest.h>

#include <string>

namespace masthead::flux {
namespace {

std::string written(const char* entries) {
  const auto document =
      json::Document::parse(R"({"metadata":{"managedFields":[)" + std::string(entries) + "]}}");
  EXPECT_TRUE(document.has_value());
  const WrittenIn in = written_in(document->root());
  return std::string(in.version) + " " + std::string(in.manager);
}

TEST(WrittenIn, who_applies_counts_before_who_changed_something_and_the_newest_of_them) {
  const char* updated =
      R"({"manager":"kubectl-edit","operation":"Update","time":"2026-03-01T00:00:00Z","specVersion":"a.b/v1"})";
  const char* older =
      R"({"manager":"old","operation":"Update","time":"2026-01-01T00:00:00Z","specVersion":"a.b/v1beta1"})";
  const char* applied =
      R"({"manager":"kustomize-controller","operation":"Apply","time":"2026-02-01T00:00:00Z","specVersion":"a.b/v1beta2"})";
  const std::string comma = ",";
  EXPECT_EQ(written((updated + comma + older).c_str()), "v1 kubectl-edit");
  EXPECT_EQ(written((older + comma + updated).c_str()), "v1 kubectl-edit");
  EXPECT_EQ(written((applied + comma + updated).c_str()), "v1beta2 kustomize-controller");
}

TEST(WrittenIn, who_writes_a_status_or_a_suspension_says_nothing) {
  EXPECT_EQ(written(""), " ");
  EXPECT_EQ(written(R"({"manager":"m","operation":"Update","ownsSuspend":true},)"
                    R"({"manager":"c","subresource":"status","specVersion":"a/v1"})"),
            " ");
  EXPECT_EQ(written(R"({"manager":"m","operation":"Apply","specVersion":"v1"})"), "v1 m");
}

}  // namespace
}  // namespace masthead::flux
