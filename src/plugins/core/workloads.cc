// Deployments, ReplicaSets, StatefulSets, DaemonSets: as many as wanted, of the newest template?
#include <algorithm>

#include "base/time_format.h"
#include "plugins/core/kinds.h"

namespace masthead::plugins::core {
namespace {

using cache::ColumnType;
using k8s::Status;
using k8s::StatusValue;

struct Replicas {
  int64_t want = 0;
  int64_t existing = 0;  // old ones too
  int64_t updated = 0;
  int64_t ready = 0;
  int64_t available = 0;
};

StatusValue value_of(Status status, std::string message) {
  StatusValue value;
  value.status = status;
  value.message = std::move(message);
  return value;
}

std::string of(int64_t have, int64_t want, const char* what) {
  return std::to_string(have) + " of " + std::to_string(want) + " " + what;
}

// The kstatus rules for workloads, in words: generation seen, updated, ready, available.
StatusValue judge(const json::Value& object, const Replicas& n) {
  StatusValue value;
  if (fill_terminating(object, value)) return value;
  const int64_t generation = object["metadata"]["generation"].integer_or(0);
  // What the status says is about an older spec.
  if (object["status"]["observedGeneration"].integer_or(0) < generation) {
    value = value_of(Status::kProgressing, "A newer generation of the spec is not handled yet.");
    value.add(k8s::Badge::kUnconfirmed);
    return value;
  }
  for (const json::Value condition : object["status"]["conditions"].items()) {
    const auto type = condition["type"].str();
    const auto reason = condition["reason"].str();
    const bool given_up = type == "Progressing" && reason == "ProgressDeadlineExceeded";
    const bool no_replicas = type == "ReplicaFailure" && condition["status"].str() == "True";
    if (!given_up && !no_replicas) continue;
    value = value_of(Status::kFailed, std::string(condition["message"].str()));
    value.reason = base::Interned(reason);
    value.since_ms = base::rfc3339_or_zero(condition["lastTransitionTime"].str());
    return value;
  }
  if (n.updated < n.want) return value_of(Status::kProgressing, of(n.updated, n.want, "updated"));
  // Until they are gone, old replicas may be the ones that are ready.
  if (n.existing > n.want) {
    return value_of(Status::kProgressing,
                    std::to_string(n.existing - n.want) + " more than wanted still exist");
  }
  if (n.ready < n.want) return value_of(Status::kProgressing, of(n.ready, n.want, "ready"));
  if (n.available < n.want) {
    return value_of(Status::kProgressing, of(n.available, n.want, "available"));
  }
  return value_of(Status::kReady, "");
}

// When availability last turned, where the kind says so.
void date_by_condition(const json::Value& object, std::string_view type, StatusValue& value) {
  if (value.since_ms != 0) return;
  for (const json::Value condition : object["status"]["conditions"].items()) {
    if (condition["type"].str() != type) continue;
    value.since_ms = base::rfc3339_or_zero(condition["lastTransitionTime"].str());
  }
}

void overview_of(const json::Value& object, host::DetailWriter& out) {
  const auto spec = object["spec"];
  const auto status = object["status"];
  out.section("overview", "Replicas");
  out.number("want", "Wanted", spec["replicas"]);
  for (const auto& [key, label] : {std::pair{"replicas", "Existing"},
                                   {"updatedReplicas", "Updated"},
                                   {"readyReplicas", "Ready"},
                                   {"availableReplicas", "Available"},
                                   {"desiredNumberScheduled", "Wanted"},
                                   {"currentNumberScheduled", "Scheduled"},
                                   {"updatedNumberScheduled", "Updated"},
                                   {"numberReady", "Ready"},
                                   {"numberAvailable", "Available"},
                                   {"numberMisscheduled", "Misscheduled"}}) {
    out.number(key, label, status[key]);
  }
  out.text("strategy", "Strategy", spec["strategy"]["type"].str());
  out.text("update", "Update strategy", spec["updateStrategy"]["type"].str());
  out.mono("selector", "Selector", selector_text(spec["selector"]));
  out.flag("paused", "Paused", spec["paused"]);
  out.section("template", "Pod template");
  for (const json::Value container : spec["template"]["spec"]["containers"].items()) {
    const std::string name(container["name"].str());
    out.mono("image-" + name, name, container["image"].str());
  }
}

host::Kind workload(const char* kind_name, const char* resource, const char* title,
                    const char* singular) {
  host::Kind kind;
  kind.group_kind = {"apps", kind_name};
  kind.resource = resource;
  kind.has_pods = true;
  kind.title = title;
  kind.singular = singular;
  kind.section = "workloads";
  kind.status_width_px = 272;  // Failed CrashLoopBackOff retrying: what its pods are in
  kind.keeps_history = true;
  kind.overview = overview_of;
  kind.negative_conditions = {"ReplicaFailure"};
  return kind;
}

}  // namespace

host::Kind deployments() {
  host::Kind kind = workload("Deployment", "deployments", "Deployments", "Deployment");
  kind.columns = {{"ready", "Ready", ColumnType::kRatio, true, 70, ""},
                  {"updated", "Up to date", ColumnType::kNumber, true, 90, ""},
                  {"available", "Available", ColumnType::kNumber, true, 90, ""}};
  add_container_columns(kind);
  kind.columns.push_back({"selector", "Selector", ColumnType::kMono, false, 200, ""});
  kind.fill = [](const json::Value& object, int64_t, cache::RowBuilder& row) {
    const auto status = object["status"];
    const Replicas n{object["spec"]["replicas"].integer_or(1), status["replicas"].integer_or(0),
                     status["updatedReplicas"].integer_or(0), status["readyReplicas"].integer_or(0),
                     status["availableReplicas"].integer_or(0)};
    row.ratio("ready", n.ready, n.want);
    row.number("updated", static_cast<double>(n.updated));
    row.number("available", static_cast<double>(n.available));
    fill_containers(object["spec"]["template"]["spec"], row);
    row.text("selector", selector_text(object["spec"]["selector"]));
    StatusValue value = judge(object, n);
    if (object["spec"]["paused"].boolean() && value.status == Status::kProgressing) {
      value.status = Status::kSuspended;
      value.message = "Paused: " + value.message;
    }
    date_by_condition(object, "Available", value);
    row.status(std::move(value));
  };
  return kind;
}

host::Kind replica_sets() {
  host::Kind kind = workload("ReplicaSet", "replicasets", "ReplicaSets", "ReplicaSet");
  kind.keeps_history = false;
  kind.counted_at_home = false;
  kind.columns = {{"desired", "Desired", ColumnType::kNumber, true, 80, ""},
                  {"current", "Current", ColumnType::kNumber, true, 80, ""},
                  {"ready", "Ready", ColumnType::kNumber, true, 80, ""}};
  add_container_columns(kind);
  kind.columns.push_back({"selector", "Selector", ColumnType::kMono, false, 200, ""});
  kind.fill = [](const json::Value& object, int64_t, cache::RowBuilder& row) {
    const auto status = object["status"];
    const int64_t want = object["spec"]["replicas"].integer_or(1);
    const int64_t current = status["replicas"].integer_or(0);
    const int64_t ready = status["readyReplicas"].integer_or(0);
    row.number("desired", static_cast<double>(want));
    row.number("current", static_cast<double>(current));
    row.number("ready", static_cast<double>(ready));
    fill_containers(object["spec"]["template"]["spec"], row);
    row.text("selector", selector_text(object["spec"]["selector"]));
    row.status(
        judge(object, {want, current, current, ready, status["availableReplicas"].integer_or(0)}));
  };
  return kind;
}

host::Kind stateful_sets() {
  host::Kind kind = workload("StatefulSet", "statefulsets", "StatefulSets", "StatefulSet");
  kind.columns = {{"ready", "Ready", ColumnType::kRatio, true, 70, ""}};
  add_container_columns(kind);
  kind.fill = [](const json::Value& object, int64_t, cache::RowBuilder& row) {
    const auto status = object["status"];
    const int64_t want = object["spec"]["replicas"].integer_or(1);
    const int64_t ready = status["readyReplicas"].integer_or(0);
    row.ratio("ready", ready, want);
    fill_containers(object["spec"]["template"]["spec"], row);
    // A partition holds back the first replicas on purpose; OnDelete all of them.
    const int64_t partition =
        object["spec"]["updateStrategy"]["rollingUpdate"]["partition"].integer_or(0);
    const bool on_delete = object["spec"]["updateStrategy"]["type"].str() == "OnDelete";
    const int64_t updated =
        on_delete
            ? want
            : std::min(want, status["updatedReplicas"].integer_or(0) + std::min(partition, want));
    row.status(judge(object, {want, status["replicas"].integer_or(0), updated, ready,
                              status["availableReplicas"].integer_or(ready)}));
  };
  return kind;
}

host::Kind daemon_sets() {
  host::Kind kind = workload("DaemonSet", "daemonsets", "DaemonSets", "DaemonSet");
  kind.columns = {{"desired", "Desired", ColumnType::kNumber, true, 80, ""},
                  {"current", "Current", ColumnType::kNumber, true, 80, ""},
                  {"ready", "Ready", ColumnType::kNumber, true, 80, ""},
                  {"updated", "Up to date", ColumnType::kNumber, true, 90, ""},
                  {"available", "Available", ColumnType::kNumber, true, 90, ""},
                  {"node_selector", "Node selector", ColumnType::kMono, false, 180, ""}};
  add_container_columns(kind);
  kind.columns.push_back({"selector", "Selector", ColumnType::kMono, false, 200, ""});
  kind.fill = [](const json::Value& object, int64_t, cache::RowBuilder& row) {
    const auto status = object["status"];
    const Replicas n{status["desiredNumberScheduled"].integer_or(0),
                     status["currentNumberScheduled"].integer_or(0),
                     status["updatedNumberScheduled"].integer_or(0),
                     status["numberReady"].integer_or(0), status["numberAvailable"].integer_or(0)};
    row.number("desired", static_cast<double>(n.want));
    row.number("current", static_cast<double>(status["currentNumberScheduled"].integer_or(0)));
    row.number("ready", static_cast<double>(n.ready));
    row.number("updated", static_cast<double>(n.updated));
    row.number("available", static_cast<double>(n.available));
    row.text("node_selector", map_text(object["spec"]["template"]["spec"]["nodeSelector"]));
    fill_containers(object["spec"]["template"]["spec"], row);
    row.text("selector", selector_text(object["spec"]["selector"]));
    const bool on_delete = object["spec"]["updateStrategy"]["type"].str() == "OnDelete";
    row.status(
        judge(object, {n.want, n.existing, on_delete ? n.want : n.updated, n.ready, n.available}));
  };
  return kind;
}

}  // namespace masthead::plugins::core
