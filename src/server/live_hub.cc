#include "server/live_hub.h"

#include <algorithm>

#include "base/limits.h"

namespace masthead::server {

LiveHub::LiveHub(net::Loop& loop, host::ClusterSource& source,
                 std::vector<const host::Plugin*> plugins, history::History* history,
                 LiveServices services, std::string version)
    : loop_(loop),
      source_(source),
      plugins_(std::move(plugins)),
      history_(history),
      services_(services),
      version_(std::move(version)) {
  const std::weak_ptr<bool> alive = alive_;
  source_.set_listener([this, alive] {
    loop_.post([this, alive] {
      if (!alive.expired()) take_snapshot();
    });
  });
  if (services_.operations != nullptr) {
    services_.operations->set_listener([this, alive] {
      loop_.post([this, alive] {
        if (alive.expired()) return;
        view_->touch();
        wake();
      });
    });
  }
  take_snapshot();
  every_second();
}

LiveHub::~LiveHub() {
  source_.set_listener(nullptr);
  if (services_.operations != nullptr) services_.operations->set_listener(nullptr);
  alive_.reset();
  sessions_.clear();
}

bool LiveHub::full() const {
  return sessions_.size() >= limits::kSessions;
}

host::ConsoleView& LiveHub::view() {
  view_->update();
  return *view_;
}

void LiveHub::take_snapshot() {
  const host::SnapshotPtr next = source_.snapshot();
  const uint64_t revision_before = snapshot_ == nullptr ? 0 : snapshot_->revision;
  snapshot_ = next;
  if (view_ != nullptr && view_->fits(*next)) {
    view_->refresh(next);
  } else {
    const std::weak_ptr<bool> alive = alive_;
    const auto wake_from_anywhere = [this, alive] {
      loop_.post([this, alive] {
        if (!alive.expired()) wake();
      });
    };
    auto fresh = std::make_unique<host::ConsoleView>(next, plugins_, history_, loop_.clock(),
                                                     wake_from_anywhere);
    fresh->set_operations(services_.operations);
    for (const auto& session : sessions_) session->bind(fresh.get());
    view_ = std::move(fresh);
  }
  const std::string connection = connection_frame(next->connection);
  for (const auto& session : sessions_) {
    if (next->revision != revision_before) {
      session->announce(meta_frame(next->revision), /*costs_credit=*/true);
    }
    if (connection != sent_connection_) session->announce(connection, /*costs_credit=*/false);
  }
  sent_connection_ = connection;
  wake();
}

void LiveHub::wake() {
  if (tick_.pending()) return;
  // The first change after a pause goes out at once, those behind it are gathered.
  const int64_t since_ms = loop_.clock().monotonic_ms() - ticked_ms_;
  const int64_t wait_ms =
      std::clamp<int64_t>(limits::kCoalesceMs - since_ms, 0, limits::kCoalesceMs);
  tick_ = loop_.post_after(wait_ms, [this] { tick(); });
}

void LiveHub::tick() {
  if (view_ == nullptr) return;
  ticked_ms_ = loop_.clock().monotonic_ms();
  view_->update(host::ConsoleView::Analysis::kMayWait);
  for (const auto& session : sessions_) session->flush();
  demand();
  if (view_->analysis_waits()) wake();
}

// Only what is looked at and no plugin watches by itself.
void LiveHub::demand() {
  std::set<std::string> tables;
  for (const auto& session : sessions_) session->add_demands(tables);
  std::erase_if(tables,
                [&](const std::string& table) { return !snapshot_->may_be_demanded(table); });
  if (tables == demanded_) return;
  demanded_ = tables;
  source_.demand(std::move(tables));
}

void LiveHub::every_second() {
  tick();
  second_ = loop_.post_after(1'000, [this] { every_second(); });
}

void LiveHub::accept(std::unique_ptr<net::ByteStream> stream, std::string bytes) {
  const std::weak_ptr<bool> alive = alive_;
  const auto on_closed = [this, alive](LiveSession* gone) {
    // Later: the session is still on the stack.
    loop_.post([this, alive, gone] {
      if (alive.expired()) return;
      std::erase_if(sessions_, [&](const auto& session) { return session.get() == gone; });
    });
  };
  sessions_.push_back(std::make_unique<LiveSession>(
      loop_, std::move(stream), std::move(bytes), on_closed, [this] { wake(); }, services_));
  LiveSession& session = *sessions_.back();
  session.bind(view_.get());
  session.start(hello_frame(loop_.clock().wall_ms(), version_,
                            snapshot_ == nullptr ? 0 : snapshot_->revision),
                connection_frame(snapshot_->connection));
}

}  // namespace masthead::server
