// The state of an object of any kind, by the rules of kstatus, which Flux's health checks follow:
// sigs.k8s.io/cli-utils/pkg/kstatus, "status.Compute". For kinds that no plugin describes.
//
// Pure; any thread.
#pragma once

#include <string>

#include "host/kind.h"
#include "json/value.h"
#include "k8s/health.h"

namespace masthead::host {

k8s::StatusValue kstatus(const k8s::GroupKind& kind, const json::Value& object);

// A description that fits every kind: state, labels, owners, and what `kubectl describe` begins
// with.
Kind kind_by_kstatus(const k8s::GroupKind& kind, const std::string& resource, bool namespaced);

}  // namespace masthead::host
