// `masthead status`: Home's answer in a terminal, from the same code as the page.
#include <fmt/format.h>

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "app/commands.h"
#include "app/setup.h"
#include "base/limits.h"
#include "base/terminal.h"
#include "base/time_format.h"
#include "host/console_view.h"

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

// What an object names may be called anything.
std::string named(const k8s::ObjectRef& ref) {
  return base::for_terminal(k8s::said(ref), 0);
}

std::string since_text(const k8s::StatusValue& status, int64_t now_ms) {
  if (status.since_ms == 0) return "since when is not known";
  return (status.since_exact ? "for " : "for at least ") +
         base::format_age(now_ms - status.since_ms);
}

void print_text(const host::ConsoleView& view, const host::Home& home) {
  const int64_t now_ms = base::system_clock().wall_ms();
  const auto& snapshot = view.snapshot();
  if (!home.known) {
    fmt::print("{}: could not tell: {}\n", snapshot.name,
               snapshot.ready && !view.lists_anything()
                   ? "you may not list anything that was tried."
                   : "not everything has been read.");
    if (!snapshot.connection.cause.text.empty()) {
      fmt::print("  {}\n", base::for_terminal(snapshot.connection.cause.message(), 2));
    }
  } else if (home.causes.empty()) {
    fmt::print("{}: all {} objects are well.\n", snapshot.name, home.total);
  } else {
    fmt::print("{}: {} {}, {} waiting\n\n", snapshot.name, home.causes.size(),
               home.causes.size() == 1 ? "cause" : "causes", home.waiting);
  }
  for (const host::Cause& cause : home.causes) {
    fmt::print("{:<9} {}\n", k8s::status_name(cause.status.status), named(cause.ref));
    fmt::print("          {}", since_text(cause.status, now_ms));
    if (!cause.waiting.empty()) fmt::print(", {} wait", cause.waiting.size());
    fmt::print("\n");
    if (!cause.status.message.empty()) {
      fmt::print("          {}\n", base::for_terminal(cause.status.message, 10));
    }
    if (cause.before) {
      fmt::print("          before it: {} {}", cause.before->ref ? named(*cause.before->ref) : "",
                 base::for_terminal(cause.before->text, 10));
      if (!cause.before->revision.empty()) {
        fmt::print(" to {}", base::for_terminal(cause.before->revision, 10));
      }
      if (!cause.before->subject.empty()) {
        fmt::print(" \"{}\"", base::for_terminal(cause.before->subject, 10));
      }
      fmt::print("\n");
    }
  }
  for (const host::Missing& missing : snapshot.missing) fmt::print("not seen: {}\n", missing.text);
}

void write_ref(json::Writer& out, const k8s::ObjectRef& ref) {
  out.key("kind").string(ref.kind).key("namespace").string(ref.ns).key("name").string(ref.name);
}

void print_json(const host::ConsoleView& view, const host::Home& home) {
  const auto& snapshot = view.snapshot();
  json::Writer out;
  out.begin_object();
  out.key("cluster").begin_object().key("name").string(snapshot.name);
  out.key("uid").string(snapshot.uid).key("server").string(snapshot.server).end_object();
  out.key("freshness");
  k8s::Freshness freshness = snapshot.connection;
  if (!home.known && freshness.state == k8s::Freshness::State::kLive) {
    freshness.state = k8s::Freshness::State::kSyncing;
  }
  host::write_freshness(out, freshness);
  out.key("counts").begin_object();
  for (const host::KindCount& count : home.counts) {
    out.key(count.kind->group_kind.kind).begin_object();
    for (size_t i = 0; i < k8s::kStatusCount; ++i) {
      if (count.tally.by_status[i] == 0) continue;
      out.key(k8s::status_name(static_cast<k8s::Status>(i))).integer(count.tally.by_status[i]);
    }
    out.end_object();
  }
  out.end_object().key("causes").begin_array();
  for (const host::Cause& cause : home.causes) {
    out.begin_object();
    write_ref(out, cause.ref);
    out.key("status").string(k8s::status_name(cause.status.status));
    out.key("reason").string(cause.status.reason.text());
    out.key("message").string(cause.status.message);
    out.key("since");
    if (cause.status.since_ms == 0) {
      out.null();
    } else {
      out.string(base::format_rfc3339(cause.status.since_ms));
    }
    out.key("sinceExact").boolean(cause.status.since_exact);
    out.key("waiting").integer(static_cast<int64_t>(cause.waiting.size()));
    out.key("waitingObjects").begin_array();
    for (const k8s::ObjectRef& ref : cause.waiting) {
      out.begin_object();
      write_ref(out, ref);
      out.end_object();
    }
    out.end_array().end_object();
  }
  out.end_array().end_object();
  fmt::print("{}\n", std::move(out).finish());
}

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
  std::string printed;
  int code = kExitUnknown;
  const int64_t began_ms = base::system_clock().monotonic_ms();
  const int64_t deadline_ms = began_ms + limits::kStatusTimeoutMs;
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
    const bool away = connection.state == k8s::Freshness::State::kStale &&
                      base::system_clock().monotonic_ms() - began_ms >= limits::kStatusPatienceMs;
    const bool refused = connection.state == k8s::Freshness::State::kForbidden || away;
    const bool late = base::system_clock().monotonic_ms() >= deadline_ms;
    const bool nothing_allowed = snapshot->ready && !view->lists_anything();
    if (view->complete() || refused || late || nothing_allowed) {
      const host::Home home = view->home("");
      code = exit_code(home, *view);
      // While watching, the same answer is not said twice.
      std::string answer = view->home_json("");
      if (!options.watch || answer != printed) {
        if (options.watch && !options.json && !printed.empty()) fmt::print("\n");
        options.json ? print_json(*view, home) : print_text(*view, home);
        std::fflush(stdout);
        printed = std::move(answer);
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
