// Any bytes in any pieces: the codec neither crashes nor depends on where the pieces are cut.
#include "base/check.h"
#include "proto/websocket.h"

using masthead::proto::WebSocketCodec;
using masthead::proto::WebSocketMessage;

namespace {
std::string outcome(WebSocketCodec::Side side, std::string_view bytes, size_t step) {
  masthead::base::SeededRandom random(1);
  WebSocketCodec codec(side, 1000, &random);
  std::string log;
  while (!bytes.empty()) {
    const auto error = codec.feed(bytes.substr(0, step), [&](WebSocketMessage m) {
      log += std::to_string(static_cast<int>(m.type)) + m.data + "|";
    });
    if (error) return log + std::to_string(error->close_code);
    bytes.remove_prefix(std::min(step, bytes.size()));
  }
  return log;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const auto side : {WebSocketCodec::Side::kServer, WebSocketCodec::Side::kClient}) {
    CHECK(outcome(side, bytes, 1) == outcome(side, bytes, size + 1), "pieces do not matter");
  }
  return 0;
}
