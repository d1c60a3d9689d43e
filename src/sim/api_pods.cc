// Logs of pods: what the fleet says they wrote.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/limits.h"
#include "base/time_format.h"
#include "sim/api_server.h"

namespace masthead::sim {
namespace {

int64_t number_of(std::string_view text, int64_t otherwise) {
  int64_t value = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::vector<std::string> container_names(const Document& pod) {
  std::vector<std::string> names;
  for (const std::string_view list : {"containers", "initContainers"}) {
    const Items* items = items_at(pod, {"spec", list});
    if (items == nullptr) continue;
    for (const Document& item : *items) names.emplace_back(text_at(item, {"name"}));
  }
  return names;
}

Outcome<std::string> container_of(const ApiRequest& request, const Document& pod) {
  const std::vector<std::string> names = container_names(pod);
  const std::string asked(request.parameter("container"));
  const Items* containers = items_at(pod, {"spec", "containers"});
  if (asked.empty()) {
    if (containers != nullptr && containers->size() == 1) return names.front();
    std::string list;
    for (const std::string& name : names) list += (list.empty() ? "" : " ") + name;
    return refuse(bad_request(fmt::format(
        "a container name must be specified for pod {}, choose one of: [{}]", request.name, list)));
  }
  if (std::find(names.begin(), names.end(), asked) != names.end()) return asked;
  return refuse(
      bad_request(fmt::format("container {} is not valid for pod {}", asked, request.name)));
}

// As the kubelet refuses (validateContainerLogStatus of kubernetes/pkg/kubelet).
Outcome<void> check_has_log(const ApiRequest& request, const Document& pod,
                            const LogRequest& what) {
  const Items* statuses = items_at(pod, {"status", "containerStatuses"});
  const Document* status = nullptr;
  for (size_t i = 0; statuses != nullptr && i < statuses->size(); ++i) {
    if (text_at(statuses->at(i), {"name"}) == what.container) status = &statuses->at(i);
  }
  const bool ended = status != nullptr && find(*status, {"lastState", "terminated"}) != nullptr;
  if (what.previous && !ended) {
    return refuse(
        bad_request(fmt::format("previous terminated container \"{}\" in pod \"{}\" not found",
                                what.container, request.name)));
  }
  const Document* waiting = status == nullptr ? nullptr : find(*status, {"state", "waiting"});
  if (waiting == nullptr || ended) return {};
  const std::string_view reason = text_at(*waiting, {"reason"});
  return refuse(bad_request(fmt::format(
      "container \"{}\" in pod \"{}\" is {}", what.container, request.name,
      reason == "ImagePullBackOff" ? "waiting to start: trying and failing to pull image"
                                   : fmt::format("waiting to start: {}", reason))));
}

std::string written(const PodRuntime::Line& line, bool timestamps) {
  return (timestamps ? base::format_rfc3339(line.wall_ms) + " " : "") + line.text + "\n";
}

}  // namespace

// A follower asks again a few times a second: nothing but its own timer keeps it.
struct ApiServer::LogFollower : std::enable_shared_from_this<LogFollower> {
  ApiServer& server;
  std::weak_ptr<bool> alive;
  LogRequest what;
  ExchangePtr exchange;
  bool timestamps;
  int64_t seen_ms = 0;   // the time of the last line written
  size_t seen_then = 0;  // and how many lines of that time were

  LogFollower(ApiServer& owner, LogRequest request, ExchangePtr to, bool with_times)
      : server(owner),
        alive(owner.alive_),
        what(std::move(request)),
        exchange(std::move(to)),
        timestamps(with_times) {}

  void note(const PodRuntime::Line& line) {
    seen_then = line.wall_ms == seen_ms ? seen_then + 1 : 1;
    seen_ms = line.wall_ms;
  }

  void look_again() {
    server.loop_
        .post_after(limits::kSimLogFollowMs,
                    [self = shared_from_this()] {
                      if (!self->alive.expired() && self->exchange->open()) self->look();
                    })
        .detach();
  }

  void look() {
    const auto lines = server.options_.pods->log(what);
    if (exchange->queued() < limits::kSimWatchQueueBytes / 4) {
      size_t known = seen_then;
      for (const auto& line : lines) {
        if (line.wall_ms < seen_ms) continue;
        if (line.wall_ms == seen_ms && known > 0) {
          --known;
          continue;
        }
        known = 0;
        note(line);
        exchange->write(written(line, timestamps));
      }
    }
    if (server.has_ended(what)) return exchange->end();
    look_again();
  }
};

// The kubelet ends what follows a container that has ended, or that is another run now.
bool ApiServer::has_ended(LogRequest& what) {
  const auto pods = types_.find("", "pods");
  const StoredPtr pod = store_.get(*pods, what.ns, what.pod);
  if (pod == nullptr) return true;
  const auto object_kept = pod->parsed(*pods);
  const Document& object = *object_kept;
  const Items* statuses = items_at(object, {"status", "containerStatuses"});
  for (size_t i = 0; statuses != nullptr && i < statuses->size(); ++i) {
    const Document& status = statuses->at(i);
    if (text_at(status, {"name"}) != what.container) continue;
    const int64_t run = number_at(status, {"restartCount"});
    if (what.run < 0) what.run = run;
    return run != what.run || find(status, {"state", "running"}) == nullptr;
  }
  return false;
}

Outcome<void> ApiServer::pod_log(const ApiRequest& request, const ResourceTypePtr& type,
                                 const ExchangePtr& exchange) {
  const StoredPtr pod = store_.get(*type, request.ns, request.name);
  if (pod == nullptr) return refuse(not_found(*type, request.name));
  LogRequest what{request.ns, request.name, "", request.truth("previous")};
  what.container = TRY(container_of(request, pod->document(*type)));
  TRY_VOID(check_has_log(request, pod->document(*type), what));
  if (options_.pods == nullptr) return refuse(not_implemented("this cluster keeps no logs"));
  const auto lines = options_.pods->log(what);
  const bool timestamps = request.truth("timestamps");
  int64_t since_ms = 0;
  if (const int64_t seconds = number_of(request.parameter("sinceSeconds"), 0); seconds > 0) {
    since_ms = now_ms() - seconds * 1000;
  }
  if (const auto time = base::parse_rfc3339(request.parameter("sinceTime"))) since_ms = *time;
  size_t first = 0;
  while (first < lines.size() && lines[first].wall_ms < since_ms) ++first;
  const int64_t tail = number_of(request.parameter("tailLines"), -1);
  if (tail >= 0 && static_cast<int64_t>(lines.size() - first) > tail) {
    first = lines.size() - static_cast<size_t>(tail);
  }
  const int64_t limit = number_of(request.parameter("limitBytes"), INT64_MAX);
  std::string text;
  for (size_t i = first; i < lines.size(); ++i) text += written(lines[i], timestamps);
  if (static_cast<int64_t>(text.size()) > limit) text.resize(static_cast<size_t>(limit));
  if (!request.truth("follow")) {
    exchange->answer(200, {{"content-type", "text/plain"}}, text);
    return {};
  }
  exchange->begin(200, {{"content-type", "text/plain"}});
  exchange->write(text);
  const auto follower = std::make_shared<LogFollower>(*this, what, exchange, timestamps);
  for (const auto& line : lines) follower->note(line);
  follower->look_again();
  return {};
}

}  // namespace masthead::sim
