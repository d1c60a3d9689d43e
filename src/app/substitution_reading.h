// What the manifests of a Kustomization are substituted with: every variable, and where it comes
// from. Read for a person who asks, with his rights, and kept nowhere. Of a Secret only the names
// of its keys leave this function.
//
// Threading: the cluster's loop. Keeps itself until it has answered; `done` is called once, or
// never when `asker`, which goes before the Client, has gone.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "access/rights.h"
#include "base/result.h"
#include "host/cluster_snapshot.h"
#include "kube/client.h"

namespace masthead::app {

// `done` is given Substitutions of api/openapi.yaml. Errors: the Kustomization can't be read.
void read_substitutions(kube::Client& client, const std::shared_ptr<access::Rights>& rights,
                        host::SnapshotPtr snapshot, std::string ns, std::string name,
                        std::weak_ptr<const void> asker,
                        std::move_only_function<void(base::Result<std::string>)> done);

}  // namespace masthead::app
