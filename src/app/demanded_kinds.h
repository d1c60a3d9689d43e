// Kinds that no plugin describes, watched only while somebody looks at objects of them: what an
// inventory holds, or a detail that is open.
//
// Rights are asked for each as for every other kind, and again every limits::kRediscoverEveryMs. A
// kind that nobody looks at any more is kept for limits::kDemandLingerMs, so that going from one
// object to the next does not list it anew.
//
// Threading: the cluster's loop. Destroying it ends its watches.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "access/gate.h"
#include "app/scoped_reflectors.h"
#include "base/clock.h"
#include "host/cluster_snapshot.h"
#include "kube/client.h"

namespace masthead::app {

class DemandedKinds {
 public:
  // `changed` is called when served() or demandable() has changed.
  DemandedKinds(kube::Client& client, const base::Clock& clock, std::function<void()> changed);

  // What the cluster serves and, of that, what plugins watch; namespaces to try where a kind may
  // not be listed everywhere. Rights are asked again.
  void on_discovery(const kube::Discovery& discovery, const std::set<std::string>& of_plugins,
                    std::vector<std::string> namespaces);
  void demand(const std::set<std::string>& tables);
  // The cluster is gone, or another one answers: nothing is served any more. What rows of it need
  // to be read stays.
  void end_watches();
  // Lets go of what nobody looks at, and computes anew what time alone may have changed.
  void every_second();

  std::vector<host::DemandedKind> served() const;
  std::shared_ptr<const std::map<k8s::GroupKind, std::string>> demandable() const {
    return demandable_;
  }
  // Where the cluster serves a demanded table, and what it is; null when it is not demanded.
  const kube::ApiResource* resource(const std::string& table) const;
  const host::Kind* kind(const std::string& table) const;

 private:
  struct Watched {
    kube::ApiResource resource;
    std::shared_ptr<cache::Table> table;
    k8s::Partitions partitions;
    ScopedReflectors reflectors;
    bool asked = false;  // the decision on its way is about it too
    bool decided = false;
    int64_t wanted_ms = 0;  // monotonic: when somebody looked last
  };
  struct Description {
    host::Kind kind;
    std::unique_ptr<cache::Schema> schema;
  };

  void decide();
  void on_rights(const access::Decision& decision);
  const Description& describe(const std::string& table, const kube::ApiResource& resource);

  kube::Client& client_;
  const base::Clock& clock_;
  std::function<void()> changed_;
  std::map<std::string, kube::ApiResource> resources_;  // that may be demanded, by table
  std::shared_ptr<const std::map<k8s::GroupKind, std::string>> demandable_ =
      std::make_shared<const std::map<k8s::GroupKind, std::string>>();
  std::vector<std::string> namespaces_;
  std::set<std::string> wanted_;
  std::map<std::string, Watched> watched_;  // by table
  // Views may hold rows of tables that are gone; there are no more of these than kinds.
  std::map<std::string, Description> descriptions_;
  std::unique_ptr<access::Gate> gate_;
  bool deciding_ = false, decide_again_ = false;
};

}  // namespace masthead::app
