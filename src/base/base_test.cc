#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/base64.h"
#include "base/clock.h"
#include "base/interned.h"
#include "base/json_escape.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/result.h"
#include "base/split.h"
#include "base/time_format.h"

namespace masthead::base {
namespace {

TEST(TimeFormat, reads_what_kubernetes_writes) {
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(parse_rfc3339("2026-08-14T09:30:00Z"), 1786699800000);
  EXPECT_EQ(parse_rfc3339("2026-08-14T09:30:00.123456Z"), 1786699800123);
  EXPECT_EQ(parse_rfc3339("2026-08-14T11:30:00+02:00"), 1786699800000);
  EXPECT_EQ(parse_rfc3339("2024-02-29T00:00:00Z"), 1709164800000);
}

TEST(TimeFormat, refuses_what_is_not_a_time) {
  for (const char* text : {"", "2026", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z",
                           "2026-08-14T24:00:00Z", "2026-08-14T09:30:00", "2026-08-14T09:30:00.Z",
                           "2026-08-14T09:30:00Zjunk", "2026-08-14 09:30:00Z"}) {
    EXPECT_EQ(parse_rfc3339(text), std::nullopt) << text;
  }
}

RC_GTEST_PROP(TimeFormat, written_times_are_read_back, ()) {
  const int64_t ms = *rc::gen::inRange<int64_t>(-62'135'596'800'000, 253'402'300'799'000);
  RC_ASSERT(parse_rfc3339(format_rfc3339(ms)) == ms);
}

TEST(TimeFormat, reads_go_durations) {
  EXPECT_EQ(parse_go_duration("1h30m0s"), 5'400'000);
  EXPECT_EQ(parse_go_duration("500ms"), 500);
  EXPECT_EQ(parse_go_duration("1.5s"), 1500);
  EXPECT_EQ(parse_go_duration("-5m"), -300'000);
  EXPECT_EQ(parse_go_duration("0"), 0);
  for (const char* text : {"", "5", "m", "5x", "1h30", "999999999h"}) {
    EXPECT_EQ(parse_go_duration(text), std::nullopt) << text;
  }
  const std::string digits(400, '9');
  EXPECT_EQ(parse_go_duration(digits + "." + digits + "s"), std::nullopt) << "not a number";
}

TEST(TimeFormat, says_ages_as_the_page_does) {
  EXPECT_EQ(format_age(-10), "now");
  EXPECT_EQ(format_age(42'000), "42 s");
  EXPECT_EQ(format_age(7 * 60'000), "7 m");
  EXPECT_EQ(format_age(192 * 60'000), "3 h 12 m");
  EXPECT_EQ(format_age(3 * 3'600'000), "3 h");
  EXPECT_EQ(format_age(5 * 86'400'000), "5 d");
}

TEST(JsonEscape, replaces_what_is_not_utf8_and_keeps_the_rest) {
  const auto escaped = [](std::string_view text) {
    std::string out;
    append_json_escaped(out, text);
    return out;
  };
  EXPECT_EQ(escaped("a\"b\\c\nd\x01"), "a\\\"b\\\\c\\nd\\u0001");
  EXPECT_EQ(escaped("gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80"), "gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80");
  EXPECT_EQ(escaped("x\xFFy\xC3"), "x\xEF\xBF\xBDy\xEF\xBF\xBD");
  EXPECT_EQ(escaped("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD") << "lone surrogate";
}

TEST(Interned, equal_texts_are_one) {
  EXPECT_EQ(Interned("flux-system"), Interned(std::string("flux-") + "system"));
  EXPECT_NE(Interned("a"), Interned("b"));
  EXPECT_EQ(Interned("a").text(), "a");
  EXPECT_TRUE(Interned("").empty());
}

Result<int> half(int n) {
  if (n % 2 != 0) return fail(ErrorCode::kInvalid, "odd");
  return n / 2;
}

Result<int> quarter(int n) {
  return half(TRY(half(n)));
}

TEST(Result, try_passes_the_first_error_on) {
  EXPECT_EQ(quarter(12).value(), 3);
  EXPECT_EQ(quarter(5).error().text, "odd");
  EXPECT_EQ(quarter(6).error().within("number 6").text, "number 6: odd");
}

TEST(Base64, reads_what_it_writes_and_refuses_the_rest) {
  for (const std::string text : {"", "a", "ab", "abc", "\xFF\x01\x02"}) {
    EXPECT_EQ(decode_base64(encode_base64(text)), text);
  }
  EXPECT_EQ(decode_base64("aGk=\n"), "hi");
  for (const char* bad : {"a", "a===", "ab=c", "a b=", "====", "YQ=", "YW"}) {
    EXPECT_FALSE(decode_base64(bad)) << bad;
  }
}

TEST(Split, leaves_out_what_is_empty) {
  EXPECT_EQ(split("a,,b,", ','), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(split("", ',').empty());
}

TEST(Log, cuts_a_field_at_its_limit) {
  const std::string fits(limits::kLogFieldBytes, 'x');
  for (const char* more : {"", "y"}) {
    testing::internal::CaptureStderr();
    log::warn("test", "something", {{"field", fits + more}});
    const std::string line = testing::internal::GetCapturedStderr();
    EXPECT_NE(line.find("\"" + fits + "\""), std::string::npos) << line;
  }
}

}  // namespace
}  // namespace masthead::base
