// What the statefulset and daemonset controllers do: pods that are told by an ordinal or a node,
// and roll one at a time when the template changes.
#include <fmt/format.h>

#include <algorithm>

#include "sim/fleet/fleet.h"

namespace masthead::sim {
namespace {

constexpr const char* kManager = "kube-controller-manager";
constexpr const char* kRevision = "controller-revision-hash";

std::string revision_of(const Document& object, bool stateful) {
  const Document* pods = find(object, {"spec", "template"});
  const std::string hash = digest(to_text(pods == nullptr ? Document() : *pods), 10);
  if (!stateful) return hash;
  return fmt::format("{}-{}", text_at(object, {"metadata", "name"}), hash);
}

int64_t ordinal_of(const Document& pod) {
  const std::string_view name = text_at(pod, {"metadata", "name"});
  return std::atoll(std::string(name.substr(name.rfind('-') + 1)).c_str());
}

}  // namespace

void Fleet::make_revisioned_pod(const Key& key, const Document& object, const std::string& name,
                                const std::string& node) {
  const bool stateful = key.type->kind == "StatefulSet";
  Document pod = pod_of(object, key.type, name);
  if (!node.empty()) object_in(pod.as_object(), "spec")["nodeName"] = node;
  Fields& labels = object_in(object_in(pod.as_object(), "metadata"), "labels");
  labels[kRevision] = revision_of(object, stateful);
  if (stateful) {
    labels["apps.kubernetes.io/pod-index"] = std::to_string(ordinal_of(pod));
    labels["statefulset.kubernetes.io/pod-name"] = name;
  } else {
    labels["pod-template-generation"] =
        std::to_string(number_at(object, {"metadata", "generation"}, 1));
  }
  make("Pod", key.ns, std::move(pod), kManager);
  record(object, key.type, false, "SuccessfulCreate",
         stateful ? fmt::format("create Pod {} in StatefulSet {} successful", name, key.name)
                  : "Created pod: " + name,
         stateful ? "statefulset-controller" : "daemonset-controller");
}

// From the lowest ordinal up, from the highest down; the next one when those before are ready,
// unless all may come at once. True: nothing is missing and nothing too much.
bool Fleet::keep_ordinals(const Key& key, const Document& object, std::vector<Document>& pods) {
  const int64_t wanted = number_at(object, {"spec", "replicas"}, 1);
  const bool at_once = text_at(object, {"spec", "podManagementPolicy"}) == "Parallel";
  std::sort(pods.begin(), pods.end(),
            [](const Document& a, const Document& b) { return ordinal_of(a) < ordinal_of(b); });
  bool whole = true;
  for (int64_t ordinal = 0; ordinal < wanted; ++ordinal) {
    const auto there = std::find_if(
        pods.begin(), pods.end(), [&](const Document& pod) { return ordinal_of(pod) == ordinal; });
    if (there == pods.end()) {
      make_revisioned_pod(key, object, fmt::format("{}-{}", key.name, ordinal), "");
      whole = false;
    } else if (!pod_is_ready(*there)) {
      whole = false;
    }
    if (!whole && !at_once) return false;
  }
  for (auto pod = pods.rbegin(); pod != pods.rend() && ordinal_of(*pod) >= wanted; ++pod) {
    whole = false;
    const std::string name(text_at(*pod, {"metadata", "name"}));
    if (!deleting(*pod)) {
      (void)server_->erase(type("Pod"), key.ns, name);
      record(object, key.type, false, "SuccessfulDelete",
             fmt::format("delete Pod {} in StatefulSet {} successful", name, key.name),
             "statefulset-controller");
    }
    if (!at_once) return false;
  }
  return whole;
}

// One pod on each node. True: all are there and ready.
bool Fleet::keep_one_a_node(const Key& key, const Document& object,
                            const std::vector<Document>& pods) {
  bool whole = true;
  for (const std::string& node : node_names()) {
    const auto there = std::find_if(pods.begin(), pods.end(), [&](const Document& pod) {
      return text_at(pod, {"spec", "nodeName"}) == node;
    });
    whole = whole && there != pods.end() && pod_is_ready(*there);
    if (there != pods.end()) continue;
    const std::string_view uid = text_at(object, {"metadata", "uid"});
    make_revisioned_pod(
        key, object,
        fmt::format("{}-{}", key.name, digest(fmt::format("{}{}{}", uid, node, ++turn_), 5)), node);
  }
  return whole;
}

// The next pod of an older template goes: of a StatefulSet the one with the highest ordinal.
void Fleet::roll_pods(const Key& key, const Document& object, const std::vector<Document>& pods) {
  const bool stateful = key.type->kind == "StatefulSet";
  if (text_at(object, {"spec", "updateStrategy", "type"}) == "OnDelete") return;
  const int64_t partition =
      number_at(object, {"spec", "updateStrategy", "rollingUpdate", "partition"});
  const std::string revision = revision_of(object, stateful);
  for (auto pod = pods.rbegin(); pod != pods.rend(); ++pod) {
    if (text_at(*pod, {"metadata", "labels", kRevision}) == revision) continue;
    if (stateful && ordinal_of(*pod) < partition) continue;
    const std::string name(text_at(*pod, {"metadata", "name"}));
    (void)server_->erase(type("Pod"), key.ns, name);
    record(object, key.type, false, "SuccessfulDelete",
           stateful ? fmt::format("delete Pod {} in StatefulSet {} successful", name, key.name)
                    : "Deleted pod: " + name,
           stateful ? "statefulset-controller" : "daemonset-controller");
    return;
  }
}

void Fleet::reconcile_revisioned(const Key& key, const Document& object) {
  const bool stateful = key.type->kind == "StatefulSet";
  std::vector<Document> pods = owned("Pod", key, object);
  const bool whole =
      stateful ? keep_ordinals(key, object, pods) : keep_one_a_node(key, object, pods);
  const std::string revision = revision_of(object, stateful);
  const auto is_new = [&](const Document& pod) {
    return text_at(pod, {"metadata", "labels", kRevision}) == revision;
  };
  const auto total = static_cast<int64_t>(pods.size());
  const int64_t ready = std::count_if(pods.begin(), pods.end(), pod_is_ready);
  const int64_t updated = std::count_if(pods.begin(), pods.end(), is_new);
  const auto nodes = static_cast<int64_t>(node_names().size());
  if (whole && updated < total) roll_pods(key, object, pods);
  write_status(key, kManager, [&](Document& now) {
    Fields& status = object_in(now.as_object(), "status");
    if (!stateful) {
      status["desiredNumberScheduled"] = nodes;
      status["currentNumberScheduled"] = total;
      status["numberMisscheduled"] = 0;
      status["numberReady"] = ready;
      status["updatedNumberScheduled"] = updated;
      status["numberAvailable"] = ready;
      status["numberUnavailable"] = nodes - ready;
      for (const char* field : {"updatedNumberScheduled", "numberAvailable", "numberUnavailable"}) {
        if (number_at(now, {"status", field}) == 0) status.erase(field);
      }
      return;
    }
    const std::string_view before = text_at(now, {"status", "currentRevision"});
    const bool ended = before.empty() || (updated == total && whole);
    if (ended) status["currentRevision"] = revision;
    status["updateRevision"] = revision;
    status["collisionCount"] = 0;
    status["replicas"] = total;
    status["readyReplicas"] = ready;
    status["availableReplicas"] = ready;
    status["currentReplicas"] = ended ? total : total - updated;
    status["updatedReplicas"] = updated;
    for (const char* field : {"readyReplicas", "currentReplicas", "updatedReplicas"}) {
      if (number_at(now, {"status", field}) == 0) status.erase(field);
    }
  });
}

}  // namespace masthead::sim
