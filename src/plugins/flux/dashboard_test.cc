// What goes on among Flux's kinds: the dashboard over the objects of a Scope.
#include <gtest/gtest.h>

#include "base/limits.h"
#include "base/time_format.h"
#include "plugins/flux/console_fixture.h"

namespace masthead::plugins::flux {
namespace {

using fixture::Cluster;
using fixture::ready;
using Lines = std::vector<std::string>;

json::Document dashboard(Cluster& cluster, const std::string& ns = "") {
  cluster.view().update();
  auto document = json::Document::parse(cluster.view().dashboard_json("flux", ns).value_or("{}"));
  EXPECT_TRUE(document.has_value());
  return std::move(*document);
}

// "table total status=n …" of what is counted and is not empty.
Lines counts(const json::Document& dashboard) {
  Lines lines;
  for (const json::Value count : dashboard.root()["counts"].items()) {
    if (count["total"].integer_or(0) == 0) continue;
    std::string line =
        std::string(count["title"].str()) + " " + std::to_string(count["total"].integer_or(0));
    for (const auto& [status, number] : count["byStatus"].members()) {
      line += " " + std::string(status) + "=" + std::to_string(number.integer_or(0));
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

TEST(FluxDashboard, counts_are_the_totals_of_the_lists) {
  Cluster cluster;
  cluster.add("GitRepository", "broken", ready("False", "GitOperationFailed"));
  cluster.add("Kustomization", "web",
              R"("spec":{"sourceRef":{"kind":"GitRepository","name":"broken"}},)" +
                  ready("False", "DependencyNotReady"));
  cluster.add("Kustomization", "db", ready("True"));
  cluster.add("Kustomization", "other", ready("True"), "{}", "billing");
  const auto all = dashboard(cluster);
  EXPECT_EQ(counts(all),
            (Lines{"Kustomizations 3 Blocked=1 Ready=2", "GitRepositories 1 Failed=1"}));
  EXPECT_EQ(counts(dashboard(cluster, "shop")),
            (Lines{"Kustomizations 2 Blocked=1 Ready=1", "GitRepositories 1 Failed=1"}));
  for (const json::Value count : all.root()["counts"].items()) {
    auto* view = cluster.view().view(count["table"].str());
    for (const auto& [status, number] : count["byStatus"].members()) {
      base::Error error;
      const auto filter = cache::Filter::parse("status:" + std::string(status));
      const auto list = view->index(*filter, "name", false, &error);
      EXPECT_EQ(list->size(), static_cast<size_t>(number.integer_or(-1))) << status;
    }
  }
  const json::Value cause = all.root()["causes"].at(0);
  EXPECT_EQ(cause["ref"]["name"].str(), "broken");
  EXPECT_EQ(cause["waiting"].integer(), 1);
  EXPECT_FALSE(cluster.view().dashboard_json("no-such-plugin", "").has_value());
}

TEST(FluxDashboard, what_may_not_be_listed_is_named_and_neither_counted_nor_told) {
  Cluster cluster({{"Kustomization", {"shop"}}, {"HelmRelease", {}}});
  cluster.add("Kustomization", "mine", ready("True"));
  cluster.add("Kustomization", "theirs", R"("spec":{"suspend":true},)" + ready("False"), "{}",
              "billing");
  cluster.add("HelmRelease", "hidden", ready("False"));
  const auto document = dashboard(cluster);
  EXPECT_EQ(counts(document), Lines{"Kustomizations 1 Ready=1"});
  const json::Value unknown = document.root()["unknown"];
  ASSERT_EQ(unknown.size(), 1u);
  EXPECT_EQ(unknown.at(0)["title"].str(), "HelmReleases");
  EXPECT_EQ(unknown.at(0)["state"].str(), "forbidden");
  for (const char* hidden : {"theirs", "billing", "hidden"}) {
    EXPECT_EQ(document.root().to_json().find(hidden), std::string::npos) << hidden;
  }
}

TEST(FluxDashboard, what_stands_still_says_by_whose_will_and_what_is_over_comes_first) {
  Cluster cluster;
  const int64_t now_ms = cluster.clock().wall_ms();
  const auto at = [&](int64_t ms) { return base::format_rfc3339(now_ms + ms); };
  const std::string asleep = R"("spec":{"suspend":true})";
  cluster.add("Kustomization", "silent", asleep);
  cluster.add("Kustomization", "lately", asleep, "{}", "shop",
              R"({"masthead/suspended-at":")" + at(-1'000) + R"("})");
  cluster.add("HelmRelease", "long", asleep, "{}", "shop",
              R"({"fluxcd.controlplane.io/suspendedBy":"ann","masthead/suspension-reason":"fair",)"
              R"("masthead/suspended-at":")" +
                  at(-9'000) + R"(","masthead/suspended-until":")" + at(60'000) + R"("})");
  cluster.add("GitRepository", "over", asleep, "{}", "shop",
              R"({"masthead/suspended-at":")" + at(-5'000) + R"(","masthead/suspended-until":")" +
                  at(-1'000) + R"("})");
  const auto document = dashboard(cluster);
  Lines lines;
  for (const json::Value one : document.root()["suspended"].items()) {
    lines.push_back(std::string(one["ref"]["name"].str()) + " " + std::string(one["by"].str()) +
                    " " + std::string(one["reason"].str()) +
                    (one["overdue"].boolean() ? " overdue" : ""));
  }
  EXPECT_EQ(lines, (Lines{"over   overdue", "long ann fair", "lately  ", "silent  "}));
  EXPECT_EQ(document.root()["suspendedTotal"].integer(), 4);
  EXPECT_EQ(document.root()["suspended"].at(1)["until"].integer(), (now_ms + 60'000) / 1000 * 1000);
}

TEST(FluxDashboard, names_so_many_that_stand_still_and_so_many_passes_and_counts_all) {
  Cluster cluster;
  const auto shown = [&](const char* what) {
    const auto document = dashboard(cluster);
    EXPECT_GE(static_cast<size_t>(document.root()["suspendedTotal"].integer_or(0)),
              document.root()["suspended"].size());
    return document.root()[what].size();
  };
  const auto add = [&](const char* kind, size_t from, size_t until, const std::string& more) {
    for (size_t i = from; i < until; ++i) cluster.put(kind, "x" + std::to_string(i), more);
  };
  const std::string asleep = R"("spec":{"suspend":true})";
  add("Kustomization", 0, limits::kSuspendedShown, asleep);
  EXPECT_EQ(shown("suspended"), limits::kSuspendedShown);
  add("Kustomization", limits::kSuspendedShown, limits::kSuspendedShown + 1, asleep);
  EXPECT_EQ(shown("suspended"), limits::kSuspendedShown);
  EXPECT_EQ(dashboard(cluster).root()["suspendedTotal"].integer(),
            static_cast<int64_t>(limits::kSuspendedShown + 1));

  const std::string passed =
      R"("status":{"history":[{"lastReconciled":"2026-01-01T00:00:00Z"}],"conditions":)"
      R"([{"type":"Ready","status":"True","reason":"R","message":"m"}]})";
  add("HelmRelease", 0, 1, ready("True"));
  add("Kustomization", 0, limits::kPassesShown, passed);
  EXPECT_EQ(shown("passes"), limits::kPassesShown);
  add("Kustomization", limits::kPassesShown, limits::kPassesShown + 1, passed);
  EXPECT_EQ(shown("passes"), limits::kPassesShown);
}

TEST(FluxDashboard, passes_are_the_last_of_each_object_newest_first) {
  Cluster cluster;
  const auto history = [](const char* at, const char* took) {
    return R"("status":{"lastAppliedRevision":"main@sha1:abc","history":[{"lastReconciled":")" +
           std::string(at) + R"(","lastReconciledDuration":")" + took +
           R"("}],"conditions":[{"type":"Ready","status":"True","reason":"R","message":"m"}]})";
  };
  const auto event = [](const char* name, const char* type, const char* reason, const char* at) {
    return R"("involvedObject":{"apiVersion":"kustomize.toolkit.fluxcd.io/v1","kind":"Kustomization",)"
           R"("namespace":"shop","name":")" +
           std::string(name) + R"("},"type":")" + type + R"(","reason":")" + reason +
           R"(","message":"said","lastTimestamp":")" + at + R"(")";
  };
  cluster.add("Kustomization", "old", history("2026-01-01T00:00:00Z", "1.5s"));
  cluster.add("Kustomization", "new", history("2026-01-01T01:00:00Z", "250ms"));
  cluster.add("Kustomization", "again", history("2026-01-01T00:30:00Z", "2s"));
  cluster.add("Event", "e1",
              event("again", "Warning", "ReconciliationFailed", "2026-01-01T02:00:00Z"));
  cluster.add("Event", "e2", event("old", "Normal", "Progressing", "2026-01-01T03:00:00Z"));
  cluster.add("Event", "e3",
              event("gone", "Warning", "ReconciliationFailed", "2026-01-01T04:00:00Z"));
  cluster.add("Event", "e4",
              event("new", "Warning", "ReconciliationFailed", "2026-01-01T00:59:00Z"));
  const auto document = dashboard(cluster);
  Lines lines;
  for (const json::Value pass : document.root()["passes"].items()) {
    lines.push_back(std::string(pass["ref"]["name"].str()) + " " +
                    (pass["succeeded"].boolean() ? "succeeded" : "failed") + " " +
                    std::to_string(pass["tookMs"].integer_or(-1)) + " " +
                    std::string(pass["revision"].str()) + " " + std::string(pass["message"].str()));
  }
  EXPECT_EQ(lines,
            (Lines{"again failed 2000 main@sha1:abc said", "new succeeded 250 main@sha1:abc ",
                   "old succeeded 1500 main@sha1:abc "}));
}

}  // namespace
}  // namespace masthead::plugins::flux
