#include "flux/controllers.h"

#include <algorithm>
#include <array>

#include "base/time_format.h"
#include "k8s/containers.h"
#include "k8s/label_lines.h"

namespace masthead::flux {
namespace {

constexpr std::array<std::string_view, 8> kNames{"source-controller",
                                                 "kustomize-controller",
                                                 "helm-controller",
                                                 "notification-controller",
                                                 "image-reflector-controller",
                                                 "image-automation-controller",
                                                 "source-watcher",
                                                 "flux-operator"};
constexpr std::string_view kPartOf = "app.kubernetes.io/part-of";
constexpr std::string_view kComponent = "app.kubernetes.io/component";
constexpr std::string_view kVersion = "app.kubernetes.io/version";

std::string_view known(std::string_view name) {
  const auto found = std::ranges::find(kNames, name);
  return found == kNames.end() ? std::string_view() : *found;
}

// "source-controller-shard1" is one that is called after it.
std::string_view known_by_prefix(std::string_view name) {
  const auto found = std::ranges::find_if(kNames, [&](std::string_view one) {
    return name.size() > one.size() && name.starts_with(one) && name[one.size()] == '-';
  });
  return found == kNames.end() ? std::string_view() : *found;
}

struct Image {
  std::string_view name;  // the last part of its path
  std::string_view tag, digest;
};

Image read_image(std::string_view text) {
  Image image;
  if (const size_t at = text.find('@'); at != std::string_view::npos) {
    image.digest = text.substr(at + 1);
    text = text.substr(0, at);
  }
  text = text.substr(text.rfind('/') + 1);
  const size_t colon = text.find(':');
  image.name = text.substr(0, colon);
  if (colon != std::string_view::npos) image.tag = text.substr(colon + 1);
  return image;
}

// The container called manager, as Flux calls it, or the first one.
json::Value container_of(const json::Value& deployment) {
  const json::Value containers = deployment["spec"]["template"]["spec"]["containers"];
  for (const json::Value container : containers.items()) {
    if (container["name"].str() == "manager") return container;
  }
  return containers.at(0);
}

std::string_view component_of(const json::Value& deployment, std::string_view image_name) {
  const json::Value labels = deployment["metadata"]["labels"];
  const auto part_of = labels[kPartOf].str();
  const auto by_label = known(labels[kComponent].str());
  if (part_of == "flux" && !by_label.empty()) return by_label;
  if (!part_of.empty() && part_of != "flux" && part_of != "flux-operator") return {};
  const auto name = deployment["metadata"]["name"].str();
  if (const auto by_name = known(name); !by_name.empty()) return by_name;
  const auto by_image = known(image_name);
  const bool called_so = known_by_prefix(name) == by_image || part_of == "flux";
  return called_so ? by_image : std::string_view();
}

void read_version(const json::Value& deployment, const Image& image, Controller& controller) {
  using From = Controller::VersionFrom;
  const auto label = deployment["metadata"]["labels"][kVersion].str();
  const bool of_operator = controller.component == "flux-operator";
  if (!of_operator) controller.flux_version = std::string(label);
  const auto take = [&](std::string_view version, From from) {
    if (version.empty() || controller.version_from != From::kNowhere) return;
    controller.version = std::string(version);
    controller.version_from = from;
  };
  take(image.tag, From::kTag);
  take(image.digest, From::kDigest);
  // On Flux's own Deployments the label is the version of Flux.
  if (of_operator) take(label, From::kLabel);
}

void read_watching(const json::Value& arguments, Controller& controller) {
  controller.all_namespaces = flag_value(arguments, "watch-all-namespaces") != "false";
  controller.watch_selector = flag_value(arguments, "watch-label-selector").value_or("");
}

}  // namespace

std::span<const std::string_view> controller_names() {
  return kNames;
}

bool may_be_controller(std::string_view name, std::string_view label_lines) {
  const auto part_of = k8s::label_value(label_lines, kPartOf);
  return part_of == "flux" || !known(name).empty() || !known_by_prefix(name).empty();
}

std::optional<Controller> controller_of(const json::Value& deployment) {
  const json::Value container = container_of(deployment);
  const Image image = read_image(container["image"].str());
  Controller controller;
  controller.component = component_of(deployment, image.name);
  if (controller.component.empty()) return std::nullopt;
  read_version(deployment, image, controller);
  controller.wanted = deployment["spec"]["replicas"].integer_or(1);
  controller.ready = deployment["status"]["readyReplicas"].integer_or(0);
  read_watching(container["args"], controller);
  controller.flags = flags_of(container["args"]);
  for (const auto& [key, value] : deployment["spec"]["selector"]["matchLabels"].members()) {
    controller.pod_labels.emplace_back(key, value.str());
  }
  return controller;
}

Restarts restarts_of(const json::Value& pod) {
  Restarts restarts;
  for (const json::Value status : pod["status"]["containerStatuses"].items()) {
    restarts.count += status["restartCount"].integer_or(0);
    const json::Value last = status["lastState"]["terminated"];
    if (!last.is_object()) continue;
    const int64_t at_ms = base::rfc3339_or_zero(last["finishedAt"].str());
    if (!restarts.last_exit.empty() && at_ms < restarts.last_ms) continue;
    restarts.last_ms = at_ms;
    restarts.last_exit = k8s::ended_text(last);
  }
  return restarts;
}

}  // namespace masthead::flux
