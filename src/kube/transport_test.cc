// How many requests share a connection, and how many connections there are.
#include "kube/transport.h"

#include <gtest/gtest.h>

#include <set>

#include "kube/scripted_server.h"

namespace masthead::kube {
namespace {

// Takes an answer that never ends.
struct Waiting final : StreamHandler {
  int* began = nullptr;
  void on_headers(int, const proto::Headers&) override { ++*began; }
  void on_data(std::string_view) override {}
  void on_end() override {}
  void on_failure(const base::Error& error) override { ADD_FAILURE() << error.message(); }
};

class TransportTest : public testing::TestWithParam<std::string> {
 protected:
  TransportTest() : server_(loop_, {GetParam()}) {
    server_.on_request([](const AnswerPtr& answer) { answer->start(200); });
    client_ = Client::create(loop_, server_.config(), clock_, random_).value();
  }
  ~TransportTest() override { streams_.clear(); }
  void open(Lane lane, size_t count) {
    for (size_t i = 0; i < count; ++i) {
      handlers_.push_back(std::make_unique<Waiting>());
      handlers_.back()->began = &began_;
      Request request;
      request.path = "/watch" + std::to_string(handlers_.size());
      streams_.push_back(client_->stream(lane, std::move(request), *handlers_.back()));
    }
    const auto wanted = static_cast<int>(handlers_.size());
    loop_.drive_until([&] { return began_ == wanted; }, 2'000);
  }

  // The client asks for itself too, when it wonders whether the server is there.
  size_t connections() const {
    std::set<const ScriptedConnection*> used;
    for (const AnswerPtr& answer : server_.answers) {
      if (answer->open() && answer->path.starts_with("/watch")) used.insert(answer->connection);
    }
    return used.size();
  }

  base::ManualClock clock_;
  base::SeededRandom random_{3};
  net::Loop loop_{clock_};
  ScriptedServer server_;
  std::unique_ptr<Client> client_;
  std::vector<std::unique_ptr<Waiting>> handlers_;
  std::vector<std::unique_ptr<Stream>> streams_;
  int began_ = 0;
};

class Http2Transport : public TransportTest {};
class Http1Transport : public TransportTest {};
INSTANTIATE_TEST_SUITE_P(, Http2Transport, testing::Values("h2"));
INSTANTIATE_TEST_SUITE_P(, Http1Transport, testing::Values("http/1.1"));

TEST_P(Http2Transport, fills_a_connection_with_watches_before_it_makes_another) {
  open(Lane::kWatches, limits::kWatchStreamsPerConnection);
  EXPECT_EQ(began_, limits::kWatchStreamsPerConnection);
  EXPECT_EQ(connections(), 1u);
  open(Lane::kWatches, 1);
  EXPECT_EQ(began_, limits::kWatchStreamsPerConnection + 1);
  EXPECT_EQ(connections(), 2u);
}

TEST_P(Http1Transport, has_so_many_connections_for_requests_and_the_rest_wait_their_turn) {
  open(Lane::kRequests, 1);  // what the server speaks is known now
  open(Lane::kRequests, limits::kHttp1ConnectionsPerLane - 1);
  EXPECT_EQ(connections(), limits::kHttp1ConnectionsPerLane);
  open(Lane::kRequests, 1);
  EXPECT_EQ(began_, limits::kHttp1ConnectionsPerLane) << "one waits";
  EXPECT_EQ(connections(), limits::kHttp1ConnectionsPerLane);
  server_.answers.front()->end();
  EXPECT_TRUE(loop_.drive_until([&] { return began_ == limits::kHttp1ConnectionsPerLane + 1; }));
  EXPECT_EQ(connections(), limits::kHttp1ConnectionsPerLane);
}

TEST_P(Http1Transport, gives_every_watch_a_connection_of_its_own) {
  open(Lane::kWatches, limits::kHttp1ConnectionsPerLane + 1);
  EXPECT_EQ(began_, limits::kHttp1ConnectionsPerLane + 1);
  EXPECT_EQ(connections(), limits::kHttp1ConnectionsPerLane + 1);
}

}  // namespace
}  // namespace masthead::kube
