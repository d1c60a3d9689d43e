// Whole objects at rest: stripped and compressed, beside their rows.
//
// strip() reduces metadata.managedFields to ownership facts (who, when, what operation, whether
// they own spec.suspend, and in which version they wrote what else they own of the spec): they are
// about half of a pod's JSON and nobody reads them elsewhere. compress() uses zstd with one
// dictionary per table, trained once at limits::kDictionarySamples objects; each blob names its
// dictionary, so those written before stay readable.
//
// Threading: a codec belongs to its table and is used under its lock, except decompress(), which
// any thread may call with a blob it holds.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "json/splice.h"
#include "json/value.h"

namespace masthead::cache {

class ObjectCodec {
 public:
  ObjectCodec();
  ~ObjectCodec();

  // The object without field ownership, valid until the next call. Its metadata.managedFields are
  // [{manager, operation, subresource, time, ownsSuspend, specVersion}].
  base::Result<std::string_view> strip(std::string_view object);

  std::string compress(std::string_view stripped);
  base::Result<std::string> decompress(std::string_view blob) const;

  bool has_dictionary() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace masthead::cache
