// What the kubelets do: the lives of pods.
#include <fmt/format.h>

#include "sim/fleet/fleet.h"

namespace masthead::sim {
namespace {

constexpr const char* kKubelet = "kubelet";
constexpr int64_t kStartupMs = 1'200;

// An image that says so does not come up: "…:no-such-tag" is not found, "…-crash" exits.
bool cannot_be_pulled(std::string_view image) {
  return image.find("no-such-tag") != std::string_view::npos;
}
bool crashes(std::string_view image) {
  return image.ends_with("-crash");
}

}  // namespace

// The life of a pod: Pending, a moment later Running, or not.
void Fleet::reconcile_pod(const Key& key) {
  const auto pod_kept = get("Pod", key.ns, key.name);
  const Document& pod = *pod_kept;
  if (deleting(pod)) {
    (void)server_->erase(key.type, key.ns, key.name);
    return;
  }
  const Items* containers = items_at(pod, {"spec", "containers"});
  if (containers == nullptr || containers->empty()) return;
  const std::string image(text_at(containers->front(), {"image"}));
  const std::string name(text_at(containers->front(), {"name"}));
  const std::string_view policy = text_at(pod, {"spec", "restartPolicy"});
  const Items* statuses = items_at(pod, {"status", "containerStatuses"});
  const int64_t restarts =
      statuses == nullptr || statuses->empty() ? 0 : number_at(statuses->front(), {"restartCount"});
  const bool waiting = statuses != nullptr && !statuses->empty() &&
                       find(statuses->front(), {"state", "waiting"}) != nullptr;
  const bool started = find(pod, {"status", "startTime"}) != nullptr;
  enum class Next { kCreating, kPullError, kRunning, kCrashed, kSucceeded, kFailed };
  Next next = Next::kRunning;
  if (!started) {
    next = Next::kCreating;
  } else if (cannot_be_pulled(image)) {
    next = Next::kPullError;
  } else if (policy == "Never") {
    next = waiting ? Next::kRunning : crashes(image) ? Next::kFailed : Next::kSucceeded;
  } else if (crashes(image) && !waiting) {
    next = Next::kCrashed;
  }
  const bool ready = next == Next::kRunning && !(crashes(image));
  change_status(key, kKubelet, [&](Document& now) {
    Fields& status = object_in(now.as_object(), "status");
    const std::string at = time_text(now_ms());
    Fields state;
    Fields last;
    if (statuses != nullptr && !statuses->empty()) {
      if (const Document* before = find(statuses->front(), {"lastState"}))
        last = before->as_object();
    }
    if (next == Next::kCreating) {
      status["startTime"] = at;
      status["phase"] = "Pending";
      status["qosClass"] = "BestEffort";
      status["hostIP"] = "192.0.2.1";
      state["waiting"] = Fields{{"reason", "ContainerCreating"}};
    } else if (next == Next::kPullError) {
      state["waiting"] = Fields{{"reason", "ImagePullBackOff"},
                                {"message", fmt::format("Back-off pulling image \"{}\"", image)}};
    } else if (next == Next::kCrashed) {
      status["phase"] = "Running";
      state["waiting"] =
          Fields{{"reason", "CrashLoopBackOff"},
                 {"message", fmt::format("back-off 5m0s restarting failed container={} pod={}_{}",
                                         name, key.name, key.ns)}};
      last["terminated"] =
          Fields{{"exitCode", 1}, {"reason", "Error"}, {"startedAt", at}, {"finishedAt", at}};
    } else if (next == Next::kSucceeded || next == Next::kFailed) {
      const bool good = next == Next::kSucceeded;
      status["phase"] = good ? "Succeeded" : "Failed";
      state["terminated"] = Fields{
          {"exitCode", good ? 0 : 1}, {"reason", good ? "Completed" : "Error"}, {"finishedAt", at}};
    } else {
      status["phase"] = "Running";
      state["running"] = Fields{{"startedAt", at}};
      if (!status.contains("podIP")) {
        status["podIP"] = fmt::format("10.244.{}.{}", next_address_ / 250, next_address_ % 250 + 1);
        ++next_address_;
      }
    }
    status["containerStatuses"] =
        Items{Fields{{"name", name},
                     {"image", image},
                     {"imageID", ""},
                     {"ready", ready},
                     {"started", next == Next::kRunning},
                     {"restartCount", restarts + (next == Next::kCrashed ? 1 : 0)},
                     {"state", std::move(state)},
                     {"lastState", std::move(last)}}};
    const std::string_view why = ready ? "" : "ContainersNotReady";
    const std::string message =
        ready ? "" : fmt::format("containers with unready status: [{}]", name);
    const auto say = [&](std::string_view type, bool is, std::string_view reason) {
      set_plain_condition(now, {type, is ? "True" : "False", reason, is ? "" : message}, now_ms(),
                          "");
    };
    say("PodReadyToStartContainers", true, "");
    say("Initialized", true, "");
    const bool ended = next == Next::kSucceeded;
    say("Ready", ready, ended ? "PodCompleted" : why);
    say("ContainersReady", ready, ended ? "PodCompleted" : why);
    say("PodScheduled", true, "");
  });
  if (next == Next::kPullError) {
    record(pod, key.type, true, "Failed",
           fmt::format("Failed to pull image \"{}\": rpc error: code = NotFound desc = failed to "
                       "resolve reference \"{}\": not found",
                       image, image),
           kKubelet);
  } else if (next == Next::kCrashed) {
    record(
        pod, key.type, true, "BackOff",
        fmt::format("Back-off restarting failed container {} in pod {}_{}", name, key.name, key.ns),
        kKubelet);
  }
  const auto owners = items_at(pod, {"metadata", "ownerReferences"});
  if (owners != nullptr && !owners->empty()) {
    const ResourceTypePtr of = type(text_at(owners->front(), {"kind"}));
    if (of != nullptr) {
      enqueue({of, key.ns, std::string(text_at(owners->front(), {"name"}))}, 150);
    }
  }
  if (next == Next::kCreating) {
    const auto slow = world_.startup_ms.find(image);
    enqueue(key, slow == world_.startup_ms.end() ? kStartupMs : slow->second);
  }
  if (next == Next::kRunning && policy == "Never") enqueue(key, 4'000);
  if (next == Next::kPullError) enqueue(key, 45'000);
  if (next == Next::kCrashed) enqueue(key, 20'000);
  if (next == Next::kRunning && crashes(image)) enqueue(key, 2'000);
}

}  // namespace masthead::sim
