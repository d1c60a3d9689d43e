#include "app/logs.h"

#include <atomic>
#include <map>
#include <utility>

#include "app/log_download.h"
#include "app/log_feed.h"
#include "base/limits.h"

namespace masthead::app {

struct LogService::State : std::enable_shared_from_this<State> {
  State(LogReader::Surroundings the_surroundings, std::function<host::SnapshotPtr()> the_snapshot)
      : around(the_surroundings),
        snapshot(std::move(the_snapshot)),
        rights(around.client, around.clock, nullptr) {}

  LogReader::Surroundings around;
  std::function<host::SnapshotPtr()> snapshot;
  access::Rights rights;
  std::atomic<size_t> open = 0;
  std::atomic<int64_t> next_id = 1;
  // Loop only.
  std::map<int64_t, std::unique_ptr<LogFeedRun>> runs;
  std::vector<std::shared_ptr<LogDownloadRun>> downloads;
};

// The page's end.
class LogService::Feed final : public host::LogFeed {
 public:
  Feed(const std::shared_ptr<State>& state, int64_t id, std::shared_ptr<LogOutlet> outlet)
      : state_(state), loop_(state->around.loop), id_(id), outlet_(std::move(outlet)) {}
  ~Feed() override {
    const auto state = state_.lock();
    if (state == nullptr) return;
    --state->open;
    loop_.post([weak = state_, id = id_] {
      if (const auto live = weak.lock()) live->runs.erase(id);
    });
  }

  void set_pods(std::vector<host::LogPod> pods) override {
    with_run([pods = std::move(pods)](LogFeedRun& run) mutable { run.set_pods(std::move(pods)); });
  }

  host::LogBatch take(size_t bytes) override {
    host::LogBatch batch = outlet_->take(bytes);
    if (!batch.lines.empty()) {
      with_run([](LogFeedRun& run) { run.on_taken(); });
    }
    return batch;
  }

 private:
  template <typename What>
  void with_run(What what) {
    if (state_.expired()) return;
    loop_.post([weak = state_, id = id_, what = std::move(what)]() mutable {
      const auto state = weak.lock();
      if (state == nullptr) return;
      const auto found = state->runs.find(id);
      if (found != state->runs.end()) what(*found->second);
    });
  }

  std::weak_ptr<State> state_;
  net::Loop& loop_;
  int64_t id_;
  std::shared_ptr<LogOutlet> outlet_;
};

LogService::LogService(LogReader::Surroundings around, std::function<host::SnapshotPtr()> snapshot)
    : state_(std::make_shared<State>(around, std::move(snapshot))) {}

LogService::~LogService() {
  state_->runs.clear();
  for (const auto& download : state_->downloads) download->cancel();
}

base::Result<std::unique_ptr<host::LogFeed>> LogService::open(host::LogQuery query,
                                                              std::function<void()> ready) {
  if (state_->open.fetch_add(1) >= limits::kLogFeeds) {
    --state_->open;
    return base::fail(base::ErrorCode::kTooManyRequests, "Too many pages read logs.",
                      "Close some of them.");
  }
  std::optional<k8s::ObjectRef> about;
  if (query.controller) {
    about = k8s::ObjectRef{"", "", query.object.ns, query.object.name};
    for (const host::ServedKind& served : state_->snapshot()->kinds) {
      if (served.table->id() != query.object.table) continue;
      about->group = served.kind->group_kind.group;
      about->kind = served.kind->group_kind.kind;
    }
  }
  const int64_t id = state_->next_id.fetch_add(1);
  auto outlet = std::make_shared<LogOutlet>(std::move(ready));
  auto feed = std::make_unique<Feed>(state_, id, outlet);
  state_->around.loop.post([weak = std::weak_ptr(state_), id, query = std::move(query),
                            about = std::move(about), outlet]() mutable {
    const auto state = weak.lock();
    if (state == nullptr) return;
    state->runs[id] = std::make_unique<LogFeedRun>(state->around, state->rights, std::move(query),
                                                   std::move(about), std::move(outlet));
  });
  return feed;
}

void LogService::download(host::LogDownloadQuery query, Opened opened) {
  state_->around.loop.post([weak = std::weak_ptr(state_), query = std::move(query),
                            opened = std::move(opened)]() mutable {
    const auto state = weak.lock();
    if (state == nullptr) {
      return opened(base::fail(base::ErrorCode::kCancelled, "The cluster is being left."));
    }
    std::erase_if(state->downloads, [](const auto& one) { return one->over(); });
    if (state->downloads.size() >= limits::kLogDownloads) {
      return opened(base::fail(base::ErrorCode::kTooManyRequests,
                               "Too many logs are being downloaded.", "Try again in a moment."));
    }
    state->downloads.push_back(std::make_shared<LogDownloadRun>(
        state->around.loop, state->around.clock, std::move(opened)));
    state->downloads.back()->start(state->around.client, query);
  });
}

}  // namespace masthead::app
