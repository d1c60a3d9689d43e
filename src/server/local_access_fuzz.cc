// Any text as Host, Origin or Cookie: only our own names and our own secret open the door.
#include "base/check.h"
#include "server/local_access.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace masthead;
  static const server::LocalAccess access("s3cret", 8765, "/");
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto passes = [](proto::Headers headers, bool websocket) {
    proto::Request request;
    request.headers = std::move(headers);
    return !access.check_source(request, websocket).has_value();
  };
  if (passes({{"host", text}}, false)) {
    CHECK(text == "127.0.0.1:8765" || text == "localhost:8765" || text == "[::1]:8765", "ours");
  }
  for (const bool websocket : {false, true}) {
    const bool same = text == "http://localhost:8765";
    CHECK(passes({{"host", "localhost:8765"}, {"origin", text}}, websocket) == same,
          "one origin goes with one host");
  }
  proto::Request request;
  request.headers = {{"cookie", text}};
  CHECK(!access.has_session(request) || text.find("masthead-8765=s3cret") != std::string::npos,
        "a session holds the secret");
  CHECK(access.is_secret(text) == (text == "s3cret"), "only the secret is the secret");
  return 0;
}
