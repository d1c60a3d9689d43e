// How things end: dependents of what is gone, finalizers, namespaces that empty themselves.
#include <fmt/format.h>

#include <algorithm>

#include "base/time_format.h"
#include "sim/fleet/fleet.h"

namespace masthead::sim {
namespace {

const std::string kCollector = "kube-controller-manager";

std::string_view finalizer_of(const ResourceType& type) {
  return type.group == "fluxcd.controlplane.io" ? "fluxcd.controlplane.io/finalizer"
                                                : "finalizers.fluxcd.io";
}

bool has_finalizer(const Document& object, std::string_view finalizer) {
  const Items* all = items_at(object, {"metadata", "finalizers"});
  return all != nullptr && std::any_of(all->begin(), all->end(), [&](const Document& one) {
           return one.is_string() && one.get_string() == finalizer;
         });
}

}  // namespace

// "A namespace that is being deleted is emptied first."
void Fleet::reconcile_namespace(const Key& key) {
  const auto ns_kept = get("Namespace", "", key.name);
  const Document& ns = *ns_kept;
  if (text_at(ns, {"status", "phase"}) != "Terminating") return;
  const int64_t since = base::rfc3339_or_zero(text_at(ns, {"metadata", "deletionTimestamp"}));
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
    // What holds them now may take long: a finalizer whose controller is gone.
    enqueue(key, now_ms() - since < 10'000 ? 500 : 60'000);
  } else {
    server_->store().remove(key.type, "", key.name);
  }
}

std::vector<Fleet::Key> Fleet::dependents_of(const Key& owner, std::string_view uid) const {
  static const std::map<std::string, std::vector<std::string>> kDependents = {
      {"Deployment", {"ReplicaSet"}}, {"ReplicaSet", {"Pod"}}, {"StatefulSet", {"Pod"}},
      {"DaemonSet", {"Pod"}},         {"Job", {"Pod"}},        {"CronJob", {"Job"}}};
  std::vector<Key> found;
  const auto kinds = kDependents.find(owner.type->kind);
  if (kinds == kDependents.end()) return found;
  for (const std::string& kind : kinds->second) {
    const ResourceTypePtr of = type(kind);
    const Store::Objects& all = server_->store().objects(*of);
    for (auto it = all.lower_bound({owner.ns, owner.name});
         it != all.end() && it->first.first == owner.ns && it->first.second.starts_with(owner.name);
         ++it) {
      if (is_owned_by(*it->second->parsed(*of), uid)) {
        found.push_back({of, it->first.first, it->first.second});
      }
    }
  }
  return found;
}

// Dependents of what is gone go too, in the background.
void Fleet::collect_garbage(const Key& owner, const std::string& uid) {
  for (const Key& dependent : dependents_of(owner, uid)) enqueue(dependent, 50);
}

// "kubectl delete --cascade=orphan" and "=foreground": the object is held by a finalizer until its
// dependents are let go, or are gone.
bool Fleet::waits_for_dependents(const Document& object) {
  return deleting(object) &&
         (has_finalizer(object, "orphan") || has_finalizer(object, "foregroundDeletion"));
}

void Fleet::end_cascade(const Key& key, const Document& object) {
  const std::string uid(text_at(object, {"metadata", "uid"}));
  const std::vector<Key> dependents = dependents_of(key, uid);
  const bool orphans = has_finalizer(object, "orphan");
  for (const Key& dependent : dependents) {
    if (!orphans) {
      (void)server_->erase(dependent.type, dependent.ns, dependent.name);
      continue;
    }
    edit(dependent.type->kind, dependent.ns, dependent.name, kCollector, [&](Document& now) {
      Fields& metadata = object_in(now.as_object(), "metadata");
      Items& owners = metadata["ownerReferences"].as_array();
      owners.erase(
          std::remove_if(owners.begin(), owners.end(),
                         [&](const Document& one) { return text_at(one, {"uid"}) == uid; }),
          owners.end());
      if (owners.empty()) metadata.erase("ownerReferences");
    });
  }
  if (!orphans && !dependents.empty()) return enqueue(key, 500);
  drop_finalizer(key, kCollector, orphans ? "orphan" : "foregroundDeletion");
}

void Fleet::drop_finalizer(const Key& key, const std::string& manager, std::string_view finalizer) {
  edit(key.type->kind, key.ns, key.name, manager, [&](Document& now) {
    Items& list = object_in(now.as_object(), "metadata")["finalizers"].as_array();
    list.erase(std::remove_if(list.begin(), list.end(),
                              [&](const Document& one) {
                                return one.is_string() && one.get_string() == finalizer;
                              }),
               list.end());
  });
}

// True when its controller is gone: then it goes too.
bool Fleet::end_orphan(const Key& key, const Document& object) {
  const Items* owners = items_at(object, {"metadata", "ownerReferences"});
  if (owners == nullptr || owners->empty()) return false;
  const Document& owner = owners->front();
  const auto alive = get(text_at(owner, {"kind"}), key.ns, text_at(owner, {"name"}));
  if (alive && text_at(*alive, {"metadata", "uid"}) == text_at(owner, {"uid"})) return false;
  (void)server_->erase(key.type, key.ns, key.name);
  return true;
}

// Flux's controllers hold what they look after until they have cleaned up. True: nothing more to
// do.
bool Fleet::finalize(const Key& key, const Document& object, const std::string& manager) {
  const std::string_view finalizer = finalizer_of(*key.type);
  const bool held = has_finalizer(object, finalizer);
  if (!deleting(object)) {
    if (held) return false;
    edit(key.type->kind, key.ns, key.name, manager, [&](Document& now) {
      Document& list = object_in(now.as_object(), "metadata")["finalizers"];
      if (!list.is_array()) list = Items();
      list.get_array().emplace_back(finalizer);
    });
    return false;
  }
  if (!held) return true;
  const bool helm = key.type->kind == "HelmRelease";
  if (!suspended(object) && (helm || flag_at(object, {"spec", "prune"}))) {
    const auto gone = prune(object, Fields());
    if (helm) end_release(key, object);
    if (!helm && !gone.empty()) {
      record(object, key.type, false, "ReconciliationSucceeded",
             fmt::format("{}", fmt::join(gone, "\n")), "kustomize-controller",
             {{"kustomize.toolkit.fluxcd.io/revision",
               std::string(text_at(object, {"status", "lastAppliedRevision"}))}});
    }
  }
  if (helm) (void)server_->erase(type("HelmChart"), key.ns, key.ns + "-" + key.name);
  drop_finalizer(key, manager, finalizer);
  return true;
}

}  // namespace masthead::sim
