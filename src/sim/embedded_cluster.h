// The embedded cluster as the program starts it: an API server with its fleet, which lives until it
// is stopped. The one header of sim for other modules.
//
// Threading: one thread; what goes on inside has a thread of its own.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace masthead::sim {

class EmbeddedCluster {
 public:
  struct Options {
    std::string scenario = "outage";  // one of scenarios()
    uint64_t seed = 1;                // the same seed makes the same cluster
    // 100,000 pods and 5,000 Flux objects: made while requests wait for them.
    bool large = false;
  };
  static const std::vector<std::string>& scenarios();

  static base::Result<std::unique_ptr<EmbeddedCluster>> start(const Options& options);
  virtual ~EmbeddedCluster() = default;  // stops it

  // For a user of the cluster: "admin", "team-a" …; kNotFound for anybody else.
  virtual base::Result<std::string> kubeconfig(const std::string& user) const = 0;
  // How many watches run now, by "plural.group namespace".
  virtual std::map<std::string, size_t> watches() = 0;
  // Those of a user who may not list namespaces; none for the others.
  static std::vector<std::string> namespaces_of(const std::string& user);
};

}  // namespace masthead::sim
