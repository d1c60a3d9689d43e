#include "app/log_reader.h"

#include <algorithm>
#include <utility>

#include "app/log_texts.h"
#include "base/limits.h"
#include "base/time_format.h"
#include "kube/status_error.h"

namespace masthead::app {

using State = host::LogSource::State;
using ContainerState = host::LogContainer::State;

namespace {
constexpr size_t kErrorBodyBytes = 64 * limits::kKiB;
// While the API server cannot be reached others find out when it is back.
constexpr int64_t kLookAgainMs = 500;
}  // namespace

LogReader::LogReader(Surroundings around, Options options, host::LogContainer container,
                     Listener& listener)
    : around_(around),
      options_(std::move(options)),
      container_(std::move(container)),
      listener_(listener),
      backoff_(around.random) {
  shown_.ns = options_.ns;
  shown_.pod = options_.pod;
  shown_.container = container_.name;
  told_restarts_ = container_.restarts;
}

LogReader::~LogReader() = default;

void LogReader::start() {
  ask(Asked::kFirstLines);
}

void LogReader::ask(Asked what) {
  again_.cancel();
  asked_ = what;
  if (what != Asked::kLastWords) restarts_ = container_.restarts;
  lines_.drop_rest();
  resume_.begin_again();
  status_ = 0;
  error_body_.clear();
  kube::Request request;
  request.path = log_path(options_.ns, options_.pod, container_.name) + "&timestamps=true";
  if (what == Asked::kNewLines) request.path += "&follow=true";
  if (options_.previous || what == Asked::kLastWords) request.path += "&previous=true";
  const auto since = resume_.since();
  if (since) {
    request.path += "&sinceTime=" + *since;
  } else {
    if (options_.since_ms != 0) {
      request.path += "&sinceTime=" + base::format_rfc3339(options_.since_ms / 1000 * 1000);
    }
    if (what == Asked::kFirstLines) {
      request.path += "&tailLines=" + std::to_string(options_.tail);
    }
  }
  kube::StreamHandler& handler = *this;
  stream_ = around_.client.stream(kube::Lane::kLogs, std::move(request), handler);
  if (held_) stream_->hold_back(true);
}

void LogReader::ask_later(int64_t delay_ms) {
  again_ = around_.loop.post_after(delay_ms, [this] {
    if (!around_.client.reachability().reachable) return ask_later(kLookAgainMs);
    retry();
  });
}

// What a run still said before it ended or was restarted is read first.
void LogReader::retry() {
  if (!first_read_) return ask(Asked::kFirstLines);
  if (gone_ || container_.restarts > restarts_) return go_on();
  ask(Asked::kNewLines);
}

void LogReader::set_container(const host::LogContainer& container) {
  const bool news = container != container_;
  if (!first_read_) told_restarts_ = container.restarts;
  container_ = container;
  gone_ = false;
  if (over_ || !news) return;
  if (first_read_ && stream_ != nullptr) tell_restart();
  // It waits for something: this may be it.
  const bool waits = shown_.state == State::kWaiting || shown_.state == State::kEnded;
  if (stream_ == nullptr && waits) ask_later(0);
}

void LogReader::set_gone() {
  if (std::exchange(gone_, true) || over_) return;
  if (stream_ == nullptr) end(State::kEnded, "The pod is gone.");
}

void LogReader::hold_back(bool held) {
  if (std::exchange(held_, held) == held || stream_ == nullptr) return;
  stream_->hold_back(held);
}

void LogReader::refuse(std::string text) {
  if (over_) return;
  end(State::kFailed, std::move(text));
}

void LogReader::show(State state, std::string text, std::string hint) {
  shown_.state = state;
  shown_.text = std::move(text);
  shown_.hint = std::move(hint);
  listener_.on_state(*this);
}

void LogReader::begin_waiting(std::string text, std::string hint) {
  begun_ = true;
  show(State::kWaiting, std::move(text), std::move(hint));
}

void LogReader::end(State state, std::string text, std::string hint) {
  over_ = begun_ = true;
  again_.cancel();
  stream_.reset();
  show(state, std::move(text), std::move(hint));
}

void LogReader::take(const kube::LogLine& line) {
  if (!resume_.take(line)) return;
  if (asked_ == Asked::kFirstLines) {
    ++first_lines_;
    if (first_time_ns_ == 0) first_time_ns_ = line.time_ns;
  }
  listener_.on_line(*this, line);
}

void LogReader::on_headers(int status, const proto::Headers& headers) {
  status_ = status;
  headers_ = headers;
  if (status == 200 && asked_ == Asked::kNewLines) show(State::kFollowing, "");
}

void LogReader::on_data(std::string_view bytes) {
  if (status_ != 200) {
    error_body_.append(bytes.substr(0, kErrorBodyBytes - error_body_.size()));
    return;
  }
  if (asked_ == Asked::kNewLines) backoff_.reset();
  lines_.feed(bytes, [this](const kube::LogLine& line) { take(line); });
}

void LogReader::on_end() {
  stream_.reset();
  if (status_ != 200) return take_refusal();
  switch (asked_) {
    case Asked::kFirstLines:
      return take_first_lines();
    case Asked::kLastWords:
      lines_.finish([this](const kube::LogLine& line) { take(line); });
      return ask(Asked::kNewLines);
    case Asked::kNewLines:
      return go_on();
  }
}

void LogReader::take_first_lines() {
  // Of a container that runs the rest of its last line is still to come.
  if (!options_.follow) lines_.finish([this](const kube::LogLine& line) { take(line); });
  if (first_lines_ >= options_.tail) {
    resume_.forget_earlier();
    listener_.on_marker(*this, "Earlier lines are not shown here; the whole log has them.",
                        first_time_ns_ - 1);
  }
  begun_ = first_read_ = true;
  if (!options_.follow || options_.previous) return end(State::kEnded, "");
  ask(Asked::kNewLines);
}

// A stream has ended in order, or is to be taken up again: by what the pod says of its container.
void LogReader::go_on() {
  const auto finish = [this] { lines_.finish([this](const kube::LogLine& line) { take(line); }); };
  if (gone_) {
    finish();
    return end(State::kEnded, "The pod is gone.");
  }
  const std::string how = container_.last_end.empty() ? "" : ": " + container_.last_end;
  if (container_.restarts > restarts_ && container_.state != ContainerState::kWaiting) {
    finish();
    tell_restart();
    return ask(Asked::kLastWords);
  }
  const bool back_off =
      container_.state == ContainerState::kWaiting && !container_.last_end.empty();
  if (container_.state == ContainerState::kTerminated || back_off) {
    finish();
    const std::string run = std::to_string(container_.restarts) + container_.last_end;
    if (std::exchange(told_end_, run) != run) {
      listener_.on_marker(*this, "The container has ended" + how + ".", 0);
    }
    const std::string waits = back_off ? "It is to be restarted: " + container_.reason + "." : "";
    return show(back_off ? State::kWaiting : State::kEnded, "Ended" + how + ".", waits);
  }
  // A log that was rotated, a kubelet or an API server that was restarted: on from where we were.
  show(State::kWaiting, "The stream has ended and is asked for again.");
  ask_later(backoff_.next());
}

void LogReader::tell_restart() {
  const int64_t times = container_.restarts - std::exchange(told_restarts_, container_.restarts);
  if (times <= 0) return;
  const std::string how = container_.last_end.empty() ? "" : ": " + container_.last_end;
  listener_.on_marker(*this,
                      times == 1 ? "The container was restarted" + how + "."
                                 : "The container was restarted " + std::to_string(times) +
                                       " times; what it said between is not shown" + how + ".",
                      0);
}

void LogReader::take_refusal() {
  const base::Error error =
      kube::error_of_answer(status_, headers_, error_body_, around_.clock.wall_ms());
  const LogTrouble trouble = trouble_of(status_, error);
  // Nothing is kept of the run before.
  if (asked_ == Asked::kLastWords && status_ < 500) return ask(Asked::kNewLines);
  // A server that has just come back refuses everybody until it has read its roles.
  const bool refused = status_ == 401 || status_ == 403;
  if (refused && first_read_ && around_.client.recovering()) {
    begin_waiting(error.text, "The API server has just come back; it is asked again.");
    return ask_later(std::min(backoff_.next(), limits::kRefusedInGraceRetryMs));
  }
  switch (trouble.kind) {
    case LogTrouble::Kind::kOver:
      return end(status_ == 404 ? State::kEnded : State::kFailed, trouble.text, trouble.hint);
    case LogTrouble::Kind::kNotYet:
      begin_waiting(trouble.text, trouble.hint);
      return ask_later(limits::kLogWaitMs);
    case LogTrouble::Kind::kTryAgain:
      begin_waiting(trouble.text, trouble.hint);
      return ask_later(std::max(error.retry_after_ms, backoff_.next()));
  }
}

void LogReader::on_failure(const base::Error& error) {
  stream_.reset();
  show(State::kWaiting, error.text, error.hint);
  ask_later(backoff_.next());
}

}  // namespace masthead::app
