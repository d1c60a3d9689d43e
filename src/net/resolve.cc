#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "net/loop_access.h"

namespace masthead::net {
namespace {

base::Result<std::vector<std::string>> addresses_of(const std::string& host, int flags) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* found = nullptr;
  const int code = getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (code != 0) {
    return base::fail(base::ErrorCode::kUnavailable,
                      "the name " + host + " cannot be resolved: " + gai_strerror(code),
                      "Check the server's address and this machine's DNS.");
  }
  std::vector<std::string> addresses;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    char text[NI_MAXHOST];
    if (getnameinfo(one->ai_addr, one->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST) ==
            0 &&
        std::find(addresses.begin(), addresses.end(), text) == addresses.end()) {
      addresses.emplace_back(text);
    }
  }
  freeaddrinfo(found);
  return addresses;
}

}  // namespace

// Shared between a loop and its lookup threads; outlives both. The plain std types: the wait with
// a deadline at the end needs the condition variable's own mutex.
struct LookupThreads::State {
  std::mutex mutex;
  std::condition_variable ended;
  int running = 0;
  bool closed = false;
};

LookupThreads::LookupThreads() : state_(std::make_shared<State>()) {}
LookupThreads::~LookupThreads() {
  std::unique_lock lock(state_->mutex);
  state_->closed = true;
  state_->ended.wait_for(lock, std::chrono::milliseconds(200),
                         [this] { return state_->running == 0; });
}

namespace {
struct Pending final : Lookup {
  std::shared_ptr<LookupCallback> callback;
};

std::shared_ptr<LookupCallback> share(LookupCallback callback) {
  return std::make_shared<LookupCallback>(std::move(callback));
}

// Answers on the loop, unless the handle is gone by then.
void answer(Loop& loop, std::weak_ptr<LookupCallback> to,
            base::Result<std::vector<std::string>> result) {
  loop.post([to = std::move(to), result = std::move(result)]() mutable {
    if (const auto callback = to.lock()) (*callback)(std::move(result));
  });
}
}  // namespace

std::unique_ptr<Lookup> resolve(Loop& loop, const std::string& host, LookupCallback callback) {
  auto pending = std::make_unique<Pending>();
  pending->callback = share(std::move(callback));
  std::weak_ptr<LookupCallback> to = pending->callback;
  // Addresses, and the name that every hosts file has, need no network.
  const bool is_local = host == "localhost" || host.ends_with(".localhost");
  auto numeric = is_local ? base::Result<std::vector<std::string>>({"127.0.0.1", "::1"})
                          : addresses_of(host, AI_NUMERICHOST);
  if (numeric) {
    answer(loop, std::move(to), std::move(numeric));
    return pending;
  }
  const auto state = lookup_threads_of(loop).state_;
  {
    const std::lock_guard lock(state->mutex);
    ++state->running;
  }
  std::thread([&loop, host, state, to = std::move(to)]() mutable {
    auto addresses = addresses_of(host, AI_ADDRCONFIG);
    const std::lock_guard lock(state->mutex);
    // While the lock is held and `closed` is not set, the loop stands.
    if (!state->closed) answer(loop, std::move(to), std::move(addresses));
    --state->running;
    state->ended.notify_all();
  }).detach();
  return pending;
}

}  // namespace masthead::net
