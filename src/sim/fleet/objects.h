// Making the objects of the fleet: metadata, conditions, digests. Plain functions.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/document.h"

namespace masthead::sim {

struct ConditionValue {
  std::string_view type, status, reason;
  std::string message;
};

// apiVersion and kind are set by the server.
Document make_object(std::string_view ns, std::string_view name, Fields spec);

// lastTransitionTime moves only with the status, observedGeneration always.
void set_condition(Document& object, const ConditionValue& value, int64_t now_ms);
// As Kubernetes' own controllers write them: no observedGeneration, in the order they came, and
// with the time of `stamp` (lastProbeTime, lastUpdateTime); empty: no probe, as pods have it.
void set_plain_condition(Document& object, const ConditionValue& value, int64_t now_ms,
                         std::string_view stamp);
void drop_condition(Document& object, std::string_view type);
const Document* condition(const Document& object, std::string_view type);
bool is_ready(const Document& object);

// Ready as its kubelet says, and to stay.
bool pod_is_ready(const Document& pod);
bool deleting(const Document& object);
bool is_owned_by(const Document& object, std::string_view uid);

std::string time_text(int64_t wall_ms);  // whole seconds
// Hex digits that depend on nothing but `text`.
std::string digest(std::string_view text, size_t digits);
// "1.2" seconds as controllers write durations: "602.485486ms".
std::string duration_text(std::string_view seed);
// So many milliseconds and some nanoseconds: "2m8.105006781s".
std::string duration_text(int64_t ms, std::string_view seed);
// As Go writes a duration of whole seconds: "1h0m0s".
std::string go_duration(int64_t ms);

}  // namespace masthead::sim
