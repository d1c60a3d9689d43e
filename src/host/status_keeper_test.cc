#include "host/status_keeper.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "cache/cache_fixture.h"

namespace masthead::host {
namespace {

constexpr auto kSuccess = StatusKeeper::Outcome::kSuccess;
constexpr auto kFailure = StatusKeeper::Outcome::kFailure;

using k8s::Badge;
using k8s::Status;
using k8s::StatusValue;

// One object whose status the test says.
class StatusKeeperTest : public testing::Test {
 protected:
  StatusKeeperTest() { restart(); }

  void restart() {
    keeper_.reset();
    if (history_ != nullptr) history_->flush();
    if (history_ == nullptr) history_ = history::History::open(":memory:", clock_).value();
    keeper_ = std::make_unique<StatusKeeper>(history_.get(), "cluster", clock_);
    settler_ = &keeper_->settler({"g", "Thing"}, true);
    previous_ = nullptr;
  }

  StatusValue see(Status status, std::string message = "", std::string reason = "",
                  int64_t since_ms = 0, const std::string& revision = "") {
    StatusValue value;
    value.status = status;
    value.message = std::move(message);
    value.reason = base::Interned(reason);
    value.since_ms = since_ms == 0 ? clock_.wall_ms() : since_ms;
    return settled(std::move(value), revision);
  }
  StatusValue settled(StatusValue value, const std::string& revision = "") {
    cache::RowBuilder builder(schema_, base::Interned("ns"), "a", "uid", std::to_string(++version_),
                              1);
    builder.revision(revision);
    const auto row = builder.finish();
    settler_->settle(*row, previous_.get(), value);
    previous_ = row->with_status(value);
    return value;
  }

  cache::fixture::SmallSchema schema_;
  base::ManualClock clock_;
  std::unique_ptr<history::History> history_;
  std::unique_ptr<StatusKeeper> keeper_;
  cache::StatusSettler* settler_ = nullptr;
  cache::RowPtr previous_;
  int version_ = 0;
};

TEST_F(StatusKeeperTest, a_failing_object_stays_failed_while_it_is_tried_again) {
  see(Status::kReady);
  clock_.advance(60'000);
  const int64_t began = clock_.wall_ms();
  EXPECT_EQ(see(Status::kFailed, "no such path", "BuildFailed").since_ms, began);
  for (int retry = 0; retry < 5; ++retry) {
    clock_.advance(30'000);
    const StatusValue again = see(Status::kProgressing, "working", "Progressing");
    EXPECT_EQ(again.status, Status::kFailed);
    EXPECT_TRUE(again.has(Badge::kRetrying));
    EXPECT_EQ(again.message, "no such path") << "the failure, not the attempt";
    EXPECT_EQ(again.since_ms, began);
    const StatusValue failed = see(Status::kFailed, "no such path", "BuildFailed");
    EXPECT_EQ(failed.since_ms, began) << "each retry moves lastTransitionTime; the spell does not";
    EXPECT_TRUE(failed.since_exact) << "it was seen well before";
  }
  EXPECT_EQ(see(Status::kReady).status, Status::kReady);
}

TEST_F(StatusKeeperTest, since_survives_a_restart) {
  const int64_t began = clock_.wall_ms();
  see(Status::kFailed, "broken", "BuildFailed");
  clock_.advance(3'600'000);
  restart();
  EXPECT_EQ(see(Status::kFailed, "broken", "BuildFailed").since_ms, began);
}

TEST_F(StatusKeeperTest, what_was_first_seen_failing_is_at_least_since) {
  EXPECT_FALSE(see(Status::kFailed, "broken", "BuildFailed").since_exact);
}

TEST_F(StatusKeeperTest, the_first_failure_event_after_the_last_success_is_the_start) {
  const int64_t now = clock_.wall_ms();
  see(Status::kFailed, "broken", "BuildFailed");
  EXPECT_FALSE(keeper_->note_event("uid", {kSuccess, now - 900'000, now - 600'000}));
  EXPECT_FALSE(keeper_->note_event("uid", {kFailure, now - 700'000, now}))
      << "a success came after";
  EXPECT_TRUE(keeper_->note_event("uid", {kFailure, now - 500'000, now}));
  EXPECT_FALSE(keeper_->note_event("uid", {kFailure, now - 400'000, now})) << "a later one";
  const StatusValue value = see(Status::kFailed, "broken", "BuildFailed");
  EXPECT_EQ(value.since_ms, now - 500'000);
  EXPECT_TRUE(value.since_exact);
}

TEST_F(StatusKeeperTest, events_that_come_before_their_object_date_it_too) {
  const int64_t now = clock_.wall_ms();
  EXPECT_FALSE(keeper_->note_event("uid", {kSuccess, now - 900'000, now - 600'000}));
  EXPECT_FALSE(keeper_->note_event("uid", {kFailure, now - 500'000, now - 500'000}));
  EXPECT_FALSE(keeper_->note_event("uid", {kFailure, now - 700'000, now - 700'000}));
  const StatusValue value = see(Status::kFailed, "broken", "BuildFailed", now - 1'000);
  EXPECT_EQ(value.since_ms, now - 500'000);
  EXPECT_TRUE(value.since_exact);
  see(Status::kReady, "", "", now);
  EXPECT_EQ(see(Status::kFailed, "broken", "BuildFailed", now + 1'000).since_ms, now + 1'000)
      << "what was before the success is over";
}

TEST_F(StatusKeeperTest, what_failed_is_told_by_an_event_where_the_object_is_seen_trying_again) {
  const int64_t now = clock_.wall_ms();
  const StatusKeeper::Event failure{kFailure, now - 900'000, now - 60'000, "HealthCheckFailed",
                                    "timeout waiting for web"};
  const auto seen = [&] {
    StatusValue value;
    value.status = Status::kFailed;
    value.add(Badge::kRetrying);
    value.reason = base::Interned("Progressing");
    value.message = "working";
    return settled(std::move(value));
  };
  EXPECT_EQ(seen().message, "Failed before and is being tried again: working");
  EXPECT_TRUE(keeper_->note_event("uid", failure)) << "its row is settled again then";
  EXPECT_EQ(seen().message, "timeout waiting for web");
  EXPECT_EQ(seen().reason.text(), "HealthCheckFailed");
  EXPECT_FALSE(keeper_->note_event("uid", {kFailure, now, now, "BuildFailed", "another"}))
      << "what is known of it is not taken back; the object says the next";

  history_ = nullptr;
  restart();
  keeper_->note_event("uid", failure);
  EXPECT_EQ(seen().message, "timeout waiting for web") << "the event came first";

  history_ = nullptr;
  restart();
  keeper_->note_event("uid", {kSuccess, now - 30'000, now - 30'000});
  keeper_->note_event("uid", failure);
  EXPECT_EQ(seen().message, "Failed before and is being tried again: working")
      << "a success came after that failure";
}

TEST_F(StatusKeeperTest, a_waiting_object_does_not_blink_at_each_look) {
  see(Status::kWaiting, "dependency 'ns/b' is not ready", "DependencyNotReady");
  clock_.advance(30'000);
  const StatusValue blink = see(Status::kProgressing, "working", "Progressing");
  EXPECT_EQ(blink.status, Status::kWaiting);
  EXPECT_GT(blink.recheck_at_ms, clock_.wall_ms());
  const StatusValue longer =
      see(Status::kProgressing, "working", "Progressing", clock_.wall_ms() - 60'000);
  EXPECT_EQ(longer.status, Status::kProgressing) << "a minute is no blink";
}

TEST_F(StatusKeeperTest, transitions_are_recorded_once_with_their_revision) {
  see(Status::kReady, "", "", 0, "main@sha1:1");
  clock_.advance(1'000);
  see(Status::kReady, "", "", 0, "main@sha1:2");
  clock_.advance(1'000);
  see(Status::kFailed, "broken", "BuildFailed", 0, "main@sha1:2");
  see(Status::kProgressing, "", "Progressing", 0, "main@sha1:2");
  history_->flush();
  const auto moved = history_->transitions("cluster", 0, 10);
  ASSERT_EQ(moved.size(), 2u);
  EXPECT_EQ(moved[0].to, Status::kFailed);
  EXPECT_EQ(moved[1].revision, "main@sha1:2");
  EXPECT_TRUE(history_->transitions("another cluster", 0, 10).empty());
}

// What the first failure after the success says, when so many were noted before.
TEST_F(StatusKeeperTest, so_many_failures_are_dated_and_the_earliest_are_kept) {
  for (const size_t count : {limits::kFailuresDated, limits::kFailuresDated + 1}) {
    keeper_ = std::make_unique<StatusKeeper>(nullptr, "cluster", clock_);
    settler_ = &keeper_->settler({"g", "Thing"}, true);
    previous_ = nullptr;
    const int64_t first = clock_.wall_ms() - 900'000;
    const auto at = [&](size_t i) { return first + static_cast<int64_t>(i) * 1'000; };
    for (size_t i = 0; i < count; ++i) keeper_->note_event("uid", {kFailure, at(i), at(i)});
    keeper_->note_event("uid", {kSuccess, at(count - 2), at(count - 2)});
    const int64_t told = clock_.wall_ms();
    const int64_t since = see(Status::kFailed, "broken", "BuildFailed", told).since_ms;
    EXPECT_EQ(since, count == limits::kFailuresDated ? at(count - 1) : told) << count;
  }
}

TEST_F(StatusKeeperTest, events_of_so_many_objects_are_kept_in_mind) {
  for (const size_t others : {limits::kObjectsWithEvents - 1, limits::kObjectsWithEvents}) {
    keeper_ = std::make_unique<StatusKeeper>(nullptr, "cluster", clock_);
    settler_ = &keeper_->settler({"g", "Thing"}, true);
    previous_ = nullptr;
    const int64_t now = clock_.wall_ms();
    for (size_t i = 0; i < others; ++i) {
      keeper_->note_event("other-" + std::to_string(i), {kFailure, now - 1'000, now - 1'000});
    }
    keeper_->note_event("uid", {kSuccess, now - 900'000, now - 600'000});
    keeper_->note_event("uid", {kFailure, now - 500'000, now - 500'000});
    const int64_t since = see(Status::kFailed, "broken", "BuildFailed", now - 1'000).since_ms;
    EXPECT_EQ(since, others < limits::kObjectsWithEvents ? now - 500'000 : now - 1'000) << others;
  }
}

}  // namespace
}  // namespace masthead::host
