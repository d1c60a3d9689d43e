// What goes on in the embedded cluster while somebody looks: commits, rolls, logs; what is
// forgotten.
#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "base/time_format.h"
#include "sim/fleet/fleet.h"
#include "sim/fleet/inventory.h"

namespace masthead::sim {
namespace {

constexpr int64_t kEventTtlMs = 60 * 60'000;  // --event-ttl

// All that a container said which has ended.
std::vector<PodRuntime::Line> last_words(const std::string& pod, const Document& ended) {
  const int64_t finished = base::rfc3339_or_zero(text_at(ended, {"finishedAt"}));
  const int64_t started = base::rfc3339_or_zero(text_at(ended, {"startedAt"}));
  const bool good = number_at(ended, {"exitCode"}) == 0;
  return {
      {started == 0 ? finished : started, fmt::format("level=info pod={} msg=\"starting\"", pod)},
      {finished, good ? fmt::format("level=info pod={} msg=\"done\"", pod)
                      : fmt::format("level=fatal pod={} msg=\"cannot read /etc/settings/app.yaml: "
                                    "no such file or directory\"",
                                    pod)}};
}

}  // namespace

// Somebody pushes to the shop now and then; that rolls nothing that matters.
void Fleet::daily_life() {
  if (next_commit_ms_ == 0 || now_ms() < next_commit_ms_) return;
  next_commit_ms_ = now_ms() + limits::kSimCommitEveryMs;
  forget_old_events();
  if (world_.repositories.empty()) return;
  ++day_;
  if (options_.scenario == "upgrade") return roll_images(day_);
  static const char* const kSubjects[] = {
      "Raise the log level of the cart", "Tidy labels",
      "Give checkout more memory",       "Name the probes",
      "Update the dashboards",           "Pin the base image",
      "Drop a flag that nobody reads",   "Correct a typing error"};
  push(day_ % 2 == 0 ? "shop" : "search", kSubjects[day_ % std::size(kSubjects)]);
}

void Fleet::push(std::string_view repository, const std::string& subject) {
  const std::string url = repository_url(repository);
  auto& commits = world_.repositories[url].commits;
  commits.push_back({digest(url + subject + time_text(now_ms()), 40), subject});
  // Only what is checked out matters.
  if (commits.size() > 2) commits.erase(commits.begin());
  enqueue_all("GitRepository", 500, url,
              [&](const Document& source) { return text_at(source, {"spec", "url"}) == url; });
}

void Fleet::forget_old_events() {
  const ResourceTypePtr events = server_->types().find("", "events");
  std::vector<Store::Key> old;
  for (const auto& [key, stored] : server_->store().objects(*events)) {
    const int64_t last =
        base::rfc3339_or_zero(text_at(*stored->parsed(*events), {"lastTimestamp"}));
    if (last < now_ms() - kEventTtlMs) old.push_back(key);
  }
  for (const auto& [ns, name] : old) (void)server_->erase(events, ns, name);
  if (event_names_.size() > limits::kSimHistoryEvents) event_names_.clear();
  if (similar_events_.size() > limits::kSimHistoryEvents) similar_events_.clear();
}

std::vector<PodRuntime::Line> Fleet::log(const LogRequest& request) {
  if (auto said = controller_log(request)) return std::move(*said);
  const auto pod = get("Pod", request.ns, request.pod);
  std::vector<Line> lines;
  if (!pod) return lines;
  const Items* statuses = items_at(*pod, {"status", "containerStatuses"});
  if (statuses == nullptr || statuses->empty()) return lines;
  const Document& status = statuses->front();
  const bool runs = find(status, {"state", "running"}) != nullptr;
  if (request.previous || !runs) {
    const Document* ended = find(status, {request.previous ? "lastState" : "state", "terminated"});
    if (ended == nullptr) ended = find(status, {"lastState", "terminated"});
    return ended == nullptr ? lines : last_words(request.pod, *ended);
  }
  const int64_t began = base::rfc3339_or_zero(text_at(status, {"state", "running", "startedAt"}));
  // A line every two seconds of its life, the last thousand of them.
  static const char* const kSaid[] = {"request served in {} ms", "cache hit rate {} %",
                                      "connection {} opened", "{} items in the queue"};
  const int64_t now = now_ms();
  const int64_t first = std::max(began, now - 2'000 * 1'000) / 2'000 * 2'000;
  for (int64_t at = first; at <= now; at += 2'000) {
    const std::string seed = digest(request.pod + std::to_string(at), 6);
    const unsigned long number = std::stoul(seed, nullptr, 16);
    std::string said = kSaid[number % std::size(kSaid)];
    said.replace(said.find("{}"), 2, std::to_string(number % 97));
    lines.push_back({at, fmt::format("level=info pod={} msg=\"{}\"", request.pod, said)});
  }
  return lines;
}

}  // namespace masthead::sim
