#include "kube/log_lines.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>
#include <vector>

namespace masthead::kube {
namespace {

struct Line {
  std::string time, text;
  size_t left_out;
  bool operator==(const Line&) const = default;
};

std::vector<Line> lines_of(std::string_view bytes, size_t limit = 100, bool whole = true) {
  std::vector<Line> found;
  LogLines lines(limit);
  const auto take = [&](const LogLine& line) {
    found.push_back({std::string(line.time), std::string(line.text), line.left_out});
  };
  lines.feed(bytes, take);
  if (whole) lines.finish(take);
  return found;
}

TEST(LogLines, have_a_time_and_a_text_without_their_end) {
  const std::vector<Line> wanted{{"2026-08-14T09:30:00.123456789Z", "one", 0},
                                 {"2026-08-14T11:30:01+02:00", "", 0},
                                 {"", "no time at all", 0},
                                 {"2026-08-14T09:30:02Z", "without an end", 0}};
  EXPECT_EQ(lines_of("2026-08-14T09:30:00.123456789Z one\r\n2026-08-14T11:30:01+02:00 \n"
                     "no time at all\n2026-08-14T09:30:02Z without an end"),
            wanted);
}

TEST(LogLines, without_an_end_are_nothing_as_long_as_the_stream_may_break_off) {
  EXPECT_TRUE(lines_of("2026-08-14T09:30:00Z half", 100, /*whole=*/false).empty());
}

TEST(LogLines, are_cut_at_the_limit_and_one_past_it_is_counted) {
  const std::string time = "2026-08-14T09:30:00.123456789Z ";
  EXPECT_EQ(lines_of(time + std::string(100, 'x') + "\n")[0].left_out, 0u);
  const Line cut = lines_of(time + std::string(101, 'x') + "\nnext\n")[0];
  EXPECT_EQ(cut.text, std::string(100, 'x'));
  EXPECT_EQ(cut.left_out, 1u);
  const auto found = lines_of(time + std::string(100'000, 'x') + "\nnext\n");
  EXPECT_EQ(found[0].text.size() + found[0].left_out, 100'000u);
  EXPECT_EQ(found[1].text, "next");
}

TEST(LogLines, are_never_cut_within_a_character) {
  const Line cut = lines_of("2026-08-14T09:30:00Z " + std::string(99, 'x') + "é\n")[0];
  EXPECT_EQ(cut.text, std::string(99, 'x'));
  EXPECT_EQ(cut.left_out, 2u);
}

// A log and a server that gives all from a whole second on, in its order.
struct Log {
  struct Entry {
    int64_t second, nanosecond;
    std::string text;
  };
  std::vector<Entry> entries;
  static std::string time_of(const Entry& entry) {
    return fmt::format("2026-08-14T09:{:02}:{:02}.{:09}Z", entry.second / 60, entry.second % 60,
                       entry.nanosecond);
  }
  std::string from(const std::optional<std::string>& since) const {
    std::string bytes;
    for (const Entry& entry : entries) {
      const std::string time = time_of(entry);
      if (!since || time.substr(0, 19) >= since->substr(0, 19)) {
        bytes += time + " " + entry.text + "\n";
      }
    }
    return bytes;
  }
};

RC_GTEST_PROP(LogResume, loses_and_doubles_nothing_wherever_a_stream_breaks_off, ()) {
  Log log;
  int64_t second = 0;
  const int count = *rc::gen::inRange(1, 60);
  for (int i = 0; i < count; ++i) {
    second += *rc::gen::inRange(0, 2);
    // Equal times, equal texts, and times that go back by less than a second.
    log.entries.push_back({second, *rc::gen::inRange(0, 4) * 100'000'000,
                           fmt::format("text {}", *rc::gen::inRange(0, 3))});
  }
  LogResume resume;
  std::vector<std::string> got;
  for (int turn = 0;; ++turn) {
    const std::string bytes = log.from(resume.since());
    const bool last = turn == 6;
    const size_t size = last ? bytes.size() : *rc::gen::inRange<size_t>(0, bytes.size() + 1);
    LogLines lines;
    lines.feed(bytes.substr(0, size), [&](const LogLine& line) {
      if (resume.take(line)) got.push_back(std::string(line.time) + " " + std::string(line.text));
    });
    if (last) break;
    resume.begin_again();
  }
  std::vector<std::string> wanted;
  for (const auto& entry : log.entries) wanted.push_back(Log::time_of(entry) + " " + entry.text);
  RC_ASSERT(std::multiset<std::string>(got.begin(), got.end()) ==
            std::multiset<std::string>(wanted.begin(), wanted.end()));
}

TEST(LogResume, does_not_bring_in_what_lies_before_the_first_line_that_was_asked_for) {
  LogResume resume;
  const auto take = [&](const char* time, const char* text) {
    bool fresh = false;
    LogLines lines;
    lines.feed(fmt::format("2026-08-14T09:30:{}Z {}\n", time, text),
               [&](const LogLine& one) { fresh = resume.take(one); });
    return fresh;
  };
  EXPECT_TRUE(take("05.500", "the last lines begin here"));
  EXPECT_EQ(resume.since(), "2026-08-14T09:30:04Z");
  resume.forget_earlier();
  resume.begin_again();
  EXPECT_FALSE(take("05.100", "before them"));
  EXPECT_FALSE(take("05.500", "the last lines begin here"));
  EXPECT_TRUE(take("05.500", "new at the same time"));
}

TEST(LogResume, remembers_no_more_than_its_limit_and_takes_nothing_twice_that_it_forgot) {
  LogResume resume(/*remembered=*/10);
  const auto take = [&](int nanosecond) {
    LogLine line;
    line.time_ns = 1'800'000'000'000'000'000 + nanosecond;
    line.text = "x";
    return resume.take(line);
  };
  for (int i = 0; i < 30; ++i) EXPECT_TRUE(take(i));
  resume.begin_again();
  for (int i = 0; i < 30; ++i) EXPECT_FALSE(take(i)) << i;
  EXPECT_TRUE(take(30));
}

}  // namespace
}  // namespace masthead::kube
