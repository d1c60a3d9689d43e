// TCP: connecting out, and listening.
//
// Threading and lifetime: on the loop, like every stream. Destroying a Connecting or a Listener
// cancels it; its callback is not called any more.
// Sockets are non-blocking, close-on-exec, with TCP_NODELAY and keep-alive probes after
// limits::kPingIdleMs of silence, so that a half-open peer is noticed even without HTTP/2.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/byte_stream.h"
#include "net/loop.h"

namespace masthead::net {

class Connecting {
 public:
  virtual ~Connecting() = default;
};

using ConnectCallback = std::move_only_function<void(base::Result<std::unique_ptr<ByteStream>>)>;

// Resolves `host` (a name, an IPv4 or an IPv6 address without brackets) off the loop and tries its
// addresses in order. No deadline of its own beyond limits::kConnectTimeoutMs for all of it.
std::unique_ptr<Connecting> connect_tcp(Loop& loop, const std::string& host, uint16_t port,
                                        ConnectCallback callback);

class Listener {
 public:
  using AcceptCallback = std::move_only_function<void(std::unique_ptr<ByteStream>)>;
  virtual ~Listener() = default;
  // `address` is numeric: "127.0.0.1", "::", "0.0.0.0". Port 0 picks a free one.
  // When the process runs out of files, accepting pauses for a moment and goes on.
  static base::Result<std::unique_ptr<Listener>> open(Loop& loop, const std::string& address,
                                                      uint16_t port, AcceptCallback on_accept);
  virtual uint16_t port() const = 0;
  virtual void pause() = 0;  // leaves new connections in the kernel's queue
  virtual void resume() = 0;
};

}  // namespace masthead::net
