// Any HelmRelease, given as its spec, and any data of its references: merging never crashes, and
// every leaf is found again by its path.
#include "base/check.h"
#include "helm/masking.h"
#include "helm/values.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace masthead;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const size_t end = bytes.find('\n');
  const std::string spec(bytes.substr(0, end));
  const auto document = json::Document::parse(R"({"spec":)" + spec + "}");
  if (!document) return 0;
  helm::ValuesInput input{helm::ValuesInput::State::kFound, {}};
  const std::string text(end == std::string_view::npos ? "" : bytes.substr(end + 1));
  for (const auto& reference : helm::references_of(document->root())) {
    input.data[reference.key] = text;
  }
  const auto merged = helm::merge_values(
      document->root(), [&](const helm::ValuesReference&) -> const auto& { return input; });
  helm::Masking masking;
  masking.add(merged);
  for (const helm::Leaf& leaf : helm::leaves_of(merged.root)) {
    const auto node = helm::at_path(merged.root, leaf.path);
    CHECK(node != nullptr || leaf.json == "null", "a leaf has a place");
  }
  return 0;
}
