#include "flux/remediation.h"

#include <gtest/gtest.h>

namespace masthead::flux {
namespace {

std::string next(const std::string& spec, const std::string& status) {
  const auto document =
      json::Document::parse(R"({"spec":)" + spec + R"(,"status":)" + status + "}");
  return next_remediation(document->root());
}

constexpr const char* kUpgradeFailedTwice =
    R"({"lastAttemptedReleaseAction":"upgrade","failures":2,"upgradeFailures":2})";

TEST(Remediation, says_how_many_retries_are_left) {
  EXPECT_EQ(next(R"({"upgrade":{"remediation":{"retries":3}}})", kUpgradeFailedTwice),
            "It rolls back and tries the upgrade again: 2 retries are left.");
  EXPECT_EQ(next(R"({"upgrade":{"remediation":{"retries":2,"strategy":"uninstall"}}})",
                 kUpgradeFailedTwice),
            "It uninstalls the release and tries the upgrade again: 1 retry is left.");
  EXPECT_EQ(next(R"({"install":{"remediation":{"retries":-1}}})",
                 R"({"lastAttemptedReleaseAction":"install","installFailures":9})"),
            "It uninstalls the release and tries the install again, as often as it takes.");
}

TEST(Remediation, that_is_exhausted_says_what_stays_and_what_it_waits_for) {
  const std::string waits =
      ", and waits for a change of its chart, its values or its spec, or for a reset.";
  EXPECT_EQ(next(R"({"upgrade":{"remediation":{"retries":1}}})", kUpgradeFailedTwice),
            "No retries are left: it rolls back" + waits);
  EXPECT_EQ(next(R"({"upgrade":{"remediation":{"retries":1,"remediateLastFailure":false}}})",
                 kUpgradeFailedTwice),
            "No retries are left: it leaves the failed release as it is" + waits);
  EXPECT_EQ(next("{}", R"({"installFailures":1})"),
            "No retries are left: it leaves the failed release as it is" + waits);
}

TEST(Remediation, by_retry_on_failure_undoes_nothing) {
  EXPECT_EQ(next(R"({"upgrade":{"strategy":{"name":"RetryOnFailure","retryInterval":"2m"}}})",
                 kUpgradeFailedTwice),
            "It leaves the failed release as it is and tries the upgrade again every 2m.");
}

TEST(Remediation, is_nothing_once_it_went_well_though_the_counts_stay) {
  EXPECT_EQ(next(R"({"install":{"remediation":{"retries":3}}})",
                 R"({"conditions":[{"type":"Ready","status":"True"}],)"
                 R"("lastAttemptedReleaseAction":"install","failures":1,"installFailures":1})"),
            "");
}

TEST(Remediation, of_what_failed_before_a_release_was_stored_is_one_more_try) {
  const std::string status =
      R"({"lastAttemptedReleaseAction":"install","failures":7,"conditions":[{"type":"Ready","status":"False"}]})";
  const std::string nothing_to_undo =
      "It failed before a release was stored, so that there is nothing to undo and no retry is "
      "used up: it tries the install again";
  EXPECT_EQ(next(R"({"install":{"remediation":{"retries":1}}})", status),
            nothing_to_undo + ", after longer and longer pauses.");
  EXPECT_EQ(
      next(R"({"install":{"strategy":{"name":"RetryOnFailure","retryInterval":"15s"}}})", status),
      nothing_to_undo + " every 15s.");
  EXPECT_EQ(next("{}", R"({"lastAttemptedReleaseAction":"uninstall","failures":1})"), "");
}

TEST(Remediation, of_a_release_that_has_not_failed_is_nothing) {
  EXPECT_EQ(next("{}", R"({"lastAttemptedReleaseAction":"upgrade","upgradeFailures":0})"), "");
  EXPECT_EQ(next("[]", "7"), "");
}

}  // namespace
}  // namespace masthead::flux
