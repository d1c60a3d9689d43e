#include "app/demo_hint.h"

#include <fmt/format.h>

namespace masthead::app {
namespace {

// A person pastes it: what it does stands before it.
std::string command(const std::string& kubeconfig, const std::string& rest) {
  return fmt::format("`kubectl --kubeconfig {} {}`", kubeconfig, rest);
}

std::string set_path_of_base(const std::string& kubeconfig, const std::string& path) {
  return command(kubeconfig,
                 "-n payments patch kustomization base --type merge -p "
                 "'{\"spec\":{\"path\":\"" +
                     path + "\"}}'");
}

std::string try_in(const std::string& scenario, const std::string& kubeconfig) {
  if (scenario == "calm") {
    return "Nothing is wrong; break what a dozen objects wait for: " +
           set_path_of_base(kubeconfig, "./apps/payments/nowhere");
  }
  if (scenario == "upgrade") {
    return "Images and releases are rolling: look at Deployments and HelmReleases, or stop one: " +
           command(kubeconfig,
                   "-n shop patch kustomization storefront --type merge -p "
                   "'{\"spec\":{\"suspend\":true}}'");
  }
  if (scenario == "storm") {
    return "Much fails and is tried again: Home leads from each cause to what waits, or mend "
           "one: " +
           set_path_of_base(kubeconfig, "./apps/payments/foundation");
  }
  if (scenario == "empty") {
    return "Flux has nothing to do yet; give Kubernetes something: " +
           command(kubeconfig, "create deployment web --image registry.example/web:1");
  }
  if (scenario == "no-flux") {
    return "There is no Flux here; take pods away and see others come: " +
           command(kubeconfig, "-n shop delete pods --all");
  }
  return "Mend the outage: " + set_path_of_base(kubeconfig, "./apps/payments/foundation");
}

}  // namespace

std::string demo_hint(const DemoOptions& options, const std::string& kubeconfig) {
  const std::string connect = "Connect a real one: `masthead serve --kubeconfig FILE`.";
  if (options.user != "admin") {
    return fmt::format("This is what {} may see; without --as {} you see all of it. {}",
                       options.user, options.user, connect);
  }
  std::string hint = connect + " " + try_in(options.scenario, kubeconfig);
  if (options.large) {
    hint += " Or look for one of 100,000 pods: Ctrl-K, or `status:failed` above their list.";
  }
  return hint;
}

}  // namespace masthead::app
