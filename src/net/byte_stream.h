// An ordered stream of bytes in both directions: TCP, TLS over another stream, or in memory.
//
// Threading: used and destroyed on the loop it was made on.
// Callbacks: never called from inside read_some() or write(), always later from the loop; each at
// most once. Destroying the stream drops outstanding callbacks without calling them, so a callback
// may destroy its own stream, and nothing runs after its owner is gone.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace masthead::net {

class ByteStream {
 public:
  // The bytes are valid during the call only. Empty: the peer has ended its direction in order.
  using ReadCallback = std::move_only_function<void(base::Result<std::string_view>)>;
  using WriteCallback = std::move_only_function<void(base::Result<void>)>;

  virtual ~ByteStream() = default;

  // At most one read and one write outstanding. A write is whole or fails.
  virtual void read_some(ReadCallback callback) = 0;
  virtual void write(std::string bytes, WriteCallback callback) = 0;

  // Ends both directions at once; outstanding callbacks get kCancelled. Idempotent.
  virtual void close() = 0;

  // "127.0.0.1:6443", for texts.
  virtual std::string peer() const = 0;
};

}  // namespace masthead::net
