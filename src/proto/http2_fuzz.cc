// Any bytes from the peer: neither side crashes. What a peer does with flow control, resets and
// settings is nghttp2's business; what we do with its callbacks is ours.
#include "proto/http2.h"

using namespace masthead::proto;

namespace {
struct Client : Http2ClientEvents {
  Http2Client engine{*this};
  void on_headers(int32_t, int, Headers) override {}
  void on_data(int32_t stream, std::string_view bytes) override {
    engine.consume(stream, bytes.size());
    if (bytes.size() % 7 == 0) engine.cancel(stream);
  }
  void on_end(int32_t, Http2End, const std::string&) override {}
  void on_ping_answer() override {}
  void on_goaway(const std::string&) override {}
};
struct Server : Http2ServerEvents {
  Http2Server engine{*this, {3, 1000}};
  void on_request(int32_t stream, const Http2Client::RequestHead&, std::string body) override {
    engine.respond(stream, 200, {});
    engine.write(stream, body);
    engine.end(stream);
  }
  void on_closed(int32_t) override {}
  void on_writable(int32_t) override {}
};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Client client;
  (void)client.engine.open({"GET", "https", "h", "/", {}}, "");
  (void)client.engine.open({"POST", "https", "h", "/", {}}, "body");
  while (client.engine.has_output() && !client.engine.take_output().empty()) {
  }
  (void)client.engine.receive(bytes);
  (void)client.engine.take_output();
  Server server;
  (void)server.engine.receive("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  (void)server.engine.receive(bytes);
  (void)server.engine.take_output();
  return 0;
}
