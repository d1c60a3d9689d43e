// What the Kustomize and the Helm controller share: applying objects, their inventory, whether they
// are well, and taking them away again.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sim/fleet/fleet.h"
#include "sim/fleet/inventory.h"

namespace masthead::sim {
namespace {

std::string_view group_of(const Workload& workload) {
  if (workload.kind == "Service" || workload.kind == "ConfigMap") return "";
  return workload.kind == "Job" || workload.kind == "CronJob" ? "batch" : "apps";
}

}  // namespace

Document built(const std::string& ns, const Workload& workload) {
  const Fields selector{{"app.kubernetes.io/name", workload.name}};
  if (workload.kind == "ConfigMap") {
    Document settings = make_object(ns, workload.name, {});
    settings.as_object().erase("spec");
    settings.as_object()["data"] = Fields{{"LOG_LEVEL", "info"}};
    return settings;
  }
  if (workload.kind == "Service") {
    const Fields port{{"name", "http"}, {"port", 80}, {"targetPort", 8080}, {"protocol", "TCP"}};
    return make_object(ns, workload.name, {{"selector", selector}, {"ports", Items{port}}});
  }
  const Fields container{{"name", workload.name}, {"image", workload.image}};
  Fields pod_spec{{"containers", Items{container}}};
  if (group_of(workload) == "batch") pod_spec["restartPolicy"] = "Never";
  const Fields pod{{"metadata", Fields{{"labels", selector}}}, {"spec", std::move(pod_spec)}};
  Fields spec;
  if (workload.kind == "CronJob") {
    spec["schedule"] = "*/15 * * * *";
    spec["jobTemplate"] = Fields{{"spec", Fields{{"template", pod}}}};
    return make_object(ns, workload.name, std::move(spec));
  }
  if (workload.kind == "Deployment" || workload.kind == "StatefulSet") {
    spec["replicas"] = workload.replicas;
  }
  if (workload.kind == "StatefulSet") spec["serviceName"] = workload.name;
  if (workload.kind != "Job") spec["selector"] = Fields{{"matchLabels", selector}};
  spec["template"] = pod;
  return make_object(ns, workload.name, std::move(spec));
}

namespace {

// Where the containers of a workload stand; nothing in a Service or a ConfigMap.
Document* template_of(Document& object) {
  Fields& spec = object_in(object.as_object(), "spec");
  if (spec.contains("jobTemplate")) {
    return &object_in(object_in(spec, "jobTemplate"), "spec")["template"];
  }
  return spec.contains("template") ? &spec["template"] : nullptr;
}

// A Job stays what it was: nothing of its template may change.
void set_workload(Document& object, const Workload& workload) {
  if (workload.kind == "Job") return;
  Document* pods = template_of(object);
  if (pods == nullptr) return;
  Document& containers = object_in(pods->as_object(), "spec")["containers"];
  containers.as_array().front().as_object()["image"] = workload.image;
  Fields& spec = object_in(object.as_object(), "spec");
  if (spec.contains("replicas")) spec["replicas"] = workload.replicas;
}

bool differs(const Document& object, const Workload& workload) {
  if (workload.kind == "Service" || workload.kind == "ConfigMap") return false;
  Document wanted = object;
  set_workload(wanted, workload);
  return wanted != object;
}

}  // namespace

std::vector<Workload> in_apply_order(const std::vector<Workload>& workloads) {
  static const std::map<std::string_view, int> kPlaces = {
      {"ConfigMap", 0}, {"Service", 1}, {"Deployment", 2}, {"StatefulSet", 3}};
  std::multimap<std::pair<int, std::string_view>, const Workload*> placed;
  for (const Workload& one : workloads) {
    const auto found = kPlaces.find(one.kind);
    placed.emplace(std::pair(found == kPlaces.end() ? 4 : found->second, one.kind), &one);
  }
  std::vector<Workload> ordered;
  for (const auto& [place, one] : placed) ordered.push_back(*one);
  return ordered;
}

std::string target_of(const Document& kustomization) {
  std::string target(text_at(kustomization, {"spec", "targetNamespace"}));
  if (target.empty()) target = text_at(kustomization, {"metadata", "namespace"});
  return target;
}

// What changed, as "Deployment/shop/web created".
std::vector<std::string> Fleet::apply_workloads(const Document& owner, const std::string& ns,
                                                const std::vector<Workload>& workloads,
                                                const std::string& label_group) {
  const bool helm = label_group.starts_with("helm");
  const std::string manager = helm ? "helm-controller" : "kustomize-controller";
  std::vector<std::string> changed;
  for (const Workload& workload : workloads) {
    const std::string id = fmt::format("{}/{}/{}", workload.kind, ns, workload.name);
    const auto there = get(workload.kind, ns, workload.name);
    if (there) {
      if (!differs(*there, workload)) continue;
      edit(workload.kind, ns, workload.name, manager,
           [&](Document& now) { set_workload(now, workload); });
      changed.push_back(id + " configured");
      continue;
    }
    Document object = built(ns, workload);
    const std::string name(text_at(owner, {"metadata", "name"}));
    Fields& metadata = object_in(object.as_object(), "metadata");
    metadata["labels"] = Fields{
        {"app.kubernetes.io/name", workload.name},
        {label_group + "/name", name},
        {label_group + "/namespace", std::string(text_at(owner, {"metadata", "namespace"}))}};
    if (helm) {
      object_in(metadata, "labels")["app.kubernetes.io/managed-by"] = "Helm";
      metadata["annotations"] =
          Fields{{"meta.helm.sh/release-name", name}, {"meta.helm.sh/release-namespace", ns}};
    }
    dress_controller(workload, object);
    make(workload.kind, ns, std::move(object), manager);
    changed.push_back(id + " created");
  }
  return changed;
}

// As kubectl apply does where no Flux is.
void Fleet::apply_by_hand(const App& app) {
  for (const Workload& workload : folder_of(app)) {
    Document object = built(app.ns, workload);
    object_in(object.as_object(), "metadata")["labels"] =
        Fields{{"app.kubernetes.io/name", workload.name}};
    make(workload.kind, app.ns, std::move(object), "kubectl-client-side-apply");
  }
}

Document Fleet::inventory_of(const std::string& ns, const std::vector<Workload>& workloads) {
  Items entries;
  for (const Workload& workload : in_apply_order(workloads)) {
    entries.emplace_back(Fields{
        {"id", fmt::format("{}_{}_{}_{}", ns, workload.name, group_of(workload), workload.kind)},
        {"v", "v1"}});
  }
  return Fields{{"entries", std::move(entries)}};
}

// Takes away what `object` applied and `kept` no longer has.
std::vector<std::string> Fleet::prune(const Document& object, const Document& kept) {
  std::vector<std::string> gone;
  const Items* before = items_at(object, {"status", "inventory", "entries"});
  if (before == nullptr) return gone;
  const Items* entries = items_at(kept, {"entries"});
  for (const Document& entry : *before) {
    const std::string_view id = text_at(entry, {"id"});
    const bool stays = entries != nullptr &&
                       std::any_of(entries->begin(), entries->end(),
                                   [&](const Document& e) { return text_at(e, {"id"}) == id; });
    // Names have no underscore: namespace, name, group, kind.
    const size_t first = id.find('_');
    const size_t second = id.find('_', first + 1);
    const size_t last = id.rfind('_');
    if (stays || last == std::string_view::npos || second == last) continue;
    const ResourceTypePtr of = type(id.substr(last + 1));
    if (of == nullptr) continue;
    const std::string_view ns = id.substr(0, first);
    const std::string_view name = id.substr(first + 1, second - first - 1);
    (void)server_->erase(of, ns, name);
    gone.push_back(fmt::format("{}/{}/{} deleted", of->kind, ns, name));
  }
  return gone;
}

// "Deployment/shop/web status: 'InProgress'", joined; empty when all is well.
std::string Fleet::unhealthy(const std::string& ns, const std::vector<Workload>& workloads) const {
  std::string list;
  for (const Workload& workload : workloads) {
    if (workload.kind != "Deployment" && workload.kind != "StatefulSet") continue;
    const auto object = get(workload.kind, ns, workload.name);
    const int64_t wanted = object ? number_at(*object, {"spec", "replicas"}, 1) : 1;
    const bool well = object &&
                      number_at(*object, {"status", "observedGeneration"}) ==
                          number_at(*object, {"metadata", "generation"}) &&
                      number_at(*object, {"status", "replicas"}) == wanted &&
                      number_at(*object, {"status", "updatedReplicas"}) == wanted &&
                      number_at(*object, {"status", "readyReplicas"}) == wanted;
    if (well) continue;
    if (!list.empty()) list += ", ";
    list += fmt::format("{}/{}/{} status: 'InProgress'", workload.kind, ns, workload.name);
  }
  return list;
}

}  // namespace masthead::sim
