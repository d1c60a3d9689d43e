#include "proto/http1_request.h"

#include <gtest/gtest.h>

namespace masthead::proto {
namespace {

std::expected<Request, RequestError> parse(std::string_view bytes, size_t step = 1 << 20) {
  RequestParser parser;
  while (!parser.done()) {
    const auto used = parser.feed(bytes.substr(0, step));
    if (!used) return std::unexpected(used.error());
    bytes.remove_prefix(*used);
    if (*used == 0 && bytes.empty()) return std::unexpected(RequestError{0, "incomplete"});
  }
  return parser.take();
}

int status_of(const std::string& bytes) {
  const auto request = parse(bytes);
  return request ? 200 : request.error().status;
}

constexpr char kPost[] =
    "POST /api/v1/x?y=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nX-Empty:\r\nX-Two:  a b "
    "\r\n\r\n"
    "helloGET";

TEST(RequestParser, reads_a_request_whatever_the_pieces) {
  for (const size_t step : {1u, 2u, 3u, 7u, 1000u}) {
    const auto request = parse(kPost, step);
    ASSERT_TRUE(request) << request.error().text;
    EXPECT_EQ(request->method, "POST");
    EXPECT_EQ(request->target, "/api/v1/x?y=1");
    EXPECT_EQ(request->body, "hello");
    EXPECT_EQ(request->header("x-two"), "a b");
    EXPECT_EQ(request->header("X-EMPTY"), "");
    EXPECT_TRUE(request->keep_alive());
  }
}

TEST(RequestParser, joins_chunks_and_skips_trailers) {
  const std::string bytes =
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5;ext=1\r\nhello\r\nA\r\n, world!!!\r\n0\r\nX-Trailer: 1\r\n\r\n";
  for (const size_t step : {1u, 4u, 1000u}) {
    const auto request = parse(bytes, step);
    ASSERT_TRUE(request) << request.error().text;
    EXPECT_EQ(request->body, "hello, world!!!");
  }
}

TEST(RequestParser, leaves_the_bytes_of_the_next_request) {
  RequestParser parser;
  std::string_view bytes = "GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n";
  bytes.remove_prefix(*parser.feed(bytes));
  ASSERT_TRUE(parser.done());
  EXPECT_EQ(parser.take().target, "/a");
  bytes.remove_prefix(*parser.feed(bytes));
  ASSERT_TRUE(parser.done());
  EXPECT_EQ(parser.take().target, "/b");
  EXPECT_TRUE(bytes.empty());
}

TEST(RequestParser, ignores_one_empty_line_before_a_request) {
  EXPECT_EQ(status_of("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), 200);
  EXPECT_EQ(status_of("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
}

TEST(RequestParser, refuses_what_two_readers_could_understand_differently) {
  const auto with = [](const std::string& headers) {
    return status_of("POST / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n");
  };
  EXPECT_EQ(with("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n"), 400);
  EXPECT_EQ(with("Content-Length: 0\r\nContent-Length: 1\r\n"), 400);
  EXPECT_EQ(with("Content-Length: 0, 0\r\n"), 400);
  EXPECT_EQ(with("Content-Length: +1\r\n"), 400);
  EXPECT_EQ(with("Content-Length: 0x1\r\n"), 400);
  EXPECT_EQ(with("Content-Length:\r\n"), 400);
  EXPECT_EQ(with("Content-Length: 99999999999999999999\r\n"), 400);
  EXPECT_EQ(with("Transfer-Encoding: gzip, chunked\r\n"), 501);
  EXPECT_EQ(with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 501);
  EXPECT_EQ(with("Transfer-Encoding : chunked\r\n"), 400);
  EXPECT_EQ(with("X: 1\r\n folded\r\n"), 400);
  EXPECT_EQ(with("X: 1\nY: 2\r\n"), 400);
  EXPECT_EQ(with("X: 1\rY: 2\r\n"), 400);
  EXPECT_EQ(with(std::string("X: \0\r\n", 6)), 400);
  EXPECT_EQ(with("X Y: 1\r\n"), 400);
  EXPECT_EQ(with(": 1\r\n"), 400);
  EXPECT_EQ(with("Host: b\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
}

TEST(RequestParser, refuses_malformed_request_lines) {
  for (const char* line : {"GET  HTTP/1.1", "GET /", "GET / HTTP/1.1 ", " GET / HTTP/1.1",
                           "GET /a b HTTP/1.1", "G@T / HTTP/1.1", "GET x HTTP/1.1"}) {
    EXPECT_EQ(status_of(std::string(line) + "\r\nHost: a\r\n\r\n") / 100, 4) << line;
  }
  EXPECT_EQ(status_of("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), 505);
  EXPECT_EQ(status_of("PRI * HTTP/2.0\r\n\r\n"), 505);
}

TEST(RequestParser, refuses_malformed_chunks) {
  const auto with = [](const std::string& body) {
    return status_of("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body);
  };
  EXPECT_EQ(with("5\r\nhello\r\n0\r\n\r\n"), 200);
  for (const char* body :
       {"\r\n", "x\r\n", "5\nhello\r\n", "5\r\nhelloX\r\n", "5\r\nhello\rX", "-1\r\n", "5 x\nhello",
        "0\r\n\n", "0\r\nA: b\n\r\n", "5\rX", "1111111111111111\r\n"}) {
    EXPECT_EQ(with(body), 400) << body;
  }
}

TEST(RequestParser, holds_the_header_limit_to_the_byte) {
  const std::string start = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
  const auto with_size = [&](size_t size) {
    return start + std::string(size - start.size() - 4, 'x') + "\r\n\r\n";
  };
  EXPECT_EQ(status_of(with_size(limits::kRequestHeaderBytes)), 200);
  EXPECT_EQ(status_of(with_size(limits::kRequestHeaderBytes + 1)), 431);
}

TEST(RequestParser, holds_the_body_limit_to_the_byte) {
  const auto with = [](size_t size, bool chunked) {
    char hex[32];
    std::snprintf(hex, sizeof hex, "%zx\r\n", size);
    const std::string body(size, 'x');
    return "POST / HTTP/1.1\r\nHost: a\r\n" +
           (chunked
                ? "Transfer-Encoding: chunked\r\n\r\n" + std::string(hex) + body + "\r\n0\r\n\r\n"
                : "Content-Length: " + std::to_string(size) + "\r\n\r\n" + body);
  };
  EXPECT_EQ(status_of(with(limits::kRequestBodyBytes, false)), 200);
  EXPECT_EQ(status_of(with(limits::kRequestBodyBytes + 1, false)), 413);
  EXPECT_EQ(status_of(with(limits::kRequestBodyBytes, true)), 200);
  EXPECT_EQ(status_of(with(limits::kRequestBodyBytes + 1, true)), 413);
}

TEST(RequestParser, lets_the_server_lower_the_body_limit_before_the_body_comes) {
  RequestParser parser;
  ASSERT_TRUE(
      parser.feed("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n"
                  "Expect: 100-continue\r\n\r\n"));
  ASSERT_TRUE(parser.headers_complete());
  EXPECT_TRUE(parser.expects_continue());
  parser.set_body_limit(limits::kRequestBodyBeforeLoginBytes);
  const auto refused = parser.feed("");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, 413);
}

TEST(Request, knows_whether_the_connection_goes_on) {
  const auto keep = [](const std::string& version, const std::string& connection) {
    return parse("GET / HTTP/" + version + "\r\nHost: a\r\nConnection: " + connection + "\r\n\r\n")
        ->keep_alive();
  };
  EXPECT_TRUE(keep("1.1", "x"));
  EXPECT_FALSE(keep("1.1", "Upgrade, close"));
  EXPECT_FALSE(keep("1.0", "x"));
  EXPECT_TRUE(keep("1.0", "Keep-Alive"));
}

}  // namespace
}  // namespace masthead::proto
