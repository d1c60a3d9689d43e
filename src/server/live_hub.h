// All live sockets of one cluster and the view they share.
//
// One tick, at most every limits::kCoalesceMs, takes in what has changed and lets every session
// send; one each second does the same for what time alone changes. Threading: the server's loop.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "host/console_view.h"
#include "net/byte_stream.h"
#include "net/loop.h"
#include "server/live_session.h"

namespace masthead::server {

class LiveHub {
 public:
  LiveHub(net::Loop& loop, host::ClusterSource& source, std::vector<const host::Plugin*> plugins,
          history::History* history, LiveServices services, std::string version);
  ~LiveHub();

  bool full() const;
  void accept(std::unique_ptr<net::ByteStream> stream, std::string bytes);
  // The current view, with what has changed taken in.
  host::ConsoleView& view();
  size_t sessions() const { return sessions_.size(); }

 private:
  void take_snapshot();
  void wake();
  void tick();
  void every_second();
  void demand();

  net::Loop& loop_;
  host::ClusterSource& source_;
  std::vector<const host::Plugin*> plugins_;
  history::History* history_;
  LiveServices services_;
  std::string version_;
  host::SnapshotPtr snapshot_;
  std::unique_ptr<host::ConsoleView> view_;
  std::vector<std::unique_ptr<LiveSession>> sessions_;
  std::string sent_connection_;
  std::set<std::string> demanded_;
  int64_t ticked_ms_ = 0;
  net::Timer tick_, second_;
  // Posts from other threads may arrive after the hub is gone.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace masthead::server
