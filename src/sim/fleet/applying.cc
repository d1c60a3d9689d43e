// What the Kustomize and the Helm controller share: applying objects, their inventory, whether they
// are well, and taking them away again.
#include <fmt/format.h>

#include <algorithm>

#include "sim/fleet/fleet.h"
#include "sim/fleet/inventory.h"

namespace masthead::sim {
namespace {

std::string_view group_of(const Workload& workload) {
  if (workload.kind == "Service" || workload.kind == "ConfigMap") return "";
  return workload.kind == "Job" || workload.kind == "CronJob" ? "batch" : "apps";
}

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

}  // namespace

void Fleet::apply_workloads(const Document& owner, const std::string& ns,
                            const std::vector<Workload>& workloads, const std::string& label_group,
                            const std::string& revision) {
  const bool helm = label_group.starts_with("helm");
  const std::string manager = helm ? "helm-controller" : "kustomize-controller";
  for (const Workload& workload : workloads) {
    Document object = built(ns, workload);
    if (server_->store().get(*type(workload.kind), ns, workload.name) != nullptr) {
      if (workload.kind != "Deployment") continue;
      edit(workload.kind, ns, workload.name, manager, [&](Document& now) {
        Fields& spec = object_in(now.as_object(), "spec");
        Fields& container = object_in(object_in(spec, "template"), "spec")["containers"]
                                .as_array()
                                .front()
                                .as_object();
        container["image"] = workload.image;
        spec["replicas"] = workload.replicas;
      });
      continue;
    }
    object_in(object.as_object(), "metadata")["labels"] = Fields{
        {"app.kubernetes.io/name", workload.name},
        {label_group + "/name", std::string(text_at(owner, {"metadata", "name"}))},
        {label_group + "/namespace", std::string(text_at(owner, {"metadata", "namespace"}))}};
    make(workload.kind, ns, std::move(object), manager);
    if (helm) continue;
    record(owner, type("Kustomization"), false, "Progressing",
           fmt::format("{}/{}/{} created", workload.kind, ns, workload.name), manager,
           {{label_group + "/revision", revision}});
  }
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
  for (const Workload& workload : workloads) {
    entries.emplace_back(Fields{
        {"id", fmt::format("{}_{}_{}_{}", ns, workload.name, group_of(workload), workload.kind)},
        {"v", "v1"}});
  }
  return Fields{{"entries", std::move(entries)}};
}

// Takes away what `object` applied and `kept` no longer has.
void Fleet::prune(const Document& object, const Document& kept) {
  const Items* before = items_at(object, {"status", "inventory", "entries"});
  if (before == nullptr) return;
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
    (void)server_->erase(of, id.substr(0, first), id.substr(first + 1, second - first - 1));
  }
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
