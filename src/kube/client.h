// The client of one cluster: all its connections, its credentials, and what is known of its
// reachability.
//
// Threading: request(), discover(), review_access() and reachability() may be called from any
// thread; every callback arrives on the loop. stream() and everything named "loop only" belongs to
// the loop. Created and destroyed on the loop, or while it does not run.
// Lifetime: destroying the Client answers outstanding requests with kCancelled and closes all
// connections; nothing is left running. Reflectors and streams are destroyed before it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "base/random.h"
#include "base/result.h"
#include "kube/dialer.h"
#include "kube/discovery.h"
#include "kube/kubeconfig.h"
#include "net/loop.h"
#include "proto/headers.h"

namespace masthead::kube {

struct Request {
  std::string method = "GET";
  std::string path;  // with query
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  int64_t timeout_ms = limits::kRequestTimeoutMs;  // streams: until the headers of the answer
};

struct Response {
  int status = 0;
  proto::Headers headers;
  std::string body;

  std::string_view header(std::string_view name) const { return proto::find_header(headers, name); }
};

// May `verb` be done to `group`/`resource` in `ns` ("" = everywhere)?
struct AccessQuestion {
  std::string verb, group, resource, subresource, ns, name;
};
struct AccessAnswer {
  bool allowed = false;
  std::string reason;
};

struct Reachability {
  bool reachable = true;
  int64_t since_ms = 0;     // wall time since which that is so; 0: not tried yet
  base::Error cause;        // when not reachable
  int64_t next_try_ms = 0;  // wall time of the next probe; 0: not planned
};

// Takes the answer of one streaming request, on the loop. After on_end or on_failure nothing more
// comes. Each may destroy the Stream.
class StreamHandler {
 public:
  virtual ~StreamHandler() = default;
  // Any status; a body follows for each of them.
  virtual void on_headers(int status, const proto::Headers& headers) = 0;
  // When it returns, the bytes are accepted and flow-control credit goes back to the server.
  virtual void on_data(std::string_view bytes) = 0;
  // The connection has shown life, by data of any stream or an answered PING. Every few seconds.
  virtual void on_alive() {}
  virtual void on_end() = 0;                              // the body is complete
  virtual void on_failure(const base::Error& error) = 0;  // no connection, or it broke off
};

// A running streaming request. Destroying it cancels it without a further call to its handler.
class Stream {
 public:
  virtual ~Stream() = default;
  // Held back, the server may send no more than its window (HTTP/2), or what the network holds
  // (HTTP/1.1): that much still arrives at the handler. Other streams go on.
  virtual void hold_back(bool held) = 0;
};

// Which connections a request may share: a list of hundreds of megabytes must not hold up watches.
// Logs may be held back for as long as a browser does not read.
enum class Lane { kRequests, kLists, kWatches, kLogs };

class Client {
 public:
  // Fails on what can be known without the network: a bad URL, keys that do not fit, a plugin that
  // is not allowed. Loop, clock, random and dialer outlive the Client.
  static base::Result<std::unique_ptr<Client>> create(net::Loop& loop, ClusterConfig config,
                                                      const base::Clock& clock,
                                                      base::Random& random,
                                                      Dialer& dialer = network_dialer());
  ~Client();

  // Any HTTP status below 400 is an answer; the rest is an Error made from the Status body: its
  // code, the server's text, a hint. Called exactly once. 429 and Retry-After are obeyed within
  // timeout_ms.
  using ResponseCallback = std::move_only_function<void(base::Result<Response>)>;
  void request(Request request, ResponseCallback callback);

  using DiscoveryCallback = std::move_only_function<void(base::Result<Discovery>)>;
  void discover(DiscoveryCallback callback);

  using AccessCallback = std::move_only_function<void(base::Result<AccessAnswer>)>;
  void review_access(AccessQuestion question, AccessCallback callback);

  Reachability reachability() const;
  // Loop only. The server is away, or back so lately that it may still refuse what it will allow.
  bool recovering() const;
  // Loop only; called on every change. One listener.
  void set_reachability_listener(std::function<void(const Reachability&)> listener);
  // Loop only; called when another cluster answers at the address, before any reflector lists it.
  void set_replaced_listener(std::function<void()> listener);

  // Loop only. `handler` outlives the Stream.
  std::unique_ptr<Stream> stream(Lane lane, Request request, StreamHandler& handler);

  // Without credentials: names and addresses for texts.
  const std::string& context() const;
  const std::string& server() const;

  // What reflectors of this cluster share: outage, wake-ups, initial syncs. For kube's own files.
  struct Core;
  Core& core() { return *core_; }

 private:
  explicit Client(std::shared_ptr<Core> core);
  std::shared_ptr<Core> core_;
};

}  // namespace masthead::kube
