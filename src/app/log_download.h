// A whole log on its way to a file: read as fast as the page takes it, and not kept.
//
// Threading: made and cancelled on the cluster's loop; its host::LogDownload is for any thread.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "host/logs.h"
#include "kube/client.h"

namespace masthead::app {

class LogDownloadRun final : public std::enable_shared_from_this<LogDownloadRun>,
                             private kube::StreamHandler {
 public:
  LogDownloadRun(net::Loop& loop, const base::Clock& clock, host::Logs::Opened opened)
      : loop_(loop), clock_(clock), opened_(std::move(opened)) {}

  void start(kube::Client& client, const host::LogDownloadQuery& query);
  void cancel();
  void next(host::LogDownload::Piece got);
  bool over() const { return over_ && waiting_ == nullptr; }
  net::Loop& loop() { return loop_; }

 private:
  void serve();
  void end(std::optional<base::Error> error);

  void on_headers(int status, const proto::Headers& headers) override;
  void on_data(std::string_view bytes) override;
  void on_end() override;
  void on_failure(const base::Error& error) override { end(error); }

  net::Loop& loop_;
  const base::Clock& clock_;
  host::Logs::Opened opened_;
  host::LogDownload::Piece waiting_;
  std::unique_ptr<kube::Stream> stream_;
  std::string buffer_;
  std::optional<base::Error> error_;
  int status_ = 0;
  proto::Headers headers_;
  bool over_ = false;
};

}  // namespace masthead::app
