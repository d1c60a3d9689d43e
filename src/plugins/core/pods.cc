// Pods: columns and words of `kubectl get pods -o wide` (k8s.io/kubernetes printPod), and a status
// that says why.
#include <algorithm>

#include "base/time_format.h"
#include "plugins/core/kinds.h"

namespace masthead::plugins::core {
namespace {

using cache::ColumnType;
using k8s::Status;
using k8s::StatusValue;

// A container that does not start within this is not just starting.
constexpr int64_t kStartingMs = 10 * 60'000;

struct Containers {
  int64_t total = 0;
  int64_t ready = 0;
  int64_t restarts = 0;
  int64_t last_restart_ms = 0;
};

bool restartable_init(const json::Value& spec) {
  return spec["restartPolicy"].str() == "Always";
}

void count_restart(const json::Value& status, Containers& sum) {
  sum.restarts += status["restartCount"].integer_or(0);
  const int64_t finished =
      base::rfc3339_or_zero(status["lastState"]["terminated"]["finishedAt"].str());
  sum.last_restart_ms = std::max(sum.last_restart_ms, finished);
}

std::string exit_word(const json::Value& terminated) {
  const int64_t signal = terminated["signal"].integer_or(0);
  return signal != 0 ? "Signal:" + std::to_string(signal)
                     : "ExitCode:" + std::to_string(terminated["exitCode"].integer_or(0));
}

// "Init:1/3", "Init:CrashLoopBackOff", or nothing when all init containers are done.
std::string init_word(const json::Value& pod, Containers& sum) {
  const auto specs = pod["spec"]["initContainers"];
  const size_t total = specs.size();
  size_t at = 0;
  for (const json::Value status : pod["status"]["initContainerStatuses"].items()) {
    count_restart(status, sum);
    const json::Value spec = specs.at(at++);
    const bool sidecar = restartable_init(spec);
    if (sidecar) {
      sum.ready += status["ready"].boolean() ? 1 : 0;
      if (status["started"].boolean()) continue;
    }
    const auto terminated = status["state"]["terminated"];
    const auto waiting = status["state"]["waiting"]["reason"].str();
    if (terminated.exists()) {
      if (terminated["exitCode"].integer_or(0) == 0) continue;
      const auto reason = terminated["reason"].str();
      return "Init:" + (reason.empty() ? exit_word(terminated) : std::string(reason));
    }
    if (!waiting.empty() && waiting != "PodInitializing") return "Init:" + std::string(waiting);
    return "Init:" + std::to_string(at - 1) + "/" + std::to_string(total);
  }
  return {};
}

struct Verdict {
  std::string word;
  std::string message;
  int64_t since_ms = 0;
};

// The word kubectl prints, the way printPod finds it: the last container's problem wins there; the
// message and the time are of the container that gave the word.
Verdict container_verdict(const json::Value& pod, Verdict verdict, Containers& sum) {
  bool has_running = false;
  for (const json::Value status : pod["status"]["containerStatuses"].items()) {
    count_restart(status, sum);
    const auto waiting = status["state"]["waiting"];
    const auto terminated = status["state"]["terminated"];
    const auto last = status["lastState"]["terminated"];
    if (!waiting["reason"].str().empty()) {
      verdict.word = std::string(waiting["reason"].str());
      verdict.message = std::string(waiting["message"].str());
      verdict.since_ms = base::rfc3339_or_zero(last["finishedAt"].str());
      // A crash loop says why in what ended last.
      if (last.exists()) {
        const auto reason = last["reason"].str();
        verdict.message += (verdict.message.empty() ? "" : "; ") + std::string("last exit: ") +
                           (reason.empty() ? "" : std::string(reason) + ", ") + "code " +
                           std::to_string(last["exitCode"].integer_or(0));
        if (const auto text = last["message"].str(); !text.empty()) {
          verdict.message += " (" + std::string(text.substr(0, 300)) + ")";
        }
      }
    } else if (terminated.exists()) {
      const auto reason = terminated["reason"].str();
      verdict.word = reason.empty() ? exit_word(terminated) : std::string(reason);
      verdict.message = std::string(terminated["message"].str());
      verdict.since_ms = base::rfc3339_or_zero(terminated["finishedAt"].str());
    } else if (status["ready"].boolean() && status["state"]["running"].exists()) {
      has_running = true;
    }
    if (status["ready"].boolean()) ++sum.ready;
  }
  if (verdict.word == "Completed" && has_running) verdict.word = "Running";
  return verdict;
}

json::Value condition(const json::Value& pod, std::string_view type) {
  for (const json::Value item : pod["status"]["conditions"].items()) {
    if (item["type"].str() == type) return item;
  }
  return {};
}

// Words that mean that somebody has to act; what else waits is on its way.
bool is_failure(std::string_view word) {
  static constexpr std::string_view kStarting[] = {
      "ContainerCreating", "PodInitializing", "Pending",  "Running",    "Completed",
      "Succeeded",         "SchedulingGated", "NotReady", "Terminating"};
  if (word.starts_with("Init:")) {
    const auto rest = word.substr(5);
    return !rest.empty() && !(rest.front() >= '0' && rest.front() <= '9');
  }
  return std::find(std::begin(kStarting), std::end(kStarting), word) == std::end(kStarting);
}

StatusValue judge(const json::Value& pod, const Verdict& verdict, const Containers& sum,
                  int64_t now_ms) {
  StatusValue value;
  value.word = base::Interned(verdict.word);
  value.message = verdict.message;
  value.since_ms = verdict.since_ms;
  const json::Value ready = condition(pod, "Ready");
  const int64_t ready_ms = base::rfc3339_or_zero(ready["lastTransitionTime"].str());
  const int64_t created_ms = base::rfc3339_or_zero(pod["metadata"]["creationTimestamp"].str());
  const auto phase = pod["status"]["phase"].str();
  if (is_failure(verdict.word) || phase == "Failed") {
    value.status = Status::kFailed;
    value.reason = value.word;
    // Not ready since then, whatever each restart did in between.
    if (ready_ms != 0 && ready["status"].str() == "False") value.since_ms = ready_ms;
    if (verdict.word == "CrashLoopBackOff") value.add(k8s::Badge::kRetrying);
    return value;
  }
  if (phase == "Succeeded") {
    value.status = Status::kReady;
    value.since_exact = value.since_ms != 0;
    return value;
  }
  const json::Value scheduled = condition(pod, "PodScheduled");
  if (scheduled["status"].str() == "False") {
    value.reason = base::Interned(scheduled["reason"].str());
    value.message = std::string(scheduled["message"].str());
    value.since_ms = base::rfc3339_or_zero(scheduled["lastTransitionTime"].str());
    value.since_exact = value.since_ms != 0;
    value.status =
        scheduled["reason"].str() == "Unschedulable" ? Status::kFailed : Status::kWaiting;
    return value;
  }
  if (sum.total > 0 && sum.ready == sum.total && ready["status"].str() != "False") {
    value.status = Status::kReady;
    value.since_ms = ready_ms;
    value.since_exact = true;
    return value;
  }
  value.status = Status::kProgressing;
  value.reason = base::Interned(ready["reason"].str());
  if (value.message.empty()) value.message = std::string(ready["message"].str());
  value.since_ms = ready_ms != 0 ? ready_ms : created_ms;
  if (value.since_ms != 0) {
    if (now_ms - value.since_ms >= kStartingMs) {
      value.add(k8s::Badge::kStuck);
    } else {
      value.recheck_at_ms = value.since_ms + kStartingMs;
    }
  }
  return value;
}

void fill(const json::Value& pod, int64_t now_ms, cache::RowBuilder& row) {
  Containers sum;
  sum.total = static_cast<int64_t>(pod["spec"]["containers"].size());
  for (const json::Value init : pod["spec"]["initContainers"].items()) {
    if (restartable_init(init)) ++sum.total;
  }
  Verdict verdict;
  verdict.word = std::string(pod["status"]["phase"].str());
  if (const auto reason = pod["status"]["reason"].str(); !reason.empty()) {
    verdict.word = std::string(reason);
    verdict.message = std::string(pod["status"]["message"].str());
  }
  if (condition(pod, "PodScheduled")["reason"].str() == "SchedulingGated") {
    verdict.word = "SchedulingGated";
  }
  const std::string init = init_word(pod, sum);
  Containers main_only = sum;
  Verdict of_containers = container_verdict(pod, verdict, main_only);
  if (init.empty()) {
    verdict = of_containers;
    sum = main_only;
  } else {
    verdict.word = init;
  }
  // printPod: "Running" with a Ready condition that is not True is NotReady where it completed.
  StatusValue status;
  if (fill_terminating(pod, status)) {
    status.word =
        base::Interned(pod["status"]["reason"].str() == "NodeLost" ? "Unknown" : "Terminating");
  } else {
    status = judge(pod, verdict, sum, now_ms);
  }
  row.status(std::move(status));
  row.ratio("ready", sum.ready, sum.total);
  row.number("restarts", static_cast<double>(sum.restarts));
  if (sum.last_restart_ms != 0) row.integer("last_restart", sum.last_restart_ms);
  row.text("ip", pod["status"]["podIP"].str());
  row.text("node", pod["spec"]["nodeName"].str());
  row.text("nominated_node", pod["status"]["nominatedNodeName"].str());
  if (const size_t gates = pod["spec"]["readinessGates"].size(); gates > 0) {
    int64_t passed = 0;
    for (const json::Value gate : pod["spec"]["readinessGates"].items()) {
      passed += condition(pod, gate["conditionType"].str())["status"].str() == "True" ? 1 : 0;
    }
    row.ratio("gates", passed, static_cast<int64_t>(gates));
  }
  row.text("qos", pod["status"]["qosClass"].str());
}

void write_container(const json::Value& spec, const json::Value& statuses,
                     host::DetailWriter& out) {
  const std::string_view name = spec["name"].str();
  out.section("container-" + std::string(name), "Container " + std::string(name));
  out.mono("image", "Image", spec["image"].str());
  for (const json::Value status : statuses.items()) {
    if (status["name"].str() != name) continue;
    for (const auto& [state, details] : status["state"].members()) {
      std::string text(state);
      if (const auto reason = details["reason"].str(); !reason.empty()) {
        text += " · " + std::string(reason);
      }
      out.text("state", "State", text);
      out.text("message", "Message", details["message"].str());
      out.time("started", "Started", details["startedAt"].str());
    }
    out.number("restarts", "Restarts", status["restartCount"]);
    const auto last = status["lastState"]["terminated"];
    out.text("last", "Last exit",
             last.exists() ? std::string(last["reason"].str()) + " · " + exit_word(last) : "");
    out.time("last_at", "Last exit at", last["finishedAt"].str());
  }
  std::vector<std::string> ports;
  for (const json::Value port : spec["ports"].items()) {
    ports.push_back(port["containerPort"].to_json() + "/" +
                    std::string(port["protocol"].str_or("TCP")));
  }
  out.list("ports", "Ports", ports);
  out.labels("requests", "Requests", spec["resources"]["requests"]);
  out.labels("limits", "Limits", spec["resources"]["limits"]);
}

void overview(const json::Value& pod, host::DetailWriter& out) {
  out.section("overview", "Pod");
  out.text("phase", "Phase", pod["status"]["phase"].str());
  if (const auto node = pod["spec"]["nodeName"].str(); !node.empty()) {
    out.ref("node", "Node", {"", "Node", "", std::string(node)});
  }
  out.mono("ip", "IP", pod["status"]["podIP"].str());
  out.text("qos", "QoS class", pod["status"]["qosClass"].str());
  out.text("service_account", "Service account", pod["spec"]["serviceAccountName"].str());
  out.text("priority", "Priority class", pod["spec"]["priorityClassName"].str());
  for (const json::Value container : pod["spec"]["initContainers"].items()) {
    write_container(container, pod["status"]["initContainerStatuses"], out);
  }
  for (const json::Value container : pod["spec"]["containers"].items()) {
    write_container(container, pod["status"]["containerStatuses"], out);
  }
}

}  // namespace

host::Kind pods() {
  host::Kind kind;
  kind.group_kind = {"", "Pod"};
  kind.resource = "pods";
  kind.title = "Pods";
  kind.singular = "Pod";
  kind.section = "workloads";
  kind.columns = {{"ready", "Ready", ColumnType::kRatio, true, 70, ""},
                  {"restarts", "Restarts", ColumnType::kNumber, true, 80, ""},
                  {"last_restart", "Last restart", ColumnType::kTime, true, 100, ""},
                  {"node", "Node", ColumnType::kText, true, 140, ""},
                  {"ip", "IP", ColumnType::kMono, true, 110, ""},
                  {"nominated_node", "Nominated node", ColumnType::kText, false, 140, ""},
                  {"gates", "Readiness gates", ColumnType::kRatio, false, 110, ""},
                  {"qos", "QoS", ColumnType::kText, false, 90, ""}};
  kind.fill = fill;
  kind.overview = overview;
  kind.negative_conditions = {"DisruptionTarget"};
  return kind;
}

}  // namespace masthead::plugins::core
