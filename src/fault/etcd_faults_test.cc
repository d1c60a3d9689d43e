// What may happen to the state behind an API server: compacted, restored, exchanged.
#include <fmt/format.h>

#include "fault/fault_fixture.h"

namespace masthead::fault {
namespace {

using State = k8s::Freshness::State;

class EtcdFaults : public FaultTest {
 protected:
  void kill() {
    cluster_->kill();
    ASSERT_TRUE(eventually([&] { return all(State::kStale); }, 5'000));
  }
  void restore(uint64_t to) {
    on_server([&](sim::ApiServer& server) { ASSERT_TRUE(server.store().restore(to)); });
  }
  // Each kind was listed anew, once. Its watch may have been asked for before it was known whose
  // state this is: that is a race by design, for the wake-up is spread over a second. `pods_rv`:
  // where pods were further than the namespaces are now, they were asked where they are.
  void expect_each_listed_anew(size_t from, uint64_t rv, uint64_t pods_rv) {
    const std::string now = fmt::format("watch rv={}", revision());
    for (const std::string& path : paths()) {
      const bool ahead = path == kPods && pods_rv > rv;
      const std::string hasty = fmt::format("?watch rv={}", path == kPods ? pods_rv : rv);
      if (ahead) {
        expect_asked(from, path, {hasty, "list limit=1", hasty, "list limit=0", now});
      } else {
        expect_asked(from, path, {hasty, "list limit=0", now});
      }
    }
  }
};

TEST_F(EtcdFaults, a_compaction_while_a_watch_was_broken_costs_one_list_a_kind) {
  begin();
  const uint64_t before = revision();
  kill();
  for (int i = 0; i < 10; ++i) add_pod(fmt::format("new-{}", i));
  for (int i = 20; i < 40; i += 2) remove_pod(fmt::format("pod-{}", i));
  on_server([](sim::ApiServer& server) { server.store().compact(server.store().revision()); });
  const size_t from = mark();
  ASSERT_TRUE(cluster_->come_back());
  expect_recovery(from);
  expect_each_asked(from, {fmt::format("watch rv={}", before), "list limit=0",
                           fmt::format("watch rv={}", revision())});
}

TEST_F(EtcdFaults, a_compaction_between_two_pages_of_a_list_costs_the_list_without_pages) {
  Setting setting;
  setting.wait = false;
  setting.fill = [](sim::ApiServer& server) {
    for (int i = 0; i < 700; ++i) {
      put(server, "", "services", "two", fmt::format("many-{}", i),
          R"({"spec":{"ports":[{"port":80}]}})");
    }
  };
  const char* const path = "/api/v1/services";
  begin(std::move(setting));
  // A server that does not tell its version may write lists as a whole, so it is asked for pages.
  faults().add({"get", "/version", 0, 1}, sim::refuse(403, "Forbidden"));
  faults().add({"watch", path, 0, 1}, sim::refuse(400, "BadRequest"));
  faults().add({"list", path, 0, 1}, sim::refuse(410, "Expired"));
  faults().add({"list", path, 1, 1},
               [this](auto request, const auto& exchange, const auto& server) {
                 // On the loop of the server already.
                 on_server([](sim::ApiServer& inside) {
                   touch(inside, "", "services", "two", "many-1", "later");
                   inside.store().compact(inside.store().revision());
                 });
                 server(std::move(request), exchange);
               });
  ASSERT_TRUE(eventually([&] { return caught_up(); }, 20'000));
  const auto asked = requests(0, path);
  ASSERT_EQ(asked.size(), 6u);
  const std::string list = std::string("list ") + path;
  EXPECT_EQ(asked[0], std::string("sync ") + path);
  EXPECT_EQ(asked[1], list + " rv=0 limit=500");
  EXPECT_EQ(asked[2], list + " limit=500");
  EXPECT_EQ(asked[3], list + " limit=500 continued");
  EXPECT_EQ(asked[4], list + " limit=0");
  EXPECT_EQ(asked[5], fmt::format("watch {} rv={}", path, revision()));
}

TEST_F(EtcdFaults, a_restored_snapshot_is_noticed_and_what_it_took_back_is_gone) {
  begin();
  const uint64_t snapshot = revision();
  for (int i = 0; i < 20; ++i) add_pod(fmt::format("lost-{}", i));
  for (int i = 0; i < 20; i += 2) touch_pod(fmt::format("pod-{}", i), "lost");
  ASSERT_TRUE(eventually([&] { return caught_up(); }));
  may_go_back_ = true;
  const uint64_t before = revision();
  kill();
  restore(snapshot);
  const size_t from = mark();
  ASSERT_TRUE(cluster_->come_back());
  expect_recovery(from);
  expect_each_listed_anew(from, snapshot, before);
}

TEST_F(EtcdFaults, a_snapshot_that_is_restored_while_nobody_misses_the_server_is_noticed) {
  begin();
  const uint64_t snapshot = revision();
  for (int i = 0; i < 20; ++i) add_pod(fmt::format("lost-{}", i));
  ASSERT_TRUE(eventually([&] { return caught_up(); }));
  may_go_back_ = true;
  const uint64_t before = revision();
  const size_t from = mark();
  cluster_->kill();
  restore(snapshot);
  ASSERT_TRUE(cluster_->come_back());
  expect_recovery(from);
  expect_each_listed_anew(from, snapshot, before);
}

// The same resourceVersions mean other objects now.
TEST_F(EtcdFaults, what_is_written_after_a_restored_snapshot_is_not_taken_for_what_was_before) {
  begin();
  const uint64_t snapshot = revision();
  touch_pod("pod-0", "before");
  touch_pod("pod-2", "before");
  ASSERT_TRUE(eventually([&] { return caught_up(); }));
  may_go_back_ = true;
  const uint64_t before = revision();
  kill();
  restore(snapshot);
  touch_pod("pod-0", "after");
  ASSERT_EQ(revision(), snapshot + 1);
  const size_t from = mark();
  ASSERT_TRUE(cluster_->come_back());
  expect_recovery(from);
  expect_each_listed_anew(from, snapshot, before);
  EXPECT_TRUE(eventually(
      [&] {
        return row("pods", "one", "pod-0")->labels().find("touched=after") !=
               std::string_view::npos;
      },
      3'000))
      << row("pods", "one", "pod-0")->labels();
}

TEST_F(EtcdFaults, another_cluster_behind_the_same_address_replaces_everything) {
  begin();
  const std::string uid = session_->snapshot()->uid;
  may_go_back_ = true;
  const uint64_t before = revision();
  kill();
  cluster_->replace(filling());
  const size_t from = mark();
  ASSERT_TRUE(cluster_->come_back());
  expect_recovery(from);
  expect_each_listed_anew(from, before, before);
  EXPECT_TRUE(eventually([&] { return session_->snapshot()->uid != uid; }, 5'000))
      << "the history goes on under the name of the new cluster";
}

TEST_F(EtcdFaults, another_cluster_that_takes_over_at_once_is_noticed) {
  begin();
  may_go_back_ = true;
  const uint64_t before = revision();
  const size_t from = mark();
  cluster_->kill();
  cluster_->replace(filling());
  ASSERT_TRUE(cluster_->come_back());
  expect_recovery(from);
  expect_each_listed_anew(from, before, before);
}

}  // namespace
}  // namespace masthead::fault
