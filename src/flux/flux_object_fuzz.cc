// Any JSON as an object of each Flux kind: always a status, no crash, no credential in a URL.
#include "base/check.h"
#include "flux/masking.h"
#include "flux/references.h"
#include "flux/status.h"

namespace {
constexpr const char* kKinds[] = {"Kustomization",
                                  "HelmRelease",
                                  "GitRepository",
                                  "HelmChart",
                                  "OCIRepository",
                                  "HelmRepository",
                                  "Bucket",
                                  "Alert",
                                  "Provider",
                                  "Receiver",
                                  "ImageRepository",
                                  "ImagePolicy",
                                  "ImageUpdateAutomation",
                                  "ExternalArtifact",
                                  "ArtifactGenerator",
                                  "FluxInstance",
                                  "FluxReport",
                                  "ResourceSet",
                                  "ResourceSetInputProvider",
                                  "Unheard"};
constexpr int64_t kNowMs = 1'786'699'800'000;
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace masthead;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string masked = flux::masked_url(bytes);
  CHECK(flux::masked_url(masked) == masked, "what is masked stays as it is");
  const std::string address = flux::masked_address(bytes);
  CHECK(flux::masked_address(address) == address, "what is masked stays as it is");

  const auto document = json::Document::parse(bytes);
  if (!document) return 0;
  const json::Value object = document->root();
  for (const char* kind : kKinds) {
    const k8s::StatusValue status = flux::status_of(kind, object, kNowMs);
    CHECK(static_cast<size_t>(status.status) < k8s::kStatusCount, "one of the vocabulary");
    CHECK(status == flux::status_of(kind, object, kNowMs), "a function of object and clock");
    CHECK(status.recheck_at_ms == 0 || status.recheck_at_ms > kNowMs, "never asked for at once");
    for (const auto& [secret, shown] : flux::secrets_of(kind, object)) {
      CHECK(!secret.empty() && secret != shown, "what is masked is something, by something else");
    }
    (void)flux::revision_of(kind, object);
    (void)flux::attempted_revision_of(kind, object);
    (void)flux::last_reconciled_ms(kind, object);
    for (const auto& reference : flux::references_of(kind, object)) {
      CHECK(!reference.relation.empty(), "a reference says what it is");
    }
  }
  return 0;
}
