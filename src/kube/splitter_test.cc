#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "json/envelope.h"
#include "kube/line_splitter.h"
#include "kube/list_splitter.h"

namespace masthead::kube {
namespace {

struct Heard : LineSplitter::Lines, ListSplitter::Items {
  std::vector<std::string> got;
  int oversize = 0;
  bool on_line(std::string_view line) override {
    got.emplace_back(line);
    return true;
  }
  void on_item(std::string_view item) override { got.emplace_back(item); }
  void on_oversize() override { ++oversize; }
};

Heard lines_of(std::string_view bytes, size_t step, size_t limit = limits::kWatchLineBytes) {
  Heard heard;
  LineSplitter splitter(limit);
  for (; !bytes.empty(); bytes.remove_prefix(std::min(step, bytes.size()))) {
    splitter.feed(bytes.substr(0, step), heard);
  }
  return heard;
}

TEST(LineSplitter, cuts_lines_whatever_the_pieces) {
  for (const size_t step : {1u, 2u, 5u, 100u}) {
    EXPECT_EQ(lines_of("one\ntwo\n\n\r\nthree\nrest", step).got,
              (std::vector<std::string>{"one", "two", "three"}));
  }
}

TEST(LineSplitter, skips_a_line_one_past_the_limit_and_goes_on) {
  for (const size_t step : {1u, 3u, 100u}) {
    const Heard heard = lines_of("12345\n123456\n1234567890123\nab\n", step, 5);
    EXPECT_EQ(heard.got, (std::vector<std::string>{"12345", "ab"}));
    EXPECT_EQ(heard.oversize, 2);
  }
}

base::Result<ListMeta> split(std::string_view bytes, size_t step, Heard& heard,
                             size_t limit = limits::kObjectBytes) {
  ListSplitter splitter(limit);
  for (; !bytes.empty(); bytes.remove_prefix(std::min(step, bytes.size()))) {
    TRY_VOID(splitter.feed(bytes.substr(0, step), heard));
  }
  return splitter.finish();
}

TEST(ListSplitter, cuts_items_whatever_the_pieces) {
  const std::string list =
      R"({"kind":"PodList","x":{"items":[1,{"a":[]}]},"metadata":{"resourceVersion":"7","continue":"c"},)"
      R"( "items": [ {"a":"}]\"\\","b":[{}]} ,{"c":1}, {} ],"y":[{"z":"]"}]})";
  for (const size_t step : {1u, 2u, 3u, 17u, 1000u}) {
    Heard heard;
    const auto meta = split(list, step, heard);
    ASSERT_TRUE(meta) << meta.error().text;
    EXPECT_EQ(meta->resource_version, "7");
    EXPECT_EQ(meta->continue_token, "c");
    EXPECT_EQ(heard.got,
              (std::vector<std::string>{R"({"a":"}]\"\\","b":[{}]})", R"({"c":1})", "{}"}));
  }
}

TEST(ListSplitter, takes_metadata_behind_the_items_null_items_and_garbage_items) {
  Heard heard;
  const auto meta = split(
      R"({"items":[5,"x]",null,[{}]],"kind":"List","metadata":{"resourceVersion":"9"}})", 4, heard);
  ASSERT_TRUE(meta) << meta.error().text;
  EXPECT_EQ(meta->resource_version, "9");
  EXPECT_EQ(heard.got, (std::vector<std::string>{"5", "\"x]\"", "null", "[{}]"}));
  Heard none;
  EXPECT_TRUE(split(R"({"kind":"PodList","metadata":{},"items":null})", 100, none));
  EXPECT_TRUE(none.got.empty());
}

TEST(ListSplitter, refuses_what_is_cut_short_or_no_list) {
  const std::string list =
      R"({"kind":"PodList","metadata":{"resourceVersion":"7"},"items":[{"a":1}]})";
  for (size_t size = 0; size < list.size(); ++size) {
    Heard heard;
    EXPECT_FALSE(split(std::string_view(list).substr(0, size), 1000, heard)) << size;
  }
  for (const char* bad : {"[]", "5", R"({"kind":"Pod","metadata":{}})", R"({"kind":"PodList"})",
                          R"({"kind":"PodList","metadata":{},"items":[}]})", "}}}}"}) {
    Heard heard;
    EXPECT_FALSE(split(bad, 1000, heard)) << bad;
  }
}

TEST(ListSplitter, leaves_an_item_one_past_the_limit_out) {
  const auto item = [](size_t size) { return "{\"a\":\"" + std::string(size - 8, 'x') + "\"}"; };
  const auto list = [&](size_t size) {
    return R"({"kind":"XList","metadata":{},"items":[)" + item(size) + ",{}]}";
  };
  for (const size_t step : {1000u, 100'000'000u}) {
    Heard fits, too_big;
    EXPECT_TRUE(split(list(limits::kObjectBytes), step, fits));
    EXPECT_EQ(fits.got.size(), 2u);
    EXPECT_TRUE(split(list(limits::kObjectBytes + 1), step, too_big));
    EXPECT_EQ(too_big.got, std::vector<std::string>{"{}"});
    EXPECT_EQ(too_big.oversize, 1);
  }
}

TEST(ListSplitter, holds_the_limit_of_what_stands_beside_the_items) {
  Heard heard;
  EXPECT_FALSE(split(R"({"kind":")" + std::string(70'000, 'x'), 1000, heard));
}

std::string padded(std::string text) {
  text.reserve(text.size() + json::kPadding);
  return text;
}

TEST(Envelope, reads_what_a_reflector_needs) {
  json::EnvelopeReader reader;
  json::WatchEnvelope event;
  const std::string line =
      padded(R"({"type":"BOOKMARK","object":{"kind":"Pod","metadata":{"resourceVersion":"12",)"
             R"("annotations":{"k8s.io/initial-events-end":"true"}}}})");
  ASSERT_TRUE(reader.read_event(line, event));
  EXPECT_EQ(event.type, "BOOKMARK");
  EXPECT_EQ(event.resource_version, "12");
  EXPECT_TRUE(event.initial_events_end);
  EXPECT_TRUE(event.object.starts_with("{\"kind\":\"Pod\""));
  EXPECT_TRUE(event.object.ends_with("\"true\"}}}"));
  const std::string swapped = padded(
      R"({"object":{"spec":{"metadata":{"resourceVersion":"no"}},"metadata":{"annotations":{},)"
      R"("resourceVersion":"5"}},"type":"ADDED"})");
  ASSERT_TRUE(reader.read_event(swapped, event));
  EXPECT_EQ(event.resource_version, "5");
  EXPECT_FALSE(event.initial_events_end);
}

TEST(Envelope, refuses_what_is_not_an_event_and_survives_garbage_objects) {
  json::EnvelopeReader reader;
  json::WatchEnvelope event;
  for (const char* bad :
       {"", "x", "[]", "{}", "{\"type\":5,\"object\":{}}", "{\"type\":\"ADDED\"}",
        "{\"type\":\"ADDED\",\"object\":null}", "{\"type\":\"ADDED\",\"object\":[1]}",
        "{\"type\":\"ADDED\",\"object\":{"}) {
    EXPECT_FALSE(reader.read_event(padded(bad), event)) << bad;
  }
  for (const char* odd :
       {"{\"type\":\"ADDED\",\"object\":{}}", "{\"type\":\"ADDED\",\"object\":{\"metadata\":[]}}",
        "{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"resourceVersion\":7}}}"}) {
    EXPECT_TRUE(reader.read_event(padded(odd), event)) << odd;
    EXPECT_EQ(event.resource_version, "") << odd;
  }
  EXPECT_EQ(reader.resource_version_of(padded("{\"metadata\":{\"resourceVersion\":\"3\"}}")), "3");
  EXPECT_EQ(reader.resource_version_of(padded("null")), "");
}

}  // namespace
}  // namespace masthead::kube
