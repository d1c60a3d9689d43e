// The logs of several containers for one page: read at once, put in order, held back while the page
// does not take them.
//
// Threading: two ends. The LogFeedRun is on the cluster's loop; its Outlet is shared with the
// page's LogFeed, on any thread.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "access/rights.h"
#include "app/log_reader.h"
#include "base/mutex.h"

namespace masthead::app {

// What the loop has put in and the page has not taken yet.
class LogOutlet {
 public:
  explicit LogOutlet(std::function<void()> ready) : ready_(std::move(ready)) {}

  void put(std::vector<host::LogLine> lines);
  void say(std::vector<host::LogSource> sources, std::vector<host::Missing> missing);
  size_t bytes() const;
  host::LogBatch take(size_t bytes);

 private:
  std::function<void()> ready_;
  mutable base::Mutex mutex_;
  std::deque<host::LogLine> lines_ GUARDED_BY(mutex_);
  size_t bytes_ GUARDED_BY(mutex_) = 0;
  std::optional<std::vector<host::LogSource>> sources_ GUARDED_BY(mutex_);
  std::optional<std::vector<host::Missing>> missing_ GUARDED_BY(mutex_);
};

class LogFeedRun final : private LogReader::Listener {
 public:
  // Of a controller's log only lines about `about` are taken.
  LogFeedRun(LogReader::Surroundings around, access::Rights& rights, host::LogQuery query,
             std::optional<k8s::ObjectRef> about, std::shared_ptr<LogOutlet> outlet);
  ~LogFeedRun() override;

  void set_pods(std::vector<host::LogPod> pods);
  // The page has taken some.
  void on_taken();

 private:
  using Key = std::pair<std::string, std::string>;  // namespace/pod, container

  void read_what_may_be();
  void follow_pod(const host::LogPod& pod);
  bool has_room(const Key& key) const;
  void start_reading(const Key& key, const host::LogPod& pod, const host::LogContainer& container);
  bool wanted(const host::LogPod& pod, const host::LogContainer& container) const;
  void ask_rights_again();
  bool may_read(const host::LogPod& pod);
  std::vector<access::Rights::Question> questions() const;
  void tell_sources();
  void flush_soon();
  void flush();
  bool gathered();
  void hold_back(bool held);

  void on_line(LogReader& reader, const kube::LogLine& line) override;
  void on_marker(LogReader& reader, std::string text, int64_t time_ns) override;
  void on_state(LogReader& reader) override;

  LogReader::Surroundings around_;
  access::Rights& rights_;
  host::LogQuery query_;
  std::optional<k8s::ObjectRef> about_;
  std::shared_ptr<LogOutlet> outlet_;
  std::vector<host::LogPod> pods_;
  std::map<Key, LogReader*> by_key_;
  std::vector<std::unique_ptr<LogReader>> readers_;  // by source
  std::set<std::string> refused_;                    // namespaces whose logs may not be read
  std::vector<host::LogLine> pending_;
  size_t pending_bytes_ = 0;
  bool gathered_ = false, held_ = false, asked_ = false, sources_changed_ = false;
  int64_t began_ms_ = 0;
  net::Timer flush_, rights_timer_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace masthead::app
