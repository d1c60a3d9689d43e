// The exact log of requests, as fault tests expect it.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "fault/fault_fixture.h"

namespace masthead::fault {
namespace {

// "watch rv=7" of a path as the log has it: "watch /api/v1/pods rv=7".
std::string with_path(const std::string& text, const std::string& path) {
  const size_t space = text.find(' ');
  return text.substr(0, space) + " " + path +
         (space == std::string::npos ? "" : text.substr(space));
}

std::vector<std::string> with_path(std::vector<std::string> texts, const std::string& path) {
  for (std::string& text : texts) text = with_path(text, path);
  return texts;
}

// Those that begin with '?' may be missing.
bool fits(const std::vector<std::string>& asked, const std::vector<std::string>& wanted) {
  size_t at = 0;
  for (const std::string& one : wanted) {
    const bool optional = one.starts_with('?');
    if (at < asked.size() && asked[at] == one.substr(optional ? 1 : 0)) {
      ++at;
    } else if (!optional) {
      return false;
    }
  }
  return at == asked.size();
}

// Lists without a resourceVersion and limit: of listed(), and of whoever asks which cluster this
// is.
bool is_of_others(const sim::Faults::Logged& line) {
  return line.text() == "list " + line.path;
}

}  // namespace

std::string FaultTest::path_of(const host::ServedKind& kind, std::string_view ns) {
  const std::string& group = kind.kind->group_kind.group;
  std::string path = group.empty() ? "/api/" + kind.version : "/apis/" + group + "/" + kind.version;
  if (!ns.empty()) path += "/namespaces/" + std::string(ns);
  return path + "/" + kind.kind->resource;
}

std::vector<std::string> FaultTest::requests(size_t mark, std::string_view path) {
  std::vector<std::string> found;
  const auto log = faults().log();
  for (size_t i = mark; i < log.size(); ++i) {
    if (log[i].path == path && !is_of_others(log[i])) found.push_back(log[i].text());
  }
  return found;
}

std::vector<std::string> FaultTest::paths() const {
  std::vector<std::string> found;
  for (const host::ServedKind& kind : session_->snapshot()->kinds) {
    found.push_back(path_of(kind, ""));
  }
  return found;
}

void FaultTest::expect_each_asked(size_t mark, const std::vector<std::string>& wanted) {
  // A watch is live when it is answered, which may be before it says that it cannot go on.
  eventually(
      [&] {
        const auto all = paths();
        return std::all_of(all.begin(), all.end(), [&](const std::string& path) {
          return fits(requests(mark, path), with_path(wanted, path));
        });
      },
      3'000);
  for (const std::string& path : paths()) expect_log(mark, path, wanted);
}

void FaultTest::expect_asked(size_t mark, const std::string& path,
                             const std::vector<std::string>& wanted) {
  eventually([&] { return fits(requests(mark, path), with_path(wanted, path)); }, 3'000);
  expect_log(mark, path, wanted);
}

void FaultTest::expect_log(size_t mark, const std::string& path,
                           const std::vector<std::string>& wanted) {
  const auto asked = requests(mark, path), whole = with_path(wanted, path);
  EXPECT_TRUE(fits(asked, whole)) << path << " was asked for by: "
                                  << fmt::format("{}", fmt::join(asked, ", "))
                                  << "; wanted: " << fmt::format("{}", fmt::join(whole, ", "));
}

void FaultTest::expect_each_backed_off(size_t mark, const std::string& text, int64_t at_least_ms,
                                       int64_t at_most_ms) {
  constexpr int64_t kEarlyMs = 50;    // the request before was longer on its way
  constexpr int64_t kLateMs = 2'500;  // the machine had other things to do
  const auto log = faults().log();
  for (const std::string& path : paths()) {
    const std::string whole = with_path(text, path);
    int64_t last_ms = 0, step_ms = limits::kBackoffFirstMs;
    for (size_t i = mark; i < log.size(); ++i) {
      if (log[i].path != path || is_of_others(log[i])) continue;
      EXPECT_EQ(log[i].text(), whole);
      const int64_t before_ms = std::exchange(last_ms, log[i].at_ms);
      if (before_ms == 0) continue;
      const int64_t pause_ms = last_ms - before_ms;
      EXPECT_GE(pause_ms, std::clamp(step_ms, at_least_ms, at_most_ms) - kEarlyMs) << whole;
      // The loss that began it may have taken the first step, with no request that arrived.
      EXPECT_LE(pause_ms, std::clamp(2 * step_ms, at_least_ms, at_most_ms) + kLateMs) << whole;
      step_ms *= 2;
    }
    EXPECT_GT(last_ms, 0) << path << " was not asked for";
  }
}

}  // namespace masthead::fault
