// One request to the embedded API server, read from its target as apiserver/pkg/endpoints/request
// does, and the way its answer goes back.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proto/headers.h"
#include "sim/api_status.h"

namespace masthead::sim {

struct User {
  std::string name;
  std::string uid;
  std::vector<std::string> groups;
};

struct ApiRequest {
  std::string method;
  std::string target;  // as sent
  proto::Headers headers;
  std::string body;
  std::string certificate;  // fingerprint of the one the client has shown
  User user;

  // Read from the target.
  std::string path;
  std::multimap<std::string, std::string> query;
  bool is_resource = false;
  // get, list, watch, create, update, patch, delete, deletecollection; or the method in lower case.
  std::string verb;
  std::string group, version, ns, plural, name, subresource;

  std::string_view header(std::string_view field) const {
    return proto::find_header(headers, field);
  }
  std::string_view parameter(std::string_view key) const;
  bool has_parameter(std::string_view key) const { return query.contains(std::string(key)); }
  bool truth(std::string_view key) const;  // "true", "1" and the like
};

// Fills what is read from method and target.
void read_target(ApiRequest& request);

// "resourceVersion"; 0 when it is not given. Refused as the watch cache refuses it.
Outcome<uint64_t> read_revision(std::string_view text);
// A query parameter that is a number; 0 when it is not given.
Outcome<int64_t> number_parameter(const ApiRequest& request, std::string_view key);

// Where a list goes on: what of it is behind that object, as of that revision.
std::string continue_text(uint64_t revision, std::string_view ns, std::string_view name);

// How one answer goes back. Used on the loop of the server.
class Exchange {
 public:
  virtual ~Exchange() = default;
  // The whole answer.
  virtual void answer(int status, const proto::Headers& headers, std::string_view body) = 0;
  // Or piece by piece. After begin(101) (HTTP/1.1 only) bytes go both ways as they are, until
  // end().
  virtual void begin(int status, const proto::Headers& headers) = 0;
  virtual bool can_switch() const { return false; }
  virtual void write(std::string_view bytes) = 0;
  virtual void end() = 0;
  // Broken off: the peer sees a reset, not an end.
  virtual void abort() = 0;
  // The whole connection is lost in the middle of a frame or chunk.
  virtual void cut() = 0;
  // Bytes written and not yet taken by the peer.
  virtual size_t queued() const = 0;
  // False once the peer has gone; then writing does nothing.
  virtual bool open() const = 0;
  // Called with what the peer sends after begin(101).
  std::function<void(std::string_view)> on_input;
  // Called once when the peer has gone or the answer is complete.
  std::function<void()> on_closed;
  // Called when the peer has taken most of what was queued.
  std::function<void()> on_drained;
};
using ExchangePtr = std::shared_ptr<Exchange>;

}  // namespace masthead::sim
