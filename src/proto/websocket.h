// WebSocket (RFC 6455), both sides: bytes in, messages out. No I/O, no clock, no extensions.
//
//   WebSocketCodec codec(WebSocketCodec::Side::kServer);
//   codec.feed(bytes, [&](WebSocketMessage m) { … });
//   write(codec.text("…"));
//
// Fragments are joined; a text message is valid UTF-8 or the connection fails with 1007. A
// violation returns the close code to send (1002, 1007, 1009); after it nothing is parsed.
// Limits: a message (not only a frame) is at most `message_limit` bytes.
// Threading: one thread at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/random.h"
#include "proto/headers.h"
#include "proto/http1_request.h"

namespace masthead::proto {

struct WebSocketMessage {
  enum class Type { kText, kBinary, kPing, kPong, kClose };
  Type type;
  std::string data;         // kClose: the reason
  uint16_t close_code = 0;  // kClose only; 1005 when the frame named none
};

enum WebSocketClose : uint16_t {
  kCloseNormal = 1000,
  kCloseGoingAway = 1001,
  kCloseProtocolError = 1002,
  kCloseNotAcceptable = 1003,
  kCloseNoStatus = 1005,  // never sent
  kCloseBadData = 1007,
  kClosePolicy = 1008,
  kCloseTooBig = 1009,
  kCloseInternal = 1011,
  kCloseTryAgain = 1013,
};

struct WebSocketError {
  uint16_t close_code;
  std::string text;
};

class WebSocketCodec {
 public:
  enum class Side { kServer, kClient };
  // A client masks what it sends with `random`; a server needs none.
  explicit WebSocketCodec(Side side, size_t message_limit = limits::kFrameBytes,
                          base::Random* random = nullptr);

  // Calls `on_message` for each message and control frame completed by `bytes`. Nothing, or the
  // violation. The callback must not destroy the codec.
  std::optional<WebSocketError> feed(std::string_view bytes,
                                     const std::function<void(WebSocketMessage)>& on_message);

  // Frames to write. Texts must be UTF-8. Close reasons and pings are cut to 123 and 125 bytes.
  std::string text(std::string_view data) { return frame(0x1, data); }
  std::string binary(std::string_view data) { return frame(0x2, data); }
  std::string ping(std::string_view data = {}) { return frame(0x9, data.substr(0, 125)); }
  std::string pong(std::string_view data) { return frame(0xA, data.substr(0, 125)); }
  std::string close(uint16_t code, std::string_view reason = {});

 private:
  struct Header {
    bool fin = false;
    uint8_t opcode = 0;
    uint64_t length = 0;
    std::array<uint8_t, 4> mask{};
    size_t size = 0;  // of the header itself
  };
  std::string frame(uint8_t opcode, std::string_view payload);
  std::optional<WebSocketError> read_header(std::string_view bytes, std::optional<Header>& out);
  std::optional<WebSocketError> finish_frame(const std::function<void(WebSocketMessage)>& deliver);
  std::optional<WebSocketError> finish_close(const std::function<void(WebSocketMessage)>& deliver);

  Side side_;
  size_t message_limit_;
  base::Random* random_;
  std::string header_bytes_;  // an incomplete header
  std::optional<Header> header_;
  uint64_t payload_seen_ = 0;
  std::string control_;         // payload of the control frame being read
  std::string message_;         // payload of the data message being joined
  uint8_t message_opcode_ = 0;  // 0: none is open
  bool failed_ = false;
  bool closed_ = false;
};

// The answer to Sec-WebSocket-Key (RFC 6455 §4.2.2).
std::string websocket_accept_key(std::string_view key);

// Checks an upgrade request (§4.2.1). Nothing when it is one; otherwise the refusal (400, 405,
// 426).
std::optional<RequestError> check_websocket_upgrade(const Request& request);
// "HTTP/1.1 101 …" for a checked request; `protocol` is the subprotocol chosen, or empty.
std::string websocket_upgrade_answer(const Request& request, std::string_view protocol = {});

}  // namespace masthead::proto
