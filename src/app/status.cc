// `masthead status`: Home's answer in a terminal, from the same code as the page.
#include <fmt/core.h>

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "app/commands.h"
#include "app/setup.h"
#include "app/status_answer.h"
#include "base/limits.h"

namespace masthead::app {
namespace {

// Waits for a change that another thread tells of.
class Waker {
 public:
  void wake() {
    {
      std::lock_guard lock(mutex_);
      changed_ = true;
    }
    condition_.notify_one();
  }
  void wait_for(int64_t ms) {
    std::unique_lock lock(mutex_);
    condition_.wait_for(lock, std::chrono::milliseconds(ms), [&] { return changed_; });
    changed_ = false;
  }

 private:
  std::mutex mutex_;
  std::condition_variable condition_;
  bool changed_ = false;
};

int exit_code(const host::Home& home, const host::ConsoleView& view) {
  const bool sees_nothing = view.snapshot().scope == nullptr || home.counts.empty();
  if (!home.known || sees_nothing) return kExitUnknown;
  return home.causes.empty() ? kExitWell : kExitBroken;
}

}  // namespace

int status(const Config& config, const StatusOptions& options) {
  auto setup = prepare(config);
  if (!setup) return fail_with(setup.error());
  ClusterSession& session = *(*setup)->session;
  Waker waker;
  session.set_listener([&] { waker.wake(); });
  session.start();

  std::unique_ptr<host::ConsoleView> view;
  std::string told;
  int code = kExitUnknown;
  int64_t complete_ms = base::system_clock().monotonic_ms();  // when all was read last
  while (true) {
    const host::SnapshotPtr snapshot = session.snapshot();
    if (view != nullptr && view->fits(*snapshot)) {
      view->refresh(snapshot);
    } else {
      view =
          std::make_unique<host::ConsoleView>(snapshot, (*setup)->plugins, (*setup)->history.get(),
                                              base::system_clock(), [&] { waker.wake(); });
    }
    view->update();
    // A moment without connection is no answer; a server that refuses us, or stays away, is.
    const auto& connection = snapshot->connection;
    const bool lost = connection.state == k8s::Freshness::State::kStale;
    const bool away =
        lost && base::system_clock().wall_ms() - connection.since_ms >= limits::kStatusPatienceMs;
    const bool refused = connection.state == k8s::Freshness::State::kForbidden;
    const int64_t now_ms = base::system_clock().monotonic_ms();
    if (view->complete()) complete_ms = now_ms;
    const bool late = now_ms - complete_ms >= limits::kStatusTimeoutMs;
    const bool nothing_allowed = snapshot->ready && !view->lists_anything();
    const bool here = (view->complete() || late) && !lost;
    if (here || refused || away || nothing_allowed) {
      const host::Home home = view->home("");
      code = exit_code(home, *view);
      // While watching, the same answer is not said twice.
      std::string substance = answer_substance(*view, home, options.json);
      if (!options.watch || substance != told) {
        if (options.watch && !options.json && !told.empty()) fmt::print("\n");
        fmt::print("{}", options.json ? answer_json(*view, home)
                                      : answer_text(*view, home, base::system_clock().wall_ms()));
        std::fflush(stdout);
        told = std::move(substance);
      }
      if (!options.watch) break;
    }
    waker.wait_for(options.watch ? 1'000 : 200);
  }
  session.set_listener(nullptr);
  view.reset();
  session.stop();
  return code;
}

}  // namespace masthead::app
