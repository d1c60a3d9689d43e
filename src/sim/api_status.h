// metav1.Status: how the Kubernetes API says that something failed. The texts are those of
// k8s.io/apimachinery/pkg/api/errors, which people and programs match on.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"  // TRY

namespace masthead::sim {

struct ResourceType;

struct ApiStatus {
  struct Cause {
    std::string reason, message, field;
  };
  int code = 500;
  std::string reason;
  std::string message;
  // details
  std::string name, group, kind, uid;
  bool empty_details = false;  // "details":{} when nothing of them is known
  std::vector<Cause> causes;
  int retry_after_s = 0;
  // Since a continue token expired: where an inconsistent list may go on.
  std::string continue_token;

  std::string body() const;
};

template <typename T>
using Outcome = std::expected<T, ApiStatus>;

inline std::unexpected<ApiStatus> refuse(ApiStatus status) {
  return std::unexpected(std::move(status));
}

ApiStatus bad_request(std::string message);
// 500 of a layer that knows no reasons.
ApiStatus internal_error(std::string message);
// No such kind, or no such thing below it.
ApiStatus no_such_resource();
ApiStatus not_found(const ResourceType& type, std::string_view name);
ApiStatus already_exists(const ResourceType& type, std::string_view name);
ApiStatus conflict(const ResourceType& type, std::string_view name, std::string_view why);
ApiStatus forbidden(const ResourceType& type, std::string_view name, std::string_view why);
// "Kind.group "name" is invalid: field: Invalid value: …"; each cause is one field.
ApiStatus invalid(const ResourceType& type, std::string_view name,
                  std::vector<ApiStatus::Cause> causes);
ApiStatus method_not_allowed();
// "delete is not supported on resources of kind …"
// What a real API server serves and this one leaves out.
ApiStatus not_implemented(const ResourceType& type, std::string_view subresource);
ApiStatus not_supported(const ResourceType& type, std::string_view verb);
ApiStatus not_acceptable(std::string message);
ApiStatus unsupported_media_type(std::string_view accepted);
// "ListOptions.meta.k8s.io "" is invalid: …"
ApiStatus options_invalid(std::string kind, std::vector<ApiStatus::Cause> causes);
ApiStatus expired(std::string message);
ApiStatus too_large_resource_version(uint64_t asked, uint64_t current);
ApiStatus not_implemented(std::string message);

}  // namespace masthead::sim
