// Reads the log of one container: its last lines, then what it writes from then on, over broken
// connections, restarts of the container, and a start that has not come yet.
//
// Threading: the cluster's loop. Lifetime: its listener outlives it; a listener's method must not
// destroy it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "host/logs.h"
#include "kube/backoff.h"
#include "kube/client.h"
#include "kube/log_lines.h"

namespace masthead::app {

class LogReader final : private kube::StreamHandler {
 public:
  class Listener {
   public:
    virtual ~Listener() = default;
    virtual void on_line(LogReader& reader, const kube::LogLine& line) = 0;
    // Ours, between the lines; `time_ns` 0: now.
    virtual void on_marker(LogReader& reader, std::string text, int64_t time_ns) = 0;
    // state() has changed, or the first lines have all come.
    virtual void on_state(LogReader& reader) = 0;
  };
  struct Surroundings {
    net::Loop& loop;
    kube::Client& client;
    const base::Clock& clock;
    base::Random& random;
  };
  struct Options {
    size_t source = 0;
    std::string ns, pod;
    bool previous = false, follow = false;
    int64_t since_ms = 0;
    size_t tail = 0;
  };

  LogReader(Surroundings around, Options options, host::LogContainer container, Listener& listener);
  ~LogReader() override;

  void start();
  // What its pod says of it by now.
  void set_container(const host::LogContainer& container);
  void set_gone();
  void hold_back(bool held);
  // Ends it: the right to read has gone.
  void refuse(std::string text);

  const Options& options() const { return options_; }
  const host::LogSource& state() const { return shown_; }
  // The lines it begins with have come, or none will for now.
  bool has_begun() const { return begun_; }

 private:
  enum class Asked { kFirstLines, kNewLines, kLastWords };

  void ask(Asked what);
  void ask_later(int64_t delay_ms);
  void begin_waiting(std::string text, std::string hint);
  void end(host::LogSource::State state, std::string text, std::string hint = {});
  void show(host::LogSource::State state, std::string text, std::string hint = {});
  void take_first_lines();
  void retry();
  void go_on();
  void tell_restart();
  void take_refusal();
  void take(const kube::LogLine& line);

  void on_headers(int status, const proto::Headers& headers) override;
  void on_data(std::string_view bytes) override;
  void on_end() override;
  void on_failure(const base::Error& error) override;

  Surroundings around_;
  Options options_;
  host::LogContainer container_;
  Listener& listener_;
  host::LogSource shown_;
  kube::LogLines lines_;
  kube::LogResume resume_;
  kube::Backoff backoff_;
  std::unique_ptr<kube::Stream> stream_;
  net::Timer again_;
  Asked asked_ = Asked::kFirstLines;
  int64_t restarts_ = 0;       // of the run that is read
  int64_t told_restarts_ = 0;  // those that a marker has told of
  std::string told_end_;       // of which run the end has been said
  size_t first_lines_ = 0;     // so many have come
  int64_t first_time_ns_ = 0;
  bool begun_ = false, first_read_ = false, held_ = false, gone_ = false, over_ = false;
  int status_ = 0;
  proto::Headers headers_;
  std::string error_body_;
};

}  // namespace masthead::app
