// Request bodies in Kubernetes' protobuf form ("k8s\0" and a runtime.Unknown), which the typed
// clients of kubectl and client-go send, as the JSON documents they stand for. Pure functions.
//
// Covered are the kinds that kubectl's commands send, by tables of their fields. What the tables do
// not hold is refused and never silently left out, but for what the API server fills in itself.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "sim/document.h"

namespace masthead::sim {

constexpr const char* kProtobuf = "application/vnd.kubernetes.protobuf";

struct ProtobufRefusal {
  bool unsupported = false;  // well formed, but a kind or field that is not covered
  std::string text;
};

std::expected<Document, ProtobufRefusal> from_protobuf(std::string_view bytes);

}  // namespace masthead::sim
