#include "sim/pod_words.h"

#include <fmt/format.h>

namespace masthead::sim {
namespace {

const Items& statuses(const Document& pod, std::string_view field) {
  static const Items none;
  const Items* items = items_at(pod, {"status", field});
  return items == nullptr ? none : *items;
}

std::string terminated_text(const Document& status) {
  const std::string_view reason = text_at(status, {"state", "terminated", "reason"});
  if (!reason.empty()) return std::string(reason);
  const int64_t signal = number_at(status, {"state", "terminated", "signal"});
  if (signal != 0) return fmt::format("Signal:{}", signal);
  return fmt::format("ExitCode:{}", number_at(status, {"state", "terminated", "exitCode"}));
}

// The word while init containers run; empty when they have run.
std::string init_status(const Document& pod) {
  const Items& all = statuses(pod, "initContainerStatuses");
  for (size_t i = 0; i < all.size(); ++i) {
    const Document& status = all[i];
    if (find(status, {"state", "terminated"}) != nullptr) {
      if (number_at(status, {"state", "terminated", "exitCode"}) == 0) continue;
      return "Init:" + terminated_text(status);
    }
    if (flag_at(status, {"started"})) continue;
    const std::string_view waiting = text_at(status, {"state", "waiting", "reason"});
    if (!waiting.empty() && waiting != "PodInitializing") return "Init:" + std::string(waiting);
    const Items* containers = items_at(pod, {"spec", "initContainers"});
    return fmt::format("Init:{}/{}", i, containers == nullptr ? all.size() : containers->size());
  }
  return {};
}

}  // namespace

std::string pod_ready(const Document& pod) {
  const Items* containers = items_at(pod, {"spec", "containers"});
  int ready = 0;
  for (const Document& status : statuses(pod, "containerStatuses")) {
    ready += flag_at(status, {"ready"}) && find(status, {"state", "running"}) != nullptr ? 1 : 0;
  }
  return fmt::format("{}/{}", ready, containers == nullptr ? 0 : containers->size());
}

std::string pod_status(const Document& pod) {
  std::string reason(text_at(pod, {"status", "reason"}));
  if (reason.empty()) reason = text_at(pod, {"status", "phase"});
  const std::string init = init_status(pod);
  if (!init.empty()) {
    reason = init;
  } else {
    bool running = false;
    const Items& all = statuses(pod, "containerStatuses");
    for (auto status = all.rbegin(); status != all.rend(); ++status) {
      const std::string_view waiting = text_at(*status, {"state", "waiting", "reason"});
      if (!waiting.empty()) {
        reason = waiting;
      } else if (find(*status, {"state", "terminated"}) != nullptr) {
        reason = terminated_text(*status);
      } else if (flag_at(*status, {"ready"}) && find(*status, {"state", "running"}) != nullptr) {
        running = true;
      }
    }
    if (reason == "Completed" && running) reason = "Running";
  }
  const bool deleting = !text_at(pod, {"metadata", "deletionTimestamp"}).empty();
  if (deleting && text_at(pod, {"status", "reason"}) == "NodeLost") return "Unknown";
  return deleting && reason != "Succeeded" && reason != "Failed" ? "Terminating" : reason;
}

std::string pod_restarts(const Document& pod, int64_t) {
  int64_t restarts = 0;
  for (const Document& status : statuses(pod, "containerStatuses")) {
    restarts += number_at(status, {"restartCount"});
  }
  return std::to_string(restarts);
}

std::string event_object(const Document& event) {
  std::string kind(text_at(event, {"involvedObject", "kind"}));
  for (char& c : kind) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return kind + "/" + std::string(text_at(event, {"involvedObject", "name"}));
}

}  // namespace masthead::sim
