#include "proto/http1_response.h"

#include <gtest/gtest.h>

namespace masthead::proto {
namespace {

struct Heard : ResponseParser::Events {
  int status = 0;
  Headers headers;
  std::string body;
  void on_head(int code, Headers fields) override {
    status = code;
    headers = std::move(fields);
  }
  void on_body(std::string_view bytes) override { body += bytes; }
};

struct Outcome {
  Heard heard;
  size_t used = 0;
  bool done = false, reusable = false;
  std::string error;
};

Outcome parse(std::string_view bytes, size_t step = 1 << 20, bool head_only = false,
              bool end = false) {
  Outcome outcome;
  ResponseParser parser(outcome.heard, head_only);
  while (!bytes.empty() && !parser.done()) {
    const auto used = parser.feed(bytes.substr(0, step));
    if (!used) {
      outcome.error = used.error().text;
      return outcome;
    }
    outcome.used += *used;
    bytes.remove_prefix(*used);
  }
  if (end) {
    const auto ended = parser.end_of_stream();
    if (!ended) outcome.error = ended.error().text;
  }
  outcome.done = parser.done();
  outcome.reusable = parser.reusable();
  return outcome;
}

TEST(ResponseParser, reads_each_kind_of_body_whatever_the_pieces) {
  const std::string length = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
  const std::string chunked =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n";
  for (const size_t step : {1u, 3u, 1000u}) {
    for (const auto& bytes : {length, chunked, "HTTP/1.1 100 Continue\r\n\r\n" + length}) {
      const Outcome outcome = parse(bytes + "NEXT", step);
      EXPECT_EQ(outcome.heard.body, "hello");
      EXPECT_EQ(outcome.heard.status, 200);
      EXPECT_EQ(outcome.used, bytes.size());
      EXPECT_TRUE(outcome.done && outcome.reusable);
    }
  }
  const Outcome until_end = parse("HTTP/1.1 200\r\n\r\nhello", 1, false, true);
  EXPECT_EQ(until_end.heard.body, "hello");
  EXPECT_TRUE(until_end.done);
  EXPECT_FALSE(until_end.reusable);
}

TEST(ResponseParser, knows_answers_without_a_body) {
  for (const char* head : {"HTTP/1.1 204 No Content", "HTTP/1.1 304 Not Modified"}) {
    EXPECT_TRUE(parse(std::string(head) + "\r\nX: 1\r\n\r\n").done) << head;
  }
  EXPECT_TRUE(parse("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 100, true).done);
}

TEST(ResponseParser, a_body_cut_short_is_an_error) {
  for (const char* bytes :
       {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"}) {
    EXPECT_EQ(parse(bytes, 1000, false, true).error, "the connection ended before the answer did");
  }
}

TEST(ResponseParser, refuses_malformed_answers) {
  for (const char* bytes :
       {"HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n", "HTTP/1.1 99\r\n\r\n\r\n",
        "SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.1 200 OK\nX: 1\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"}) {
    EXPECT_TRUE(parse(bytes).error.starts_with("malformed HTTP answer")) << bytes;
  }
}

TEST(ResponseParser, holds_the_header_limit_to_the_byte) {
  const std::string start = "HTTP/1.1 204 OK\r\nX: ";
  const auto with_size = [&](size_t size) {
    return start + std::string(size - start.size() - 4, 'x') + "\r\n\r\n";
  };
  EXPECT_TRUE(parse(with_size(kResponseHeaderBytes)).done);
  EXPECT_FALSE(parse(with_size(kResponseHeaderBytes + 1)).error.empty());
}

TEST(ResponseParser, knows_whether_the_connection_goes_on) {
  const auto reusable = [](const std::string& version, const std::string& connection) {
    return parse("HTTP/" + version + " 200 OK\r\nContent-Length: 0\r\nConnection: " + connection +
                 "\r\n\r\n")
        .reusable;
  };
  EXPECT_TRUE(reusable("1.1", "x"));
  EXPECT_FALSE(reusable("1.1", "close"));
  EXPECT_FALSE(reusable("1.0", "x"));
  EXPECT_TRUE(reusable("1.0", "keep-alive"));
}

TEST(Http1Request, is_written_with_its_length) {
  EXPECT_EQ(http1_request_bytes("POST", "/a?b", "h:1", {{"Accept", "x"}}, "hi"),
            "POST /a?b HTTP/1.1\r\nHost: h:1\r\nAccept: x\r\nContent-Length: 2\r\n\r\nhi");
  EXPECT_EQ(http1_request_bytes("GET", "/", "h", {}, ""), "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_DEATH(http1_request_bytes("GET", "/ HTTP/1.1\r\nX: y", "h", {}, ""), "escaped");
}

}  // namespace
}  // namespace masthead::proto
