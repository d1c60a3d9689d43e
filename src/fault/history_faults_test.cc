// What may happen to the disk under the history.
#include <fmt/format.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>

#include "fault/fault_fixture.h"
#include "history/history.h"

namespace masthead::fault {
namespace {

class HistoryFaults : public FaultTest {
 protected:
  void begin_with_history() {
    history_ = history::History::open(folder_ + "/history.sqlite", base::system_clock()).value();
    Setting setting;
    setting.history = history_.get();
    begin(std::move(setting));
    fail_all("Working", "True");
    ASSERT_TRUE(eventually([&] { return caught_up(); }));
    history_->flush();
  }
  ~HistoryFaults() override {
    if (session_ != nullptr) session_->stop();
  }
  // Every Kustomization says so.
  void fail_all(const std::string& reason, const std::string& ready) {
    on_server([&](sim::ApiServer& server) {
      const auto type = server.types().find(kKustomize, "kustomizations");
      for (int i = 0; i < 50; ++i) {
        const auto changed = server.change(
            type, "two", fmt::format("ks-{}", i), "status", "test", [&](sim::Document& object) {
              auto condition = sim::parse_document(fmt::format(
                  R"({{"type":"Ready","status":"{}","reason":"{}","message":"m",)"
                  R"("lastTransitionTime":"2026-11-21T00:00:00Z","observedGeneration":1}})",
                  ready, reason));
              auto& status = sim::object_in(object.as_object(), "status");
              status["observedGeneration"] = 1;
              status["conditions"] = boost::json::array{*condition};
            });
        ASSERT_TRUE(changed) << changed.error().message;
      }
    });
  }
  size_t written() { return history_->transitions(session_->snapshot()->uid, 0, 1'000).size(); }

  std::unique_ptr<history::History> history_;
};

TEST_F(HistoryFaults, a_database_that_is_locked_holds_nobody_up_and_is_written_afterwards) {
  begin_with_history();
  const size_t from = mark();
  const size_t before = written();
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open((folder_ + "/history.sqlite").c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  fail_all("BuildFailed", "False");
  EXPECT_TRUE(eventually([&] { return caught_up(); }, 2'000)) << "what is shown needs no disk";
  int64_t longest_ms = 0;
  for (int i = 0; i < 30; ++i) {
    const int64_t began_ms = base::system_clock().monotonic_ms();
    EXPECT_EQ(written(), before);
    longest_ms = std::max(longest_ms, base::system_clock().monotonic_ms() - began_ms);
    pass(100);
  }
  EXPECT_LT(longest_ms, 500) << "who reads waits for no writer";
  sqlite3_exec(other, "COMMIT", nullptr, nullptr, nullptr);
  sqlite3_close(other);
  EXPECT_TRUE(eventually([&] { return written() == before + 50; }, 10'000)) << written();
  expect_nothing_asked(from);
}

TEST_F(HistoryFaults, a_disk_that_is_full_stops_nothing_and_all_is_written_when_there_is_room) {
  begin_with_history();
  const size_t from = mark();
  const size_t before = written();
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &limit), 0);
  rlimit full = limit;
  full.rlim_cur = 1'024;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &full), 0);
  fail_all("BuildFailed", "False");
  const bool shown_at_once = eventually([&] { return caught_up(); }, 2'000);
  history_->flush();
  pass(2'000);
  const size_t meanwhile = written();
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  EXPECT_TRUE(shown_at_once) << "what is shown needs no disk";
  EXPECT_EQ(meanwhile, before);
  EXPECT_TRUE(eventually([&] { return written() == before + 50; }, 10'000)) << written();
  expect_nothing_asked(from);
}

}  // namespace
}  // namespace masthead::fault
