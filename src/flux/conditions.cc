#include "flux/conditions.h"

#include "base/time_format.h"

namespace masthead::flux {

Condition condition_of(const json::Value& object, std::string_view type) {
  for (const json::Value item : object["status"]["conditions"].items()) {
    if (item["type"].str() != type) continue;
    Condition condition;
    condition.present = true;
    condition.status = item["status"].str();
    condition.reason = item["reason"].str();
    condition.message = item["message"].str();
    condition.transition_ms = base::rfc3339_or_zero(item["lastTransitionTime"].str());
    condition.observed_generation = item["observedGeneration"].integer_or(0);
    return condition;
  }
  return {};
}

}  // namespace masthead::flux
