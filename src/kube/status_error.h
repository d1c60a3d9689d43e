// From an HTTP answer of the API server to an Error: code, the server's own text, a hint.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "proto/headers.h"

namespace masthead::kube {

// metav1.Status, as far as a client acts on it.
struct Status {
  int code = 0;
  std::string reason, message;
  std::vector<std::string> causes;  // their reasons
  int64_t retry_after_ms = 0;
};
// Nothing when `body` is not a Status.
std::optional<Status> parse_status(std::string_view body);

// RFC 9110 §10.2.3 in seconds or as a date; capped at limits::kRetryAfterMaxMs. Nothing when
// malformed.
std::optional<int64_t> parse_retry_after(std::string_view value, int64_t now_ms);

// Params: "status", "reason", and "cause" when the server named one.
base::Error error_of_status(const Status& status);
base::Error error_of_answer(int http_status, const proto::Headers& headers, std::string_view body,
                            int64_t now_ms);

// A param of an error; empty when it has none.
std::string_view param_of(const base::Error& error, std::string_view name);

}  // namespace masthead::kube
