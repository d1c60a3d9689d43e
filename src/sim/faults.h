// What goes wrong between the listener and the API server, and an exact log of what was asked: the
// script of a fault test. A Fault takes a request and decides whether, when and how the server's
// answer goes back.
//
// Threading: handle() and what it calls on the loop of the server; everything else from any thread.
// Lifetime: outlives the listener and the server.
#pragma once

#include <climits>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "net/loop.h"
#include "sim/front.h"

namespace masthead::sim {

// `server` answers as if nothing were wrong.
using Fault = std::function<void(ApiRequest request, const ExchangePtr& exchange,
                                 const Front::Handler& server)>;

// A Status; `retry_after_s` 0: without a Retry-After.
Fault refuse(int status, std::string reason, int retry_after_s = 0);
Fault answer_with(std::string body);
// Never an answer.
Fault hold();
Fault delay(net::Loop& loop, int64_t ms);
// How an answer ends before its time: in order; by a reset of its stream; by the loss of the
// connection in the middle of a frame (HTTP/2) or chunk (HTTP/1.1).
enum class Break { kEnd, kReset, kCut };
// After so many bytes of its body.
Fault break_off(size_t bytes, Break how);

class Faults {
 public:
  struct Logged {
    int64_t at_ms = 0;  // monotonic
    std::string verb, path, resource_version, limit;
    bool continued = false;       // a later page
    bool initial_events = false;  // a list as a watch
    // "watch /api/v1/pods rv=7", "list /api/v1/pods rv=0 limit=500", "sync /api/v1/pods"
    std::string text() const;
  };
  // What a fault applies to.
  struct Which {
    std::string verb;  // "list", "watch", "get" …; empty: any
    std::string path;  // without its query; empty: any
    int skip = 0;      // so many of these pass first
    int times = INT_MAX;
  };

  explicit Faults(net::Loop& loop) : loop_(loop) {}

  void handle(ApiRequest request, const ExchangePtr& exchange, const Front::Handler& server);

  // The first one that fits is applied.
  void add(Which which, Fault fault);
  void clear();
  std::vector<Logged> log() const;
  // The running watches of a path (empty: all), to be written to and broken off on the loop.
  std::vector<ExchangePtr> watches(std::string_view path = {}) const;
  net::Loop& loop() { return loop_; }

 private:
  struct Rule {
    Which which;
    Fault fault;
  };
  struct Watch {
    std::string path;
    std::weak_ptr<Exchange> exchange;
  };
  Fault fault_for(const ApiRequest& request);

  net::Loop& loop_;
  mutable base::Mutex mutex_;
  std::list<Rule> rules_ GUARDED_BY(mutex_);
  std::vector<Logged> log_ GUARDED_BY(mutex_);
  std::vector<Watch> watches_ GUARDED_BY(mutex_);
};

}  // namespace masthead::sim
