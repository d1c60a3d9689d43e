// Any bytes as an Accept header: no crash, and what is understood is in the version asked for.
#include "base/check.h"
#include "sim/presentation.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace masthead::sim;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto as = read_accept(bytes, "v1");
  CHECK(!as || as->version == "v1", "the version is the request's");
  return 0;
}
