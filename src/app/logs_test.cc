// Logs of many pods for many pages, from an API server of which the test decides every word: so
// many are read at once, and none beyond them.
#include "app/logs.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "kube/scripted_server.h"

namespace masthead::app {
namespace {

std::vector<host::LogPod> pods(size_t count, size_t containers = 1) {
  std::vector<host::LogPod> made;
  for (size_t i = 0; i < count; ++i) {
    host::LogPod pod{"shop", fmt::format("web-{:03}", i), {}};
    for (size_t j = 0; j < containers; ++j) {
      host::LogContainer container;
      container.name = fmt::format("main-{}", j);
      container.state = host::LogContainer::State::kRunning;
      pod.containers.push_back(std::move(container));
    }
    made.push_back(std::move(pod));
  }
  return made;
}

class LogsTest : public testing::Test {
 protected:
  LogsTest() {
    server_.on_request([](const kube::AnswerPtr& answer) {
      if (answer->path.ends_with("/selfsubjectaccessreviews")) {
        return answer->reply(201, R"({"status":{"allowed":true}})");
      }
      answer->start(200);  // and goes on writing
    });
    client_ = kube::Client::create(loop_, server_.config(), clock_, random_).value();
    service_ = std::make_unique<LogService>(
        LogReader::Surroundings{loop_, *client_, clock_, random_},
        [] { return std::make_shared<const host::ClusterSnapshot>(); });
  }
  base::Result<std::unique_ptr<host::LogFeed>> open(int64_t since_ms = 0, bool controller = false) {
    host::LogQuery query;
    query.controller = controller;
    query.object = {"pods", "shop", "web-000"};
    query.follow = true;
    query.since_ms = since_ms;
    return service_->open(query, [] {});
  }
  // How many logs are asked for once it has settled.
  size_t read_of(std::vector<host::LogPod> some) {
    const auto feed = open().value();
    feed->set_pods(std::move(some));
    loop_.drive_until([&] { return server_.count("/log?") > 0; });
    loop_.drive_for(200);
    return server_.count("/log?");
  }
  bool asked_for(const std::string& part) {
    return loop_.drive_until([&] { return server_.count(part) > 0; });
  }

  base::ManualClock clock_;
  base::SeededRandom random_{3};
  net::Loop loop_{clock_};
  kube::ScriptedServer server_{loop_};
  std::unique_ptr<kube::Client> client_;
  std::unique_ptr<LogService> service_;
};

TEST_F(LogsTest, so_many_pods_are_read_at_once) {
  EXPECT_EQ(read_of(pods(limits::kLogPods)), limits::kLogPods);
}

TEST_F(LogsTest, and_not_one_more) {
  EXPECT_EQ(read_of(pods(limits::kLogPods + 1)), limits::kLogPods);
}

TEST_F(LogsTest, so_many_of_their_containers_are) {
  static_assert(limits::kLogStreams == 2 * limits::kLogPods);
  EXPECT_EQ(read_of(pods(limits::kLogPods, 2)), limits::kLogStreams);
}

TEST_F(LogsTest, and_not_one_more_of_them) {
  EXPECT_EQ(read_of(pods(limits::kLogPods - 1, 3)), limits::kLogStreams);
}

TEST_F(LogsTest, the_lines_a_page_begins_with_are_shared_by_the_pods) {
  const auto one = open().value();
  one->set_pods(pods(1));
  EXPECT_TRUE(asked_for(fmt::format("tailLines={}", limits::kLogTailLines)));
  const auto many = open().value();
  many->set_pods(pods(limits::kLogPods + 1));
  EXPECT_TRUE(asked_for(fmt::format("tailLines={}", limits::kLogTailLines / limits::kLogPods)));
  const auto since = open(1'700'000'000'000).value();
  since->set_pods(pods(1));
  EXPECT_TRUE(asked_for(fmt::format("tailLines={}", limits::kLogSinceLines)));
  const auto controllers = open(0, /*controller=*/true).value();
  controllers->set_pods(pods(1));
  EXPECT_TRUE(asked_for(fmt::format("tailLines={}", limits::kLogControllerLines)));
}

TEST_F(LogsTest, a_server_that_has_just_come_back_is_not_believed_when_it_refuses_what_was_read) {
  bool refuses = false;
  kube::AnswerPtr followed;
  server_.on_request([&](const kube::AnswerPtr& answer) {
    if (!answer->path.contains("/log?")) {
      return answer->reply(answer->path.ends_with("reviews") ? 201 : 200,
                           R"({"status":{"allowed":true}})");
    }
    if (refuses) return answer->refuse(403, "Forbidden", "pods \"web-000\" is forbidden");
    if (!answer->path.contains("follow=true")) {
      return answer->reply(200, "2026-08-14T09:30:00Z a line\n");
    }
    answer->start(200);
    followed = answer;
  });
  const auto pass_until = [&](const std::function<bool()>& done) {
    for (int i = 0; i < 200 && !done(); ++i) {
      clock_.advance(100);
      loop_.wake();
      loop_.drive_for(5);
    }
    return loop_.drive_until(done, 5'000);
  };
  const auto feed = open().value();
  feed->set_pods(pods(1));
  ASSERT_TRUE(pass_until([&] { return followed != nullptr; }));
  followed.reset();
  refuses = true;
  server_.stop();
  ASSERT_TRUE(pass_until([&] { return !client_->reachability().reachable; }));
  server_.start();
  const size_t before = server_.count("/log?");
  EXPECT_TRUE(pass_until([&] { return server_.count("/log?") >= before + 2; }));
  refuses = false;
  EXPECT_TRUE(pass_until([&] { return followed != nullptr; }));
}

TEST_F(LogsTest, so_many_pages_read_logs_and_one_that_is_closed_leaves_room) {
  std::vector<std::unique_ptr<host::LogFeed>> feeds;
  for (size_t i = 0; i < limits::kLogFeeds; ++i) {
    auto feed = open();
    ASSERT_TRUE(feed);
    feeds.push_back(std::move(*feed));
  }
  const auto refused = open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::kTooManyRequests);
  feeds.pop_back();
  EXPECT_TRUE(open());
}

TEST_F(LogsTest, so_many_logs_are_downloaded_at_once_and_one_that_is_left_makes_room) {
  std::vector<std::shared_ptr<host::LogDownload>> running;
  std::vector<base::ErrorCode> refused;
  const auto download = [&] {
    service_->download({"shop", "web-000", "main-0"}, [&](auto opened) {
      if (opened) return running.push_back(std::move(*opened));
      refused.push_back(opened.error().code);
    });
  };
  for (size_t i = 0; i < limits::kLogDownloads; ++i) download();
  ASSERT_TRUE(loop_.drive_until([&] { return running.size() == limits::kLogDownloads; }));
  EXPECT_TRUE(refused.empty());
  download();
  ASSERT_TRUE(loop_.drive_until([&] { return !refused.empty(); }));
  EXPECT_EQ(refused.front(), base::ErrorCode::kTooManyRequests);
  running.pop_back();
  loop_.drive_for(20);
  download();
  EXPECT_TRUE(loop_.drive_until([&] { return running.size() == limits::kLogDownloads; }));
}

}  // namespace
}  // namespace masthead::app
