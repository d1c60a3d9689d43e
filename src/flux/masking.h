// What Flux's objects may hold that nobody should read over a shoulder: addresses with tokens,
// paths of webhooks, passwords in URLs. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/value.h"

namespace masthead::flux {

// A secret text, and what is shown in its place.
using Secrets = std::vector<std::pair<std::string, std::string>>;

// The URL without user and password: they are credentials, even where a spec allows them.
std::string masked_url(std::string_view url);
// Scheme and host of an address, nothing where it has none: chat services put the token into the
// path.
std::string masked_address(std::string_view address);
// "/hook/•••": who knows a Receiver's path may call it.
std::string masked_hook_path(std::string_view path);

// What has to be masked in a text of notification-controller: addresses and webhook paths.
Secrets secrets_in_text(std::string_view text);
// What has to be masked in an object, wherever it stands: in its spec, its status, its messages.
Secrets secrets_of(std::string_view kind, const json::Value& object);

}  // namespace masthead::flux
