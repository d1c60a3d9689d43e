// Logs of pods: what may be read, what is asked for, and how it arrives.
//
// They are read as the user for one page at a time and kept nowhere: not in the cache, which is
// shared, and not in Masthead's own log.
//
// Threading: every method from any thread. Callbacks are called on any thread and must only post.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "host/cluster_snapshot.h"
#include "host/operations.h"

namespace masthead::host {

struct LogContainer {
  enum class Kind { kContainer, kInit, kEphemeral };
  enum class State { kUnknown, kWaiting, kRunning, kTerminated };
  std::string name;
  Kind kind = Kind::kContainer;
  bool sidecar = false;  // an init container that goes on running
  State state = State::kUnknown;
  std::string reason;  // of that state, such as CrashLoopBackOff or Completed
  int64_t restarts = 0;
  std::string last_end;  // how its last run ended: "Error, exit code 1"; empty: none has
  bool operator==(const LogContainer&) const = default;
};

struct LogPod {
  std::string ns, name;
  std::vector<LogContainer> containers;
  bool operator==(const LogPod&) const = default;
};

struct LogPods {
  std::vector<LogPod> pods;  // the worst first, then the newest
  size_t total = 0;          // there may be more than are named
  bool operator==(const LogPods&) const = default;
};

struct LogQuery {
  ObjectAddress object;
  // What its controller said about the object, instead of what its pods say.
  bool controller = false;
  std::string pod;        // empty: all of them
  std::string container;  // empty: all but init containers that are done
  bool previous = false;  // the run before the last restart
  bool follow = false;
  int64_t since_ms = 0;  // 0: the last lines
  bool operator==(const LogQuery&) const = default;
};

// One container that is read.
struct LogSource {
  enum class State { kReading, kFollowing, kWaiting, kEnded, kFailed };
  std::string ns, pod, container;
  State state = State::kReading;
  std::string text;  // why it waits, how it ended, what failed
  std::string hint;
  bool operator==(const LogSource&) const = default;
};
std::string_view log_state_name(LogSource::State state);

struct LogLine {
  size_t source = 0;
  int64_t time_ns = 0;
  std::string time;  // as the API server wrote it
  std::string text;
  size_t left_out = 0;  // bytes beyond limits::kLogLineBytes
  bool marker = false;  // ours: a restart, lines that are not shown
};

struct LogBatch {
  std::vector<LogLine> lines;
  std::optional<std::vector<LogSource>> sources;  // when one of them has changed
  std::optional<std::vector<Missing>> missing;    // likewise
  bool more = false;                              // there is more to take at once
};

// What comes for one page. Destroying it ends what it reads.
class LogFeed {
 public:
  virtual ~LogFeed() = default;
  // Pods that are new are read too; those that are not among them are gone.
  virtual void set_pods(std::vector<LogPod> pods) = 0;
  // About so many bytes of lines at most, in order. What is not taken is held back at its source.
  virtual LogBatch take(size_t bytes) = 0;
};

// A whole log, piece by piece.
class LogDownload {
 public:
  using Piece = std::move_only_function<void(base::Result<std::string>)>;
  virtual ~LogDownload() = default;
  // An empty piece is the end. One call at a time.
  virtual void next(Piece got) = 0;
};

struct LogDownloadQuery {
  std::string ns, pod, container;
  bool previous = false, timestamps = false;
};

class Logs {
 public:
  virtual ~Logs() = default;
  // `ready` is called when there is something to take.
  virtual base::Result<std::unique_ptr<LogFeed>> open(LogQuery query,
                                                      std::function<void()> ready) = 0;
  using Opened = std::move_only_function<void(base::Result<std::shared_ptr<LogDownload>>)>;
  virtual void download(LogDownloadQuery query, Opened opened) = 0;
};

}  // namespace masthead::host
