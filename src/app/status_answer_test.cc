// What `masthead status --watch` tells again, and what it does not.
#include "app/status_answer.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "base/time_format.h"
#include "cache/cache_fixture.h"

namespace masthead::app {
namespace {

class StatusAnswer : public testing::Test {
 protected:
  StatusAnswer() {
    pod_.group_kind = {"", "Pod"};
    pod_.resource = "pods";
    pod_.has_status = true;
    pod_.counted_at_home = true;
    snapshot_.ready = true;
    snapshot_.name = "here";
    snapshot_.uid = "cluster";
    snapshot_.watched_since_ms = now_ms();
    snapshot_.kinds = {{&pod_, "v1", pods_}};
    snapshot_.scope =
        std::make_shared<const k8s::Scope>(std::map<std::string, k8s::Partitions, std::less<>>{
            {"pods", cache::fixture::everything()}});
    connection(k8s::Freshness::State::kLive);
    cache::fixture::reset(pods_->sink(""), {{.name = "a"}});
  }

  int64_t now_ms() const { return clock_.wall_ms(); }
  void connection(k8s::Freshness::State state) {
    snapshot_.connection.state = state;
    snapshot_.connection.since_ms = now_ms();
    if (state == k8s::Freshness::State::kStale) {
      snapshot_.connection.cause.text = "The server went away.";
    }
  }
  struct Answers {
    std::string text, json, text_substance, json_substance;
  };
  Answers answers() {
    host::ConsoleView view(std::make_shared<host::ClusterSnapshot>(snapshot_), {}, history_.get(),
                           clock_, [] {});
    view.update();
    const host::Home home = view.home("");
    return {answer_text(view, home, now_ms()), answer_json(view, home),
            answer_substance(view, home, false), answer_substance(view, home, true)};
  }

  base::ManualClock clock_;
  // Of a kind that the history is asked about.
  cache::fixture::SmallSchema schema_;
  std::shared_ptr<cache::Table> pods_ = std::make_shared<cache::Table>(
      cache::Table::Options{"pods", {"", "Pod"}, &schema_, true}, clock_, nullptr);
  host::Kind pod_;
  host::ClusterSnapshot snapshot_;
  std::unique_ptr<history::History> history_ = history::History::open(":memory:", clock_).value();
};

TEST_F(StatusAnswer, is_the_same_however_long_nothing_changes) {
  const Answers before = answers();
  EXPECT_EQ(before.text, "here: all 1 objects are well.\n");
  // Longer than the hour of what moved lately, and confirmed all the time.
  clock_.advance(2 * limits::kMovedMs);
  snapshot_.connection.confirmed_ms = now_ms();
  const Answers after = answers();
  EXPECT_NE(after.json, before.json) << "it says when it was confirmed";
  EXPECT_EQ(after.json_substance, before.json_substance);
  EXPECT_EQ(after.text_substance, before.text_substance);
}

TEST_F(StatusAnswer, is_the_same_when_the_history_learns_later_of_what_was_told) {
  const Answers before = answers();
  history_->record("cluster", {"uid-default-a",
                               "1",
                               {"", "Pod", "default", "a"},
                               k8s::Status::kFailed,
                               k8s::Status::kReady,
                               now_ms(),
                               "",
                               ""});
  history_->flush();
  EXPECT_EQ(answers().json_substance, before.json_substance);
  EXPECT_EQ(answers().text_substance, before.text_substance);
}

TEST_F(StatusAnswer, is_another_when_a_count_is) {
  const Answers before = answers();
  cache::fixture::upsert(pods_->sink(""), {.name = "a", .version = 2, .is = "Suspended"});
  EXPECT_NE(answers().json_substance, before.json_substance);
  EXPECT_NE(answers().text_substance, before.text_substance);
}

TEST_F(StatusAnswer, is_another_without_connection_and_says_so) {
  const Answers before = answers();
  const int64_t since_ms = now_ms() / 1'000 * 1'000;
  connection(k8s::Freshness::State::kStale);
  const Answers lost = answers();
  EXPECT_NE(lost.json_substance, before.json_substance);
  EXPECT_NE(lost.text_substance, before.text_substance);
  EXPECT_EQ(lost.text, "here: no connection since " + base::format_rfc3339(since_ms) +
                           "; what follows is of before.\n  The server went away.\n"
                           "here: all 1 objects are well.\n");
}

}  // namespace
}  // namespace masthead::app
