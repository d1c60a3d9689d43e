// Any bytes as the target of a request: no crash, and decoding never grows.
#include "base/check.h"
#include "proto/percent.h"
#include "sim/api_request.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace masthead::sim;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  CHECK(masthead::proto::percent_decoded(bytes, true).size() <= size, "decoding never grows");
  for (const char* method : {"GET", "POST", "DELETE", "x"}) {
    ApiRequest request;
    request.method = method;
    request.target = bytes;
    read_target(request);
    CHECK(!request.is_resource || request.subresource.empty() || !request.name.empty(),
          "a subresource is of a named object");
    (void)number_parameter(request, "limit");
    (void)read_revision(request.parameter("resourceVersion"));
  }
  return 0;
}
