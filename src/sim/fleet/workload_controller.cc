// What kube-controller-manager and the scheduler do: pods for workloads, rollouts.
#include <fmt/format.h>

#include <algorithm>

#include "base/time_format.h"
#include "sim/fleet/fleet.h"

namespace masthead::sim {
namespace {

constexpr int64_t kDeadlineMs = 600'000;  // progressDeadlineSeconds where nothing is said

constexpr const char* kManager = "kube-controller-manager";
// One step of a rolling update: a quarter more than wanted at a time, none fewer.
std::map<std::string, int64_t> next_sizes(std::map<std::string, int64_t> sizes,
                                          const std::string& current, int64_t wanted,
                                          int64_t current_ready) {
  int64_t others = 0;
  for (const auto& [name, size] : sizes) others += name == current ? 0 : size;
  const int64_t surge = (wanted + 3) / 4;
  sizes[current] = std::min(wanted, std::max(sizes[current], wanted + surge - others));
  int64_t left = std::max<int64_t>(0, wanted - current_ready);
  for (auto& [name, size] : sizes) {
    if (name == current) continue;
    size = std::min(size, left);
    left -= size;
  }
  return sizes;
}

}  // namespace

const std::vector<std::string>& node_names() {
  static const std::vector<std::string> names = {"node-a", "node-b", "node-c", "node-d"};
  return names;
}

Fields owner_reference(const Document& owner, const ResourceType& type) {
  return {{"apiVersion", type.api_version(type.storage_version())},
          {"kind", type.kind},
          {"name", std::string(text_at(owner, {"metadata", "name"}))},
          {"uid", std::string(text_at(owner, {"metadata", "uid"}))},
          {"controller", true},
          {"blockOwnerDeletion", true}};
}

void Fleet::record_scaling(const Document& object, const ResourceTypePtr& of,
                           const std::string& set, int64_t from, int64_t to) {
  record(object, of, false, "ScalingReplicaSet",
         fmt::format("Scaled {} replica set {} from {} to {}", to > from ? "up" : "down", set, from,
                     to),
         "deployment-controller");
}

Document Fleet::pod_of(const Document& owner, const ResourceTypePtr& owner_type,
                       const std::string& name) const {
  const std::string ns(text_at(owner, {"metadata", "namespace"}));
  const Document* pod_template = find(owner, {"spec", "template"});
  Fields spec = pod_template == nullptr ? Fields() : [&] {
    const Fields* given = fields_at(*pod_template, {"spec"});
    return given == nullptr ? Fields() : *given;
  }();
  const std::string hash = digest(ns + name, 8);
  spec["nodeName"] = node_names()[std::stoul(hash, nullptr, 16) % node_names().size()];
  if (owner_type->kind == "Job") spec["restartPolicy"] = "Never";
  Document pod = make_object(ns, name, std::move(spec));
  Fields& metadata = object_in(pod.as_object(), "metadata");
  const Fields* labels =
      pod_template == nullptr ? nullptr : fields_at(*pod_template, {"metadata", "labels"});
  Fields own = labels == nullptr ? Fields() : *labels;
  if (owner_type->kind == "ReplicaSet") {
    own["pod-template-hash"] =
        std::string(text_at(owner, {"metadata", "labels", "pod-template-hash"}));
  }
  metadata["labels"] = std::move(own);
  metadata["ownerReferences"] = Items{owner_reference(owner, *owner_type)};
  return pod;
}

void Fleet::scale_pods(const Key& key, const Document& owner, const std::string& pod_prefix,
                       int64_t wanted) {
  const std::string uid(text_at(owner, {"metadata", "uid"}));
  const ResourceTypePtr pods = type("Pod");
  std::vector<StoredPtr> own;
  std::vector<StoredPtr> alive;
  const Store::Objects& all = server_->store().objects(*pods);
  for (auto it = all.lower_bound({key.ns, pod_prefix});
       it != all.end() && it->first.first == key.ns && it->first.second.starts_with(pod_prefix);
       ++it) {
    const auto pod_kept = it->second->parsed(*pods);
    const Document& pod = *pod_kept;
    if (!is_owned_by(pod, uid)) continue;
    own.push_back(it->second);
    if (!deleting(pod)) alive.push_back(it->second);
  }
  for (size_t i = static_cast<size_t>(std::max<int64_t>(wanted, 0)); i < alive.size(); ++i) {
    (void)server_->erase(pods, key.ns, alive[i]->name);
  }
  for (int64_t i = 0, missing = wanted - static_cast<int64_t>(alive.size()); missing > 0; ++i) {
    const std::string name = pod_prefix + digest(uid + std::to_string(i + turn_ * 1'000), 5);
    if (server_->store().get(*pods, key.ns, name) != nullptr) continue;
    make("Pod", key.ns, pod_of(owner, key.type, name), kManager);
    --missing;
  }
  ++turn_;
}

void Fleet::reconcile_workload(const Key& key) {
  const auto object_kept = get(key.type->kind, key.ns, key.name);
  const Document& object = *object_kept;
  if (deleting(object)) return;
  const std::string& kind = key.type->kind;
  if (kind == "CronJob") return reconcile_cron_job(key, object);
  if (kind == "Job") return reconcile_job(key, object);
  if (kind == "Deployment") {
    return reconcile_deployment(key, object, number_at(object, {"spec", "replicas"}, 1));
  }
  if (kind == "ReplicaSet") return reconcile_replica_set(key, object);
  if (kind == "StatefulSet" || kind == "DaemonSet") reconcile_revisioned(key, object);
}

void Fleet::reconcile_replica_set(const Key& key, const Document& object) {
  scale_pods(key, object, key.name + "-", number_at(object, {"spec", "replicas"}, 1));
  int64_t total = 0;
  int64_t ready = 0;
  for (const Document& pod : owned("Pod", key, object)) {
    if (deleting(pod)) continue;
    ++total;
    ready += pod_is_ready(pod) ? 1 : 0;
  }
  write_status(key, kManager, [&](Document& now) {
    Fields& status = object_in(now.as_object(), "status");
    status["replicas"] = total;
    for (const auto& [field, number] : {std::pair("readyReplicas", ready),
                                        {"availableReplicas", ready},
                                        {"fullyLabeledReplicas", total}}) {
      if (number > 0) {
        status[field] = number;
      } else {
        status.erase(field);
      }
    }
  });
}

void Fleet::reconcile_deployment(const Key& key, const Document& object, int64_t wanted) {
  const ResourceTypePtr sets = type("ReplicaSet");
  const Document* pod_template = find(object, {"spec", "template"});
  const std::string hash =
      digest(to_text(pod_template == nullptr ? Document() : *pod_template), 10);
  const std::string set_name = key.name + "-" + hash;
  const std::string uid(text_at(object, {"metadata", "uid"}));
  if (server_->store().get(*sets, key.ns, set_name) == nullptr) {
    const bool rolls = number_at(object, {"status", "replicas"}) > 0;
    Fields spec{{"replicas", rolls ? 0 : wanted}};
    for (const char* copied : {"selector", "template"}) {
      if (const Document* value = find(object, {"spec", copied})) spec[copied] = *value;
    }
    Document set = make_object(key.ns, set_name, std::move(spec));
    Fields& metadata = object_in(set.as_object(), "metadata");
    const Fields* labels = fields_at(object, {"spec", "template", "metadata", "labels"});
    Fields own = labels == nullptr ? Fields() : *labels;
    own["pod-template-hash"] = hash;
    metadata["labels"] = std::move(own);
    metadata["ownerReferences"] = Items{owner_reference(object, *key.type)};
    make("ReplicaSet", key.ns, std::move(set), kManager);
    if (!rolls) record_scaling(object, key.type, set_name, 0, wanted);
  }
  int64_t total = 0;
  int64_t ready = 0;
  int64_t updated = 0;
  int64_t current_ready = 0;
  std::map<std::string, int64_t> sizes;  // as they are told to be
  const Store::Objects& all = server_->store().objects(*sets);
  for (auto it = all.lower_bound({key.ns, key.name + "-"});
       it != all.end() && it->first.first == key.ns && it->first.second.starts_with(key.name + "-");
       ++it) {
    const auto set_kept = it->second->parsed(*sets);
    const Document& set = *set_kept;
    if (!is_owned_by(set, uid)) continue;
    sizes[it->first.second] = number_at(set, {"spec", "replicas"});
    total += number_at(set, {"status", "replicas"});
    ready += number_at(set, {"status", "readyReplicas"});
    if (it->first.second != set_name) continue;
    updated = number_at(set, {"status", "replicas"});
    current_ready = number_at(set, {"status", "readyReplicas"});
  }
  for (const auto& [name, size] : next_sizes(sizes, set_name, wanted, current_ready)) {
    if (sizes[name] == size) continue;
    record_scaling(object, key.type, name, sizes[name], size);
    edit("ReplicaSet", key.ns, name, kManager,
         [count = size](Document& set) { object_in(set.as_object(), "spec")["replicas"] = count; });
  }
  const bool complete = ready >= wanted && updated == wanted && total == wanted;
  write_status(key, kManager, [&](Document& now) {
    Fields& status = object_in(now.as_object(), "status");
    status["replicas"] = total;
    status["readyReplicas"] = ready;
    status["availableReplicas"] = ready;
    status["updatedReplicas"] = updated;
    if (wanted > ready) {
      status["unavailableReplicas"] = wanted - ready;
    } else {
      status.erase("unavailableReplicas");
    }
    set_plain_condition(
        now,
        {"Available", ready >= wanted ? "True" : "False",
         ready >= wanted ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
         ready >= wanted ? "Deployment has minimum availability."
                         : "Deployment does not have minimum availability."},
        now_ms(), "lastUpdateTime");
    const Document* progressing = condition(now, "Progressing");
    const int64_t since = progressing == nullptr
                              ? now_ms()
                              : base::rfc3339_or_zero(text_at(*progressing, {"lastUpdateTime"}));
    const bool late = !complete && progressing != nullptr && now_ms() - since > kDeadlineMs &&
                      text_at(*progressing, {"reason"}) != "NewReplicaSetAvailable";
    set_plain_condition(now,
                        {"Progressing", late ? "False" : "True",
                         complete ? "NewReplicaSetAvailable"
                         : late   ? "ProgressDeadlineExceeded"
                                  : "ReplicaSetUpdated",
                         fmt::format("ReplicaSet \"{}\" {}", set_name,
                                     complete ? "has successfully progressed."
                                     : late   ? "has timed out progressing."
                                              : "is progressing.")},
                        now_ms(), "lastUpdateTime");
  });
  if (!complete) enqueue(key, kDeadlineMs + 1'000);
}

}  // namespace masthead::sim
