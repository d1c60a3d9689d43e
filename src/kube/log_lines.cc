#include "kube/log_lines.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/time_format.h"
#include "base/utf8.h"

namespace masthead::kube {
namespace {

constexpr int64_t kSecondNs = 1'000'000'000;
// Nanoseconds since the epoch end in the year 2262.
constexpr int64_t kSecondsMax = 9'000'000'000;
// "2026-08-14T09:30:00.123456789+02:00"
constexpr size_t kTimeBytes = 35;

// base::parse_rfc3339 cuts what is below a millisecond.
std::optional<int64_t> nanoseconds_of(std::string_view time) {
  const auto ms = base::parse_rfc3339(time);
  if (!ms) return std::nullopt;
  int64_t below_second = 0;
  if (const size_t dot = time.find('.'); dot != std::string_view::npos) {
    int64_t scale = kSecondNs;
    for (size_t i = dot + 1; i < time.size() && time[i] >= '0' && time[i] <= '9'; ++i) {
      scale /= 10;
      below_second += (time[i] - '0') * scale;
    }
  }
  const int64_t seconds = *ms / 1000;
  if (seconds < 0 || seconds > kSecondsMax) return std::nullopt;
  return seconds * kSecondNs + below_second;
}

LogLine parse(std::string_view bytes) {
  LogLine line;
  line.text = bytes;
  const size_t space = bytes.substr(0, kTimeBytes + 1).find(' ');
  if (space != std::string_view::npos) {
    if (const auto time = nanoseconds_of(bytes.substr(0, space))) {
      line.time_ns = *time;
      line.time = bytes.substr(0, space);
      line.text = bytes.substr(space + 1);
    }
  }
  return line;
}

uint64_t hash_of(const LogLine& line) {
  const auto mix = [](uint64_t a, uint64_t b) {
    return (a ^ b) * 0x9E3779B97F4A7C15ULL + (a << 7 | a >> 57);
  };
  const std::hash<std::string_view> hash;
  return mix(mix(hash(line.text), static_cast<uint64_t>(line.time_ns)), line.left_out);
}

}  // namespace

void LogLines::append(std::string_view part) {
  const size_t room = limit_ + kTimeBytes + 1 - std::min(rest_.size(), limit_ + kTimeBytes + 1);
  rest_ += part.substr(0, room);
  left_out_ += part.size() - std::min(part.size(), room);
}

void LogLines::end_line(const Take& take) {
  std::string_view bytes = rest_;
  if (left_out_ == 0 && bytes.ends_with('\r')) bytes.remove_suffix(1);
  LogLine line = parse(bytes);
  const std::string_view kept = base::utf8_prefix(line.text, limit_);
  line.left_out = left_out_ + line.text.size() - kept.size();
  line.text = kept;
  take(line);
  drop_rest();
}

void LogLines::feed(std::string_view bytes, const Take& take) {
  while (!bytes.empty()) {
    const size_t end = bytes.find('\n');
    append(bytes.substr(0, end));
    if (end == std::string_view::npos) return;
    bytes.remove_prefix(end + 1);
    end_line(take);
  }
}

void LogLines::finish(const Take& take) {
  if (!rest_.empty()) end_line(take);
}

void LogLines::drop_rest() {
  rest_.clear();
  left_out_ = 0;
}

int64_t LogResume::from_ns() const {
  const int64_t below_second = (newest_ns_ % kSecondNs + kSecondNs) % kSecondNs;
  return newest_ns_ - below_second - kSecondNs;
}

bool LogResume::take(const LogLine& line) {
  if (line.time_ns == 0) return true;
  const uint64_t hash = hash_of(line);
  if (!expected_.empty()) {
    const auto found = expected_.find(hash);
    if (found != expected_.end()) {
      if (--found->second == 0) expected_.erase(found);
      return false;
    }
  }
  if (line.time_ns < known_from_ns_) return false;
  if (oldest_ns_ == 0 || line.time_ns < oldest_ns_) oldest_ns_ = line.time_ns;
  newest_ns_ = std::max(newest_ns_, line.time_ns);
  seen_.push_back({line.time_ns, hash});
  while (!seen_.empty() && seen_.front().time_ns < from_ns()) seen_.pop_front();
  while (seen_.size() > limit_) {
    known_from_ns_ = std::max(known_from_ns_, seen_.front().time_ns + 1);
    seen_.pop_front();
  }
  return true;
}

void LogResume::begin_again() {
  expected_.clear();
  for (const Seen& one : seen_) ++expected_[one.hash];
}

void LogResume::forget_earlier() {
  known_from_ns_ = std::max(known_from_ns_, oldest_ns_);
}

std::optional<std::string> LogResume::since() const {
  if (newest_ns_ == 0) return std::nullopt;
  return base::format_rfc3339(from_ns() / 1'000'000);
}

}  // namespace masthead::kube
