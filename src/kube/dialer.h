// How a connection to the API server comes about: TCP and TLS, or what a simulation has instead.
//
// Threading: the loop.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/limits.h"
#include "base/result.h"
#include "kube/url.h"
#include "net/byte_stream.h"
#include "net/loop.h"
#include "net/tls.h"

namespace masthead::kube {

struct Endpoint {
  Url url;
  std::string context;  // for texts
  net::TlsClientOptions tls;
  int64_t tcp_timeout_ms = limits::kConnectTimeoutMs;
};

struct Dialed {
  std::unique_ptr<net::ByteStream> stream;
  bool http2 = false;
};

// An attempt under way. Destroying it ends it without a call.
class Dialing {
 public:
  virtual ~Dialing() = default;
};

using DialCallback = std::move_only_function<void(base::Result<Dialed>)>;

class Dialer {
 public:
  virtual ~Dialer() = default;
  // The callback comes later, from the loop, within the endpoint's TCP timeout and
  // limits::kConnectTimeoutMs; it may destroy the Dialing.
  virtual std::unique_ptr<Dialing> dial(net::Loop& loop, const Endpoint& endpoint,
                                        DialCallback callback) = 0;
};

// The network.
Dialer& network_dialer();

}  // namespace masthead::kube
