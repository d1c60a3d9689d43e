#include "server/live_session.h"

#include <gtest/gtest.h>

#include "server/console_fixture.h"

namespace masthead::server {
namespace {

using fixture::Cluster;
using fixture::Page;

class LiveSessionTest : public testing::Test {
 protected:
  Page& open(bool reads = true) {
    auto [ours, theirs] = net::memory_stream_pair(loop_);
    hub_.accept(std::move(ours), {});
    pages_.push_back(std::make_unique<Page>(std::move(theirs)));
    if (reads) pages_.back()->read();
    return *pages_.back();
  }
  // Lets the loop work until `done`, with time going on.
  bool until(const std::function<bool()>& done) {
    return loop_.drive_until(
        [&] {
          clock_.advance(10);
          return done();
        },
        5'000);
  }
  // As long as any tick needs.
  void settle(int64_t ms = 500) {
    const int64_t end = clock_.monotonic_ms() + ms;
    until([&] { return clock_.monotonic_ms() >= end; });
  }
  static std::vector<std::string> rows_of(const json::Document& frame, const char* key = "rows") {
    std::vector<std::string> keys;
    for (const json::Value row : frame.root()[key].items()) keys.emplace_back(row["key"].str());
    return keys;
  }

  base::ManualClock clock_;
  net::Loop loop_{clock_};
  Cluster cluster_{clock_};
  LiveHub hub_{loop_, cluster_, {}, nullptr, {}, "test"};
  std::vector<std::unique_ptr<Page>> pages_;
};

using Keys = std::vector<std::string>;

TEST_F(LiveSessionTest, greets_and_says_nothing_more_without_credit) {
  cluster_.put("a", "one");
  Page& page = open();
  page.subscribe(1);
  settle();
  ASSERT_EQ(page.frames.size(), 2u);
  EXPECT_EQ(page.of("hello").size(), 1u);
  EXPECT_EQ(page.of("connection").size(), 1u);
  page.credit(2);
  ASSERT_TRUE(until([&] { return page.frames.size() == 4; }));
  EXPECT_EQ(page.of("state").size(), 1u);
  EXPECT_EQ(rows_of(page.of("reset").at(0)), Keys{"a/one"});
}

TEST_F(LiveSessionTest, a_question_is_answered_at_once_however_lately_there_was_a_tick) {
  cluster_.put("a", "one");
  cluster_.put("a", "two");
  Page& page = open();
  page.credit(1000);
  page.subscribe(1);
  ASSERT_TRUE(until([&] { return page.of("reset").size() == 1; }));
  for (size_t asked = 2; asked <= 5; ++asked) {
    page.subscribe(1, asked % 2 == 0 ? "two" : "one");
    // The time stands still: no tick is due.
    ASSERT_TRUE(loop_.drive_until([&] { return page.of("reset").size() == asked; }, 1'000));
  }
  EXPECT_EQ(rows_of(page.of("reset").back()), Keys{"a/one"});
}

TEST_F(LiveSessionTest, one_credit_is_one_frame) {
  Page& page = open();
  page.subscribe(1);
  page.subscribe(2);
  page.subscribe(3, std::string(limits::kFilterBytes + 1, 'x'));
  for (size_t granted = 1; granted <= 6; ++granted) {
    page.credit(1);
    settle();
    EXPECT_EQ(page.frames.size(), 2 + granted) << "hello and connection are free";
  }
  EXPECT_EQ(page.of("reset").size(), 2u);
  EXPECT_EQ(page.of("error").size(), 1u);
}

TEST_F(LiveSessionTest, sequence_numbers_have_no_gap_and_deltas_bring_only_what_changed) {
  cluster_.put("a", "one");
  Page& page = open();
  page.credit(1000);
  page.subscribe(1);
  ASSERT_TRUE(until([&] { return page.of("reset").size() == 1; }));
  EXPECT_EQ(page.of("reset")[0].root()["seq"].integer(), 1);
  for (int i = 2; i <= 5; ++i) {
    cluster_.put("a", "one", "note " + std::to_string(i));
    ASSERT_TRUE(until([&] { return page.of("delta").size() == static_cast<size_t>(i - 1); }));
    const auto delta = std::move(page.of("delta").back());
    EXPECT_EQ(delta.root()["seq"].integer(), i);
    EXPECT_EQ(rows_of(delta, "upserts"), Keys{"a/one"});
  }
  page.subscribe(1, "one");
  ASSERT_TRUE(until([&] { return page.of("reset").size() == 2; }));
  EXPECT_EQ(page.of("reset")[1].root()["seq"].integer(), 1) << "a new subscription counts anew";
}

TEST_F(LiveSessionTest, changes_between_two_ticks_are_one_frame) {
  Page& page = open();
  page.credit(1000);
  page.subscribe(1);
  ASSERT_TRUE(until([&] { return page.of("reset").size() == 1; }));
  for (int i = 0; i < 200; ++i) cluster_.put("a", "n" + std::to_string(i % 10), "x");
  settle();
  ASSERT_EQ(page.of("delta").size(), 1u);
  EXPECT_EQ(page.of("delta")[0].root()["upserts"].size(), 10u);
}

TEST_F(LiveSessionTest, without_credit_changes_are_folded_into_one_reset) {
  cluster_.put("a", "one");
  Page& page = open();
  page.credit(2);
  page.subscribe(1);
  ASSERT_TRUE(until([&] { return page.of("reset").size() == 1; }));
  for (int i = 0; i < 50; ++i) {
    cluster_.put("a", "n" + std::to_string(i));
    settle(60);
  }
  EXPECT_TRUE(page.of("delta").empty());
  page.credit(5);
  ASSERT_TRUE(until([&] { return page.of("reset").size() == 2; }));
  EXPECT_EQ(page.of("reset")[1].root()["rows"].size(), 51u);
  EXPECT_EQ(page.of("reset")[1].root()["seq"].integer(), 2);
}

TEST_F(LiveSessionTest, a_page_that_stops_reading_holds_bounded_memory_and_catches_up) {
  for (int i = 0; i < 200; ++i) cluster_.put("a", "n" + std::to_string(100 + i));
  Page& page = open(/*reads=*/false);
  page.credit(1000);
  page.credit(1000);
  page.subscribe(1, "", 0, 500);
  const std::string big(4'000, 'x');
  for (int round = 0; round < 30; ++round) {
    for (int i = 0; i < 200; ++i) {
      cluster_.put("a", "n" + std::to_string(100 + i), big + std::to_string(round));
    }
    settle(100);
  }
  page.read();
  settle();
  // One round is 0.8 MiB: what was queued, and the one reset behind it.
  EXPECT_LE(page.bytes, limits::kSessionQueueBytes + 3 * limits::kMiB);
  EXPECT_FALSE(page.closed);
  const auto resets = page.of("reset");
  ASSERT_GE(resets.size(), 2u);
  EXPECT_EQ(resets.back().root()["rows"].size(), 200u);
  EXPECT_NE(resets.back().root()["rows"].at(199).to_json().find("x29\""), std::string::npos)
      << "the newest rows";
  int64_t seq = 0;
  for (const std::string& text : page.frames) {
    const auto frame = json::Document::parse(text);
    if (frame->root()["seq"].integer()) EXPECT_EQ(frame->root()["seq"].integer(), ++seq);
  }
}

TEST_F(LiveSessionTest, pings_and_refusals_do_not_pile_up_for_a_page_that_does_not_read) {
  Page& page = open(/*reads=*/false);
  for (int i = 0; i < 80'000 && hub_.sessions() == 1; ++i) {
    page.ping();
    if (i % 500 == 0) settle(10);
  }
  settle();
  EXPECT_EQ(hub_.sessions(), 0u) << "it was let go";
  Page& other = open(/*reads=*/false);
  for (int i = 0; i < 80'000 && hub_.sessions() == 1; ++i) {
    other.subscribe(i + 1);
    if (i % 500 == 0) settle(10);
  }
  settle();
  EXPECT_EQ(hub_.sessions(), 0u);
}

TEST_F(LiveSessionTest, answers_pings_and_drops_a_silent_peer) {
  Page& page = open();
  page.ping();
  ASSERT_TRUE(until([&] { return page.pongs == 1; }));
  Page& gone = open(/*reads=*/false);
  const int64_t begin = clock_.monotonic_ms();
  ASSERT_TRUE(until([&] {
    page.ping();
    return hub_.sessions() == 1;
  }));
  EXPECT_GE(clock_.monotonic_ms() - begin, limits::kSocketDeadMs);
  EXPECT_LE(clock_.monotonic_ms() - begin, limits::kSocketDeadMs + limits::kSocketPingMs + 1'000);
  EXPECT_FALSE(page.closed);
  EXPECT_EQ(gone.frames.size(), 0u);
}

TEST_F(LiveSessionTest, has_as_many_subscriptions_as_a_tab_may_and_not_one_more) {
  Page& page = open();
  page.credit(1000);
  const auto limit = static_cast<int>(limits::kSubscriptionsPerTab);
  for (int id = 1; id <= limit; ++id) page.subscribe(id);
  ASSERT_TRUE(until([&] { return page.of("reset").size() == limits::kSubscriptionsPerTab; }));
  EXPECT_TRUE(page.of("error").empty());
  page.subscribe(limit + 1);
  ASSERT_TRUE(until([&] { return page.of("error").size() == 1; }));
  EXPECT_EQ(page.of("error")[0].root()["id"].integer(), limit + 1);
  EXPECT_EQ(page.of("error")[0].root()["code"].str(), "too_large");
  page.send(R"({"type":"unsubscribe","id":1})");
  page.subscribe(limit + 1);
  EXPECT_TRUE(until([&] { return page.of("reset").size() == limits::kSubscriptionsPerTab + 1; }));
  EXPECT_FALSE(page.closed);
}

TEST_F(LiveSessionTest, takes_a_frame_of_the_limit_and_closes_on_one_byte_more) {
  const auto padded = [](size_t size) {
    std::string text = R"({"type":"credit","n":1})";
    return text + std::string(size - text.size(), ' ');
  };
  Page& page = open();
  page.subscribe(1);
  page.send(padded(limits::kClientFrameBytes));
  ASSERT_TRUE(until([&] { return page.frames.size() == 3; })) << "the credit counts";
  page.send(padded(limits::kClientFrameBytes + 1));
  ASSERT_TRUE(until([&] { return page.closed; }));
  EXPECT_EQ(page.close_code, proto::kCloseTooBig);
}

TEST_F(LiveSessionTest, a_frame_that_is_none_is_answered_and_ends_the_socket) {
  Page& page = open();
  page.credit(10);
  page.send("nonsense");
  ASSERT_TRUE(until([&] { return page.closed; }));
  EXPECT_EQ(page.close_code, proto::kClosePolicy);
  ASSERT_EQ(page.of("error").size(), 1u);
  EXPECT_EQ(page.of("error")[0].root()["code"].str(), "invalid");
  EXPECT_FALSE(page.of("error")[0].root()["id"].exists());
  settle();
  EXPECT_EQ(hub_.sessions(), 0u);
}

TEST_F(LiveSessionTest, a_query_that_cannot_be_answered_is_an_error_of_its_own) {
  cluster_.put("a", "one");
  Page& page = open();
  page.credit(100);
  page.subscribe(1, std::string(limits::kFilterBytes, 'x'));
  page.subscribe(2, std::string(limits::kFilterBytes + 1, 'x'));
  page.send(R"({"type":"subscribe","id":3,"query":{"type":"list","table":"things",)"
            R"("sort":"nothing","first":0,"count":1}})");
  page.send(R"({"type":"subscribe","id":4,"query":{"type":"list","table":"no-such-table",)"
            R"("first":0,"count":1}})");
  settle();
  std::map<int64_t, std::string> errors;
  for (const auto& error : page.of("error")) {
    errors[*error.root()["id"].integer()] = error.root()["code"].str();
  }
  EXPECT_EQ(errors, (std::map<int64_t, std::string>{{2, "too_large"}, {3, "invalid"}}));
  EXPECT_EQ(page.of("reset").size(), 1u);
  EXPECT_FALSE(page.closed);
}

TEST_F(LiveSessionTest, a_window_moves_without_a_new_query_and_never_past_the_end) {
  for (int i = 0; i < 30; ++i) cluster_.put("a", "n" + std::to_string(100 + i));
  Page& page = open();
  page.credit(100);
  page.subscribe(1, "", 0, 10);
  ASSERT_TRUE(until([&] { return page.of("reset").size() == 1; }));
  page.send(R"({"type":"update","id":1,"query":{"type":"list","table":"things","first":)"
            R"(9223372036854775807,"count":10}})");
  ASSERT_TRUE(until([&] { return page.of("reset").size() == 2; }));
  const auto moved = std::move(page.of("reset")[1]);
  EXPECT_EQ(moved.root()["first"].integer(), 20);
  EXPECT_EQ(rows_of(moved).front(), "a/n120");
  EXPECT_EQ(moved.root()["total"].integer(), 30);
}

TEST_F(LiveSessionTest, rights_that_go_take_their_rows_along) {
  cluster_.put("a", "mine");
  cluster_.put("b", "theirs");
  Page& page = open();
  page.credit(100);
  page.subscribe(1);
  ASSERT_TRUE(until([&] { return page.of("reset").size() == 1; }));
  EXPECT_EQ(rows_of(page.of("reset")[0]), (Keys{"a/mine", "b/theirs"}));
  k8s::Partitions narrow;
  narrow.add(base::Interned("a"));
  cluster_.allow(narrow);
  ASSERT_TRUE(until([&] { return page.of("reset").size() == 2; }));
  EXPECT_EQ(rows_of(page.of("reset")[1]), Keys{"a/mine"});
  EXPECT_EQ(page.of("meta").size(), 1u);
  cluster_.allow({});
  settle();
  const size_t before = page.frames.size();
  cluster_.put("a", "mine", "a secret");
  cluster_.put("b", "theirs", "a secret");
  settle();
  for (size_t i = before; i < page.frames.size(); ++i) {
    EXPECT_EQ(page.frames[i].find("secret"), std::string::npos) << page.frames[i];
  }
}

TEST_F(LiveSessionTest, rights_that_go_take_their_rows_along_before_the_new_list_is_there) {
  cluster_.put("a", "one");
  cluster_.put("b", "two");
  Page& page = open();
  page.subscribe(1);
  page.send(
      R"({"type":"subscribe","id":2,"query":{"type":"detail","table":"things","namespace":"b",)"
      R"("name":"two"}})");
  page.credit(100);
  ASSERT_TRUE(until([&] { return page.of("reset").size() == 1 && page.of("detail").size() == 1; }));
  cluster_.begin_reading("a");
  k8s::Partitions only_a;
  only_a.add(base::Interned("a"));
  cluster_.allow(only_a);
  ASSERT_TRUE(until([&] { return page.of("reset").size() == 2; }));
  EXPECT_EQ(rows_of(page.of("reset").back()), Keys{});
  ASSERT_TRUE(until([&] { return page.of("detail").size() == 2; }));
  EXPECT_FALSE(page.of("detail").back().root()["detail"].exists());
  settle();
  EXPECT_EQ(page.of("reset").size(), 2u) << "said once";
}

TEST_F(LiveSessionTest, an_object_that_may_not_be_seen_and_one_that_is_not_there_look_the_same) {
  cluster_.put("b", "theirs");
  k8s::Partitions narrow;
  narrow.add(base::Interned("a"));
  cluster_.allow(narrow);
  Page& page = open();
  page.credit(100);
  for (const char* name : {"theirs", "nothing"}) {
    page.send(std::string(R"({"type":"subscribe","id":)") + (*name == 't' ? "1" : "2") +
              R"(,"query":{"type":"detail","table":"things","namespace":"b","name":")" + name +
              "\"}}");
  }
  ASSERT_TRUE(until([&] { return page.of("detail").size() == 2; }));
  for (const auto& detail : page.of("detail")) EXPECT_FALSE(detail.root()["detail"].exists());
}

TEST_F(LiveSessionTest, what_somebody_looks_at_is_demanded_until_he_goes) {
  cluster_.put("a", "one");
  Page& page = open();
  page.credit(1000);
  page.send(
      R"({"type":"subscribe","id":1,"query":{"type":"detail","table":"things","namespace":"a","name":"one"}})");
  page.send(R"({"type":"subscribe","id":2,"query":{"type":"tree","table":"things","namespace":"a",)"
            R"("name":"one","first":0,"count":9}})");
  ASSERT_TRUE(until([&] { return page.of("tree").size() == 1; }));
  EXPECT_FALSE(page.of("tree").at(0).root()["tree"].exists()) << "it applies nothing";
  settle();
  EXPECT_TRUE(cluster_.demanded.empty()) << "a plugin's kind is there anyway";
  page.send(R"({"type":"subscribe","id":3,"query":{"type":"detail","table":"others","name":"x"}})");
  EXPECT_TRUE(until([&] { return cluster_.demanded.contains("others"); }));
  EXPECT_EQ(page.of("state").back().root()["freshness"]["state"].str(), "syncing");
  page.send(R"({"type":"unsubscribe","id":3})");
  EXPECT_TRUE(until([&] { return cluster_.demanded.empty(); }));
}

TEST_F(LiveSessionTest, the_hub_has_as_many_sessions_as_the_limit) {
  for (size_t i = 0; i < limits::kSessions - 1; ++i) open();
  EXPECT_FALSE(hub_.full());
  open();
  EXPECT_TRUE(hub_.full());
}

}  // namespace
}  // namespace masthead::server
