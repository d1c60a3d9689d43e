// What servers say in errors and discovery: any bytes, no crash.
#include "base/check.h"
#include "base/limits.h"
#include "kube/discovery.h"
#include "kube/status_error.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace masthead;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto error = kube::error_of_answer(500, {{"retry-after", std::string(bytes)}}, bytes, 0);
  CHECK(error.retry_after_ms >= 0 && error.retry_after_ms <= limits::kRetryAfterMaxMs, "capped");
  kube::Discovery found;
  (void)kube::add_aggregated_discovery(bytes, found);
  (void)kube::parse_group_list(bytes);
  (void)kube::parse_core_versions(bytes);
  (void)kube::add_resource_list(bytes, "g", "v1", found);
  kube::finish_discovery(found, found);
  for (const auto& resource : found.resources) (void)resource.path("ns");
  return 0;
}
