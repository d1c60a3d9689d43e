// Conditions of an object, as the Kubernetes API conventions define them, read forgivingly.
#pragma once

#include <cstdint>
#include <string_view>

#include "json/value.h"

namespace masthead::flux {

struct Condition {
  bool present = false;
  std::string_view status;  // "True", "False", "Unknown"
  std::string_view reason;
  std::string_view message;
  int64_t transition_ms = 0;
  int64_t observed_generation = 0;

  bool is_true() const { return present && status == "True"; }
  bool is_false() const { return present && status == "False"; }
};

// The condition of that type in object.status.conditions; not present when there is none. Views
// into the object's document.
Condition condition_of(const json::Value& object, std::string_view type);

}  // namespace masthead::flux
