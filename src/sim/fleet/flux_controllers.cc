// The Deployments of Flux's controllers: labels as `flux install` sets them, and their flags.
#include <map>

#include "sim/fleet/fleet.h"

namespace masthead::sim {
namespace {

struct Controller {
  const char* old_tag;  // in Flux v0.41; empty: there was none
  Items flags;          // beside those that all have
};

const std::map<std::string, Controller, std::less<>>& controllers() {
  static const std::map<std::string, Controller, std::less<>> kControllers = {
      {"source-controller",
       {"v0.36.1",
        {"--storage-path=/data",
         "--storage-adv-addr=source-controller.$(RUNTIME_NAMESPACE).svc.cluster.local.",
         "--concurrent=10", "--helm-cache-max-size=10", "--helm-cache-ttl=60m",
         "--helm-cache-purge-interval=5m"}}},
      {"kustomize-controller",
       {"v0.35.1",
        {"--concurrent=10", "--requeue-dependency=5s", "--no-remote-bases=true",
         "--watch-label-selector=!sharding.fluxcd.io/key"}}},
      {"helm-controller", {"v0.31.2", {"--concurrent=10", "--feature-gates=OOMWatch=true"}}},
      {"notification-controller", {"v0.33.0", {}}},
      {"image-reflector-controller", {"v0.26.1", {}}},
      {"image-automation-controller", {"v0.31.0", {}}},
      {"source-watcher", {"", {}}},
      {"flux-operator", {"", {}}}};
  return kControllers;
}

bool is_flux(const Workload& workload) {
  return workload.kind == "Deployment" && controllers().contains(workload.name) &&
         workload.image.find("flux") != std::string::npos;
}

bool is_old(const Workload& workload) {
  const char* tag = controllers().at(workload.name).old_tag;
  return *tag != 0 && workload.image.ends_with(tag);
}

}  // namespace

void age_controllers(std::vector<Workload>& folder) {
  std::erase_if(folder, [](const Workload& one) {
    return controllers().contains(one.name) && *controllers().at(one.name).old_tag == 0;
  });
  for (Workload& one : folder) {
    if (!is_flux(one)) continue;
    one.image.erase(one.image.rfind(':') + 1);
    one.image += controllers().at(one.name).old_tag;
  }
}

void dress_controller(const Workload& workload, Document& deployment) {
  if (!is_flux(workload)) return;
  const bool of_operator = workload.name == "flux-operator";
  Fields& labels = object_in(object_in(deployment.as_object(), "metadata"), "labels");
  labels["app.kubernetes.io/part-of"] = of_operator ? "flux-operator" : "flux";
  labels["app.kubernetes.io/component"] = workload.name;
  labels["app.kubernetes.io/version"] = of_operator        ? "v0.33.0"
                                        : is_old(workload) ? "v0.41.2"
                                                           : "v2.7.3";
  Items flags;
  if (!of_operator) {
    flags = {"--events-addr=http://notification-controller.flux-system.svc.cluster.local./",
             "--watch-all-namespaces=true", "--log-level=info", "--log-encoding=json",
             "--enable-leader-election"};
  }
  for (const Document& flag : controllers().at(workload.name).flags) flags.push_back(flag);
  Fields& pods = object_in(object_in(deployment.as_object(), "spec"), "template");
  Document& containers = object_in(pods, "spec")["containers"];
  containers.as_array().front().as_object()["args"] = std::move(flags);
}

}  // namespace masthead::sim
