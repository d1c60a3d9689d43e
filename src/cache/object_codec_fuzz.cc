// Any bytes as an object on its way into the cache: stripped to JSON that differs only in field
// ownership, compressed and read back the same.
#include "base/check.h"
#include "cache/object_codec.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace masthead;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  cache::ObjectCodec codec;
  const std::string blob = codec.compress(bytes);
  const auto back = codec.decompress(blob);
  CHECK(back && *back == bytes, "what was compressed is read back");

  const auto document = json::Document::parse(bytes);
  const auto stripped = codec.strip(bytes);
  if (!document || !document->root().is_object()) return 0;
  CHECK(stripped.has_value(), "every object can be kept");
  const auto kept = json::Document::parse(*stripped);
  CHECK(kept.has_value(), "what is kept is JSON");
  for (const auto& [key, value] : document->root().members()) {
    if (key == "metadata") continue;
    CHECK(kept->root()[key].to_json() == document->root()[key].to_json(), "the rest is untouched");
  }
  for (const json::Value entry : kept->root()["metadata"]["managedFields"].items()) {
    CHECK(!entry["fieldsV1"].exists(), "field ownership is dropped");
  }
  return 0;
}
