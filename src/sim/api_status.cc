#include "sim/api_status.h"

#include <fmt/format.h>

#include "json/writer.h"
#include "sim/resource_type.h"

namespace masthead::sim {
namespace {

ApiStatus about(int code, std::string reason, std::string message, const ResourceType& type,
                std::string_view name) {
  ApiStatus status;
  status.code = code;
  status.reason = std::move(reason);
  status.message = std::move(message);
  status.name = name;
  status.group = type.group;
  status.kind = type.plural;
  return status;
}

ApiStatus plain(int code, std::string reason, std::string message) {
  ApiStatus status;
  status.code = code;
  status.reason = std::move(reason);
  status.message = std::move(message);
  return status;
}

}  // namespace

std::string ApiStatus::body() const {
  json::Writer out;
  out.begin_object().key("kind").string("Status").key("apiVersion").string("v1");
  out.key("metadata").begin_object();
  if (!continue_token.empty()) out.key("continue").string(continue_token);
  out.end_object();
  out.key("status").string("Failure").key("message").string(message);
  if (!reason.empty()) out.key("reason").string(reason);
  if (empty_details || !name.empty() || !group.empty() || !kind.empty() || !causes.empty() ||
      retry_after_s > 0) {
    out.key("details").begin_object();
    if (!name.empty()) out.key("name").string(name);
    if (!group.empty()) out.key("group").string(group);
    if (!kind.empty()) out.key("kind").string(kind);
    if (!uid.empty()) out.key("uid").string(uid);
    if (!causes.empty()) {
      out.key("causes").begin_array();
      for (const Cause& cause : causes) {
        out.begin_object();
        if (!cause.reason.empty()) out.key("reason").string(cause.reason);
        if (!cause.message.empty()) out.key("message").string(cause.message);
        if (!cause.field.empty()) out.key("field").string(cause.field);
        out.end_object();
      }
      out.end_array();
    }
    if (retry_after_s > 0) out.key("retryAfterSeconds").integer(retry_after_s);
    out.end_object();
  }
  out.key("code").integer(code).end_object();
  return std::move(out).finish();
}

ApiStatus bad_request(std::string message) {
  return plain(400, "BadRequest", std::move(message));
}

ApiStatus internal_error(std::string message) {
  return plain(500, "", std::move(message));
}

ApiStatus no_such_resource() {
  ApiStatus status = plain(404, "NotFound", "the server could not find the requested resource");
  status.empty_details = true;
  return status;
}

ApiStatus not_found(const ResourceType& type, std::string_view name) {
  return about(404, "NotFound", fmt::format("{} \"{}\" not found", type.qualified(), name), type,
               name);
}

ApiStatus already_exists(const ResourceType& type, std::string_view name) {
  return about(409, "AlreadyExists",
               fmt::format("{} \"{}\" already exists", type.qualified(), name), type, name);
}

ApiStatus conflict(const ResourceType& type, std::string_view name, std::string_view why) {
  return about(
      409, "Conflict",
      fmt::format("Operation cannot be fulfilled on {} \"{}\": {}", type.qualified(), name, why),
      type, name);
}

ApiStatus forbidden(const ResourceType& type, std::string_view name, std::string_view why) {
  std::string message =
      name.empty() ? fmt::format("{} is forbidden: {}", type.qualified(), why)
                   : fmt::format("{} \"{}\" is forbidden: {}", type.qualified(), name, why);
  return about(403, "Forbidden", std::move(message), type, name);
}

ApiStatus invalid(const ResourceType& type, std::string_view name,
                  std::vector<ApiStatus::Cause> causes) {
  std::string list;
  for (const auto& cause : causes) {
    if (!list.empty()) list += ", ";
    list += cause.field + ": " + cause.message;
  }
  if (causes.size() > 1) list = "[" + list + "]";
  ApiStatus status =
      about(422, "Invalid",
            fmt::format("{} \"{}\" is invalid: {}",
                        type.group.empty() ? type.kind : type.kind + "." + type.group, name, list),
            type, name);
  status.kind = type.kind;
  status.causes = std::move(causes);
  return status;
}

ApiStatus method_not_allowed() {
  ApiStatus status = plain(405, "MethodNotAllowed",
                           "the server does not allow this method on the requested resource");
  status.empty_details = true;
  return status;
}

ApiStatus not_implemented(const ResourceType& type, std::string_view subresource) {
  return plain(
      501, "NotImplemented",
      fmt::format("the embedded cluster does not serve {}/{}", type.qualified(), subresource));
}

ApiStatus not_supported(const ResourceType& type, std::string_view verb) {
  return about(
      405, "MethodNotAllowed",
      fmt::format("{} is not supported on resources of kind \"{}\"", verb, type.qualified()), type,
      "");
}

ApiStatus not_acceptable(std::string message) {
  return plain(406, "NotAcceptable", std::move(message));
}

ApiStatus options_invalid(std::string kind, std::vector<ApiStatus::Cause> causes) {
  ResourceType options;
  options.group = "meta.k8s.io";
  options.kind = std::move(kind);
  return invalid(options, "", std::move(causes));
}

ApiStatus unsupported_media_type(std::string_view accepted) {
  return plain(
      415, "UnsupportedMediaType",
      fmt::format("the body of the request was in an unknown format - accepted media types "
                  "include: {}",
                  accepted));
}

ApiStatus expired(std::string message) {
  return plain(410, "Expired", std::move(message));
}

ApiStatus too_large_resource_version(uint64_t asked, uint64_t current) {
  ApiStatus status =
      plain(504, "Timeout",
            fmt::format("Timeout: Too large resource version: {}, current: {}", asked, current));
  status.causes.push_back({"ResourceVersionTooLarge", "Too large resource version", ""});
  status.retry_after_s = 1;
  return status;
}

ApiStatus not_implemented(std::string message) {
  return plain(501, "NotImplemented", std::move(message));
}

}  // namespace masthead::sim
