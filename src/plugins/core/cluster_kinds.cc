// Namespaces, Nodes, Services, ConfigMaps.
#include <set>

#include "base/time_format.h"
#include "plugins/core/kinds.h"

namespace masthead::plugins::core {
namespace {

using cache::ColumnType;
using k8s::Status;
using k8s::StatusValue;

void fill_namespace(const json::Value& ns, int64_t, cache::RowBuilder& row) {
  StatusValue value;
  const auto phase = ns["status"]["phase"].str();
  if (!fill_terminating(ns, value)) {
    value.status = phase == "Active" ? Status::kReady : Status::kUnknown;
  }
  value.word = base::Interned(phase);
  // A namespace that does not go says what holds it.
  for (const json::Value condition : ns["status"]["conditions"].items()) {
    if (condition["status"].str() == "True" && !condition["message"].str().empty()) {
      value.message = std::string(condition["message"].str());
    }
  }
  row.status(std::move(value));
}

// A node's roles are its label keys node-role.kubernetes.io/ROLE.
std::string roles_of(const json::Value& node) {
  std::set<std::string_view> roles;
  for (const auto& [key, value] : node["metadata"]["labels"].members()) {
    if (key.starts_with("node-role.kubernetes.io/")) roles.insert(key.substr(24));
    if (key == "kubernetes.io/role") roles.insert(value.str());
  }
  std::string text;
  for (const std::string_view role : roles) {
    if (role.empty()) continue;
    if (!text.empty()) text += ",";
    text += role;
  }
  return text;
}

// With the architecture, as kubectl has it.
std::string kernel_of(const json::Value& info) {
  std::string kernel(info["kernelVersion"].str());
  const auto architecture = info["architecture"].str();
  if (!kernel.empty() && !architecture.empty()) kernel += " (" + std::string(architecture) + ")";
  return kernel;
}

std::string_view address_of(const json::Value& node, std::string_view type) {
  for (const json::Value address : node["status"]["addresses"].items()) {
    if (address["type"].str() == type) return address["address"].str();
  }
  return {};
}

StatusValue judge_node(const json::Value& node) {
  StatusValue value;
  value.status = Status::kUnknown;
  value.word = base::Interned("Unknown");
  std::string pressures;
  for (const json::Value condition : node["status"]["conditions"].items()) {
    const auto type = condition["type"].str();
    const auto status = condition["status"].str();
    if (type == "Ready") {
      // Unknown: the kubelet has stopped reporting. That is broken, too.
      const bool lost = status == "False" || status == "Unknown";
      value.status = status == "True" ? Status::kReady : lost ? Status::kFailed : Status::kUnknown;
      value.word = base::Interned(status == "True" ? "Ready" : "NotReady");
      value.reason = base::Interned(condition["reason"].str());
      value.message = std::string(condition["message"].str());
      value.since_ms = base::rfc3339_or_zero(condition["lastTransitionTime"].str());
      value.since_exact = value.since_ms != 0;
    } else if (status == "True") {
      pressures += (pressures.empty() ? "" : ", ") + std::string(type);
    }
  }
  if (!pressures.empty()) value.message = pressures + ". " + value.message;
  if (node["spec"]["unschedulable"].boolean()) {
    value.word = base::Interned(std::string(value.word.text()) + ",SchedulingDisabled");
    if (value.status == Status::kReady) value.status = Status::kSuspended;
  }
  fill_terminating(node, value);
  return value;
}

void fill_node(const json::Value& node, int64_t, cache::RowBuilder& row) {
  const auto info = node["status"]["nodeInfo"];
  row.text("roles", roles_of(node));
  row.text("version", info["kubeletVersion"].str());
  row.text("internal_ip", address_of(node, "InternalIP"));
  row.text("external_ip", address_of(node, "ExternalIP"));
  row.text("os", info["osImage"].str());
  row.text("kernel", kernel_of(info));
  row.text("runtime", info["containerRuntimeVersion"].str());
  row.status(judge_node(node));
}

void node_overview(const json::Value& node, host::DetailWriter& out) {
  const auto info = node["status"]["nodeInfo"];
  out.section("overview", "Node");
  out.text("roles", "Roles", roles_of(node));
  out.mono("internal_ip", "Internal IP", address_of(node, "InternalIP"));
  out.mono("external_ip", "External IP", address_of(node, "ExternalIP"));
  out.text("version", "Kubelet", info["kubeletVersion"].str());
  out.text("os", "System", info["osImage"].str());
  out.text("kernel", "Kernel", kernel_of(info));
  out.text("runtime", "Runtime", info["containerRuntimeVersion"].str());
  out.flag("unschedulable", "Unschedulable", node["spec"]["unschedulable"]);
  std::vector<std::string> taints;
  for (const json::Value taint : node["spec"]["taints"].items()) {
    std::string text(taint["key"].str());
    if (!taint["value"].str().empty()) text += "=" + std::string(taint["value"].str());
    taints.push_back(text + ":" + std::string(taint["effect"].str()));
  }
  out.list("taints", "Taints", taints);
  out.section("capacity", "Capacity");
  out.labels("allocatable", "Allocatable", node["status"]["allocatable"]);
  out.labels("capacity", "Capacity", node["status"]["capacity"]);
}

std::string ports_of(const json::Value& service) {
  std::string text;
  for (const json::Value port : service["spec"]["ports"].items()) {
    if (!text.empty()) text += ",";
    text += std::to_string(port["port"].integer_or(0));
    if (const int64_t node_port = port["nodePort"].integer_or(0); node_port != 0) {
      text += ":" + std::to_string(node_port);
    }
    text += "/" + std::string(port["protocol"].str_or("TCP"));
  }
  return text;
}

// kubectl's EXTERNAL-IP: load balancer addresses, externalIPs, or the external name.
std::string external_of(const json::Value& service) {
  const auto type = service["spec"]["type"].str();
  if (type == "ExternalName") return std::string(service["spec"]["externalName"].str());
  std::string text;
  const auto add = [&](std::string_view address) {
    if (address.empty()) return;
    if (!text.empty()) text += ",";
    text += address;
  };
  for (const json::Value ingress : service["status"]["loadBalancer"]["ingress"].items()) {
    const auto ip = ingress["ip"].str();
    add(ip.empty() ? ingress["hostname"].str() : ip);
  }
  for (const json::Value ip : service["spec"]["externalIPs"].items()) add(ip.str());
  if (text.empty() && type == "LoadBalancer") return "<pending>";
  return text;
}

void fill_service(const json::Value& service, int64_t, cache::RowBuilder& row) {
  row.text("type", service["spec"]["type"].str_or("ClusterIP"));
  row.text("cluster_ip", service["spec"]["clusterIP"].str());
  const std::string external = external_of(service);
  row.text("external_ip", external);
  row.text("ports", ports_of(service));
  row.text("selector", map_text(service["spec"]["selector"]));
  StatusValue value;
  if (!fill_terminating(service, value)) {
    value.status = external == "<pending>" ? Status::kProgressing : Status::kReady;
    if (external == "<pending>") value.message = "No load balancer address has been given yet.";
  }
  row.status(std::move(value));
}

void service_overview(const json::Value& service, host::DetailWriter& out) {
  out.section("overview", "Service");
  out.text("type", "Type", service["spec"]["type"].str_or("ClusterIP"));
  out.mono("cluster_ip", "Cluster IP", service["spec"]["clusterIP"].str());
  out.mono("external", "External", external_of(service));
  out.mono("ports", "Ports", ports_of(service));
  out.mono("selector", "Selector", map_text(service["spec"]["selector"]));
  out.text("affinity", "Session affinity", service["spec"]["sessionAffinity"].str());
}

host::Kind core_kind(const char* name, const char* resource, const char* title,
                     const char* section) {
  host::Kind kind;
  kind.group_kind = {"", name};
  kind.resource = resource;
  kind.title = title;
  kind.singular = name;
  kind.section = section;
  return kind;
}

}  // namespace

host::Kind namespaces() {
  host::Kind kind = core_kind("Namespace", "namespaces", "Namespaces", "cluster");
  kind.namespaced = false;
  kind.columns = {{"pods", "Pods", ColumnType::kTally, true, 220, "Its pods by state."}};
  kind.fill = fill_namespace;
  kind.overview = [](const json::Value& ns, host::DetailWriter& out) {
    out.section("overview", "Namespace");
    out.text("phase", "Phase", ns["status"]["phase"].str());
  };
  kind.negative_conditions = {"NamespaceDeletionDiscoveryFailure", "NamespaceContentRemaining",
                              "NamespaceDeletionContentFailure",
                              "NamespaceDeletionGroupVersionParsingFailure",
                              "NamespaceFinalizersRemaining"};
  return kind;
}

host::Kind nodes() {
  host::Kind kind = core_kind("Node", "nodes", "Nodes", "cluster");
  kind.namespaced = false;
  kind.keeps_history = true;
  kind.columns = {{"roles", "Roles", ColumnType::kText, true, 130, ""},
                  {"version", "Version", ColumnType::kText, true, 90, ""},
                  {"internal_ip", "Internal IP", ColumnType::kMono, true, 136, ""},
                  {"external_ip", "External IP", ColumnType::kMono, false, 110, ""},
                  {"os", "OS image", ColumnType::kText, false, 200, ""},
                  {"kernel", "Kernel", ColumnType::kText, false, 140, ""},
                  {"runtime", "Container runtime", ColumnType::kText, false, 160, ""}};
  kind.fill = fill_node;
  kind.overview = node_overview;
  kind.negative_conditions = {"MemoryPressure", "DiskPressure", "PIDPressure",
                              "NetworkUnavailable"};
  return kind;
}

host::Kind services() {
  host::Kind kind = core_kind("Service", "services", "Services", "network");
  kind.counted_at_home = false;
  kind.columns = {{"type", "Type", ColumnType::kText, true, 100, ""},
                  {"cluster_ip", "Cluster IP", ColumnType::kMono, true, 136, ""},
                  {"external_ip", "External IP", ColumnType::kMono, true, 140, ""},
                  {"ports", "Ports", ColumnType::kMono, true, 160, ""},
                  {"selector", "Selector", ColumnType::kMono, false, 200, ""}};
  kind.fill = fill_service;
  kind.overview = service_overview;
  return kind;
}

host::Kind config_maps() {
  host::Kind kind = core_kind("ConfigMap", "configmaps", "ConfigMaps", "cluster");
  kind.has_status = false;
  kind.counted_at_home = false;
  // Their data may hold anything; the console needs that they exist, not what they say.
  kind.metadata_only = true;
  kind.fill = [](const json::Value&, int64_t, cache::RowBuilder&) {};
  return kind;
}

}  // namespace masthead::plugins::core
