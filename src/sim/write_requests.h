// What requests that write have in common: their bodies and their options.
#pragma once

#include <string_view>

#include "sim/api_request.h"
#include "sim/api_status.h"
#include "sim/document.h"
#include "sim/object_rules.h"
#include "sim/resource_type.h"

namespace masthead::sim {

inline constexpr const char* kJson = "application/json";

WriteContext context_of(const ApiRequest& request, const ResourceType& type, int64_t now_ms,
                        base::Random& random);

// Content-Type without its parameters.
std::string_view media_type(const ApiRequest& request);

// fieldManager, fieldValidation and force; `options` names the options that they belong to.
Outcome<void> check_write_options(const ApiRequest& request, const char* options);

// The body, refused when it is none of JSON; which object it must be says `type`.
Outcome<Document> json_body(const ApiRequest& request, const ResourceType& type);

// The parameter dryRun; `options` names the options that it belongs to.
Outcome<bool> dry_run_of(const ApiRequest& request, const char* options);
ApiStatus dry_run_invalid(const char* options, std::string_view value);

bool has_finalizers(const Document& object);

}  // namespace masthead::sim
