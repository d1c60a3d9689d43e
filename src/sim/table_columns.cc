// Rows of `kubectl get`: the columns of a definition's version, or those of
// kubernetes/pkg/printers/internalversion for built-in kinds.
#include <fmt/format.h>

#include <map>

#include "base/time_format.h"
#include "sim/json_path.h"
#include "sim/pod_words.h"
#include "sim/presentation.h"

namespace masthead::sim {
namespace {

using Cell = Document (*)(const Document& object, int64_t now_ms);

struct BuiltInColumn {
  const char* name;
  const char* type;
  int priority;
  Cell cell;
};

// duration.HumanDuration of apimachinery.
std::string age_text(int64_t ms) {
  const int64_t s = ms / 1000;
  if (s < 0) return s < -1 ? "<invalid>" : "0s";
  if (s < 120) return fmt::format("{}s", s);
  const int64_t m = s / 60;
  const auto pair = [](int64_t big, const char* unit, int64_t small, const char* small_unit) {
    return small == 0 ? fmt::format("{}{}", big, unit)
                      : fmt::format("{}{}{}{}", big, unit, small, small_unit);
  };
  if (m < 10) return pair(m, "m", s % 60, "s");
  if (m < 180) return fmt::format("{}m", m);
  const int64_t h = m / 60;
  if (h < 8) return pair(h, "h", m % 60, "m");
  if (h < 48) return fmt::format("{}h", h);
  const int64_t d = h / 24;
  if (h < 192) return pair(d, "d", h % 24, "h");
  if (d < 730) return fmt::format("{}d", d);
  return pair(d / 365, "y", d / 365 < 8 ? d % 365 : 0, "d");
}

std::string since(std::string_view time, int64_t now_ms) {
  const auto at = base::parse_rfc3339(time);
  return at ? age_text(now_ms - *at) : "<unknown>";
}

Document age(const Document& object, int64_t now_ms) {
  return Document(since(text_at(object, {"metadata", "creationTimestamp"}), now_ms));
}

Document name(const Document& object, int64_t) {
  return Document(std::string(text_at(object, {"metadata", "name"})));
}

std::string or_none(std::string_view text) {
  return std::string(text.empty() ? "<none>" : text);
}

// "a,b" of one field of every container.
std::string containers(const Document& object, std::string_view field) {
  std::string joined;
  const Items* items = items_at(object, {"spec", "template", "spec", "containers"});
  if (items == nullptr) return joined;
  for (const Document& container : *items) {
    if (!joined.empty()) joined += ",";
    joined += text_at(container, {field});
  }
  return joined;
}

std::string selector_text(const Document& object, Path path) {
  std::string joined;
  const Fields* labels = fields_at(object, path);
  if (labels == nullptr) return "<none>";
  for (const auto& [key, value] : *labels) {
    if (!joined.empty()) joined += ",";
    joined += std::string(key) + "=" + (value.is_string() ? value.get_string().c_str() : "");
  }
  return joined.empty() ? "<none>" : joined;
}

Document container_names(const Document& object, int64_t) {
  return Document(containers(object, "name"));
}
Document container_images(const Document& object, int64_t) {
  return Document(containers(object, "image"));
}
Document match_labels(const Document& object, int64_t) {
  return Document(selector_text(object, {"spec", "selector", "matchLabels"}));
}

std::string ports_text(const Document& object) {
  std::string joined;
  const Items* ports = items_at(object, {"spec", "ports"});
  if (ports == nullptr || ports->empty()) return "<none>";
  for (const Document& port : *ports) {
    if (!joined.empty()) joined += ",";
    joined += std::to_string(number_at(port, {"port"}));
    if (const int64_t node = number_at(port, {"nodePort"}); node > 0) {
      joined += ":" + std::to_string(node);
    }
    const std::string_view protocol = text_at(port, {"protocol"});
    joined += "/" + std::string(protocol.empty() ? "TCP" : protocol);
  }
  return joined;
}

std::string node_status(const Document& object) {
  std::string status = "Unknown";
  if (const Items* conditions = items_at(object, {"status", "conditions"})) {
    for (const Document& condition : *conditions) {
      if (text_at(condition, {"type"}) != "Ready") continue;
      status = text_at(condition, {"status"}) == "True" ? "Ready" : "NotReady";
    }
  }
  return flag_at(object, {"spec", "unschedulable"}) ? status + ",SchedulingDisabled" : status;
}

std::string node_roles(const Document& object) {
  static constexpr std::string_view kPrefix = "node-role.kubernetes.io/";
  std::string roles;
  if (const Fields* labels = fields_at(object, {"metadata", "labels"})) {
    for (const auto& [key, value] : *labels) {
      const std::string_view label(key.data(), key.size());
      if (!label.starts_with(kPrefix)) continue;
      if (!roles.empty()) roles += ",";
      roles += label.substr(kPrefix.size());
    }
  }
  return or_none(roles);
}

std::string node_address(const Document& object, std::string_view type) {
  if (const Items* addresses = items_at(object, {"status", "addresses"})) {
    for (const Document& address : *addresses) {
      if (text_at(address, {"type"}) == type) return or_none(text_at(address, {"address"}));
    }
  }
  return "<none>";
}

std::string or_unknown(std::string_view text) {
  return std::string(text.empty() ? "<unknown>" : text);
}

std::string job_status(const Document& object) {
  if (!text_at(object, {"metadata", "deletionTimestamp"}).empty()) return "Terminating";
  if (const Items* conditions = items_at(object, {"status", "conditions"})) {
    for (const char* type : {"Complete", "Failed", "Suspended"}) {
      for (const Document& condition : *conditions) {
        if (text_at(condition, {"type"}) == type && text_at(condition, {"status"}) == "True") {
          return type;
        }
      }
    }
  }
  return "Running";
}

std::string job_completions(const Document& object) {
  const int64_t done = number_at(object, {"status", "succeeded"});
  if (find(object, {"spec", "completions"}) != nullptr) {
    return fmt::format("{}/{}", done, number_at(object, {"spec", "completions"}));
  }
  const int64_t parallel = number_at(object, {"spec", "parallelism"}, 1);
  return parallel > 1 ? fmt::format("{}/1 of {}", done, parallel) : fmt::format("{}/1", done);
}

std::string job_duration(const Document& object, int64_t now_ms) {
  const auto began = base::parse_rfc3339(text_at(object, {"status", "startTime"}));
  if (!began) return {};
  const auto ended = base::parse_rfc3339(text_at(object, {"status", "completionTime"}));
  return age_text(ended.value_or(now_ms) - *began);
}

std::string last_schedule(const Document& object, int64_t now_ms) {
  const std::string_view at = text_at(object, {"status", "lastScheduleTime"});
  return at.empty() ? "<none>" : since(at, now_ms);
}

// "a,b" of the containers of the pods that a CronJob's jobs make.
std::string cron_containers(const Document& object, std::string_view field) {
  const Document* spec = find(object, {"spec", "jobTemplate"});
  return spec == nullptr ? "" : containers(*spec, field);
}

int64_t count_of(const Document& object, Path path) {
  const Fields* fields = fields_at(object, path);
  return fields == nullptr ? 0 : static_cast<int64_t>(fields->size());
}

int64_t list_size(const Document& object, Path path) {
  const Items* items = items_at(object, path);
  return items == nullptr ? 0 : static_cast<int64_t>(items->size());
}

#define CELL(expression)                                                             \
  []([[maybe_unused]] const Document& o, [[maybe_unused]] int64_t now) -> Document { \
    return Document(expression);                                                     \
  }

const std::map<std::string, std::vector<BuiltInColumn>>& built_in_columns() {
  static const BuiltInColumn kName{"Name", "string", 0, name};
  static const BuiltInColumn kAge{"Age", "string", 0, age};
  static const BuiltInColumn kContainers{"Containers", "string", 1, container_names};
  static const BuiltInColumn kImages{"Images", "string", 1, container_images};
  static const BuiltInColumn kSelector{"Selector", "string", 1, match_labels};
  static const std::map<std::string, std::vector<BuiltInColumn>> columns = {
      {"Namespace",
       {kName, {"Status", "string", 0, CELL(std::string(text_at(o, {"status", "phase"})))}, kAge}},
      {"Pod",
       {kName,
        {"Ready", "string", 0, CELL(pod_ready(o))},
        {"Status", "string", 0, CELL(pod_status(o))},
        {"Restarts", "string", 0, CELL(pod_restarts(o, now))},
        kAge,
        {"IP", "string", 1, CELL(or_none(text_at(o, {"status", "podIP"})))},
        {"Node", "string", 1, CELL(or_none(text_at(o, {"spec", "nodeName"})))},
        {"Nominated Node", "string", 1, CELL(or_none(text_at(o, {"status", "nominatedNodeName"})))},
        {"Readiness Gates", "string", 1, CELL("<none>")}}},
      {"Node",
       {kName,
        {"Status", "string", 0, CELL(node_status(o))},
        {"Roles", "string", 0, CELL(node_roles(o))},
        kAge,
        {"Version", "string", 0,
         CELL(std::string(text_at(o, {"status", "nodeInfo", "kubeletVersion"})))},
        {"Internal-IP", "string", 1, CELL(node_address(o, "InternalIP"))},
        {"External-IP", "string", 1, CELL(node_address(o, "ExternalIP"))},
        {"OS-Image", "string", 1, CELL(or_unknown(text_at(o, {"status", "nodeInfo", "osImage"})))},
        {"Kernel-Version", "string", 1,
         CELL(or_unknown(text_at(o, {"status", "nodeInfo", "kernelVersion"})))},
        {"Container-Runtime", "string", 1,
         CELL(or_unknown(text_at(o, {"status", "nodeInfo", "containerRuntimeVersion"})))}}},
      {"Job",
       {kName,
        {"Status", "string", 0, CELL(job_status(o))},
        {"Completions", "string", 0, CELL(job_completions(o))},
        {"Duration", "string", 0, CELL(job_duration(o, now))},
        kAge,
        kContainers,
        kImages,
        kSelector}},
      {"CronJob",
       {kName,
        {"Schedule", "string", 0, CELL(std::string(text_at(o, {"spec", "schedule"})))},
        {"Timezone", "string", 0, CELL(or_none(text_at(o, {"spec", "timeZone"})))},
        {"Suspend", "boolean", 0, CELL(flag_at(o, {"spec", "suspend"}) ? "True" : "False")},
        {"Active", "integer", 0, CELL(list_size(o, {"status", "active"}))},
        {"Last Schedule", "string", 0, CELL(last_schedule(o, now))},
        kAge,
        {"Containers", "string", 1, CELL(cron_containers(o, "name"))},
        {"Images", "string", 1, CELL(cron_containers(o, "image"))},
        {"Selector", "string", 1, CELL("<none>")}}},
      {"Service",
       {kName,
        {"Type", "string", 0, CELL(std::string(text_at(o, {"spec", "type"})))},
        {"Cluster-IP", "string", 0, CELL(or_none(text_at(o, {"spec", "clusterIP"})))},
        {"External-IP", "string", 0, CELL("<none>")},
        {"Port(s)", "string", 0, CELL(ports_text(o))},
        kAge,
        {"Selector", "string", 1, CELL(selector_text(o, {"spec", "selector"}))}}},
      {"ConfigMap", {kName, {"Data", "string", 0, CELL(count_of(o, {"data"}))}, kAge}},
      {"Secret",
       {kName,
        {"Type", "string", 0, CELL(std::string(text_at(o, {"type"})))},
        {"Data", "string", 0, CELL(count_of(o, {"data"}))},
        kAge}},
      {"Event",
       {{"Last Seen", "string", 0, CELL(since(text_at(o, {"lastTimestamp"}), now))},
        {"Type", "string", 0, CELL(std::string(text_at(o, {"type"})))},
        {"Reason", "string", 0, CELL(std::string(text_at(o, {"reason"})))},
        {"Object", "string", 0, CELL(event_object(o))},
        {"Subobject", "string", 1, CELL(std::string(text_at(o, {"involvedObject", "fieldPath"})))},
        {"Source", "string", 1, CELL(std::string(text_at(o, {"source", "component"})))},
        {"Message", "string", 0, CELL(std::string(text_at(o, {"message"})))},
        {"First Seen", "string", 1, CELL(since(text_at(o, {"firstTimestamp"}), now))},
        {"Count", "string", 1, CELL(number_at(o, {"count"}, 1))},
        {"Name", "string", 1, name}}},
      {"Deployment",
       {kName,
        {"Ready", "string", 0,
         CELL(fmt::format("{}/{}", number_at(o, {"status", "readyReplicas"}),
                          number_at(o, {"spec", "replicas"})))},
        {"Up-to-date", "string", 0, CELL(number_at(o, {"status", "updatedReplicas"}))},
        {"Available", "string", 0, CELL(number_at(o, {"status", "availableReplicas"}))},
        kAge,
        kContainers,
        kImages,
        kSelector}},
      {"ReplicaSet",
       {kName,
        {"Desired", "integer", 0, CELL(number_at(o, {"spec", "replicas"}))},
        {"Current", "integer", 0, CELL(number_at(o, {"status", "replicas"}))},
        {"Ready", "integer", 0, CELL(number_at(o, {"status", "readyReplicas"}))},
        kAge,
        kContainers,
        kImages,
        kSelector}},
      {"StatefulSet",
       {kName,
        {"Ready", "string", 0,
         CELL(fmt::format("{}/{}", number_at(o, {"status", "readyReplicas"}),
                          number_at(o, {"spec", "replicas"})))},
        kAge,
        kContainers,
        kImages}},
      {"DaemonSet",
       {kName,
        {"Desired", "integer", 0, CELL(number_at(o, {"status", "desiredNumberScheduled"}))},
        {"Current", "integer", 0, CELL(number_at(o, {"status", "currentNumberScheduled"}))},
        {"Ready", "integer", 0, CELL(number_at(o, {"status", "numberReady"}))},
        {"Up-to-date", "integer", 0, CELL(number_at(o, {"status", "updatedNumberScheduled"}))},
        {"Available", "integer", 0, CELL(number_at(o, {"status", "numberAvailable"}))},
        {"Node Selector", "string", 0,
         CELL(selector_text(o, {"spec", "template", "spec", "nodeSelector"}))},
        kAge,
        kContainers,
        kImages,
        kSelector}},
      {"CustomResourceDefinition",
       {kName,
        {"Created At", "date", 0,
         CELL(std::string(text_at(o, {"metadata", "creationTimestamp"})))}}},
      {"Role",
       {kName,
        {"Created At", "date", 0,
         CELL(std::string(text_at(o, {"metadata", "creationTimestamp"})))}}},
      {"ClusterRole",
       {kName,
        {"Created At", "date", 0,
         CELL(std::string(text_at(o, {"metadata", "creationTimestamp"})))}}},
      {"", {kName, kAge}},
  };
  return columns;
}
#undef CELL

const std::vector<BuiltInColumn>& columns_for(const std::string& kind) {
  const auto& all = built_in_columns();
  const auto found = all.find(kind);
  return found == all.end() ? all.at("") : found->second;
}

Document custom_cell(const PrinterColumn& column, const Document& object, int64_t now_ms) {
  const Document* value = first_match(object, column.json_path);
  if (value == nullptr || value->is_null()) return Document();
  if (column.type == "date") {
    return value->is_string() ? Document(since(value->get_string().c_str(), now_ms)) : Document();
  }
  if (column.type == "integer" || column.type == "number" || column.type == "boolean") {
    return value->is_string() ? Document() : *value;
  }
  return value->is_string() ? *value : Document(to_text(*value));
}

}  // namespace

std::vector<TableColumn> table_columns(const ResourceType& type, const std::string& version) {
  std::vector<TableColumn> columns;
  if (!type.custom) {
    for (const BuiltInColumn& column : columns_for(type.kind)) {
      columns.push_back({column.name, column.type,
                         std::string_view(column.name) == "Name" ? "name" : "", "",
                         column.priority});
    }
    return columns;
  }
  columns.push_back({"Name", "string", "name", "", 0});
  const ResourceVersionServed* served = type.version(version);
  if (served == nullptr || served->columns.empty()) {
    columns.push_back({"Age", "date", "", "", 0});
    return columns;
  }
  for (const PrinterColumn& column : served->columns) {
    columns.push_back(
        {column.name, column.type, column.format, column.description, column.priority});
  }
  return columns;
}

Items table_cells(const ResourceType& type, const std::string& version, const Document& object,
                  int64_t now_ms) {
  Items cells;
  if (!type.custom) {
    for (const BuiltInColumn& column : columns_for(type.kind)) {
      cells.push_back(column.cell(object, now_ms));
    }
    return cells;
  }
  cells.push_back(name(object, now_ms));
  const ResourceVersionServed* served = type.version(version);
  if (served == nullptr || served->columns.empty()) {
    cells.push_back(age(object, now_ms));
    return cells;
  }
  for (const PrinterColumn& column : served->columns) {
    cells.push_back(custom_cell(column, object, now_ms));
  }
  return cells;
}

}  // namespace masthead::sim
