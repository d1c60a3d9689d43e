// Any bytes: reading never crashes; what was read prints as YAML that reads the same.
#include "base/check.h"
#include "yaml/yaml.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace masthead;
  const auto json = yaml::to_json({reinterpret_cast<const char*>(data), size});
  if (!json) return 0;
  const auto document = json::Document::parse(*json);
  if (!document) return 0;  // deeper than JSON's limit
  const std::string printed = yaml::from_json(document->root());
  const auto again = yaml::to_json(printed);
  CHECK(again.has_value(), "what we print is YAML");
  const auto second = json::Document::parse(*again);
  CHECK(second && yaml::from_json(second->root()) == printed, "and means the same");
  return 0;
}
