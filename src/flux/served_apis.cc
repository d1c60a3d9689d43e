#include "flux/served_apis.h"

#include <algorithm>
#include <charconv>

#include "k8s/known_kinds.h"

namespace masthead::flux {
namespace {

constexpr int kStill = 99;

struct Service {
  std::string_view group, kind, version;
  int first, last;  // minors of Flux 2
};

// Of each kind the newest version first.
constexpr Service kServices[] = {
    {k8s::kSourceGroup, "GitRepository", "v1", 0, kStill},
    {k8s::kSourceGroup, "GitRepository", "v1beta2", 0, 7},
    {k8s::kSourceGroup, "GitRepository", "v1beta1", 0, 6},
    {k8s::kSourceGroup, "HelmRepository", "v1", 3, kStill},
    {k8s::kSourceGroup, "HelmRepository", "v1beta2", 0, 7},
    {k8s::kSourceGroup, "HelmRepository", "v1beta1", 0, 6},
    {k8s::kSourceGroup, "HelmChart", "v1", 3, kStill},
    {k8s::kSourceGroup, "HelmChart", "v1beta2", 0, 7},
    {k8s::kSourceGroup, "HelmChart", "v1beta1", 0, 6},
    {k8s::kSourceGroup, "Bucket", "v1", 4, kStill},
    {k8s::kSourceGroup, "Bucket", "v1beta2", 0, 7},
    {k8s::kSourceGroup, "Bucket", "v1beta1", 0, 6},
    {k8s::kSourceGroup, "OCIRepository", "v1", 6, kStill},
    {k8s::kSourceGroup, "OCIRepository", "v1beta2", 0, 7},
    {k8s::kSourceGroup, "ExternalArtifact", "v1", 7, kStill},
    {k8s::kKustomizeGroup, "Kustomization", "v1", 0, kStill},
    {k8s::kKustomizeGroup, "Kustomization", "v1beta2", 0, 7},
    {k8s::kKustomizeGroup, "Kustomization", "v1beta1", 0, 6},
    {k8s::kHelmGroup, "HelmRelease", "v2", 3, kStill},
    {k8s::kHelmGroup, "HelmRelease", "v2beta2", 2, 7},
    {k8s::kHelmGroup, "HelmRelease", "v2beta1", 0, 6},
    {k8s::kNotificationGroup, "Alert", "v1beta3", 2, kStill},
    {k8s::kNotificationGroup, "Alert", "v1beta2", 0, 8},
    {k8s::kNotificationGroup, "Alert", "v1beta1", 0, 6},
    {k8s::kNotificationGroup, "Provider", "v1beta3", 2, kStill},
    {k8s::kNotificationGroup, "Provider", "v1beta2", 0, 8},
    {k8s::kNotificationGroup, "Provider", "v1beta1", 0, 6},
    {k8s::kNotificationGroup, "Receiver", "v1", 0, kStill},
    {k8s::kNotificationGroup, "Receiver", "v1beta2", 0, 8},
    {k8s::kNotificationGroup, "Receiver", "v1beta1", 0, 6},
    {k8s::kImageGroup, "ImageRepository", "v1", 7, kStill},
    {k8s::kImageGroup, "ImageRepository", "v1beta2", 0, 8},
    {k8s::kImageGroup, "ImageRepository", "v1beta1", 0, 6},
    {k8s::kImageGroup, "ImagePolicy", "v1", 7, kStill},
    {k8s::kImageGroup, "ImagePolicy", "v1beta2", 0, 8},
    {k8s::kImageGroup, "ImagePolicy", "v1beta1", 0, 6},
    {k8s::kImageGroup, "ImageUpdateAutomation", "v1", 7, kStill},
    {k8s::kImageGroup, "ImageUpdateAutomation", "v1beta2", 3, 8},
    {k8s::kImageGroup, "ImageUpdateAutomation", "v1beta1", 0, 6},
    {k8s::kExtensionsGroup, "ArtifactGenerator", "v1beta1", 7, kStill},
};

struct Version {
  int major = 0, minor = 0;
};

std::optional<Version> read(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  Version version;
  const char* end = text.data() + text.size();
  const auto major = std::from_chars(text.data(), end, version.major);
  if (major.ec != std::errc() || major.ptr == end || *major.ptr != '.') return std::nullopt;
  const auto minor = std::from_chars(major.ptr + 1, end, version.minor);
  if (minor.ec != std::errc() || version.major < 0 || version.minor < 0) return std::nullopt;
  return version;
}

// A controller's minors in major 0 and in its later ones, as releases of Flux took them up.
std::optional<int> release_in_zero(std::string_view component, int minor) {
  const auto from = [&](int first) { return minor < first ? kBeforeFlux2 : minor - first; };
  if (component == "helm-controller") {
    return minor > 37 ? std::nullopt : std::optional(from(35));
  }
  // Two minors of each of these belong to Flux 2.0.
  const bool reflector = component == "image-reflector-controller";
  const int first = reflector ? 28 : 34;
  if (reflector || component == "image-automation-controller") {
    if (minor > first + 7) return std::nullopt;
    return minor < first ? kBeforeFlux2 : std::max(minor - first - 1, 0);
  }
  return kBeforeFlux2;
}

}  // namespace

std::string release_name(int minor) {
  return minor == kBeforeFlux2 ? "before 2.0" : "2." + std::to_string(minor);
}

std::optional<int> release_of_flux_version(std::string_view text) {
  const auto version = read(text);
  if (!version || version->major > 2 || version->major == 1) return std::nullopt;
  return version->major == 0 ? kBeforeFlux2 : version->minor;
}

std::optional<int> release_of_controller(std::string_view component, std::string_view text) {
  const auto version = read(text);
  if (!version) return std::nullopt;
  const bool in_step = component == "source-controller" || component == "kustomize-controller" ||
                       component == "notification-controller";
  const bool image = component.starts_with("image-") && component.ends_with("-controller");
  const bool helm = component == "helm-controller";
  if (version->major == 0 && (in_step || image || helm)) {
    return release_in_zero(component, version->minor);
  }
  if (version->major == 1 && in_step) return version->minor;
  if (version->major == 1 && helm) return version->minor + 3;
  if (version->major == 1 && image) return version->minor + 7;
  if (version->major == 2 && component == "source-watcher") return version->minor + 7;
  return std::nullopt;
}

std::optional<int> removed_in(std::string_view group, std::string_view kind,
                              std::string_view version) {
  const auto found = std::ranges::find_if(kServices, [&](const Service& one) {
    return one.group == group && one.kind == kind && one.version == version;
  });
  if (found == std::end(kServices) || found->last == kStill) return std::nullopt;
  return found->last + 1;
}

std::optional<std::string_view> newest_version(std::string_view group, std::string_view kind,
                                               int release) {
  const auto found = std::ranges::find_if(kServices, [&](const Service& one) {
    return one.group == group && one.kind == kind && release >= one.first && release <= one.last;
  });
  if (found == std::end(kServices)) return std::nullopt;
  return found->version;
}

std::optional<int> served_from(std::string_view group, std::string_view kind,
                               std::string_view version) {
  const auto found = std::ranges::find_if(kServices, [&](const Service& one) {
    return one.group == group && one.kind == kind && one.version == version;
  });
  if (found == std::end(kServices)) return std::nullopt;
  return found->first;
}

std::optional<std::pair<int, int>> releases_that_serve(const ServedVersions& served) {
  std::optional<std::pair<int, int>> range;
  for (int minor = 0; minor <= kNewestKnownMinor; ++minor) {
    bool known = false;
    const bool all = std::ranges::all_of(served, [&](const auto& entry) {
      const auto& [group_kind, versions] = entry;
      bool fits = true;
      for (const Service& one : kServices) {
        if (one.group != group_kind.first || one.kind != group_kind.second) continue;
        known = true;
        const bool then = minor >= one.first && minor <= one.last;
        const bool now = std::ranges::find(versions, one.version) != versions.end();
        fits = fits && then == now;
      }
      return fits;
    });
    if (!all || !known) continue;
    range = range ? std::pair(range->first, minor) : std::pair(minor, minor);
  }
  return range;
}

}  // namespace masthead::flux
