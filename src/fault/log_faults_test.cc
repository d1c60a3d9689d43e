// Logs over broken connections, restarts of containers and of the API server: no line is lost, none
// comes twice.
#include <fmt/format.h>

#include <thread>

#include "base/limits.h"
#include "fault/fault_fixture.h"
#include "json/value.h"
#include "sim/document.h"

namespace masthead::fault {
namespace {

constexpr const char* kLog = "/api/v1/namespaces/one/pods/pod-0/log";

// A container that writes what the test says.
class Writer final : public sim::PodRuntime {
 public:
  std::vector<Line> log(const sim::LogRequest& request) override {
    base::MutexLock lock(mutex_);
    return request.previous ? previous_ : lines_;
  }
  void write(int64_t wall_ms, const std::string& text) {
    base::MutexLock lock(mutex_);
    lines_.push_back({wall_ms, text});
  }
  void restart() {
    base::MutexLock lock(mutex_);
    previous_ = std::exchange(lines_, {});
  }

 private:
  base::Mutex mutex_;
  std::vector<Line> lines_ GUARDED_BY(mutex_), previous_ GUARDED_BY(mutex_);
};

class LogTest : public FaultTest {
 protected:
  // Its pods ask our writer, on another thread.
  ~LogTest() override {
    if (cluster_ != nullptr) cluster_->stop();
  }
  void begin_logs(bool http2 = true) {
    Setting setting;
    setting.http2 = http2;
    setting.pods = &writer_;
    begin(std::move(setting));
  }
  void write(const std::string& text) {
    // Several lines share a time.
    writer_.write(base::system_clock().wall_ms() / 10 * 10, text);
    written_.push_back(text);
  }
  void write_some(int count) {
    for (int i = 0; i < count; ++i) write(fmt::format("line {} of a log", written_.size()));
  }
  static host::LogPod pod(int64_t restarts = 0, const std::string& last_end = "") {
    host::LogContainer main;
    main.name = "main";
    main.state = host::LogContainer::State::kRunning;
    main.restarts = restarts;
    main.last_end = last_end;
    return {"one", "pod-0", {main}};
  }
  void follow() {
    host::LogQuery query;
    query.object = {"pods", "one", "pod-0"};
    query.follow = true;
    feed_ = session_->logs().open(query, [] {}).value();
    feed_->set_pods({pod()});
  }
  void take() {
    host::LogBatch batch = feed_->take(limits::kLogFrameBytes);
    for (const host::LogLine& line : batch.lines)
      (line.marker ? markers_ : got_).push_back(line.text);
    if (batch.sources) sources_ = *batch.sources;
    if (batch.missing) missing_ = *batch.missing;
  }
  // Five breaks one after another may be waited out for 25 s: the pauses double up to 12.8 s.
  bool until(const std::function<bool()>& done, int64_t limit_ms = 40'000) {
    return eventually(
        [&] {
          take();
          return done();
        },
        limit_ms);
  }
  bool following() {
    return until([&] {
      return !sources_.empty() && sources_[0].state == host::LogSource::State::kFollowing;
    });
  }
  void expect_all() {
    EXPECT_TRUE(until([&] { return got_.size() >= written_.size(); })) << got_.size();
    for (int i = 0; i < 60; ++i) {
      pass(10);
      take();
    }
    auto got = got_, written = written_;
    std::sort(got.begin(), got.end());
    std::sort(written.begin(), written.end());
    EXPECT_EQ(got, written);
  }

  Writer writer_;
  std::vector<std::string> written_, got_, markers_;
  std::unique_ptr<host::LogFeed> feed_;
  std::vector<host::LogSource> sources_;
  std::vector<host::Missing> missing_;
};

class CutLogs : public LogTest, public testing::WithParamInterface<std::tuple<bool, sim::Break>> {};

TEST_P(CutLogs, that_are_broken_off_anywhere_lose_and_double_nothing) {
  begin_logs(std::get<0>(GetParam()));
  write_some(20);
  // In the first lines, within a time, within a text, and while it is followed.
  for (const size_t bytes : {10, 133, 700, 40, 900}) {
    faults().add({"", kLog, 0, 1}, sim::break_off(bytes, std::get<1>(GetParam())));
  }
  const size_t from = mark();
  follow();
  for (int i = 0; i < 30; ++i) {
    write_some(3);
    pass(50);
    take();
  }
  expect_all();
  EXPECT_GE(requests(from, kLog).size(), 6u) << "it was broken off as often as it should be";
  EXPECT_TRUE(markers_.empty());
}

std::string name_of(const testing::TestParamInfo<std::tuple<bool, sim::Break>>& info) {
  const char* const how[] = {"in_order", "by_a_reset", "in_the_middle_of_a_frame"};
  return std::string(std::get<0>(info.param) ? "http2_" : "http1_") +
         how[static_cast<int>(std::get<1>(info.param))];
}
// A body that ends in order in the middle of the first lines is the whole log to any reader.
INSTANTIATE_TEST_SUITE_P(EachWay, CutLogs,
                         testing::Combine(testing::Bool(),
                                          testing::Values(sim::Break::kReset, sim::Break::kCut)),
                         name_of);

TEST_F(LogTest, go_on_where_they_were_when_the_api_server_is_killed_and_comes_back) {
  begin_logs();
  write_some(50);
  follow();
  ASSERT_TRUE(following());
  cluster_->kill();
  write_some(50);
  EXPECT_TRUE(until([&] { return sources_[0].state == host::LogSource::State::kWaiting; }));
  EXPECT_FALSE(sources_[0].text.empty()) << "what it waits for is said";
  ASSERT_TRUE(cluster_->come_back());
  write_some(50);
  expect_all();
  EXPECT_EQ(sources_[0].state, host::LogSource::State::kFollowing);
}

TEST_F(LogTest, that_end_in_order_while_the_container_runs_are_taken_up_again) {
  begin_logs();
  faults().add({"", kLog, 1, 2}, sim::break_off(200, sim::Break::kEnd));
  write_some(10);
  follow();
  for (int i = 0; i < 20; ++i) {
    write_some(2);
    pass(50);
    take();
  }
  expect_all();
}

TEST_F(LogTest, of_a_container_that_is_restarted_say_so_and_go_on_with_its_last_words) {
  begin_logs();
  write_some(10);
  follow();
  ASSERT_TRUE(following());
  ASSERT_TRUE(until([&] { return got_.size() == 10; }));
  // What it says before it dies is lost with the connection.
  faults().add({"", kLog, 0, 1}, sim::refuse(503, "ServiceUnavailable"));
  cluster_->run([](sim::ApiServer&, sim::Front& front) { front.drop_connections(); });
  write_some(5);
  writer_.restart();
  on_server([](sim::ApiServer& server) {
    const auto pods = server.types().find("", "pods");
    const auto changed =
        server.change(pods, "one", "pod-0", "status", "kubelet", [](sim::Document& object) {
          sim::Fields main{{"name", "main"}, {"restartCount", 1}};
          main["state"] = sim::Fields{{"running", sim::Fields()}};
          main["lastState"] = sim::Fields{{"terminated", sim::Fields{{"exitCode", 1}}}};
          object.as_object()["status"] = sim::Fields{{"containerStatuses", sim::Items{main}}};
        });
    EXPECT_TRUE(changed);
  });
  write_some(5);
  feed_->set_pods({pod(1, "Error, exit code 1")});
  expect_all();
  EXPECT_EQ(markers_, std::vector<std::string>{"The container was restarted: Error, exit code 1."});
}

TEST_F(LogTest, of_a_pod_that_goes_end_and_say_so) {
  begin_logs();
  write_some(3);
  follow();
  ASSERT_TRUE(following());
  remove_pod("pod-0");
  feed_->set_pods({});
  EXPECT_TRUE(until([&] { return sources_[0].state == host::LogSource::State::kEnded; }));
  EXPECT_EQ(sources_[0].text, "The pod is gone.");
  expect_all();
}

TEST_F(LogTest, that_nobody_takes_are_held_back_at_the_server_and_then_come_all) {
  begin_logs();
  write_some(10);
  follow();
  ASSERT_TRUE(following());
  const std::string filler(1'000, 'x');
  for (int i = 0; i < 12'000; ++i) write(fmt::format("{} {}", i, filler));
  pass(3'000);
  size_t waiting = 0;
  for (host::LogBatch batch = feed_->take(SIZE_MAX); !batch.lines.empty();
       batch = feed_->take(SIZE_MAX)) {
    for (const host::LogLine& line : batch.lines) {
      waiting += line.text.size();
      got_.push_back(line.text);
    }
    if (waiting > 0) break;
  }
  // What waits for the page, and what was on its way: one window of the stream.
  EXPECT_LE(waiting, 3 * limits::kMiB);
  EXPECT_GE(waiting, limits::kLogQueueBytes / 2);
  expect_all();
}

TEST_F(LogTest, need_the_right_to_read_them_and_name_it_with_its_role) {
  Setting setting;
  setting.pods = &writer_;
  setting.user = "team";
  setting.wait = false;
  begin(std::move(setting));
  const size_t from = mark();
  follow();
  ASSERT_TRUE(until([&] { return !missing_.empty(); }));
  EXPECT_EQ(missing_[0].right, "get pods/log in one");
  EXPECT_NE(missing_[0].role.find("resources: [\"pods/log\"]"), std::string::npos);
  EXPECT_TRUE(requests(from, kLog).empty()) << "it is not even asked for";
}

TEST_F(LogTest, are_told_in_words_when_there_are_none) {
  begin_logs();
  host::LogQuery query;
  query.object = {"pods", "one", "pod-0"};
  query.previous = true;
  feed_ = session_->logs().open(query, [] {}).value();
  feed_->set_pods({pod()});
  ASSERT_TRUE(until(
      [&] { return !sources_.empty() && sources_[0].state == host::LogSource::State::kFailed; }));
  EXPECT_EQ(sources_[0].text, "There is no log of a run before this one.");
  EXPECT_FALSE(sources_[0].hint.empty());
}

TEST_F(LogTest, a_feed_may_go_at_any_moment) {
  begin_logs();
  write_some(1'000);
  for (int i = 0; i < 20; ++i) {
    follow();
    pass(i * 3);
  }
  session_->stop();
  feed_->set_pods({pod()});
  take();
  feed_.reset();
  session_.reset();
}

}  // namespace
}  // namespace masthead::fault
