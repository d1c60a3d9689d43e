// What may happen to an API server: it goes, it comes back, it is not ready.
#include <fmt/format.h>

#include <utility>

#include "base/limits.h"
#include "fault/fault_fixture.h"
#include "net/tcp.h"

namespace masthead::fault {
namespace {

using State = k8s::Freshness::State;

class ServerFaults : public FaultTest {
 protected:
  void kill() {
    cluster_->kill();
    ASSERT_TRUE(eventually([&] { return all(State::kStale); }, 5'000)) << "staleness is shown";
    EXPECT_EQ(session_->snapshot()->connection.state, State::kStale);
  }
  void expect_a_probe_every_two_seconds(size_t from) {
    const auto log = faults().log();
    int64_t last_ms = 0;
    for (size_t i = from; i < log.size(); ++i) {
      if (log[i].path != "/readyz") continue;
      const int64_t pause_ms = log[i].at_ms - std::exchange(last_ms, log[i].at_ms);
      if (pause_ms == log[i].at_ms) continue;  // the first one
      EXPECT_GE(pause_ms, limits::kProbeEveryMs - 200) << "no more than one in 2 s";
      EXPECT_LE(pause_ms, limits::kProbeEveryMs + 1'000) << "and no fewer";
    }
    EXPECT_GT(last_ms, 0);
  }
};

TEST_F(ServerFaults, a_killed_server_costs_one_watch_a_kind_from_where_it_was) {
  begin();
  const uint64_t before = revision();
  kill();
  EXPECT_TRUE(shown() == stored()) << "the last known rows stay";
  const size_t from = mark();
  ASSERT_TRUE(cluster_->come_back());
  expect_recovery(from);
  expect_each_asked(from, {fmt::format("watch rv={}", before)});
}

TEST_F(ServerFaults, what_changed_while_the_server_was_away_is_caught_up_by_the_watches_alone) {
  begin();
  const uint64_t before = revision();
  kill();
  for (int i = 0; i < 10; ++i) add_pod(fmt::format("new-{}", i));
  for (int i = 0; i < 20; i += 2) touch_pod(fmt::format("pod-{}", i), "away");
  for (int i = 20; i < 40; i += 2) remove_pod(fmt::format("pod-{}", i));
  const size_t from = mark();
  ASSERT_TRUE(cluster_->come_back());
  expect_recovery(from);
  expect_each_asked(from, {fmt::format("watch rv={}", before)});
}

TEST_F(ServerFaults, a_server_that_cuts_every_connection_sees_one_probe_in_two_seconds) {
  begin();
  const uint64_t before = revision();
  cluster_->kill();
  net::Loop loop;
  std::vector<int64_t> tried_ms;
  auto listener = net::Listener::open(loop, "127.0.0.1", cluster_->port(), [&](const auto&) {
    tried_ms.push_back(base::system_clock().monotonic_ms());
  });
  ASSERT_TRUE(listener);
  loop.drive_for(3'000);
  const size_t settled = tried_ms.size();
  loop.drive_for(8'000);
  const size_t tried = tried_ms.size() - settled;
  // Connections, since requests never come to be; so they are counted. One of them may be the
  // discovery of every ten seconds.
  EXPECT_GE(tried, 3u) << "a probe every two seconds";
  EXPECT_LE(tried, 5u) << "and no others";
  listener->reset();
  const size_t from = mark();
  ASSERT_TRUE(cluster_->come_back());
  expect_recovery(from);
  expect_each_asked(from, {fmt::format("watch rv={}", before)});
}

TEST_F(ServerFaults, a_rolling_restart_behind_one_address_is_no_news) {
  begin();
  const uint64_t before = revision();
  const size_t from = mark();
  std::atomic<bool> stale = false;
  cluster_->run([](sim::ApiServer&, sim::Front& front) { front.goaway(); });
  pass(300);
  cluster_->run([](sim::ApiServer&, sim::Front& front) { front.drop_connections(); });
  EXPECT_TRUE(eventually(
      [&] {
        stale = stale || all(State::kStale);
        return !requests(from, kPods).empty() && caught_up();
      },
      3'000));
  EXPECT_FALSE(stale) << "those who return within a second were never away";
  expect_each_asked(from, {fmt::format("watch rv={}", before)});
}

TEST_F(ServerFaults, watches_refused_by_429_are_asked_for_again_and_never_become_lists) {
  begin();
  const uint64_t before = revision();
  faults().add({"watch", ""}, sim::refuse(429, "TooManyRequests", 1));
  faults().add({"", "/readyz"}, sim::refuse(500, "InternalError"));
  const size_t from = mark();
  cluster_->run([](sim::ApiServer&, sim::Front& front) { front.drop_connections(); });
  pass(6'000);
  EXPECT_TRUE(all(State::kStale));
  EXPECT_TRUE(shown() == stored());
  expect_each_backed_off(from, fmt::format("watch rv={}", before), 1'000);  // its Retry-After
  expect_a_probe_every_two_seconds(from);
  faults().clear();
  expect_recovery(mark());
}

TEST_F(ServerFaults,
       a_server_that_answers_503_to_everything_is_asked_once_a_kind_and_backoff_step) {
  begin();
  const uint64_t before = revision();
  faults().add({}, sim::refuse(503, "ServiceUnavailable"));
  const size_t from = mark();
  cluster_->run([](sim::ApiServer&, sim::Front& front) { front.drop_connections(); });
  pass(8'000);
  EXPECT_TRUE(all(State::kStale));
  EXPECT_TRUE(shown() == stored());
  expect_each_backed_off(from, fmt::format("watch rv={}", before));
  expect_a_probe_every_two_seconds(from);
  faults().clear();
  expect_recovery(mark());
}

TEST_F(ServerFaults, a_server_that_has_not_read_its_roles_is_not_believed) {
  begin();
  const std::string watch = fmt::format("watch rv={}", revision());
  kill();
  faults().add({}, sim::refuse(403, "Forbidden"));
  const size_t from = mark();
  ASSERT_TRUE(cluster_->come_back());
  pass(4'000);
  EXPECT_TRUE(shown() == stored()) << "nothing is taken away";
  expect_each_backed_off(from, watch, 0, limits::kRefusedInGraceRetryMs);
  const size_t then = mark();
  faults().clear();
  // Discovery was refused at once, after 1 and after 2 s: it asks again 4 s after that.
  EXPECT_TRUE(
      eventually([&] { return session_->snapshot()->connection.state == State::kLive; }, 4'500));
  expect_recovery(mark());
  // Two, where the first came just before its refusal was over.
  expect_each_asked(then, {watch, "?" + watch});
}

TEST_F(ServerFaults, ten_thousand_objects_that_were_deleted_meanwhile_are_gone) {
  constexpr int kObjects = 10'000;
  Setting setting;
  setting.fill = [](sim::ApiServer& server) {
    for (int i = 0; i < kObjects; ++i) {
      put(server, "", "configmaps", "two", fmt::format("many-{}", i));
    }
  };
  begin(std::move(setting));
  const uint64_t before = revision();
  kill();
  on_server([](sim::ApiServer& server) {
    const auto type = server.types().find("", "configmaps");
    for (int i = 0; i < kObjects; ++i)
      server.store().remove(type, "two", fmt::format("many-{}", i));
  });
  const size_t from = mark();
  ASSERT_TRUE(cluster_->come_back());
  expect_recovery(from);
  expect_each_asked(from, {fmt::format("watch rv={}", before)});
}

TEST_F(ServerFaults,
       rights_that_were_withdrawn_while_the_server_was_away_are_obeyed_on_its_return) {
  Setting setting;
  setting.user = "team";
  setting.namespaces = {"one", "two"};
  setting.fill = [](sim::ApiServer& server) {
    const char* group = "rbac.authorization.k8s.io";
    put(server, group, "clusterroles", "", "pods",
        R"({"rules":[{"apiGroups":[""],"resources":["pods"],"verbs":["get","list","watch"]}]})");
    for (const char* ns : {"one", "two"}) {
      put(server, group, "rolebindings", ns, "team",
          R"({"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"pods"},)"
          R"("subjects":[{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"team"}]})");
    }
  };
  begin(std::move(setting));
  ASSERT_EQ(shown().size(), 200u);
  const std::string watch = fmt::format("watch rv={}", revision());
  kill();
  on_server([](sim::ApiServer& server) {
    server.store().remove(server.types().find("rbac.authorization.k8s.io", "rolebindings"), "two",
                          "team");
  });
  const size_t from = mark();
  ASSERT_TRUE(cluster_->come_back());
  EXPECT_TRUE(eventually([&] { return shown().size() == 100; }, 5'000)) << shown().size();
  EXPECT_TRUE(eventually([&] { return caught_up(); }, 5'000));
  expect_asked(from, "/api/v1/namespaces/one/pods", {watch});
  // Refused, and perhaps again before the answer about the rights has come.
  const std::string again = "?" + watch;
  expect_asked(from, "/api/v1/namespaces/two/pods", {again, again, again, again});
  expect_nothing_asked(from);  // of whole kinds
}

}  // namespace
}  // namespace masthead::fault
