// Mirrors one kind of one scope: a list, then a watch, for ever, as an explicit state machine
// (reflector.cc quotes the rule beside each branch). Its whole output is k8s::ReflectorEvent.
//
// Threading: made, used and destroyed on the Client's loop; the sink is called there.
// Lifetime: destroying it cancels everything at once; the sink is not called any more. The sink
// may not destroy the reflector from inside on_event. Client and sink outlive it.
#pragma once

#include <memory>
#include <string>

#include "k8s/reflector_event.h"
#include "kube/client.h"
#include "kube/discovery.h"

namespace masthead::kube {

class Reflector {
 public:
  struct Options {
    ApiResource resource;
    std::string ns;              // "" = all namespaces
    bool metadata_only = false;  // PartialObjectMetadata instead of whole objects
  };
  // Counted since the start, for metrics and for the fault tests' request log.
  struct Counters {
    uint64_t requests = 0, lists = 0, streaming_lists = 0, watches = 0, resumes = 0, relists = 0;
    uint64_t events = 0, garbage = 0;
  };

  // Starts at the loop's next turn.
  Reflector(Client& client, Options options, k8s::ReflectorSink& sink);
  ~Reflector();
  Reflector(const Reflector&) = delete;
  Reflector& operator=(const Reflector&) = delete;

  // Tries again now, whatever it was waiting for (a person pressed "retry", rights have changed).
  void retry_now();

  const Options& options() const;
  const k8s::Freshness& freshness() const;
  const Counters& counters() const;
  // "streaming list", "watching", "backing off": for doctor and logs.
  std::string_view state_name() const;

 private:
  class Machine;
  std::unique_ptr<Machine> machine_;
};

}  // namespace masthead::kube
