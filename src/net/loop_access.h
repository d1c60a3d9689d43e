// What the files of net need of a Loop and nobody else: its io_context, its shared read buffers,
// and a place for name lookups.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/loop.h"

namespace boost::asio {
class io_context;
}

namespace masthead::net {

boost::asio::io_context& io_context_of(Loop& loop);

// Read buffers shared by all streams of a loop: a read callback is done with its bytes before the
// next one starts. One for what comes off sockets, one for what TLS makes of it.
std::span<char> socket_buffer_of(Loop& loop);
std::span<char> plain_buffer_of(Loop& loop);

// Addresses of `host`, textual and numeric, preferred first. Names are looked up on a thread of
// their own. Destroying the handle drops the callback.
class Lookup {
 public:
  virtual ~Lookup() = default;
};
using LookupCallback = std::move_only_function<void(base::Result<std::vector<std::string>>)>;
std::unique_ptr<Lookup> resolve(Loop& loop, const std::string& host, LookupCallback callback);

// The lookups that are still in the C library when the loop ends. getaddrinfo cannot be
// interrupted, so shutting down waits a moment for them and then leaves them behind; they own
// everything they touch.
class LookupThreads {
 public:
  LookupThreads();
  ~LookupThreads();
  struct State;

 private:
  friend std::unique_ptr<Lookup> resolve(Loop&, const std::string&, LookupCallback);
  std::shared_ptr<State> state_;
};
LookupThreads& lookup_threads_of(Loop& loop);

}  // namespace masthead::net
