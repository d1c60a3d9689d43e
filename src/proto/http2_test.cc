#include "proto/http2.h"

#include <gtest/gtest.h>

#include <map>

namespace masthead::proto {
namespace {

struct ClientSide : Http2ClientEvents {
  struct Answer {
    int status = 0;
    Headers headers;
    std::string body;
    std::optional<Http2End> end;
  };
  std::map<int32_t, Answer> answers;
  int pings = 0;
  bool goaway = false, consume = true;
  Http2Client engine{*this, 65'536, 131'072};

  void on_headers(int32_t stream, int status, Headers headers) override {
    answers[stream].status = status;
    answers[stream].headers = std::move(headers);
  }
  void on_data(int32_t stream, std::string_view bytes) override {
    answers[stream].body += bytes;
    if (consume) engine.consume(stream, bytes.size());
  }
  void on_end(int32_t stream, Http2End end, const std::string&) override {
    answers[stream].end = end;
  }
  void on_ping_answer() override { ++pings; }
  void on_goaway(const std::string&) override { goaway = true; }
};

struct ServerSide : Http2ServerEvents {
  std::map<int32_t, Http2Client::RequestHead> requests;
  std::map<int32_t, std::string> bodies;
  std::vector<int32_t> closed;
  Http2Server engine{*this, {2, 100}};

  void on_request(int32_t stream, const Http2Client::RequestHead& head, std::string body) override {
    requests[stream] = head;
    bodies[stream] = std::move(body);
  }
  void on_closed(int32_t stream) override { closed.push_back(stream); }
  void on_writable(int32_t) override {}
};

class Http2 : public testing::Test {
 protected:
  // Carries bytes both ways until neither side has any.
  void exchange() {
    while (client_.engine.has_output() || server_.engine.has_output()) {
      const std::string up = client_.engine.take_output();
      if (!up.empty()) (void)server_.engine.receive(up);
      const std::string down = server_.engine.take_output();
      if (!down.empty()) (void)client_.engine.receive(down);
      if (up.empty() && down.empty()) return;
    }
  }
  int32_t open(std::string body = {}) {
    const int32_t id =
        client_.engine.open({"POST", "https", "host", "/x?y=1", {{"accept", "a"}}}, std::move(body))
            .value();
    exchange();
    return id;
  }
  ClientSide client_;
  ServerSide server_;
};

TEST_F(Http2, carries_a_request_and_its_answer) {
  const int32_t id = open("hello");
  EXPECT_EQ(server_.requests[id].method, "POST");
  EXPECT_EQ(server_.requests[id].path, "/x?y=1");
  EXPECT_EQ(find_header(server_.requests[id].headers, "accept"), "a");
  EXPECT_EQ(server_.bodies[id], "hello");
  server_.engine.respond(id, 201, {{"content-type", "b"}});
  server_.engine.write(id, "part");
  exchange();
  EXPECT_EQ(client_.answers[id].status, 201);
  EXPECT_EQ(client_.answers[id].body, "part");
  EXPECT_FALSE(client_.answers[id].end);
  server_.engine.end(id);
  exchange();
  EXPECT_EQ(client_.answers[id].end, Http2End::kComplete);
  EXPECT_EQ(client_.engine.open_streams(), 0u);
}

TEST_F(Http2, the_server_sends_no_more_than_has_been_consumed) {
  client_.consume = false;
  const int32_t id = open();
  server_.engine.respond(id, 200, {});
  server_.engine.write(id, std::string(100'000, 'x'));
  exchange();
  EXPECT_EQ(client_.answers[id].body.size(), 65'536u) << "one window";
  client_.engine.consume(id, 65'536);
  exchange();
  EXPECT_EQ(client_.answers[id].body.size(), 100'000u);
}

TEST_F(Http2, a_cancelled_stream_says_nothing_more_and_gives_its_credit_back) {
  const int32_t first = open();
  server_.engine.respond(first, 200, {});
  server_.engine.write(first, std::string(60'000, 'x'));
  client_.engine.cancel(first);
  exchange();
  EXPECT_EQ(client_.answers.count(first), 0u);
  EXPECT_EQ(server_.closed, std::vector<int32_t>{first});
  const int32_t second = open();
  server_.engine.respond(second, 200, {});
  server_.engine.write(second, std::string(500'000, 'x'));
  exchange();
  EXPECT_EQ(client_.answers[second].body.size(), 500'000u);
}

TEST_F(Http2, pings_are_answered) {
  client_.engine.ping();
  exchange();
  EXPECT_EQ(client_.pings, 1);
}

TEST_F(Http2, goaway_lets_streams_finish_and_refuses_new_ones) {
  const int32_t id = open();
  server_.engine.goaway();
  exchange();
  EXPECT_TRUE(client_.goaway);
  EXPECT_FALSE(client_.engine.open({"GET", "https", "h", "/", {}}, ""));
  server_.engine.respond(id, 200, {});
  server_.engine.end(id);
  exchange();
  EXPECT_EQ(client_.answers[id].end, Http2End::kComplete);
}

TEST_F(Http2, a_refused_stream_is_told_from_a_reset_one) {
  const int32_t refused = open(), reset = open();
  server_.engine.reset(refused, 0x7);
  server_.engine.reset(reset, 0x2);
  exchange();
  EXPECT_EQ(client_.answers[refused].end, Http2End::kRefused);
  EXPECT_EQ(client_.answers[reset].end, Http2End::kReset);
}

TEST_F(Http2, streams_above_the_servers_limit_wait) {
  open();
  EXPECT_EQ(client_.engine.max_streams(), 2u);
  const int32_t second = open(), third = open();
  EXPECT_EQ(server_.requests.count(third), 0u);
  server_.engine.respond(second, 200, {});
  server_.engine.end(second);
  exchange();
  EXPECT_EQ(server_.requests.count(third), 1u);
}

TEST_F(Http2, a_body_above_the_servers_limit_is_reset) {
  const int32_t fits = open(std::string(100, 'x')), too_big = open(std::string(101, 'x'));
  EXPECT_EQ(server_.bodies[fits].size(), 100u);
  EXPECT_EQ(client_.answers[too_big].end, Http2End::kReset);
}

TEST_F(Http2, what_is_not_http2_is_an_error) {
  (void)client_.engine.receive("HTTP/1.1 400 Bad Request\r\n\r\n");
  while (client_.engine.has_output()) client_.engine.take_output();
  EXPECT_TRUE(client_.engine.ended());
}

}  // namespace
}  // namespace masthead::proto
