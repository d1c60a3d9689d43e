// Base64 (RFC 4648 §4), as kubeconfig files and basic authentication carry it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace masthead::base {

std::string encode_base64(std::string_view bytes);
// Line breaks within are skipped; anything else outside the alphabet is refused.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace masthead::base
