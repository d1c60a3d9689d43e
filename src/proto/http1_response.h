// Client side of HTTP/1.1 (RFC 9112): writes requests, reads answers whose body is handed on piece
// by piece. No I/O, no clock. Threading: one thread at a time.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"
#include "proto/headers.h"

namespace masthead::proto {

// The bytes of a request. CHECKs that no field holds a line break: callers build them from names.
std::string http1_request_bytes(const std::string& method, const std::string& path,
                                const std::string& host, const Headers& headers,
                                std::string_view body);

// Several KiB of warnings and audit annotations are normal; more is not.
inline constexpr size_t kResponseHeaderBytes = 4 * limits::kRequestHeaderBytes;

class ResponseParser {
 public:
  class Events {
   public:
    virtual ~Events() = default;
    virtual void on_head(int status, Headers headers) = 0;
    virtual void on_body(std::string_view bytes) = 0;
  };
  // `head_only`: the answer to a HEAD request, which has no body whatever its headers say.
  explicit ResponseParser(Events& events, bool head_only = false);
  ~ResponseParser();

  // How many bytes were used; fewer than given when the answer is done.
  base::Result<size_t> feed(std::string_view bytes);
  // The connection has ended: that completes a body without a length, and breaks off any other.
  base::Result<void> end_of_stream();
  bool done() const;
  // After done(): the connection may carry another request.
  bool reusable() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace masthead::proto
