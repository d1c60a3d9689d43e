// The subscription to logs of one live session: whose pods, what has come, and its frames.
//
// Threading: the server's loop.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "host/console_view.h"
#include "host/logs.h"

namespace masthead::server {

class LiveLogs {
 public:
  // `ready` is called on any thread when there may be a frame; it must only post.
  LiveLogs(host::Logs& logs, host::LogQuery query, std::function<void()> ready);

  // The next frame, and nothing when there is no news. An error ends the subscription.
  base::Result<std::optional<std::string>> next(const host::ConsoleView& view, int64_t now_ms,
                                                int64_t id, int64_t seq);
  // Pods are looked for anew: the tables or rights have changed.
  void look_again() { looked_ms_ = 0; }
  // Another frame follows at once.
  bool more() const { return more_; }

 private:
  std::optional<host::LogPods> find_pods(const host::ConsoleView& view, int64_t now_ms);

  host::Logs& logs_;
  host::LogQuery query_;
  std::function<void()> ready_;
  std::unique_ptr<host::LogFeed> feed_;
  std::optional<host::LogPods> pods_;
  uint64_t looked_version_ = 0;
  int64_t looked_ms_ = 0;
  bool more_ = false;
};

}  // namespace masthead::server
