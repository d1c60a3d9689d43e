// Any two texts as resourceVersions: the order is one, or there is none in both directions.
#include "base/check.h"
#include "k8s/health.h"
#include "k8s/resource_version.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace masthead::k8s;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const size_t cut = std::min(text.find(' '), size);
  const std::string_view a = text.substr(0, cut);
  const std::string_view b = text.substr(std::min(cut + 1, size));
  const auto order = compare_resource_versions(a, b);
  const auto reverse = compare_resource_versions(b, a);
  CHECK(order.has_value() == reverse.has_value(), "comparable both ways or not at all");
  CHECK(!order || *order == -*reverse, "the order is the same from both sides");
  CHECK(!order || (*order == 0) == (a == b), "only the same text is the same version");
  if (const auto status = status_from_name(text)) {
    CHECK(status_from_name(status_name(*status)) == status, "a name reads back");
  }
  return 0;
}
