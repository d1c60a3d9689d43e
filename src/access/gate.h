// The Gate: decides what an identity may list, by asking the API server.
//
// Local mode asks SelfSubjectAccessReview as the kubeconfig's user: everywhere first, then
// namespace by namespace. Fail closed: what could not be asked is not allowed, except that during
// an outage the last allowed answers hold for limits::kReviewOutageMs; never after a 401 or 403.
//
// Threading: on the Client's loop. Destroying it drops outstanding answers.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "k8s/scope.h"
#include "kube/client.h"

namespace masthead::access {

struct Listable {
  std::string table;  // id
  kube::ApiResource resource;
};

struct Decision {
  std::map<std::string, k8s::Partitions, std::less<>> partitions;  // by table; only where something
  bool asked = false;  // false: the API server could not be asked, this is what held before
  base::Error error;   // when not asked
};

class Gate {
 public:
  Gate(kube::Client& client, const base::Clock& clock);
  ~Gate();

  // One decision at a time; `done` is called later, once. `namespaces` are those to try where the
  // kind may not be listed everywhere.
  void decide(std::vector<Listable> kinds, std::vector<std::string> namespaces,
              std::function<void(Decision)> done);

 private:
  struct Round;
  kube::Client& client_;
  const base::Clock& clock_;
  std::shared_ptr<Round> round_;
  Decision last_;
  int64_t last_good_ms_ = 0;
};

}  // namespace masthead::access
