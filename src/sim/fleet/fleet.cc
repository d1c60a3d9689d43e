#include "sim/fleet/fleet.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/check.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/time_format.h"
#include "sim/fleet/tenant_copies.h"

namespace masthead::sim {
namespace {

constexpr int64_t kTickMs = 250;
constexpr const char* kRequestedAt = "reconcile.fluxcd.io/requestedAt";

bool is_flux(const ResourceType& type) {
  return type.group.ends_with(".fluxcd.io") || type.group == "fluxcd.controlplane.io";
}
bool is_workload(const ResourceType& type) {
  return type.group == "apps" || type.group == "batch";
}

// What makes a controller look again: a new generation, an annotation, a deletion.
bool worth_a_look(const Document& before, const Document& now) {
  return number_at(before, {"metadata", "generation"}) !=
             number_at(now, {"metadata", "generation"}) ||
         text_at(before, {"metadata", "deletionTimestamp"}) !=
             text_at(now, {"metadata", "deletionTimestamp"}) ||
         text_at(before, {"metadata", "annotations", kRequestedAt}) !=
             text_at(now, {"metadata", "annotations", kRequestedAt});
}

bool counts_the_same(const Document& before, const Document& now) {
  return pod_is_ready(before) == pod_is_ready(now) && deleting(before) == deleting(now) &&
         text_at(before, {"status", "phase"}) == text_at(now, {"status", "phase"});
}

}  // namespace

bool Fleet::Key::operator<(const Key& other) const {
  return std::tie(type->group, type->plural, ns, name) <
         std::tie(other.type->group, other.type->plural, other.ns, other.name);
}

Fleet::Fleet(Options options) : options_(std::move(options)) {
  apps_.assign(apps().begin(), apps().end());
  if (options_.pods > 0) apps_.insert(apps_.end(), tenants().begin(), tenants().end());
}

Fleet::~Fleet() = default;

void Fleet::fill(ApiServer& server) {
  server_ = &server;
  server.store().listen([this](const StoreEvent& event) { on_change(event); });
  make_scenario();
}

bool Fleet::grow() {
  const ResourceTypePtr pods = type("Pod");
  if (options_.scenario == "empty" || server_->store().objects(*pods).size() >= options_.pods) {
    server_->store().compact(server_->store().revision());
    copies_.reset();
    return false;
  }
  if (copies_ == nullptr) {
    const bool all_well = options_.scenario == "calm" || options_.scenario == "no-flux";
    copies_ = std::make_unique<TenantCopies>(*server_, world_, all_well);
  }
  copies_->add();
  return true;
}

void Fleet::live() {
  timer_ = server_->loop().post_after(kTickMs, [this] {
    advance_to(now_ms());
    daily_life();
    live();
  });
}

ResourceTypePtr Fleet::type(std::string_view kind) const {
  static const std::map<std::string_view, std::string_view> groups = {
      {"GitRepository", "source.toolkit.fluxcd.io"},
      {"OCIRepository", "source.toolkit.fluxcd.io"},
      {"HelmRepository", "source.toolkit.fluxcd.io"},
      {"HelmChart", "source.toolkit.fluxcd.io"},
      {"Bucket", "source.toolkit.fluxcd.io"},
      {"ExternalArtifact", "source.toolkit.fluxcd.io"},
      {"ArtifactGenerator", "source.extensions.fluxcd.io"},
      {"Kustomization", "kustomize.toolkit.fluxcd.io"},
      {"HelmRelease", "helm.toolkit.fluxcd.io"},
      {"Alert", "notification.toolkit.fluxcd.io"},
      {"Provider", "notification.toolkit.fluxcd.io"},
      {"Receiver", "notification.toolkit.fluxcd.io"},
      {"ImageRepository", "image.toolkit.fluxcd.io"},
      {"ImagePolicy", "image.toolkit.fluxcd.io"},
      {"ImageUpdateAutomation", "image.toolkit.fluxcd.io"},
      {"FluxInstance", "fluxcd.controlplane.io"},
      {"FluxReport", "fluxcd.controlplane.io"},
      {"ResourceSet", "fluxcd.controlplane.io"},
      {"ResourceSetInputProvider", "fluxcd.controlplane.io"},
      {"Deployment", "apps"},
      {"ReplicaSet", "apps"},
      {"StatefulSet", "apps"},
      {"DaemonSet", "apps"},
      {"Job", "batch"},
      {"CronJob", "batch"},
      {"CustomResourceDefinition", "apiextensions.k8s.io"},
      {"Role", "rbac.authorization.k8s.io"},
      {"RoleBinding", "rbac.authorization.k8s.io"},
      {"ClusterRole", "rbac.authorization.k8s.io"},
      {"ClusterRoleBinding", "rbac.authorization.k8s.io"},
  };
  const auto group = groups.find(kind);
  return server_->types().by_kind(group == groups.end() ? "" : group->second, kind);
}

void Fleet::enqueue(const Key& key, int64_t delay_ms) {
  const int64_t at = now_ms() + delay_ms;
  const auto [place, added] = due_at_.emplace(key, at);
  if (!added) {
    if (place->second <= at) return;
    const auto [first, last] = due_.equal_range(place->second);
    for (auto it = first; it != last; ++it) {
      if (it->second < key || key < it->second) continue;
      due_.erase(it);
      break;
    }
    place->second = at;
  }
  due_.emplace(at, key);
}

void Fleet::enqueue_all(std::string_view kind, int64_t delay_ms, std::string_view mention,
                        const std::function<bool(const Document&)>& which) {
  const ResourceTypePtr of = type(kind);
  if (of == nullptr) return;
  for (const auto& [key, object] : server_->store().objects(*of)) {
    if (object->rest.find(mention) == std::string::npos) continue;
    if (which(*object->parsed(*of))) enqueue({of, key.first, key.second}, delay_ms);
  }
}

void Fleet::advance_to(int64_t wall_ms) {
  // A bound for what a bug could make of it: controllers that wake each other for ever.
  for (size_t done = 0; done < limits::kSimReconcilesATurn && !due_.empty(); ++done) {
    const auto first = due_.begin();
    if (first->first > wall_ms) return;
    const Key key = first->second;
    if (server_->backdated()) server_->backdate(first->first);
    due_.erase(first);
    due_at_.erase(key);
    reconcile(key);
  }
}

void Fleet::reconcile(const Key& key) {
  const StoredPtr stored = server_->store().get(*key.type, key.ns, key.name);
  if (stored == nullptr) return;
  const std::string& kind = key.type->kind;
  const auto object_kept = stored->parsed(*key.type);
  const Document& object = *object_kept;
  if (waits_for_dependents(object)) return end_cascade(key, object);
  if (is_flux(*key.type)) return reconcile_flux(key, object);
  if (kind == "Namespace") return reconcile_namespace(key);
  if (end_orphan(key, object)) return;
  if (is_workload(*key.type)) return reconcile_workload(key);
  if (kind == "Pod") return reconcile_pod(key);
}

void Fleet::reconcile_flux(const Key& key, const Document& object) {
  // Controllers of a shard that nobody runs.
  if (!text_at(object, {"metadata", "labels", "sharding.fluxcd.io/key"}).empty()) return;
  const std::string& kind = key.type->kind;
  // Static: nobody writes into them.
  const bool notifies = kind == "Alert" || kind == "Provider";
  if (kind == "ExternalArtifact" || (notifies && key.type->storage_version() == "v1beta3")) return;
  const bool source = key.type->group == "source.toolkit.fluxcd.io";
  const std::string group = key.type->group.substr(0, key.type->group.find('.'));
  const char* prefix = kind == "Kustomization" ? "gotk-" : "";
  const std::string manager =
      group == "fluxcd" ? "flux-operator" : fmt::format("{}{}-controller", prefix, group);
  // Nothing is to be cleaned up behind a report.
  if (kind != "FluxReport" && finalize(key, object, manager)) return;
  if (kind == "Kustomization") return reconcile_kustomization(key);
  if (kind == "HelmRelease") return reconcile_release(key);
  if (source) return reconcile_source(key);
  reconcile_satellite(key, object);
}

void Fleet::on_change(const StoreEvent& event) {
  const ResourceType& what = *event.resource;
  if (what.plural == "events") return;
  const Key key{event.resource, event.now->ns, event.now->name};
  const auto now_kept = event.now->parsed(what);
  const Document& now = *now_kept;
  const Items* owners = items_at(now, {"metadata", "ownerReferences"});
  if (event.type == StoreEvent::Type::kDeleted) {
    collect_garbage(key, event.now->uid);
  } else {
    const bool added = event.before == nullptr;
    const bool pod = what.plural == "pods" && what.group.empty();
    const bool ours =
        is_flux(what) || is_workload(what) || pod || (what.plural == "namespaces" && !added);
    if (ours && (added || worth_a_look(*event.before->parsed(what), now))) {
      enqueue(key, added || pod ? 100 : 350);
    }
    if (!ours && waits_for_dependents(now)) enqueue(key, 100);
  }
  // Whoever owns it counts again, when it counts for something else now.
  const bool same_count = what.plural == "pods" && event.type == StoreEvent::Type::kModified &&
                          counts_the_same(*event.before->parsed(what), now);
  if (owners != nullptr && !same_count && (is_workload(what) || what.plural == "pods")) {
    for (const Document& owner : *owners) {
      const ResourceTypePtr of = type(text_at(owner, {"kind"}));
      if (of != nullptr) {
        enqueue({of, event.now->ns, std::string(text_at(owner, {"name"}))}, 120);
      }
    }
  }
}

std::shared_ptr<const Document> Fleet::get(std::string_view kind, std::string_view ns,
                                           std::string_view name) const {
  const ResourceTypePtr of = type(kind);
  const StoredPtr found = of == nullptr ? nullptr : server_->store().get(*of, ns, name);
  return found == nullptr ? nullptr : found->parsed(*of);
}

// Nobody but the fleet itself is there while it fills the cluster: a refusal is a bug of ours.
// Later a namespace may be gone, a rule of the cluster in the way.
void Fleet::check_accepted(const ApiStatus* refusal) const {
  if (refusal == nullptr) return;
  if (server_->backdated()) base::log::error("sim", "refused", {{"cause", refusal->message}});
  CHECK(!server_->backdated(), "the fleet makes valid objects");
  base::log::debug("sim", "refused", {{"cause", refusal->message}});
}

void Fleet::make(std::string_view kind, std::string_view ns, Document object,
                 const std::string& manager) {
  const ResourceTypePtr of = type(kind);
  if (of == nullptr) return;
  const auto made = server_->create(of, ns, std::move(object), manager);
  check_accepted(made ? nullptr : &made.error());
}

void Fleet::edit(std::string_view kind, std::string_view ns, std::string_view name,
                 const std::string& manager, const Edit& edit) {
  const auto made = server_->change(type(kind), ns, name, "", manager, edit);
  check_accepted(made ? nullptr : &made.error());
}

void Fleet::change_status(const Key& key, const std::string& manager, const Edit& edit) {
  const auto made = server_->change(key.type, key.ns, key.name, "status", manager, edit);
  check_accepted(made ? nullptr : &made.error());
}

void Fleet::write_status(const Key& key, const std::string& manager, const Edit& edit) {
  change_status(key, manager, [&](Document& object) {
    edit(object);
    object_in(object.as_object(), "status")["observedGeneration"] =
        number_at(object, {"metadata", "generation"}, 1);
    mark_handled(object);
  });
}

void Fleet::skip_suspended(const Key& key, const Document& object, const std::string& manager) {
  if (has_request(object)) change_status(key, manager, mark_handled);
}

bool Fleet::has_request(const Document& object) {
  const std::string_view asked = text_at(object, {"metadata", "annotations", kRequestedAt});
  return !asked.empty() && asked != text_at(object, {"status", "lastHandledReconcileAt"});
}

void Fleet::mark_handled(Document& object) {
  const std::string_view asked = text_at(object, {"metadata", "annotations", kRequestedAt});
  if (!asked.empty()) {
    object_in(object.as_object(), "status")["lastHandledReconcileAt"] = std::string(asked);
  }
}

int64_t Fleet::interval_ms(const Document& object, std::string_view field,
                           int64_t otherwise) const {
  return base::parse_go_duration(text_at(object, {"spec", field})).value_or(otherwise);
}

}  // namespace masthead::sim
