// What kube-controller-manager, the scheduler and the kubelets do: pods for workloads, their lives,
// garbage collection, namespaces that empty themselves.
#include <fmt/format.h>

#include <algorithm>

#include "base/time_format.h"
#include "sim/fleet/fleet.h"

namespace masthead::sim {
namespace {

constexpr const char* kManager = "kube-controller-manager";
constexpr const char* kKubelet = "kubelet";
constexpr const char* kNodes[] = {"node-a", "node-b", "node-c", "node-d"};

bool is_owned_by(const Document& object, std::string_view uid) {
  const Items* owners = items_at(object, {"metadata", "ownerReferences"});
  return owners != nullptr && std::any_of(owners->begin(), owners->end(), [&](const Document& one) {
           return text_at(one, {"uid"}) == uid;
         });
}

bool deleting(const Document& object) {
  return !text_at(object, {"metadata", "deletionTimestamp"}).empty();
}

bool pod_ready_now(const Document& pod) {
  const Document* ready = condition(pod, "Ready");
  return ready != nullptr && text_at(*ready, {"status"}) == "True" && !deleting(pod);
}

// An image that says so does not come up: "…:no-such-tag" is not found, "…-crash" exits.
bool cannot_be_pulled(std::string_view image) {
  return image.find("no-such-tag") != std::string_view::npos;
}
bool crashes(std::string_view image) {
  return image.ends_with("-crash");
}

Fields owner_reference(const Document& owner, const ResourceType& type) {
  return {{"apiVersion", type.api_version(type.storage_version())},
          {"kind", type.kind},
          {"name", std::string(text_at(owner, {"metadata", "name"}))},
          {"uid", std::string(text_at(owner, {"metadata", "uid"}))},
          {"controller", true},
          {"blockOwnerDeletion", true}};
}

}  // namespace

Document Fleet::pod_of(const Document& owner, const ResourceTypePtr& owner_type,
                       const std::string& name) const {
  const std::string ns(text_at(owner, {"metadata", "namespace"}));
  const Document* pod_template = find(owner, {"spec", "template"});
  Fields spec = pod_template == nullptr ? Fields() : [&] {
    const Fields* given = fields_at(*pod_template, {"spec"});
    return given == nullptr ? Fields() : *given;
  }();
  const std::string hash = digest(ns + name, 8);
  spec["nodeName"] = kNodes[std::stoul(hash, nullptr, 16) % std::size(kNodes)];
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
    const Document pod = it->second->document(*pods);
    if (!is_owned_by(pod, uid)) continue;
    own.push_back(it->second);
    if (!deleting(pod)) alive.push_back(it->second);
  }
  for (size_t i = static_cast<size_t>(std::max<int64_t>(wanted, 0)); i < alive.size(); ++i) {
    (void)server_->erase(pods, key.ns, alive[i]->name);
  }
  const bool by_number = key.type->kind == "StatefulSet";
  for (int64_t i = 0, missing = wanted - static_cast<int64_t>(alive.size()); missing > 0; ++i) {
    const std::string suffix =
        by_number ? std::to_string(i) : digest(uid + std::to_string(i + turn_ * 1'000), 5);
    const std::string name = pod_prefix + suffix;
    if (server_->store().get(*pods, key.ns, name) != nullptr) continue;
    make("Pod", key.ns, pod_of(owner, key.type, name), kManager);
    --missing;
  }
  ++turn_;
}

void Fleet::reconcile_workload(const Key& key) {
  const Document object = *get(key.type->kind, key.ns, key.name);
  if (deleting(object)) return;
  const std::string uid(text_at(object, {"metadata", "uid"}));
  const std::string& kind = key.type->kind;
  int64_t wanted = number_at(object, {"spec", "replicas"}, 1);
  if (kind == "DaemonSet") wanted = static_cast<int64_t>(std::size(kNodes));
  if (kind == "CronJob") return;
  if (kind == "Deployment") {
    reconcile_deployment(key, object, wanted);
    return;
  }
  const bool done = kind == "Job" && condition(object, "Complete") != nullptr;
  if (!done) scale_pods(key, object, key.name + "-", wanted);
  int64_t total = 0;
  int64_t ready = 0;
  bool succeeded = false;
  const ResourceTypePtr pods = type("Pod");
  const Store::Objects& all = server_->store().objects(*pods);
  for (auto it = all.lower_bound({key.ns, key.name + "-"});
       it != all.end() && it->first.first == key.ns && it->first.second.starts_with(key.name + "-");
       ++it) {
    const Document pod = it->second->document(*pods);
    if (!is_owned_by(pod, uid) || deleting(pod)) continue;
    ++total;
    ready += pod_ready_now(pod) ? 1 : 0;
    succeeded = succeeded || text_at(pod, {"status", "phase"}) == "Succeeded";
  }
  write_status(key, kManager, [&](Document& now) {
    Fields& status = object_in(now.as_object(), "status");
    if (kind == "DaemonSet") {
      status["desiredNumberScheduled"] = wanted;
      status["currentNumberScheduled"] = total;
      status["updatedNumberScheduled"] = total;
      status["numberReady"] = ready;
      status["numberAvailable"] = ready;
      status["numberMisscheduled"] = 0;
    } else if (kind == "Job") {
      if (!status.contains("startTime")) status["startTime"] = time_text(now_ms());
      status["active"] = succeeded ? 0 : total;
      status["ready"] = ready;
      if (succeeded && !done) {
        status["succeeded"] = 1;
        status["completionTime"] = time_text(now_ms());
        set_condition(now,
                      {"Complete", "True", "CompletionsReached",
                       "Reached expected number of "
                       "succeeded pods"},
                      now_ms());
      }
    } else {
      status["replicas"] = total;
      status["readyReplicas"] = ready;
      status["availableReplicas"] = ready;
      if (kind == "StatefulSet") {
        status["currentReplicas"] = total;
        status["updatedReplicas"] = total;
      } else {
        status["fullyLabeledReplicas"] = total;
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
    Fields spec{{"replicas", wanted}};
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
    record(object, key.type, false, "ScalingReplicaSet",
           fmt::format("Scaled up replica set {} from 0 to {}", set_name, wanted),
           "deployment-controller");
  }
  int64_t total = 0;
  int64_t ready = 0;
  int64_t updated = 0;
  const Store::Objects& all = server_->store().objects(*sets);
  std::vector<std::pair<std::string, int64_t>> to_scale;
  for (auto it = all.lower_bound({key.ns, key.name + "-"});
       it != all.end() && it->first.first == key.ns && it->first.second.starts_with(key.name + "-");
       ++it) {
    const Document set = it->second->document(*sets);
    if (!is_owned_by(set, uid)) continue;
    const bool current = it->first.second == set_name;
    total += number_at(set, {"status", "replicas"});
    ready += number_at(set, {"status", "readyReplicas"});
    if (current) updated = number_at(set, {"status", "replicas"});
    const bool current_is_up = current || [&] {
      const auto now = get("ReplicaSet", key.ns, set_name);
      return now && number_at(*now, {"status", "readyReplicas"}) >= wanted;
    }();
    const int64_t goal = current         ? wanted
                         : current_is_up ? 0
                                         : number_at(set, {"spec", "replicas"});
    if (number_at(set, {"spec", "replicas"}) != goal) to_scale.emplace_back(it->first.second, goal);
  }
  for (const auto& [name, goal] : to_scale) {
    (void)server_->change(sets, key.ns, name, "", kManager, [&, count = goal](Document& set) {
      object_in(set.as_object(), "spec")["replicas"] = count;
    });
  }
  const bool complete = ready >= wanted && updated == wanted;
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
    set_condition(now,
                  {"Available", ready >= wanted ? "True" : "False",
                   ready >= wanted ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
                   ready >= wanted ? "Deployment has minimum availability."
                                   : "Deployment does not have minimum availability."},
                  now_ms());
    const Document* progressing = condition(now, "Progressing");
    const int64_t since =
        progressing == nullptr
            ? now_ms()
            : base::rfc3339_or_zero(text_at(*progressing, {"lastTransitionTime"}));
    // progressDeadlineSeconds: ten minutes.
    const bool late = !complete && progressing != nullptr && now_ms() - since > 600'000 &&
                      text_at(*progressing, {"reason"}) != "NewReplicaSetAvailable";
    set_condition(now,
                  {"Progressing", late ? "False" : "True",
                   complete ? "NewReplicaSetAvailable"
                   : late   ? "ProgressDeadlineExceeded"
                            : "ReplicaSetUpdated",
                   fmt::format("ReplicaSet \"{}\" {}", set_name,
                               complete ? "has successfully progressed."
                               : late   ? "has timed out progressing."
                                        : "is progressing.")},
                  now_ms());
  });
}

// The life of a pod: Pending, a moment later Running, or not.
void Fleet::reconcile_pod(const Key& key) {
  const Document pod = *get("Pod", key.ns, key.name);
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
  enum class Next { kCreating, kPullError, kRunning, kCrashed, kSucceeded };
  Next next = Next::kRunning;
  if (!started) {
    next = Next::kCreating;
  } else if (cannot_be_pulled(image)) {
    next = Next::kPullError;
  } else if (policy == "Never") {
    next = waiting ? Next::kRunning : Next::kSucceeded;
  } else if (crashes(image) && !waiting) {
    next = Next::kCrashed;
  }
  const bool ready = next == Next::kRunning && !(crashes(image));
  write_status(key, kKubelet, [&](Document& now) {
    Fields& status = object_in(now.as_object(), "status");
    const std::string at = time_text(now_ms());
    Fields state;
    Fields last;
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
    } else if (next == Next::kSucceeded) {
      status["phase"] = "Succeeded";
      state["terminated"] = Fields{{"exitCode", 0}, {"reason", "Completed"}, {"finishedAt", at}};
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
    set_condition(now, {"PodScheduled", "True", "", ""}, now_ms());
    set_condition(now, {"Initialized", "True", "", ""}, now_ms());
    const std::string_view why = ready ? "" : "ContainersNotReady";
    const std::string message =
        ready ? "" : fmt::format("containers with unready status: [{}]", name);
    set_condition(now, {"Ready", ready ? "True" : "False", why, message}, now_ms());
    set_condition(now, {"ContainersReady", ready ? "True" : "False", why, message}, now_ms());
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
  if (next == Next::kCreating) enqueue(key, 1'200);
  if (next == Next::kRunning && policy == "Never") enqueue(key, 4'000);
  if (next == Next::kPullError) enqueue(key, 45'000);
  if (next == Next::kCrashed) enqueue(key, 20'000);
  if (next == Next::kRunning && crashes(image)) enqueue(key, 2'000);
}

// "A namespace that is being deleted is emptied first."
void Fleet::reconcile_namespace(const Key& key) {
  const Document ns = *get("Namespace", "", key.name);
  if (text_at(ns, {"status", "phase"}) != "Terminating") return;
  bool left = false;
  for (const ResourceTypePtr& of : server_->types().all()) {
    if (!of->namespaced || of->review) continue;
    std::vector<std::string> names;
    const Store::Objects& all = server_->store().objects(*of);
    for (auto it = all.lower_bound({key.name, ""}); it != all.end() && it->first.first == key.name;
         ++it) {
      names.push_back(it->first.second);
    }
    for (const std::string& name : names) (void)server_->erase(of, key.name, name);
    left = left || !names.empty();
  }
  if (left) {
    enqueue(key, 500);
  } else {
    server_->store().remove(key.type, "", key.name);
  }
}

// Dependents of what is gone go too, in the background.
void Fleet::collect_garbage(const Key& owner, const std::string& uid) {
  static const std::map<std::string, std::vector<std::string>> kDependents = {
      {"Deployment", {"ReplicaSet"}}, {"ReplicaSet", {"Pod"}}, {"StatefulSet", {"Pod"}},
      {"DaemonSet", {"Pod"}},         {"Job", {"Pod"}},        {"CronJob", {"Job"}}};
  const auto kinds = kDependents.find(owner.type->kind);
  if (kinds == kDependents.end()) return;
  for (const std::string& kind : kinds->second) {
    const ResourceTypePtr of = type(kind);
    std::vector<std::string> names;
    const Store::Objects& all = server_->store().objects(*of);
    for (auto it = all.lower_bound({owner.ns, owner.name});
         it != all.end() && it->first.first == owner.ns && it->first.second.starts_with(owner.name);
         ++it) {
      if (is_owned_by(it->second->document(*of), uid)) names.push_back(it->first.second);
    }
    server_->loop().post([this, of, ns = owner.ns, names, alive = server_->alive()] {
      if (alive.expired()) return;
      for (const std::string& name : names) (void)server_->erase(of, ns, name);
    });
  }
}

}  // namespace masthead::sim
