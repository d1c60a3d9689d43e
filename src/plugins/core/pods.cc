// Pods: columns and words of `kubectl get pods -o wide` (k8s.io/kubernetes printPod), and a status
// that says why.
#include <fmt/ranges.h>

#include <algorithm>

#include "base/time_format.h"
#include "plugins/core/kinds.h"
#include "plugins/core/pod_words.h"

namespace masthead::plugins::core {
namespace {

using cache::ColumnType;
using k8s::Status;
using k8s::StatusValue;

// A container that does not start within this is not just starting.
constexpr int64_t kStartingMs = 10 * 60'000;

// Words that mean that somebody has to act; what else waits is on its way.
bool is_failure(std::string_view word) {
  static constexpr std::string_view kStarting[] = {
      "ContainerCreating", "PodInitializing", "Pending",  "Running",    "Completed",
      "Succeeded",         "SchedulingGated", "NotReady", "Terminating"};
  if (word.starts_with("Init:")) {
    const auto rest = word.substr(5);
    return !rest.empty() && !(rest.front() >= '0' && rest.front() <= '9') && is_failure(rest);
  }
  return std::find(std::begin(kStarting), std::end(kStarting), word) == std::end(kStarting);
}

StatusValue judge(const json::Value& pod, const PodWords& words, int64_t now_ms) {
  StatusValue value;
  value.word = base::Interned(words.word);
  value.message = words.message;
  value.since_ms = words.since_ms;
  const json::Value ready = pod_condition(pod, "Ready");
  const int64_t ready_ms = base::rfc3339_or_zero(ready["lastTransitionTime"].str());
  const int64_t created_ms = base::rfc3339_or_zero(pod["metadata"]["creationTimestamp"].str());
  const auto phase = pod["status"]["phase"].str();
  // Nobody has reported, or the node that would is lost.
  if (words.word.empty() || phase == "Unknown") {
    value.status = Status::kUnknown;
    return value;
  }
  if (is_failure(words.word) || phase == "Failed") {
    value.status = Status::kFailed;
    value.reason = value.word;
    // Not ready since then, whatever each restart did in between.
    if (ready_ms != 0 && ready["status"].str() == "False") value.since_ms = ready_ms;
    if (words.word.ends_with("CrashLoopBackOff")) value.add(k8s::Badge::kRetrying);
    return value;
  }
  if (phase == "Succeeded") {
    value.status = Status::kReady;
    value.since_exact = value.since_ms != 0;
    return value;
  }
  const json::Value scheduled = pod_condition(pod, "PodScheduled");
  if (scheduled["status"].str() == "False") {
    value.reason = base::Interned(scheduled["reason"].str());
    value.message = std::string(scheduled["message"].str());
    value.since_ms = base::rfc3339_or_zero(scheduled["lastTransitionTime"].str());
    value.since_exact = value.since_ms != 0;
    value.status =
        scheduled["reason"].str() == "Unschedulable" ? Status::kFailed : Status::kWaiting;
    return value;
  }
  if (words.total > 0 && words.ready == words.total && ready["status"].str() != "False") {
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

// Each once: a sidecar often is of the image that has initialised the pod.
std::string images_of(const json::Value& spec) {
  std::vector<std::string_view> images;
  for (const char* list : {"containers", "initContainers"}) {
    for (const json::Value container : spec[list].items()) {
      const auto image = container["image"].str();
      if (!image.empty() && std::ranges::find(images, image) == images.end()) {
        images.push_back(image);
      }
    }
  }
  return fmt::format("{}", fmt::join(images, ", "));
}

void fill(const json::Value& pod, int64_t now_ms, cache::RowBuilder& row) {
  const PodWords words = pod_words(pod);
  StatusValue status;
  if (fill_terminating(pod, status)) {
    status.word = base::Interned(words.word);
  } else {
    status = judge(pod, words, now_ms);
  }
  row.status(std::move(status));
  row.ratio("ready", words.ready, words.total);
  row.number("restarts", static_cast<double>(words.restarts));
  if (words.last_restart_ms != 0) row.integer("last_restart", words.last_restart_ms);
  row.text("ip", pod["status"]["podIP"].str());
  row.text("node", pod["spec"]["nodeName"].str());
  row.text("nominated_node", pod["status"]["nominatedNodeName"].str());
  if (const size_t gates = pod["spec"]["readinessGates"].size(); gates > 0) {
    int64_t passed = 0;
    for (const json::Value gate : pod["spec"]["readinessGates"].items()) {
      passed += pod_condition(pod, gate["conditionType"].str())["status"].str() == "True" ? 1 : 0;
    }
    row.ratio("gates", passed, static_cast<int64_t>(gates));
  }
  row.text("qos", pod["status"]["qosClass"].str());
  row.text("images", images_of(pod["spec"]));
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
  kind.has_pods = true;
  kind.title = "Pods";
  kind.singular = "Pod";
  kind.section = "workloads";
  kind.status_width_px = 272;  // Failed CrashLoopBackOff retrying
  kind.columns = {{"ready", "Ready", ColumnType::kRatio, true, 70, ""},
                  {"restarts", "Restarts", ColumnType::kNumber, true, 80, ""},
                  {"last_restart", "Last restart", ColumnType::kTime, true, 100, ""},
                  {"node", "Node", ColumnType::kText, true, 140, ""},
                  {"ip", "IP", ColumnType::kMono, true, 110, ""},
                  {"nominated_node", "Nominated node", ColumnType::kText, false, 140, ""},
                  {"gates", "Readiness gates", ColumnType::kRatio, false, 110, ""},
                  {"qos", "QoS", ColumnType::kText, false, 90, ""},
                  {"images", "Images", ColumnType::kText, false, 260,
                   "Of its containers, those that initialise it among them.", "image"}};
  kind.fill = fill;
  kind.overview = overview;
  kind.negative_conditions = {"DisruptionTarget"};
  return kind;
}

}  // namespace masthead::plugins::core
