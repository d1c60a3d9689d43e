// Logs of pods as the user may read them, from the cluster to a page.
//
// Threading: as host::Logs; all work happens on the cluster's loop. Created and destroyed while the
// loop does not run or on it, before the Client goes. Feeds that outlive it give nothing more.
#pragma once

#include <memory>

#include "app/log_reader.h"
#include "host/logs.h"

namespace masthead::app {

class LogService final : public host::Logs {
 public:
  // `snapshot` may be called from any thread.
  LogService(LogReader::Surroundings around, std::function<host::SnapshotPtr()> snapshot);
  ~LogService() override;

  base::Result<std::unique_ptr<host::LogFeed>> open(host::LogQuery query,
                                                    std::function<void()> ready) override;
  void download(host::LogDownloadQuery query, Opened opened) override;

 private:
  struct State;
  class Feed;
  std::shared_ptr<State> state_;
};

}  // namespace masthead::app
