// Any bytes: reading never crashes, what was read is written and read back the same, and the fast
// readers find what the whole reader finds.
#include "base/check.h"
#include "json/envelope.h"
#include "json/splice.h"
#include "json/value.h"
#include "json/writer.h"

namespace {
using namespace masthead;

void check_fast_readers(std::string_view bytes, const json::Value& root) {
  json::Splicer splicer;
  const auto part = splicer.find(bytes, "metadata", "managedFields");
  const json::Value wanted = root["metadata"]["managedFields"];
  CHECK(part.has_value() == root.is_object(), "an object is what the splicer takes");
  if (part && wanted.exists()) {
    const auto value = json::Document::parse(*part);
    CHECK(value && value->root().to_json() == wanted.to_json(), "it found that very value");
  }
  std::string padded(bytes);
  padded.append(json::kPadding, '}');
  json::EnvelopeReader reader;
  const auto version = reader.resource_version_of(std::string_view(padded).substr(0, bytes.size()));
  CHECK(version == root["metadata"]["resourceVersion"].str(), "both readers agree");
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  json::Writer writer;
  writer.string(bytes);
  const std::string quoted = std::move(writer).finish();
  const auto text = json::Document::parse(quoted);
  CHECK(text && text->root().is_string(), "any bytes are written as a JSON text");

  const auto document = json::Document::parse(bytes);
  if (!document) {
    json::Splicer splicer;
    (void)splicer.find(bytes, "metadata", "managedFields");
    return 0;
  }
  const std::string written = document->root().to_json();
  const auto again = json::Document::parse(written);
  CHECK(again && again->root().to_json() == written, "what was written reads the same");
  check_fast_readers(bytes, document->root());
  return 0;
}
