// The words a ClusterSession finds for what is missing, and for what a person should do.
// Pure functions.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "host/cluster_snapshot.h"
#include "k8s/scope.h"
#include "kube/client.h"
#include "kube/discovery.h"
#include "kube/kubeconfig.h"

namespace masthead::app {

// Fills snapshot.missing, namespaces and namespaces_complete from what may be listed.
void describe_missing(const std::map<std::string, k8s::Partitions, std::less<>>& partitions,
                      host::ClusterSnapshot& snapshot);

// Fills snapshot.guidance: no Flux, an API that does not answer, TLS that is not verified.
void describe_guidance(const kube::ClusterConfig& config, const kube::Discovery& discovery,
                       host::ClusterSnapshot& snapshot);

// Says that the cluster is an embedded one, when there is a hint what to try with it.
void describe_embedded(const std::string& hint, host::ClusterSnapshot& snapshot);

// A Role (namespaced) or ClusterRole in YAML that would give those verbs.
std::string role_for(const std::string& group, const std::string& resource, const std::string& ns,
                     const std::vector<std::string>& verbs = {"get", "list", "watch"});

k8s::Freshness connection_of(const kube::Reachability& reach, const base::Error& error,
                             int64_t now_ms);

}  // namespace masthead::app
