// Objects of kinds whose controllers do little here that changes: notification, images, the
// operator.
#include "sim/fleet/fleet.h"

namespace masthead::sim {

// Kinds whose controllers do nothing here that changes.
void Fleet::make_rest() {
  const auto ready = [&](const char* kind, const char* ns, const char* name, Fields spec,
                         const char* message) {
    if (type(kind) == nullptr) return;
    make(kind, ns, make_object(ns, name, std::move(spec)));
    write_status({type(kind), ns, name}, "flux", [&](Document& now) {
      set_condition(now, {"Ready", "True", "Succeeded", message}, now_ms());
    });
  };
  make("Provider", "flux-system",
       make_object("flux-system", "chat",
                   {{"type", "slack"},
                    {"channel", "deployments"},
                    {"secretRef", Fields{{"name", "chat-address"}}}}));
  const Fields everything{{"kind", "Kustomization"}, {"name", "*"}};
  make("Alert", "flux-system",
       make_object("flux-system", "failures",
                   {{"providerRef", Fields{{"name", "chat"}}},
                    {"eventSeverity", "error"},
                    {"eventSources", Items{everything}}}));
  ready("Receiver", "flux-system", "push",
        {{"type", "github"},
         {"events", Items{"push"}},
         {"resources", Items{Fields{{"kind", "GitRepository"}, {"name", "fleet"}}}},
         {"secretRef", Fields{{"name", "push-token"}}}},
        "Receiver initialized for path: /hook/…");
  ready("ImageRepository", "shop", "storefront",
        {{"image", "registry.example.com/shop/storefront"}, {"interval", "5m"}},
        "successful scan: found 214 tags");
  ready("ImagePolicy", "shop", "storefront",
        {{"imageRepositoryRef", Fields{{"name", "storefront"}}},
         {"policy", Fields{{"semver", Fields{{"range", ">=21.0.0"}}}}}},
        "Latest image tag for registry.example.com/shop/storefront resolved to 21.4");
  ready("ImageUpdateAutomation", "shop", "storefront",
        {{"interval", "30m"}, {"sourceRef", Fields{{"kind", "GitRepository"}, {"name", "shop"}}}},
        "repository up-to-date");
  world_.charts["models"].versions = {"2026.11"};
  make("OCIRepository", "recommend",
       make_object("recommend", "models",
                   {{"interval", "5m"},
                    {"url", "oci://registry.example.com/models"},
                    {"ref", Fields{{"tag", "2026.11"}}}}));
  make("Bucket", "monitoring",
       make_object(
           "monitoring", "backups",
           {{"interval", "5m"}, {"bucketName", "backups"}, {"endpoint", "objects.example.com"}}));
  ready("ArtifactGenerator", "recommend", "features",
        {{"sources",
          Items{Fields{{"alias", "search"}, {"kind", "GitRepository"}, {"name", "search"}}}},
         {"artifacts", Items{Fields{{"name", "features"}}}}},
        "reconciliation succeeded, generated 1 artifact(s)");
  ready("ExternalArtifact", "recommend", "features",
        {{"sourceRef", Fields{{"apiVersion", "source.extensions.fluxcd.io/v1beta1"},
                              {"kind", "ArtifactGenerator"},
                              {"name", "features"}}}},
        "Artifact is ready");
  ready("FluxInstance", "flux-system", "flux",
        {{"distribution", Fields{{"version", "2.7.x"}, {"registry", "ghcr.io/fluxcd"}}}},
        "Reconciliation finished in 3s");
  ready("FluxReport", "flux-system", "flux", {{"distribution", Fields{{"version", "v2.7.3"}}}},
        "Reporting finished in 92ms");
  ready("ResourceSet", "flux-system", "tenants", {{"inputs", Items()}, {"resources", Items()}},
        "Reconciliation finished in 412ms");
  ready("ResourceSetInputProvider", "flux-system", "tenants", {{"type", "Static"}},
        "Reconciliation finished in 3ms");
}

}  // namespace masthead::sim
