#include "net/loop.h"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <latch>
#include <map>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/check.h"
#include "base/mutex.h"
#include "net/loop_access.h"

namespace masthead::net {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr size_t kReadBufferBytes = 64 * 1024;

struct Timer::Queue {
  struct Entry {
    int64_t due_ms;
    uint64_t id;
    auto operator<=>(const Entry&) const = default;
  };
  base::Mutex mutex;
  std::map<Entry, Function> entries GUARDED_BY(mutex);
  std::unordered_map<uint64_t, int64_t> due_of GUARDED_BY(mutex);
  uint64_t last_id GUARDED_BY(mutex) = 0;

  // The function due first at or before `now_ms` among those added up to `id_limit`.
  Function take_due(int64_t now_ms, uint64_t id_limit) {
    const base::MutexLock lock(mutex);
    for (auto it = entries.begin(); it != entries.end() && it->first.due_ms <= now_ms; ++it) {
      if (it->first.id > id_limit) continue;
      Function function = std::move(it->second);
      due_of.erase(it->first.id);
      entries.erase(it);
      return function;
    }
    return {};
  }
  // The `index`th of the functions that are due.
  Function take_due_at(int64_t now_ms, size_t index) {
    const base::MutexLock lock(mutex);
    const auto it = std::next(entries.begin(), static_cast<ptrdiff_t>(index));
    CHECK(it != entries.end() && it->first.due_ms <= now_ms, "only what is due is called");
    Function function = std::move(it->second);
    due_of.erase(it->first.id);
    entries.erase(it);
    return function;
  }
  size_t count_due(int64_t now_ms) {
    const base::MutexLock lock(mutex);
    const auto end = entries.upper_bound(Entry{now_ms, UINT64_MAX});
    return static_cast<size_t>(std::distance(entries.begin(), end));
  }
  void remove(uint64_t id) {
    Function doomed;  // destroyed without the lock: it may own other timers
    const base::MutexLock lock(mutex);
    const auto due = due_of.find(id);
    if (due == due_of.end()) return;
    const auto it = entries.find(Entry{due->second, id});
    doomed = std::move(it->second);
    entries.erase(it);
    due_of.erase(due);
  }
  int64_t first_due() {
    const base::MutexLock lock(mutex);
    return entries.empty() ? INT64_MAX : entries.begin()->first.due_ms;
  }
};

Timer& Timer::operator=(Timer&& other) noexcept {
  if (this == &other) return *this;
  cancel();
  queue_ = std::move(other.queue_);
  id_ = other.id_;
  return *this;
}

void Timer::cancel() {
  if (const auto queue = queue_.lock()) queue->remove(id_);
  queue_.reset();
}

bool Timer::pending() const {
  const auto queue = queue_.lock();
  if (!queue) return false;
  const base::MutexLock lock(queue->mutex);
  return queue->due_of.contains(id_);
}

struct Loop::Impl {
  Impl(const base::Clock& the_clock, Mode mode)
      : clock(the_clock), stepped(mode == Mode::kStepped) {}

  const base::Clock& clock;
  const bool stepped;
  std::deque<Function> posted;  // of a stepped loop
  std::shared_ptr<Timer::Queue> timers = std::make_shared<Timer::Queue>();
  asio::io_context io{1};
  asio::steady_timer alarm{io};
  asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(io);
  std::thread thread;
  std::atomic<std::thread::id> thread_id{};
  std::unique_ptr<char[]> socket_buffer, plain_buffer;
  LookupThreads lookups;

  void run_due() {
    uint64_t id_limit = 0;
    {
      const base::MutexLock lock(timers->mutex);
      id_limit = timers->last_id;
    }
    while (Function function = timers->take_due(clock.monotonic_ms(), id_limit)) function();
    arm();
  }
  void arm() {
    const int64_t due = timers->first_due();
    if (due == INT64_MAX) {
      alarm.cancel();
      return;
    }
    alarm.expires_after(milliseconds(std::max<int64_t>(due - clock.monotonic_ms(), 1)));
    alarm.async_wait([this](const boost::system::error_code& error) {
      if (!error) run_due();
    });
  }
};

Loop::Loop(const base::Clock& clock, Mode mode) : impl_(std::make_unique<Impl>(clock, mode)) {}

Loop::~Loop() {
  stop();
  // What is queued may own timers and streams of this loop: drop it while everything stands.
  std::map<Timer::Queue::Entry, Function> doomed;
  {
    const base::MutexLock lock(impl_->timers->mutex);
    doomed.swap(impl_->timers->entries);
    impl_->timers->due_of.clear();
  }
  while (!impl_->posted.empty()) impl_->posted.pop_front();
}

void Loop::start(const std::string& thread_name) {
  CHECK(!impl_->thread.joinable(), "a loop runs once at a time");
  CHECK(!impl_->stepped, "a stepped loop has no thread");
  impl_->io.restart();
  // Until the thread says who it is, nobody could tell it from others: stop() may come at once.
  std::latch known(1);
  impl_->thread = std::thread([this, thread_name, &known] {
    pthread_setname_np(pthread_self(), thread_name.substr(0, 15).c_str());
    impl_->thread_id = std::this_thread::get_id();
    known.count_down();
    impl_->run_due();
    impl_->io.run();
    impl_->thread_id = std::thread::id();
  });
  known.wait();
}

void Loop::stop() {
  if (!impl_->thread.joinable()) return;
  CHECK(!on_loop(), "a loop cannot join itself");
  impl_->io.stop();
  impl_->thread.join();
}

bool Loop::drive_until(const std::function<bool()>& done, int64_t limit_ms) {
  CHECK(!impl_->thread.joinable(), "a loop with a thread is not driven");
  const auto end = steady_clock::now() + milliseconds(limit_ms);
  while (!done()) {
    if (steady_clock::now() >= end) return false;
    impl_->io.restart();
    impl_->run_due();
    impl_->io.run_one_for(milliseconds(5));
    impl_->io.poll();
  }
  return true;
}

void Loop::drive_for(int64_t real_ms) {
  drive_until([] { return false; }, real_ms);
}

bool Loop::step(const std::function<size_t(size_t)>& pick) {
  CHECK(impl_->stepped, "only a stepped loop is moved on by steps");
  const int64_t now_ms = impl_->clock.monotonic_ms();
  const size_t posted = impl_->posted.empty() ? 0 : 1;
  const size_t ready = posted + impl_->timers->count_due(now_ms);
  if (ready == 0) return false;
  const size_t chosen = pick(ready);
  Function function;
  if (chosen < posted) {
    function = std::move(impl_->posted.front());
    impl_->posted.pop_front();
  } else {
    function = impl_->timers->take_due_at(now_ms, chosen - posted);
  }
  function();
  return true;
}

int64_t Loop::next_due_ms() const {
  return impl_->timers->first_due();
}

void Loop::post(Function function) {
  if (impl_->stepped) {
    impl_->posted.push_back(std::move(function));
    return;
  }
  asio::post(impl_->io, std::move(function));
}

Timer Loop::post_after(int64_t delay_ms, Function function) {
  Timer timer;
  timer.queue_ = impl_->timers;
  const int64_t due = impl_->clock.monotonic_ms() + std::max<int64_t>(delay_ms, 0);
  bool first = false;
  {
    const base::MutexLock lock(impl_->timers->mutex);
    timer.id_ = ++impl_->timers->last_id;
    const auto [it, added] =
        impl_->timers->entries.emplace(Timer::Queue::Entry{due, timer.id_}, std::move(function));
    impl_->timers->due_of.emplace(timer.id_, due);
    first = it == impl_->timers->entries.begin();
  }
  if (first && !impl_->stepped) asio::post(impl_->io, [impl = impl_.get()] { impl->arm(); });
  return timer;
}

void Loop::wake() {
  asio::post(impl_->io, [impl = impl_.get()] { impl->run_due(); });
}

bool Loop::on_loop() const {
  const auto id = impl_->thread_id.load();
  return id == std::thread::id() || id == std::this_thread::get_id();
}

const base::Clock& Loop::clock() const {
  return impl_->clock;
}

asio::io_context& io_context_of(Loop& loop) {
  return loop.impl().io;
}

namespace {
std::span<char> buffer(std::unique_ptr<char[]>& storage) {
  if (storage == nullptr) storage = std::make_unique_for_overwrite<char[]>(kReadBufferBytes);
  return {storage.get(), kReadBufferBytes};
}
}  // namespace

std::span<char> socket_buffer_of(Loop& loop) {
  return buffer(loop.impl().socket_buffer);
}
std::span<char> plain_buffer_of(Loop& loop) {
  return buffer(loop.impl().plain_buffer);
}
LookupThreads& lookup_threads_of(Loop& loop) {
  return loop.impl().lookups;
}

}  // namespace masthead::net
