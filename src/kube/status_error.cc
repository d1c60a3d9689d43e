#include "kube/status_error.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>

#include "base/limits.h"
#include "base/utf8.h"
#include "json/value.h"

namespace masthead::kube {

using base::ErrorCode;

namespace {

int64_t cap_retry_after(int64_t seconds) {
  return std::clamp<int64_t>(seconds, 0, limits::kRetryAfterMaxMs / 1000) * 1000;
}

ErrorCode code_of(int status) {
  switch (status) {
    case 400:
    case 422:
      return ErrorCode::kInvalid;
    case 401:
      return ErrorCode::kUnauthenticated;
    case 403:
      return ErrorCode::kForbidden;
    case 404:
      return ErrorCode::kNotFound;
    case 405:
    case 406:
    case 415:
    case 501:
      return ErrorCode::kUnsupported;
    case 408:
    case 504:
      return ErrorCode::kTimeout;
    case 409:
      return ErrorCode::kConflict;
    case 410:
      return ErrorCode::kGone;
    case 413:
      return ErrorCode::kTooLarge;
    case 429:
      return ErrorCode::kTooManyRequests;
    default:
      return status >= 500 ? ErrorCode::kUnavailable : ErrorCode::kInternal;
  }
}

std::string hint_of(int status) {
  switch (status) {
    case 401:
      return "The credentials are not accepted. Log in again, or renew the token or certificate.";
    case 403:
      return "Ask for the right to do this, or choose what your account may see.";
    case 429:
      return "The API server is busy. Masthead waits as long as it asks and tries again.";
    case 500:
    case 502:
    case 503:
    case 504:
      return "The API server has trouble of its own. Masthead goes on trying.";
    default:
      return {};
  }
}

// The first line of a body that is not a Status, as proxies send them.
std::string plain_text(std::string_view body) {
  const std::string_view line =
      base::utf8_prefix(body.substr(0, std::min(body.find_first_of("\r\n"), body.size())), 200);
  if (line.empty() || line.starts_with('<') || line.starts_with('{') || !base::is_utf8(line))
    return {};
  return std::string(line);
}

}  // namespace

std::optional<Status> parse_status(std::string_view body) {
  const auto document = json::Document::parse(body);
  if (!document) return std::nullopt;
  const json::Value root = document->root();
  if (root["kind"].str() != "Status") return std::nullopt;
  Status status;
  const int64_t code = root["code"].integer_or(0);
  status.code = code >= 100 && code <= 599 ? static_cast<int>(code) : 500;
  status.reason = root["reason"].str();
  status.message = root["message"].str();
  for (const json::Value cause : root["details"]["causes"].items()) {
    status.causes.emplace_back(cause["reason"].str());
  }
  status.retry_after_ms = cap_retry_after(root["details"]["retryAfterSeconds"].integer_or(0));
  return status;
}

std::optional<int64_t> parse_retry_after(std::string_view value, int64_t now_ms) {
  if (value.empty()) return std::nullopt;
  if (value.find_first_not_of("0123456789") == std::string_view::npos) {
    // More digits than anybody waits for count as the most we wait.
    int64_t seconds = 0;
    const auto [at, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
    return cap_retry_after(error == std::errc() ? seconds : INT64_MAX);
  }
  // "Wed, 21 Oct 2026 07:28:00 GMT"
  static constexpr std::array<std::string_view, 12> kMonths = {
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm time{};
  char month[4] = {}, zone[4] = {};
  const std::string text(value.substr(0, 40));
  if (std::sscanf(text.c_str(), "%*3s, %2d %3s %4d %2d:%2d:%2d %3s", &time.tm_mday, month,
                  &time.tm_year, &time.tm_hour, &time.tm_min, &time.tm_sec, zone) != 7) {
    return std::nullopt;
  }
  const auto found = std::find(kMonths.begin(), kMonths.end(), month);
  if (found == kMonths.end() || std::string_view(zone) != "GMT" || time.tm_year < 1970) {
    return std::nullopt;
  }
  time.tm_mon = static_cast<int>(found - kMonths.begin());
  time.tm_year -= 1900;
  const int64_t at_ms = int64_t{timegm(&time)} * 1000;
  return cap_retry_after((at_ms - now_ms + 999) / 1000);
}

base::Error error_of_status(const Status& status) {
  base::Error error;
  error.code = code_of(status.code);
  error.text = status.message.empty() ? "the API server answered " + std::to_string(status.code) +
                                            (status.reason.empty() ? "" : " " + status.reason)
                                      : status.message;
  error.hint = hint_of(status.code);
  error.params = {{"status", std::to_string(status.code)}, {"reason", status.reason}};
  for (const auto& cause : status.causes) error.params.emplace_back("cause", cause);
  error.retry_after_ms = status.retry_after_ms;
  return error;
}

base::Error error_of_answer(int http_status, const proto::Headers& headers, std::string_view body,
                            int64_t now_ms) {
  Status status = parse_status(body).value_or(Status{});
  status.code = http_status;
  if (status.message.empty()) {
    const std::string text = plain_text(body);
    const std::string code = std::to_string(http_status);
    if (!text.empty()) status.message = text.starts_with(code) ? text : code + " " + text;
  }
  const auto retry_after = parse_retry_after(proto::find_header(headers, "retry-after"), now_ms);
  status.retry_after_ms = std::max(status.retry_after_ms, retry_after.value_or(0));
  return error_of_status(status);
}

std::string_view param_of(const base::Error& error, std::string_view name) {
  for (const auto& [key, value] : error.params) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace masthead::kube
