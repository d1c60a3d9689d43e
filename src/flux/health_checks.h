// Which objects a failed health check names. kustomize-controller says it in the message of Ready
// and nowhere else: "health check failed after 30s: timeout waiting for: [HelmRelease/apps/shop
// status: 'InProgress']", "failed early due to stalled resources: [...]" (fluxcd/pkg/ssa).
#pragma once

#include <string_view>
#include <vector>

#include "k8s/identifiers.h"

namespace masthead::flux {

// Those of Flux's kinds alone: of other kinds the message does not tell the group. At most
// limits::kHealthChecksNamed.
std::vector<k8s::ObjectRef> unhealthy_of(std::string_view message);

}  // namespace masthead::flux
