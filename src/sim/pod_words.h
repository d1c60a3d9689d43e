// The words of `kubectl get pods` (printPod of kubernetes/pkg/printers/internalversion), written
// apart from the console's own rule so that each checks the other.
#pragma once

#include <cstdint>
#include <string>

#include "sim/document.h"

namespace masthead::sim {

std::string pod_ready(const Document& pod);  // "1/2"
std::string pod_status(const Document& pod);
std::string pod_restarts(const Document& pod, int64_t now_ms);
std::string event_object(const Document& event);  // "pod/web-1"

}  // namespace masthead::sim
