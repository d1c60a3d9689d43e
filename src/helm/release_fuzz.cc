// Any bytes as a stored release: decoding never crashes or grows past its limit, and what was read
// is shown.
#include "base/base64.h"
#include "base/check.h"
#include "base/limits.h"
#include "helm/manifest.h"
#include "helm/release.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace masthead;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const std::string& text : {std::string(bytes), base::encode_base64(bytes)}) {
    const auto release = helm::decode_release(text);
    if (!release) continue;
    CHECK(release->size() <= limits::kReleaseBytes, "it ends at the limit");
    const auto document = json::Document::parse(*release);
    CHECK(document.has_value(), "what is decoded is JSON");
    (void)helm::hooks_of(document->root());
    const auto objects = helm::read_manifest(document->root()["manifest"].str());
    helm::Masking masking;
    helm::add_secrets(masking, objects);
    for (const auto& object : objects) (void)helm::masked_yaml(masking, object);
  }
  return 0;
}
