// One connection of the embedded API server, below the choice of protocol. Private to front*.cc.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "net/byte_stream.h"
#include "sim/front.h"

namespace masthead::sim {

// What HTTP/1.1 and HTTP/2 each do with the bytes of a connection.
class FrontProtocol {
 public:
  virtual ~FrontProtocol() = default;
  // False: the connection is lost; what take_output() gives is still sent.
  virtual bool receive(std::string_view bytes) = 0;
  // The next bytes to send; empty when there is nothing.
  virtual std::string take_output() = 0;
  // All that was given has been sent, or is on its way out of our hands.
  virtual bool finished() const = 0;
  virtual void connection_closed() = 0;
  virtual void goaway() {}
};

// What a protocol needs of its connection.
class FrontHost {
 public:
  virtual ~FrontHost() = default;
  virtual void request(ApiRequest request, const ExchangePtr& exchange) = 0;
  // There is output to send.
  virtual void wake() = 0;
  // What was written goes out but for its last byte, and the connection is lost.
  virtual void cut() = 0;
};

std::unique_ptr<FrontProtocol> make_front_http1(FrontHost& host);
std::unique_ptr<FrontProtocol> make_front_http2(FrontHost& host);

}  // namespace masthead::sim
