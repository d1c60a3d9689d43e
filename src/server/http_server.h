// The HTTP server of the console: static page, a few answers, one upgrade to the live socket.
//
// Threading: everything on the loop given. Lifetime: destroy on the loop or while it is stopped;
// open connections are closed, nothing is left running. Limits: limits::kServerConnections
// connections, kRequestHeaderBytes, kRequestBodyBeforeLoginBytes.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "net/byte_stream.h"
#include "net/loop.h"
#include "proto/http1_request.h"

namespace masthead::server {

// A body that is not there as a whole: asked for piece by piece, as the peer takes it.
class BodySource {
 public:
  using Piece = std::move_only_function<void(base::Result<std::string>)>;
  virtual ~BodySource() = default;
  // Answers later, on the loop. An empty piece is the end; an error breaks the connection off.
  virtual void next(Piece got) = 0;
};

struct Answer {
  int status = 200;
  std::string media_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  // besides the usual ones
  std::shared_ptr<BodySource> source = nullptr;              // instead of `body`
};

// Error answers have the one JSON form of api/openapi.yaml.
Answer problem(int status, const base::Error& error);
int http_status_of(base::ErrorCode code);

class HttpServer {
 public:
  using Reply = std::move_only_function<void(Answer)>;
  struct Handlers {
    // Answers one request, now or later, on the loop.
    std::function<void(const proto::Request&, Reply)> handle;
    // Takes over the stream of an accepted upgrade, with the bytes already read behind it. Returns
    // a refusal instead to decline; then nothing has been taken.
    std::function<std::optional<Answer>(const proto::Request&)> check_upgrade;
    std::function<void(std::unique_ptr<net::ByteStream>, std::string bytes)> upgraded;
    // Whether the target is the live socket's.
    std::function<bool(const proto::Request&)> is_upgrade;
  };

  // "127.0.0.1", "::1" and a port; 0 picks one.
  static base::Result<std::unique_ptr<HttpServer>> open(net::Loop& loop, const std::string& address,
                                                        uint16_t port, Handlers handlers);
  virtual ~HttpServer() = default;
  virtual uint16_t port() const = 0;
};

}  // namespace masthead::server
