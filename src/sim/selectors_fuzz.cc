// Any bytes as a label selector and as a field selector: no crash, and what is accepted matches or
// does not, the same twice.
#include "base/check.h"
#include "sim/selectors.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace masthead::sim;
  static const ResourceTypes types;
  static const std::map<std::string, std::string> labels{{"a", "b"}, {"size", "3"}};
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto selector = parse_label_selector(bytes)) {
    CHECK(matches(*selector, labels) == matches(*selector, labels), "matching changes nothing");
    for (const auto& one : *selector) CHECK(!one.key.empty(), "every requirement has a key");
  }
  (void)parse_field_selector(bytes, *types.find("", "pods"));
  return 0;
}
