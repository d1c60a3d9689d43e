// Server side of HTTP/1.1 (RFC 9112): bytes in, requests out. No I/O, no clock.
//
//   while (!parser.done()) {
//     auto used = parser.feed(bytes);   // stops behind the head, and behind the request
//     if (!used) { answer used.error().status and close; }
//     bytes.remove_prefix(*used);
//     if (parser.headers_complete()) parser.set_body_limit(…);
//     if (*used == 0) { wait for more bytes; }
//   }
//   Request request = parser.take();    // ready for the next one; `bytes` holds its beginning
//
// Strict where laxness lets two parties disagree about where a message ends (request smuggling):
// both Content-Length and Transfer-Encoding, differing lengths, obsolete line folding, bare CR or
// LF, spaces before the colon, unknown transfer codings and control characters are refused.
// Limits: limits::kRequestHeaderBytes for the head, the body limit (kRequestBodyBytes if not set).
// Threading: one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"
#include "proto/headers.h"

namespace masthead::proto {

struct Request {
  std::string method;
  std::string target;  // as sent: "/api/v1/pods?limit=5"
  int minor_version = 1;
  Headers headers;
  std::string body;

  std::string_view header(std::string_view name) const { return find_header(headers, name); }
  // RFC 9112 §9.3: persistent unless said otherwise.
  bool keep_alive() const;
};

// A refusal, with the status code a server answers before it closes.
struct RequestError {
  int status = 400;
  std::string text;
};

class RequestParser {
 public:
  RequestParser();
  ~RequestParser();
  RequestParser(RequestParser&&) noexcept;
  RequestParser& operator=(RequestParser&&) noexcept;

  // How many bytes were used; fewer than given at the end of the head and of the request. After an
  // error the connection is lost: nothing more can be parsed.
  std::expected<size_t, RequestError> feed(std::string_view bytes);

  // Before the body has arrived: 64 KiB before login, for instance. A Content-Length above it is
  // refused with 413 at the next feed() (also of no bytes), before any body is kept.
  void set_body_limit(size_t bytes);

  bool headers_complete() const;
  const Request& head() const;  // while headers_complete(): without its whole body
  // The client waits for "100 Continue" before it sends the body.
  bool expects_continue() const;
  bool done() const;
  Request take();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace masthead::proto
