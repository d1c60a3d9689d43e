// Cutting one member out of a JSON object by bytes, without writing the rest again.
//
// Used on every object that enters the cache: managedFields is half of a pod's JSON. The rest keeps
// its exact bytes. One Splicer per thread; it owns the parser's buffers.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace masthead::json {

class Splicer {
 public:
  Splicer();
  ~Splicer();

  // Where `object[outer][inner]` stands within `object`: its value's bytes. An empty view when
  // there is no such member. kInvalid when `object` is not a JSON object.
  base::Result<std::string_view> find(std::string_view object, std::string_view outer,
                                      std::string_view inner);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace masthead::json
