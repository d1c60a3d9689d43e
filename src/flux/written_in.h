// In which version of its API an object's wanted state was written, and by whom: by what
// metadata.managedFields keeps of it (cache/object_codec.h).
//
// Pure; any thread. Views die with the object's document.
#pragma once

#include <string_view>

#include "json/value.h"

namespace masthead::flux {

struct WrittenIn {
  std::string_view version;  // "v1beta2"; empty: not known
  std::string_view manager;
};

// Who applies an object counts before who has changed something of it, the newest of them.
WrittenIn written_in(const json::Value& object);

}  // namespace masthead::flux
