// What Flux's controllers write to their logs: a JSON object a line, as controller-runtime does.
#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "json/writer.h"
#include "sim/fleet/fleet.h"

namespace masthead::sim {
namespace {

std::string lower_case(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

// Each controller has its own way to say that a pass has failed.
std::string said_of_failure(const std::string& component, const std::string& message) {
  if (component == "kustomize-controller") {
    return "Reconciliation failed after 145.392136ms, next try in 15s";
  }
  return component == "source-controller" ? "Reconciler error" : message;
}

}  // namespace

void Fleet::write_log(const Document& about, const ResourceTypePtr& of, bool failure,
                      const std::string& message, const std::string& component,
                      const Fields& annotations) {
  if (!component.ends_with("-controller")) return;
  const std::string ns(text_at(about, {"metadata", "namespace"}));
  const std::string name(text_at(about, {"metadata", "name"}));
  const std::string id = digest(name + message + std::to_string(now_ms()), 32);
  json::Writer out;
  out.begin_object().key("level").string(failure ? "error" : "info");
  out.key("ts").string(time_text(now_ms()));
  out.key("msg").string(failure ? said_of_failure(component, message) : message);
  out.key("controller").string(lower_case(of->kind)).key("controllerGroup").string(of->group);
  out.key("controllerKind").string(of->kind);
  out.key(of->kind).begin_object().key("name").string(name).key("namespace").string(ns);
  out.end_object().key("namespace").string(ns).key("name").string(name);
  out.key("reconcileID")
      .string(fmt::format("{}-{}-{}-{}-{}", id.substr(0, 8), id.substr(8, 4), id.substr(12, 4),
                          id.substr(16, 4), id.substr(20)));
  for (const auto& [key, value] : annotations) {
    const std::string_view known(key.data(), key.size());
    if (known.ends_with("/revision") && value.is_string()) {
      out.key("revision").string(std::string_view(value.as_string()));
    }
  }
  if (failure) out.key("error").string(message);
  out.end_object();
  auto& lines = controller_logs_[component];
  // The past is made object by object, but a log is in the order of its times.
  const auto behind = std::upper_bound(
      lines.begin(), lines.end(), now_ms(),
      [](int64_t at_ms, const PodRuntime::Line& line) { return at_ms < line.wall_ms; });
  lines.insert(behind, {now_ms(), std::move(out).finish()});
  if (lines.size() > limits::kSimControllerLines) lines.pop_front();
}

// Nothing for a pod that no controller runs in.
std::optional<std::vector<PodRuntime::Line>> Fleet::controller_log(
    const LogRequest& request) const {
  if (request.ns != "flux-system" || request.previous) return std::nullopt;
  for (const auto& [component, lines] : controller_logs_) {
    if (request.pod.starts_with(component + "-")) {
      return std::vector<Line>(lines.begin(), lines.end());
    }
  }
  return std::nullopt;
}

}  // namespace masthead::sim
