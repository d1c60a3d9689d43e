#include "history/history.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cstdio>
#include <filesystem>

#include "base/limits.h"

namespace masthead::history {
namespace {

Transition transition(const std::string& uid, const std::string& version, int64_t at_ms) {
  return {uid,
          version,
          {"g", "K", "ns", "name"},
          k8s::Status::kReady,
          k8s::Status::kFailed,
          at_ms,
          "main@sha1:1",
          "it's broken"};
}

class HistoryTest : public testing::Test {
 protected:
  HistoryTest() : path_(testing::TempDir() + "history-test.sqlite") { remove(); }
  ~HistoryTest() override { remove(); }
  void remove() const {
    for (const char* end : {"", "-wal", "-shm"}) std::remove((path_ + end).c_str());
  }
  std::string path_;
};

TEST_F(HistoryTest, what_is_recorded_twice_is_there_once_and_survives) {
  {
    const auto history = History::open(path_, base::system_clock()).value();
    history->record("c", transition("u1", "1", 10));
    history->record("c", transition("u1", "1", 10));
    history->record("c", transition("u1", "2", 20));
    history->remember("c", {"u1", k8s::Status::kFailed, 10, true, 5, "R", "it's", "rev"});
  }
  const auto history = History::open(path_, base::system_clock()).value();
  const auto moved = history->transitions("c", 0, 10);
  ASSERT_EQ(moved.size(), 2u);
  EXPECT_EQ(moved[0].at_ms, 20) << "newest first";
  EXPECT_EQ(history->transitions("c", 15, 10).size(), 1u);
  EXPECT_EQ(history->transitions("c", 0, 1).size(), 1u);
  const auto spells = history->spells("c");
  ASSERT_EQ(spells.size(), 1u);
  EXPECT_EQ(spells[0].message, "it's");
  EXPECT_TRUE(spells[0].since_exact);
  history->forget("c", "u1");
  history->flush();
  EXPECT_TRUE(history->spells("c").empty());
}

TEST_F(HistoryTest, is_readable_by_its_owner_only) {
  const auto history = History::open(path_, base::system_clock()).value();
  const auto mode = std::filesystem::status(path_).permissions();
  EXPECT_EQ(mode & (std::filesystem::perms::group_all | std::filesystem::perms::others_all),
            std::filesystem::perms::none);
}

TEST_F(HistoryTest, a_place_that_cannot_be_written_is_an_error_with_advice) {
  const auto history = History::open("/nonexistent/folder/history.sqlite", base::system_clock());
  ASSERT_FALSE(history.has_value());
  EXPECT_NE(history.error().text.find("/nonexistent/folder"), std::string::npos);
  EXPECT_FALSE(history.error().hint.empty());
}

TEST_F(HistoryTest, what_waits_for_the_disk_is_limited_and_the_oldest_goes_first) {
  {
    const auto history = History::open(path_, base::system_clock()).value();
    sqlite3* other = nullptr;
    ASSERT_EQ(sqlite3_open(path_.c_str(), &other), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
    history->record("c", transition("oldest", "1", 1));
    history->flush();  // has failed, and waits with what comes
    const auto count = static_cast<int64_t>(limits::kHistoryQueue);
    for (int64_t i = 1; i <= count; ++i) {
      history->record("c", transition("u" + std::to_string(i), "1", i + 1));
    }
    sqlite3_exec(other, "COMMIT", nullptr, nullptr, nullptr);
    sqlite3_close(other);
  }
  const auto history = History::open(path_, base::system_clock()).value();
  const auto kept = history->transitions("c", 0, limits::kHistoryQueue + 1);
  ASSERT_EQ(kept.size(), limits::kHistoryQueue) << "all that fits";
  EXPECT_EQ(kept.back().uid, "u1") << "one more than fits is one lost, the oldest";
}

}  // namespace
}  // namespace masthead::history
