// Any bytes in any pieces: the parser neither crashes nor depends on where the pieces are cut.
#include "base/check.h"
#include "proto/http1_response.h"

using masthead::proto::Headers;
using masthead::proto::ResponseParser;

namespace {
struct Heard : ResponseParser::Events {
  std::string log;
  void on_head(int status, Headers headers) override {
    log += std::to_string(status) + "/" + std::to_string(headers.size()) + ":";
  }
  void on_body(std::string_view bytes) override { log += bytes; }
};

std::string outcome(std::string_view bytes, size_t step) {
  Heard heard;
  ResponseParser parser(heard);
  while (!bytes.empty() && !parser.done()) {
    const auto used = parser.feed(bytes.substr(0, step));
    if (!used) return heard.log + "!";
    bytes.remove_prefix(*used);
  }
  return heard.log + (parser.end_of_stream() ? "." : "?");
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  CHECK(outcome(bytes, 1) == outcome(bytes, size + 1), "pieces do not matter");
  return 0;
}
