#include "app/log_feed.h"

#include <algorithm>
#include <utility>

#include "app/log_texts.h"
#include "base/limits.h"
#include "base/time_format.h"
#include "flux/controller_log.h"

namespace masthead::app {
namespace {

// A line is more than its text in memory.
size_t size_of(const host::LogLine& line) {
  return line.text.size() + line.time.size() + sizeof(host::LogLine);
}

// Those of equal times stay as they came.
std::vector<host::LogLine> in_order(std::vector<host::LogLine> lines) {
  std::vector<std::pair<int64_t, size_t>> order;
  for (size_t i = 0; i < lines.size(); ++i) order.emplace_back(lines[i].time_ns, i);
  if (std::is_sorted(order.begin(), order.end())) return lines;
  std::sort(order.begin(), order.end());
  std::vector<host::LogLine> sorted;
  sorted.reserve(lines.size());
  for (const auto& [time, index] : order) sorted.push_back(std::move(lines[index]));
  return sorted;
}

}  // namespace

void LogOutlet::put(std::vector<host::LogLine> lines) {
  {
    base::MutexLock lock(mutex_);
    for (host::LogLine& line : lines) {
      bytes_ += size_of(line);
      lines_.push_back(std::move(line));
    }
  }
  ready_();
}

void LogOutlet::say(std::vector<host::LogSource> sources, std::vector<host::Missing> missing) {
  {
    base::MutexLock lock(mutex_);
    sources_ = std::move(sources);
    missing_ = std::move(missing);
  }
  ready_();
}

size_t LogOutlet::bytes() const {
  base::MutexLock lock(mutex_);
  return bytes_;
}

host::LogBatch LogOutlet::take(size_t bytes) {
  base::MutexLock lock(mutex_);
  host::LogBatch batch;
  batch.sources = std::exchange(sources_, std::nullopt);
  batch.missing = std::exchange(missing_, std::nullopt);
  size_t taken = 0;
  while (!lines_.empty() && taken < bytes) {
    taken += size_of(lines_.front());
    batch.lines.push_back(std::move(lines_.front()));
    lines_.pop_front();
  }
  bytes_ -= taken;
  batch.more = !lines_.empty();
  return batch;
}

LogFeedRun::LogFeedRun(LogReader::Surroundings around, access::Rights& rights, host::LogQuery query,
                       std::optional<k8s::ObjectRef> about, std::shared_ptr<LogOutlet> outlet)
    : around_(around),
      rights_(rights),
      query_(std::move(query)),
      about_(std::move(about)),
      outlet_(std::move(outlet)),
      began_ms_(around_.clock.monotonic_ms()) {
  ask_rights_again();
}

LogFeedRun::~LogFeedRun() = default;

void LogFeedRun::set_pods(std::vector<host::LogPod> pods) {
  pods_ = std::move(pods);
  for (auto& [key, reader] : by_key_) {
    const bool there = std::any_of(pods_.begin(), pods_.end(), [&](const host::LogPod& pod) {
      return pod.ns + "/" + pod.name == key.first;
    });
    if (!there) reader->set_gone();
  }
  read_what_may_be();
}

std::vector<access::Rights::Question> LogFeedRun::questions() const {
  std::set<access::Rights::Question> asked;
  for (const host::LogPod& pod : pods_) {
    if (!query_.pod.empty() && query_.pod != pod.name) continue;
    if (asked.size() >= 2 * limits::kLogPods) break;
    // A Role may name the pods.
    asked.insert({"get", "", "pods", pod.ns, "", "log"});
    asked.insert({"get", "", "pods", pod.ns, pod.name, "log"});
  }
  return {asked.begin(), asked.end()};
}

bool LogFeedRun::may_read(const host::LogPod& pod) {
  const auto allowed = [&](const std::string& name) {
    return rights_.last({"get", "", "pods", pod.ns, name, "log"}) == access::Right::kAllowed;
  };
  return allowed("") || allowed(pod.name);
}

// A right that is taken away ends what is read within limits::kReviewCacheMs.
void LogFeedRun::ask_rights_again() {
  rights_timer_ = around_.loop.post_after(limits::kReviewCacheMs, [this] {
    read_what_may_be();
    ask_rights_again();
  });
}

void LogFeedRun::read_what_may_be() {
  // The answer may come when the page has gone.
  rights_.ask(questions(), [this, &loop = around_.loop, alive = std::weak_ptr(alive_)] {
    loop.post([this, alive] {
      if (alive.expired()) return;
      refused_.clear();
      for (size_t i = 0; i < pods_.size(); ++i) {
        // Whoever may not read these is not asked about hundreds more.
        if (i >= limits::kLogPods && !refused_.empty()) break;
        follow_pod(pods_[i]);
      }
      asked_ = true;
      tell_sources();
      flush_soon();
    });
  });
}

bool LogFeedRun::wanted(const host::LogPod& pod, const host::LogContainer& container) const {
  if (!query_.pod.empty() && query_.pod != pod.name) return false;
  if (!query_.container.empty()) return query_.container == container.name;
  if (container.kind != host::LogContainer::Kind::kInit || container.sidecar) return true;
  // An init container that runs or has failed is why the others do not start.
  using State = host::LogContainer::State;
  return container.state == State::kRunning ||
         (container.state == State::kTerminated && container.reason != "Completed") ||
         (container.state == State::kWaiting && container.restarts > 0);
}

void LogFeedRun::follow_pod(const host::LogPod& pod) {
  for (const host::LogContainer& container : pod.containers) {
    const Key key{pod.ns + "/" + pod.name, container.name};
    const auto found = by_key_.find(key);
    if (found != by_key_.end()) {
      found->second->set_container(container);
      if (!may_read(pod)) found->second->refuse("You may not read this log any more.");
    } else if (wanted(pod, container) && has_room(key)) {
      if (may_read(pod)) {
        start_reading(key, pod, container);
      } else {
        refused_.insert(pod.ns);
      }
    }
  }
}

bool LogFeedRun::has_room(const Key& key) const {
  std::set<std::string> names;
  for (const auto& [known, reader] : by_key_) names.insert(known.first);
  return by_key_.size() < limits::kLogStreams &&
         (names.contains(key.first) || names.size() < limits::kLogPods);
}

void LogFeedRun::start_reading(const Key& key, const host::LogPod& pod,
                               const host::LogContainer& container) {
  LogReader::Options options;
  options.source = readers_.size();
  options.ns = pod.ns;
  options.pod = pod.name;
  options.previous = query_.previous;
  options.follow = query_.follow;
  options.since_ms = query_.since_ms;
  const size_t lines = about_                 ? limits::kLogControllerLines
                       : query_.since_ms != 0 ? limits::kLogSinceLines
                                              : limits::kLogTailLines;
  const size_t shared_by =
      query_.pod.empty() ? std::clamp<size_t>(pods_.size(), 1, limits::kLogPods) : 1;
  options.tail = lines / shared_by;
  LogReader::Listener& listener = *this;
  readers_.push_back(std::make_unique<LogReader>(around_, options, container, listener));
  by_key_[key] = readers_.back().get();
  readers_.back()->hold_back(held_);
  readers_.back()->start();
}

void LogFeedRun::tell_sources() {
  std::vector<host::LogSource> sources;
  for (const auto& reader : readers_) sources.push_back(reader->state());
  std::vector<host::Missing> missing;
  for (const std::string& ns : refused_) missing.push_back(missing_log_right(ns));
  outlet_->say(std::move(sources), std::move(missing));
}

void LogFeedRun::on_line(LogReader& reader, const kube::LogLine& line) {
  if (about_ && !flux::tells_of(line.text, *about_)) return;
  pending_.push_back({reader.options().source, line.time_ns, std::string(line.time),
                      std::string(line.text), line.left_out, false});
  pending_bytes_ += size_of(pending_.back());
  if (gathered_ && outlet_->bytes() + pending_bytes_ > limits::kLogQueueBytes) hold_back(true);
  flush_soon();
}

void LogFeedRun::on_marker(LogReader& reader, std::string text, int64_t time_ns) {
  const int64_t now_ms = around_.clock.wall_ms();
  const int64_t at_ns = time_ns == 0 ? now_ms * 1'000'000 : time_ns;
  pending_.push_back({reader.options().source, at_ns, base::format_rfc3339(at_ns / 1'000'000),
                      std::move(text), 0, true});
  pending_bytes_ += size_of(pending_.back());
  flush_soon();
}

void LogFeedRun::on_state(LogReader&) {
  sources_changed_ = true;
  flush_soon();
}

void LogFeedRun::flush_soon() {
  if (flush_.pending()) return;
  flush_ = around_.loop.post_after(limits::kCoalesceMs, [this] { flush(); });
}

// Until the first lines of all containers are there, none is shown: they are put in order.
bool LogFeedRun::gathered() {
  const bool late = around_.clock.monotonic_ms() - began_ms_ >= limits::kLogGatherMs;
  const bool all = asked_ && std::all_of(readers_.begin(), readers_.end(),
                                         [](const auto& one) { return one->has_begun(); });
  return all || late || pending_bytes_ > limits::kLogGatherBytes;
}

void LogFeedRun::flush() {
  if (std::exchange(sources_changed_, false)) tell_sources();
  if (!gathered_ && !gathered()) return flush_soon();
  gathered_ = true;
  if (pending_.empty()) return;
  pending_bytes_ = 0;
  outlet_->put(in_order(std::exchange(pending_, {})));
  hold_back(outlet_->bytes() > limits::kLogQueueBytes);
}

void LogFeedRun::on_taken() {
  if (held_ && outlet_->bytes() + pending_bytes_ <= limits::kLogQueueBytes / 2) hold_back(false);
}

void LogFeedRun::hold_back(bool held) {
  if (std::exchange(held_, held) == held) return;
  for (const auto& reader : readers_) reader->hold_back(held);
}

}  // namespace masthead::app
