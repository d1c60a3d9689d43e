#include "host/operations.h"

#include <array>

#include "cache/row.h"

namespace masthead::host {
namespace {

std::string_view step_state_name(OperationStep::State state) {
  static constexpr std::array<std::string_view, 5> kNames{"waiting", "requested", "working",
                                                          "succeeded", "failed"};
  return kNames[static_cast<size_t>(state)];
}

}  // namespace

std::string_view operation_state_name(Operation::State state) {
  static constexpr std::array<std::string_view, 5> kNames{"running", "succeeded", "failed",
                                                          "still running", "given up"};
  return kNames[static_cast<size_t>(state)];
}

void write_operation(json::Writer& out, const Operation& operation) {
  out.begin_object().key("id").integer(operation.id);
  out.key("action").string(operation.action).key("title").string(operation.title);
  out.key("ref");
  cache::write_ref(out, operation.ref, operation.table);
  out.key("began").integer(operation.began_ms);
  if (operation.ended_ms != 0) out.key("ended").integer(operation.ended_ms);
  out.key("state").string(operation_state_name(operation.state));
  out.key("text").string(operation.text);
  if (!operation.revision.empty()) out.key("revision").string(operation.revision);
  out.key("steps").begin_array();
  for (const OperationStep& step : operation.steps) {
    out.begin_object().key("ref");
    cache::write_ref(out, step.ref);
    out.key("title").string(step.title).key("state").string(step_state_name(step.state));
    out.key("text").string(step.text).end_object();
  }
  out.end_array().end_object();
}

}  // namespace masthead::host
