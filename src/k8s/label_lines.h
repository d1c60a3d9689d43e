// An object's labels as a row keeps them: lines "key=value", each ended by '\n'.
// Pure; any thread.
#pragma once

#include <optional>
#include <string_view>

namespace masthead::k8s {

// The value of that key; nothing when it is not there.
std::optional<std::string_view> label_value(std::string_view lines, std::string_view key);
// Whether they hold `wanted`: "key" with any value, or "key=value".
bool has_label(std::string_view lines, std::string_view wanted);

}  // namespace masthead::k8s
