#include "k8s/containers.h"

namespace masthead::k8s {

std::string ended_text(const json::Value& terminated) {
  if (!terminated.is_object()) return {};
  std::string text(terminated["reason"].str_or("Ended"));
  if (const auto code = terminated["exitCode"].integer()) {
    text += ", exit code " + std::to_string(*code);
  }
  return text;
}

}  // namespace masthead::k8s
