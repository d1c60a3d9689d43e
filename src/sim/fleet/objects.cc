#include "sim/fleet/objects.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/time_format.h"

namespace masthead::sim {

namespace {

// Flux puts what sums up an object before the rest, which stands by name.
std::pair<int, std::string_view> condition_place(std::string_view type) {
  if (type == "Stalled") return {0, type};
  if (type == "Reconciling") return {1, type};
  return {type == "Ready" ? 2 : 3, type};
}

}  // namespace

Document make_object(std::string_view ns, std::string_view name, Fields spec) {
  Fields metadata{{"name", std::string(name)}};
  if (!ns.empty()) metadata["namespace"] = std::string(ns);
  return Fields{{"metadata", std::move(metadata)}, {"spec", std::move(spec)}};
}

std::string time_text(int64_t wall_ms) {
  return base::format_rfc3339(wall_ms / 1000 * 1000);
}

const Document* condition(const Document& object, std::string_view type) {
  const Items* all = items_at(object, {"status", "conditions"});
  if (all == nullptr) return nullptr;
  const auto found = std::find_if(all->begin(), all->end(), [&](const Document& one) {
    return text_at(one, {"type"}) == type;
  });
  return found == all->end() ? nullptr : &*found;
}

bool is_ready(const Document& object) {
  const Document* ready = condition(object, "Ready");
  return ready != nullptr && text_at(*ready, {"status"}) == "True" &&
         number_at(*ready, {"observedGeneration"}) == number_at(object, {"metadata", "generation"});
}

bool pod_is_ready(const Document& pod) {
  const Document* ready = condition(pod, "Ready");
  return ready != nullptr && text_at(*ready, {"status"}) == "True" && !deleting(pod);
}

bool deleting(const Document& object) {
  return !text_at(object, {"metadata", "deletionTimestamp"}).empty();
}

bool is_owned_by(const Document& object, std::string_view uid) {
  const Items* owners = items_at(object, {"metadata", "ownerReferences"});
  return owners != nullptr && std::any_of(owners->begin(), owners->end(), [&](const Document& one) {
           return text_at(one, {"uid"}) == uid;
         });
}

void set_condition(Document& object, const ConditionValue& value, int64_t now_ms) {
  const Document* before = condition(object, value.type);
  const bool moved = before == nullptr || text_at(*before, {"status"}) != value.status;
  const std::string since =
      moved ? time_text(now_ms) : std::string(text_at(*before, {"lastTransitionTime"}));
  Fields made{{"lastTransitionTime", since},
              {"message", value.message},
              {"observedGeneration", number_at(object, {"metadata", "generation"}, 1)},
              {"reason", std::string(value.reason)},
              {"status", std::string(value.status)},
              {"type", std::string(value.type)}};
  Document& list = object_in(object.as_object(), "status")["conditions"];
  if (!list.is_array()) list = Items();
  Items& all = list.get_array();
  const auto place = std::find_if(all.begin(), all.end(), [&](const Document& one) {
    return text_at(one, {"type"}) == value.type;
  });
  if (place != all.end()) {
    *place = std::move(made);
    return;
  }
  all.emplace_back(std::move(made));
  std::sort(all.begin(), all.end(), [](const Document& a, const Document& b) {
    return condition_place(text_at(a, {"type"})) < condition_place(text_at(b, {"type"}));
  });
}

void set_plain_condition(Document& object, const ConditionValue& value, int64_t now_ms,
                         std::string_view stamp) {
  const Document* before = condition(object, value.type);
  const bool moved = before == nullptr || text_at(*before, {"status"}) != value.status;
  const bool same = !moved && text_at(*before, {"reason"}) == value.reason &&
                    text_at(*before, {"message"}) == value.message;
  if (same) return;
  Fields made{{"type", std::string(value.type)},
              {"status", std::string(value.status)},
              {"lastTransitionTime",
               moved ? time_text(now_ms) : std::string(text_at(*before, {"lastTransitionTime"}))}};
  if (stamp.empty()) {
    made["lastProbeTime"] = nullptr;
  } else {
    made[stamp] = time_text(now_ms);
  }
  if (!value.reason.empty()) made["reason"] = std::string(value.reason);
  if (!value.message.empty()) made["message"] = value.message;
  Document& list = object_in(object.as_object(), "status")["conditions"];
  if (!list.is_array()) list = Items();
  for (Document& one : list.get_array()) {
    if (text_at(one, {"type"}) != value.type) continue;
    one = std::move(made);
    return;
  }
  list.get_array().emplace_back(std::move(made));
}

void drop_condition(Document& object, std::string_view type) {
  Document& list = object_in(object.as_object(), "status")["conditions"];
  if (!list.is_array()) return;
  Items& all = list.get_array();
  all.erase(std::remove_if(all.begin(), all.end(),
                           [&](const Document& one) { return text_at(one, {"type"}) == type; }),
            all.end());
}

std::string digest(std::string_view text, size_t digits) {
  // FNV-1a, drawn out by xorshift: looks like a hash, and is the same every time.
  uint64_t state = 1469598103934665603ULL;
  for (const char c : text) state = (state ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  std::string out;
  while (out.size() < digits) {
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    out += fmt::format("{:016x}", state * 2685821657736338717ULL);
  }
  out.resize(digits);
  return out;
}

std::string duration_text(std::string_view seed) {
  const unsigned long number = std::stoul(digest(seed, 7), nullptr, 16);
  return fmt::format("{}.{:06}ms", 80 + number % 700, number % 1'000'000);
}

std::string duration_text(int64_t ms, std::string_view seed) {
  if (ms < 1'000) return duration_text(seed);
  const int64_t nanoseconds = std::stol(digest(seed, 7), nullptr, 16) % 999'999 + 1;
  std::string fraction = fmt::format("{:03}{:06}", ms % 1'000, nanoseconds);
  while (fraction.ends_with('0')) fraction.pop_back();
  std::string whole = go_duration(ms / 1'000 * 1'000);
  whole.pop_back();
  return fmt::format("{}.{}s", whole, fraction);
}

std::string go_duration(int64_t ms) {
  const int64_t seconds = ms / 1'000;
  if (seconds < 60) return fmt::format("{}s", seconds);
  if (seconds < 3'600) return fmt::format("{}m{}s", seconds / 60, seconds % 60);
  return fmt::format("{}h{}m{}s", seconds / 3'600, seconds / 60 % 60, seconds % 60);
}

}  // namespace masthead::sim
