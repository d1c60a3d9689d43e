// The log of a container as the API server sends it with timestamps=true: its lines, and which of
// them a stream that was taken up again repeats. No I/O.
//
// Threading: one thread. Views in a LogLine hold until the next call.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/limits.h"

namespace masthead::kube {

struct LogLine {
  int64_t time_ns = 0;    // 0: it has none that can be read
  std::string_view time;  // as the server wrote it, to the nanosecond
  std::string_view text;
  size_t left_out = 0;  // bytes beyond the limit
};

class LogLines {
 public:
  using Take = std::function<void(const LogLine&)>;
  explicit LogLines(size_t limit = limits::kLogLineBytes) : limit_(limit) {}

  void feed(std::string_view bytes, const Take& take);
  // The log is over: what has no end of line is a line as well.
  void finish(const Take& take);
  // The stream broke off: the rest comes again from its beginning.
  void drop_rest();

 private:
  void append(std::string_view part);
  void end_line(const Take& take);

  size_t limit_;
  std::string rest_;
  size_t left_out_ = 0;
};

// Which lines are new. A request knows only whole seconds, and lines of standard output and
// standard error stand in a log a little out of order: so a resumed stream is asked for from a
// second before the last line on, and exactly those lines are dropped that have been seen.
class LogResume {
 public:
  explicit LogResume(size_t remembered = limits::kLogLinesRemembered) : limit_(remembered) {}

  bool take(const LogLine& line);
  // What follows is the answer to a request from since() on.
  void begin_again();
  // The lines so far are the last ones of a longer log, whose earlier ones are not wanted.
  void forget_earlier();
  // For sinceTime; nothing before the first line.
  std::optional<std::string> since() const;

 private:
  struct Seen {
    int64_t time_ns;
    uint64_t hash;
  };
  int64_t from_ns() const;

  size_t limit_;
  std::deque<Seen> seen_;
  std::unordered_map<uint64_t, uint32_t> expected_;  // how often a line comes again
  int64_t oldest_ns_ = 0, newest_ns_ = 0;
  // What is older was not asked for, or is forgotten.
  int64_t known_from_ns_ = 0;
};

}  // namespace masthead::kube
