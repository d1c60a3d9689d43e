// HTTP/2 (RFC 9113) by nghttp2, both sides: bytes in, events and bytes out. No I/O, no clock.
//
// Flow control is by hand: window credit goes back to the peer only through consume(), which the
// owner calls when the bytes have been accepted where they belong.
// Threading: one thread at a time. Events are called from inside receive() and take_output(); they
// may call everything but those two, and must not destroy the engine.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"
#include "proto/headers.h"

struct nghttp2_session;

namespace masthead::proto {

// How a stream ended.
enum class Http2End {
  kComplete,  // END_STREAM was received
  kRefused,   // the peer has not looked at it: may be sent again elsewhere (§8.7)
  kReset,     // broken off
};

class Http2ClientEvents {
 public:
  virtual ~Http2ClientEvents() = default;
  virtual void on_headers(int32_t stream, int status, Headers headers) = 0;
  virtual void on_data(int32_t stream, std::string_view bytes) = 0;
  virtual void on_end(int32_t stream, Http2End end, const std::string& why) = 0;  // the last event
  virtual void on_ping_answer() = 0;
  virtual void on_goaway(const std::string& why) = 0;  // no new streams from here on
};

class Http2Client {
 public:
  explicit Http2Client(Http2ClientEvents& events,
                       int stream_window = limits::kHttp2StreamWindowBytes,
                       int connection_window = limits::kHttp2ConnectionWindowBytes);
  ~Http2Client();
  Http2Client(const Http2Client&) = delete;
  Http2Client& operator=(const Http2Client&) = delete;

  struct RequestHead {
    std::string method, scheme, authority, path;
    Headers headers;  // names in lower case
  };
  // The new stream's id. Fails after GOAWAY.
  base::Result<int32_t> open(const RequestHead& head, std::string body);
  // No further events of this stream.
  void cancel(int32_t stream);
  void consume(int32_t stream, size_t bytes);
  // The two halves of it: a stream that is held back does not hold up the others.
  void consume_connection(size_t bytes);
  void consume_stream(int32_t stream, size_t bytes);
  void ping();
  // A goodbye; then write what take_output() gives and close.
  void finish();

  // After an error, or once ended(), the connection is lost; write take_output() first, it may hold
  // the GOAWAY that says why.
  base::Result<void> receive(std::string_view bytes);
  bool ended() const;
  bool has_output() const;
  std::string take_output();  // about 64 KiB at a time; empty when there is nothing

  bool draining() const;  // GOAWAY seen: no new streams
  size_t open_streams() const;
  size_t max_streams() const;  // what the peer allows at once

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

class Http2ServerEvents {
 public:
  virtual ~Http2ServerEvents() = default;
  // The whole request: bodies are joined up to the engine's limit.
  virtual void on_request(int32_t stream, const Http2Client::RequestHead& head,
                          std::string body) = 0;
  virtual void on_closed(int32_t stream) = 0;  // finished, reset, or given up by the client
  // Room has come free for more of what was queued by write().
  virtual void on_writable(int32_t stream) = 0;
};

class Http2Server {
 public:
  struct Settings {
    uint32_t max_streams = 100;
    size_t body_limit = limits::kRequestBodyBytes;
  };
  Http2Server(Http2ServerEvents& events, Settings settings);
  ~Http2Server();
  Http2Server(const Http2Server&) = delete;
  Http2Server& operator=(const Http2Server&) = delete;

  void respond(int32_t stream, int status, const Headers& headers);
  // Queued until the client's windows take it.
  void write(int32_t stream, std::string_view bytes);
  void end(int32_t stream);
  void reset(int32_t stream, uint32_t error_code);
  void goaway();
  size_t queued(int32_t stream) const;

  base::Result<void> receive(std::string_view bytes);
  bool ended() const;
  bool has_output() const;
  std::string take_output();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace masthead::proto
