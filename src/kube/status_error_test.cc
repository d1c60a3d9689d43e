#include "kube/status_error.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace masthead::kube {
namespace {

using base::ErrorCode;

TEST(RetryAfter, reads_seconds_and_dates_and_nothing_else) {
  const int64_t now = 1'790'000'000'000;  // 2026-09-21T14:13:20Z
  EXPECT_EQ(parse_retry_after("7", now), 7'000);
  EXPECT_EQ(parse_retry_after("0", now), 0);
  EXPECT_EQ(parse_retry_after("Mon, 21 Sep 2026 14:13:25 GMT", now), 5'000);
  EXPECT_EQ(parse_retry_after("Mon, 21 Sep 2026 14:13:15 GMT", now), 0);
  for (const char* bad : {"", "-1", "1.5", "soon", "7 s", "Mon, 21 Foo 2026 14:13:25 GMT"}) {
    EXPECT_EQ(parse_retry_after(bad, now), std::nullopt) << bad;
  }
}

TEST(RetryAfter, is_capped) {
  const int64_t cap_s = limits::kRetryAfterMaxMs / 1000;
  EXPECT_EQ(parse_retry_after(std::to_string(cap_s), 0), limits::kRetryAfterMaxMs);
  EXPECT_EQ(parse_retry_after(std::to_string(cap_s + 1), 0), limits::kRetryAfterMaxMs);
  EXPECT_EQ(parse_retry_after("99999999999999999999999", 0), limits::kRetryAfterMaxMs);
}

TEST(StatusError, keeps_the_servers_words_and_adds_what_to_do) {
  const base::Error error = error_of_answer(
      403, {},
      R"({"kind":"Status","message":"pods is forbidden: x","reason":"Forbidden","code":403})", 0);
  EXPECT_EQ(error.code, ErrorCode::kForbidden);
  EXPECT_EQ(error.text, "pods is forbidden: x");
  EXPECT_FALSE(error.hint.empty());
  EXPECT_EQ(param_of(error, "reason"), "Forbidden");
  EXPECT_EQ(param_of(error, "status"), "403");
}

TEST(StatusError, maps_every_status_the_api_server_uses) {
  const std::vector<std::pair<int, ErrorCode>> cases = {
      {400, ErrorCode::kInvalid},     {401, ErrorCode::kUnauthenticated},
      {403, ErrorCode::kForbidden},   {404, ErrorCode::kNotFound},
      {405, ErrorCode::kUnsupported}, {409, ErrorCode::kConflict},
      {410, ErrorCode::kGone},        {413, ErrorCode::kTooLarge},
      {422, ErrorCode::kInvalid},     {429, ErrorCode::kTooManyRequests},
      {500, ErrorCode::kUnavailable}, {503, ErrorCode::kUnavailable},
      {504, ErrorCode::kTimeout},     {418, ErrorCode::kInternal}};
  for (const auto& [status, code] : cases) {
    EXPECT_EQ(error_of_answer(status, {}, "", 0).code, code) << status;
  }
}

TEST(StatusError, takes_the_longer_of_both_pauses_and_names_causes) {
  const base::Error error = error_of_answer(
      504, {{"Retry-After", "2"}},
      R"({"kind":"Status","details":{"retryAfterSeconds":5,"causes":[{"reason":"ResourceVersionTooLarge"}]}})",
      0);
  EXPECT_EQ(error.retry_after_ms, 5'000);
  EXPECT_EQ(param_of(error, "cause"), "ResourceVersionTooLarge");
  EXPECT_EQ(error.text, "the API server answered 504");
}

TEST(StatusError, shows_one_line_of_what_proxies_say_and_no_html) {
  EXPECT_EQ(error_of_answer(502, {}, "upstream gone\nmore", 0).text, "502 upstream gone");
  EXPECT_EQ(error_of_answer(502, {}, "<html>x", 0).text, "the API server answered 502");
  EXPECT_EQ(error_of_answer(502, {}, "\xFF\xFE", 0).text, "the API server answered 502");
}

TEST(Status, survives_nonsense) {
  for (const char* body : {"", "[]", "5", "{\"kind\":\"Status\",\"code\":\"x\",\"details\":[]}",
                           "{\"kind\":\"Status\",\"code\":1e300}"}) {
    const auto status = parse_status(body);
    if (status) EXPECT_EQ(status->code, 500) << body;
  }
}

}  // namespace
}  // namespace masthead::kube
