#include "app/log_download.h"

#include <utility>

#include "app/log_texts.h"
#include "base/limits.h"
#include "kube/status_error.h"

namespace masthead::app {
namespace {

// The page's end.
class Handle final : public host::LogDownload {
 public:
  explicit Handle(std::shared_ptr<LogDownloadRun> run) : run_(std::move(run)) {}
  ~Handle() override {
    run_->loop().post([run = run_] { run->cancel(); });
  }
  void next(Piece got) override {
    run_->loop().post([run = run_, got = std::move(got)]() mutable { run->next(std::move(got)); });
  }

 private:
  std::shared_ptr<LogDownloadRun> run_;
};

}  // namespace

void LogDownloadRun::start(kube::Client& client, const host::LogDownloadQuery& query) {
  kube::Request request;
  request.path = log_path(query.ns, query.pod, query.container);
  if (query.previous) request.path += "&previous=true";
  if (query.timestamps) request.path += "&timestamps=true";
  kube::StreamHandler& handler = *this;
  stream_ = client.stream(kube::Lane::kLogs, std::move(request), handler);
}

void LogDownloadRun::cancel() {
  if (!over_) end(base::Error{base::ErrorCode::kCancelled, "Not needed any more.", "", {}, 0});
}

void LogDownloadRun::next(host::LogDownload::Piece got) {
  waiting_ = std::move(got);
  serve();
}

void LogDownloadRun::serve() {
  if (!waiting_) return;
  if (!buffer_.empty()) {
    std::exchange(waiting_, nullptr)(std::exchange(buffer_, {}));
    if (stream_ != nullptr) stream_->hold_back(false);
  } else if (error_) {
    std::exchange(waiting_, nullptr)(std::unexpected(*error_));
  } else if (over_) {
    std::exchange(waiting_, nullptr)(std::string());
  }
}

void LogDownloadRun::end(std::optional<base::Error> error) {
  over_ = true;
  error_ = std::move(error);
  stream_.reset();
  if (opened_ && error_) std::exchange(opened_, nullptr)(std::unexpected(*error_));
  serve();
}

void LogDownloadRun::on_headers(int status, const proto::Headers& headers) {
  status_ = status;
  headers_ = headers;
  if (status == 200 && opened_) {
    std::exchange(opened_, nullptr)(std::make_shared<Handle>(shared_from_this()));
  }
}

void LogDownloadRun::on_data(std::string_view bytes) {
  if (status_ != 200 && buffer_.size() + bytes.size() > limits::kLogQueueBytes) return;
  buffer_ += bytes;
  if (status_ == 200 && buffer_.size() > limits::kLogQueueBytes) stream_->hold_back(true);
  if (status_ == 200) serve();
}

void LogDownloadRun::on_end() {
  if (status_ == 200) return end(std::nullopt);
  const std::string body = std::exchange(buffer_, {});
  base::Error error = kube::error_of_answer(status_, headers_, body, clock_.wall_ms());
  const LogTrouble trouble = trouble_of(status_, error);
  error.text = trouble.text;
  error.hint = trouble.hint;
  end(std::move(error));
}

}  // namespace masthead::app
