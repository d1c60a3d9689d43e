// Any bytes in any pieces: the parser neither crashes nor depends on where the pieces are cut.
#include <cstdlib>

#include "base/check.h"
#include "proto/http1_request.h"

using masthead::proto::RequestParser;

namespace {
std::string outcome(std::string_view bytes, size_t step) {
  RequestParser parser;
  std::string log;
  while (!bytes.empty()) {
    const auto used = parser.feed(bytes.substr(0, step));
    if (!used) return log + std::to_string(used.error().status);
    bytes.remove_prefix(*used);
    if (parser.done()) {
      const auto request = parser.take();
      log += request.method + request.target + request.body + "|";
    }
  }
  return log;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  CHECK(outcome(bytes, 1) == outcome(bytes, size + 1), "pieces do not matter");
  return 0;
}
