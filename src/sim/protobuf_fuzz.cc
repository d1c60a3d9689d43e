// Any bytes as a protobuf body: a refusal, or an object of the kind it names, in valid JSON.
#include "base/check.h"
#include "base/utf8.h"
#include "sim/protobuf.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace masthead;
  const auto object = sim::from_protobuf({reinterpret_cast<const char*>(data), size});
  if (!object) {
    CHECK(!object.error().text.empty(), "a refusal says why");
    return 0;
  }
  CHECK(!sim::text_at(*object, {"kind"}).empty(), "the tables hold kinds with names");
  CHECK(base::is_utf8(sim::to_text(*object)), "JSON is UTF-8");
  return 0;
}
