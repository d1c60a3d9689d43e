// What may happen to the bytes on their way: cut, reset, held up, lost, repeated, out of order.
#include <fmt/format.h>

#include "fault/fault_fixture.h"

namespace masthead::fault {
namespace {

using State = k8s::Freshness::State;

// Both protocols, each way to end too soon.
class CutStreams : public FaultTest,
                   public testing::WithParamInterface<std::tuple<bool, sim::Break>> {
 protected:
  bool http2() const { return std::get<0>(GetParam()); }
  sim::Break how() const { return std::get<1>(GetParam()); }
};

TEST_P(CutStreams, a_watch_that_is_broken_off_anywhere_loses_and_doubles_nothing) {
  Setting setting;
  setting.http2 = http2();
  begin(std::move(setting));
  // In the first brace of an event, in the middle of a character of its texts, and between.
  int victim = 100;
  for (const size_t bytes : {1, 333, 700}) {
    pass(1'100);  // a watch that has lasted is asked for again at once
    faults().add({"watch", kPods, 0, 1}, sim::break_off(bytes, how()));
    const size_t from = mark();
    const uint64_t before = revision();
    for (const auto& watch : faults().watches(kPods)) {
      on_server([&](sim::ApiServer&) { watch->abort(); });
    }
    ASSERT_TRUE(eventually([&] { return !requests(from, kPods).empty(); })) << "asks again";
    touch_pod("pod-0", fmt::format("v{}", bytes));
    add_pod(fmt::format("new-{}", bytes));
    remove_pod(fmt::format("pod-{}", victim += 2));
    expect_recovery(from);
    // The one that is broken off in its first event, and the next: nothing is worth a list.
    const std::string watch = fmt::format("watch rv={}", before);
    expect_asked(from, kPods, {watch, watch});
    faults().clear();
  }
}

TEST_P(CutStreams, a_list_that_is_broken_off_anywhere_shows_nothing_by_halves) {
  Setting setting;
  setting.http2 = http2();
  setting.wait = false;
  setting.fill = [this](sim::ApiServer&) {
    for (int i = 0; i < 4; ++i) {
      faults().add({"list", kPods, 0, 1},
                   sim::break_off(static_cast<size_t>(10'000 + i * 7'777), how()));
    }
  };
  begin(std::move(setting));
  std::set<size_t> sizes;
  EXPECT_TRUE(eventually(
      [&] {
        for (const host::ServedKind& kind : session_->snapshot()->kinds) {
          k8s::Partitions all;
          all.all = true;
          if (kind.table->id() == "pods") sizes.insert(kind.table->snapshot(all).size());
        }
        return caught_up();
      },
      30'000));  // four steps of the backoff: 12 s
  sizes.erase(0);
  EXPECT_EQ(sizes, std::set<size_t>{200}) << "all of the list, or nothing";
  const std::string list = "list limit=0";
  expect_asked(0, kPods, {list, list, list, list, list, fmt::format("watch rv={}", revision())});
}

std::string name_of(const testing::TestParamInfo<std::tuple<bool, sim::Break>>& info) {
  const char* const how[] = {"in_order", "by_a_reset", "in_the_middle_of_a_frame"};
  return std::string(std::get<0>(info.param) ? "http2_" : "http1_") +
         how[static_cast<int>(std::get<1>(info.param))];
}
INSTANTIATE_TEST_SUITE_P(EachWay, CutStreams,
                         testing::Combine(testing::Bool(),
                                          testing::Values(sim::Break::kEnd, sim::Break::kReset,
                                                          sim::Break::kCut)),
                         name_of);

class StreamFaults : public FaultTest {
 protected:
  void say(std::string_view path, const std::string& bytes) {
    on_server([&](sim::ApiServer&) {
      for (const auto& watch : faults().watches(path)) watch->write(bytes);
    });
  }
  // As the API server would tell of it.
  std::string event(const char* type, const std::string& name) {
    std::string line;
    on_server([&](sim::ApiServer& server) {
      const auto pods = server.types().find("", "pods");
      const auto object = server.store().get(*pods, "one", name);
      line = fmt::format("{{\"type\":\"{}\",\"object\":{}}}\n", type, object->json(*pods, "v1"));
    });
    return line;
  }
};

TEST_F(StreamFaults, events_that_come_again_or_late_change_nothing) {
  begin();
  const std::string first = event("MODIFIED", "pod-0");
  touch_pod("pod-0", "second");
  const std::string second = event("MODIFIED", "pod-0");
  touch_pod("pod-0", "third");
  add_pod("short");
  const std::string added = event("ADDED", "short");
  remove_pod("short");
  ASSERT_TRUE(eventually([&] { return caught_up(); }));
  const size_t from = mark();
  say(kPods, second + first + second + added + event("ADDED", "pod-0"));
  pass(1'000);
  EXPECT_TRUE(shown() == stored()) << "what is gone does not come back by an old event";
  touch_pod("pod-2", "afterwards");
  EXPECT_TRUE(eventually([&] { return caught_up(); }));
  expect_nothing_asked(from);  // and the watch goes on
}

TEST_F(StreamFaults, the_late_deletion_of_an_object_that_is_there_again_takes_nothing_away) {
  begin();
  std::string deleted = event("DELETED", "pod-0");
  remove_pod("pod-0");
  add_pod("pod-0");
  ASSERT_TRUE(eventually([&] { return caught_up(); }));
  const size_t from = mark();
  say(kPods, deleted);
  pass(500);
  EXPECT_TRUE(shown() == stored());
  expect_nothing_asked(from);
}

TEST_F(StreamFaults, a_line_that_is_no_event_costs_a_watch_from_before_it) {
  begin();
  for (const char* garbage :
       {"{\"type\":\"MODIFIED\",\"object\":{\"metadata\":{\"name\":\n", "\xff\xfe\n", "[1,2]\n"}) {
    const uint64_t before = revision();
    const size_t from = mark();
    say(kPods, garbage);
    // The third step of the backoff takes up to 3.2 s.
    ASSERT_TRUE(eventually([&] { return !requests(from, kPods).empty(); }, 5'000)) << garbage;
    touch_pod("pod-4", fmt::format("v{}", from));
    expect_recovery(from);
    EXPECT_EQ(requests(from, kPods), std::vector{fmt::format("watch {} rv={}", kPods, before)});
  }
}

TEST_F(StreamFaults, goaway_lets_what_runs_go_on_and_costs_no_list) {
  begin();
  const size_t from = mark();
  cluster_->run([](sim::ApiServer&, sim::Front& front) { front.goaway(); });
  touch_pod("pod-0", "after");
  EXPECT_TRUE(eventually([&] { return caught_up(); }, 3'000));
  expect_nothing_asked(from);
}

TEST_F(StreamFaults, a_black_hole_is_seen_within_thirty_seconds_and_left_behind_within_five) {
  begin();
  const uint64_t before = revision();
  network().set({.black_hole = true});
  const int64_t began_ms = base::system_clock().monotonic_ms();
  EXPECT_TRUE(eventually([&] { return all(State::kStale); }, 30'000)) << "staleness is visible";
  const int64_t took_ms = base::system_clock().monotonic_ms() - began_ms;
  RecordProperty("stale_ms", std::to_string(took_ms));
  touch_pod("pod-0", "meanwhile");
  EXPECT_FALSE(shown() == stored());
  pass(60'000 - took_ms);
  const size_t from = mark();
  network().set({});
  expect_recovery(from);
  expect_each_asked(from, {fmt::format("watch rv={}", before)});
}

// So long that connections are given up, too short for a new one to be.
TEST_F(StreamFaults, a_black_hole_that_ends_while_a_new_connection_is_waited_for_is_left_behind) {
  begin();
  const uint64_t before = revision();
  network().set({.black_hole = true});
  ASSERT_TRUE(eventually([&] { return all(State::kStale); }, 30'000));
  pass(2'000);
  const size_t from = mark();
  network().set({});
  expect_recovery(from);
  expect_each_asked(from, {fmt::format("watch rv={}", before)});
  EXPECT_TRUE(
      eventually([&] { return session_->snapshot()->connection.state == State::kLive; }, 2'000))
      << "the banner does not outlive the outage";
}

TEST_F(StreamFaults, a_black_hole_of_a_second_is_no_news) {
  begin();
  const size_t from = mark();
  network().set({.black_hole = true});
  touch_pod("pod-0", "meanwhile");
  pass(1'000);
  network().set({});
  EXPECT_TRUE(eventually([&] { return caught_up(); }, 2'000));
  expect_nothing_asked(from);
}

// The server has forgotten its connections and cannot say so; new ones would be answered.
TEST_F(StreamFaults, connections_that_only_we_believe_in_are_given_up_within_thirty_seconds) {
  begin();
  const uint64_t before = revision();
  const size_t from = mark();
  network().set({.black_hole = true});
  cluster_->run([](sim::ApiServer&, sim::Front& front) { front.drop_connections(); });
  network().set({});
  touch_pod("pod-0", "meanwhile");
  EXPECT_TRUE(eventually([&] { return caught_up(); }, 30'000));
  expect_each_asked(from, {fmt::format("watch rv={}", before)});
}

TEST_F(StreamFaults, a_round_trip_of_300_ms_with_losses_delays_and_changes_nothing) {
  begin();
  network().set({.one_way_ms = 150, .lost_percent = 5, .resent_ms = 400});
  const size_t from = mark();
  const uint64_t before = revision();
  cluster_->run([](sim::ApiServer&, sim::Front& front) { front.drop_connections(); });
  for (int i = 0; i < 50; ++i) {
    touch_pod(fmt::format("pod-{}", i * 2), "slow");
    pass(20);
  }
  EXPECT_TRUE(eventually([&] { return caught_up(); }, 10'000));
  EXPECT_FALSE(all(State::kStale));
  expect_each_asked(from, {fmt::format("watch rv={}", before)});
}

}  // namespace
}  // namespace masthead::fault
