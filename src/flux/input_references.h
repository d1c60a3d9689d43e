// What a Flux object reads beside its source: ConfigMaps and Secrets, by name. Their values are
// nowhere in Masthead.
#pragma once

#include <string_view>
#include <vector>

#include "flux/references.h"

namespace masthead::flux {

// Relations "substitutes from", "values from" and their optional forms "may substitute from", "may
// take values from"; "decrypts with", "connects with", "authenticates with", "trusts",
// "verifies with", "signs with", "pulls with", "proxy from". All are in the object's own namespace,
// as Flux demands.
void add_input_references(std::string_view kind, const json::Value& object,
                          std::vector<Reference>& out);

}  // namespace masthead::flux
