// Cuts the body of a LIST into its items while it arrives: bodies reach hundreds of megabytes.
//
// Items are handed on as they stand, with json::kPadding readable bytes behind; the rest of the
// body (kind, metadata) is kept as the envelope. An item above the limit is skipped and reported.
// Only brackets and strings are looked at here: whether an item is good JSON its reader finds out.
// Threading: one thread at a time. The callbacks may not destroy the splitter.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"
#include "json/brackets.h"

namespace masthead::kube {

// What stands beside the items.
struct ListMeta {
  std::string resource_version, continue_token;
};

class ListSplitter {
 public:
  class Items {
   public:
    virtual ~Items() = default;
    virtual void on_item(std::string_view item) = 0;
    virtual void on_oversize() = 0;
  };

  explicit ListSplitter(size_t item_limit = limits::kObjectBytes) : limit_(item_limit) {}
  base::Result<void> feed(std::string_view bytes, Items& items);
  // When the body has ended. kInvalid when it was not a complete list.
  base::Result<ListMeta> finish() const;

 private:
  enum class Where { kEnvelope, kItems, kItem };

  base::Result<size_t> feed_envelope(std::string_view bytes);
  base::Result<size_t> feed_between(std::string_view bytes);
  size_t feed_item(std::string_view bytes, Items& items);
  void append_item(std::string_view bytes, Items& items);
  void end_item(Items& items);
  void on_envelope_char(char c);

  size_t limit_;
  Where where_ = Where::kEnvelope;
  bool in_string_ = false, escaped_ = false;
  int depth_ = 0;
  // The envelope, and where in it we are.
  std::string envelope_, key_;
  bool expects_key_ = false, is_key_ = false;
  // The item being read.
  json::Brackets brackets_;
  std::unique_ptr<char[]> item_;
  size_t item_size_ = 0, item_capacity_ = 0;
  bool skipping_ = false, scalar_ = false;
};

}  // namespace masthead::kube
