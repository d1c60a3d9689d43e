// The listener of the embedded API server: TLS, HTTP/2 or HTTP/1.1 by ALPN, one Exchange a request.
//
// Threading: everything on the loop given. Lifetime: destroy on the loop or while it is stopped.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/byte_stream.h"
#include "net/loop.h"
#include "proto/http1_request.h"
#include "sim/api_request.h"

namespace masthead::sim {

class Network;

class Front {
 public:
  struct Options {
    std::string address = "127.0.0.1";
    uint16_t port = 0;  // 0 picks one
    std::string certificate_pem, key_pem;
    // Not empty: clients may show certificates, and are let in only with good ones.
    std::string client_authority_pem;
    bool http2 = true;
    Network* network = nullptr;  // what connections come through; none: as they are
  };
  using Handler = std::function<void(ApiRequest, const ExchangePtr&)>;

  static base::Result<std::unique_ptr<Front>> open(net::Loop& loop, Options options,
                                                   Handler handler);
  // One that listens nowhere: its connections come by serve().
  static std::unique_ptr<Front> without_listener(net::Loop& loop, Handler handler);
  virtual ~Front() = default;
  virtual uint16_t port() const = 0;
  // Takes a connection that is ready for HTTP: without TLS, or behind it.
  virtual void serve(std::unique_ptr<net::ByteStream> stream, bool http2) = 0;

  // --- Faults ---
  // Breaks every connection off, as a killed process does.
  virtual void drop_connections() = 0;
  // Says GOAWAY on every HTTP/2 connection.
  virtual void goaway() = 0;
};

}  // namespace masthead::sim
