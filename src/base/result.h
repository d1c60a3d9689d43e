// Errors that can happen in operation, as values.
//
// A function that can fail returns Result<T>; TRY passes a failure on. Errors carry a stable code
// for programs, an English sentence for people, a hint that says what to do, and named parameters
// so that the page can word the same thing itself. Plain values: copy and move freely between
// threads.
#pragma once

#include <expected>
#include <string>
#include <utility>
#include <vector>

namespace masthead::base {

enum class ErrorCode {
  kInvalid,          // the input is malformed
  kNotFound,         // the thing does not exist
  kUnauthenticated,  // 401: the credentials are not accepted
  kForbidden,        // 403: the credentials are accepted, the right is missing
  kConflict,         // 409
  kGone,             // 410: resourceVersion or continue token expired
  kTooManyRequests,  // 429
  kTooLarge,         // a limit of base/limits.h was passed
  kUnavailable,      // refused, reset, unreachable, 5xx
  kTimeout,          // nobody answered in time
  kTls,              // certificate or handshake
  kUnsupported,      // understood, and not done by us
  kCancelled,        // we ended it ourselves
  kInternal,         // the other side broke its own protocol, or we cannot say better
};

// "not_found", as it stands in frames, REST answers and logs.
const char* error_code_name(ErrorCode code);

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string text;  // what happened, one sentence
  std::string hint;  // what to do about it; may be empty
  std::vector<std::pair<std::string, std::string>> params;
  int64_t retry_after_ms = 0;  // > 0: the server asked for at least this pause

  // The same error with `context: ` before its text.
  Error within(const std::string& context) const;
  // "text (hint)" for a terminal.
  std::string message() const;
};

template <typename T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorCode code, std::string text, std::string hint = {}) {
  return std::unexpected(Error{code, std::move(text), std::move(hint), {}, 0});
}

}  // namespace masthead::base

// TRY(expr): the value of a Result, or return its error from the calling function.
#define TRY(...)                                                                              \
  ({                                                                                          \
    auto&& masthead_try_result = (__VA_ARGS__);                                               \
    if (!masthead_try_result) return std::unexpected(std::move(masthead_try_result).error()); \
    std::move(masthead_try_result).value();                                                   \
  })

// TRY_VOID(expr): the same for Result<void>.
#define TRY_VOID(...)                                                                         \
  do {                                                                                        \
    auto&& masthead_try_result = (__VA_ARGS__);                                               \
    if (!masthead_try_result) return std::unexpected(std::move(masthead_try_result).error()); \
  } while (0)
