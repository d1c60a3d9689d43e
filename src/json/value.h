// Reading JSON: a parsed Document and forgiving Values into it.
//
// Purpose: every field of a Kubernetes object is optional in practice. A Value of a missing key or
// of another type than asked for is *absent*: str() is empty, integer() is nothing, iteration does
// nothing. Nothing throws, nothing crashes, so schemas read straight down a path:
//
//   document.root()["status"]["conditions"]
//
// Lifetime: a Value and every string_view from it die with the Document, and with its next parse.
// Threading: a Document belongs to one thread at a time.
// Limits: limits::kJsonDepth levels; the caller bounds the size. Duplicate keys: the first wins.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace masthead::json {

class Items;
class Members;

class Value {
 public:
  Value() = default;  // absent

  bool exists() const { return storage_[0] != 0; }
  bool is_object() const;
  bool is_array() const;
  bool is_string() const;
  bool is_number() const;
  bool is_bool() const;
  bool is_null() const;

  // The member `key` of an object; absent for anything else.
  Value operator[](std::string_view key) const;
  // The element of an array, counted from 0; absent past its end. O(index).
  Value at(size_t index) const;
  // Elements of an array or members of an object; 0 for anything else.
  size_t size() const;

  std::string_view str() const;  // empty unless a string
  std::string_view str_or(std::string_view fallback) const;
  std::optional<int64_t> integer() const;  // also of an unsigned or a whole double that fits
  int64_t integer_or(int64_t fallback) const { return integer().value_or(fallback); }
  std::optional<double> number() const;
  bool boolean(bool fallback = false) const;

  // for (Value item : value.items()) …; empty unless an array.
  Items items() const;
  // for (auto [key, item] : value.members()) …; empty unless an object.
  Members members() const;

  // The value written again, compactly. Numbers keep their value, not their spelling.
  std::string to_json() const;

 private:
  friend class Document;
  friend class Items;
  friend class Members;
  // A simdjson dom::element, kept out of this header.
  std::array<uint64_t, 2> storage_{};
};

class Items {
 public:
  class Iterator {
   public:
    Value operator*() const;
    Iterator& operator++();
    bool operator!=(const Iterator& other) const { return at_ != other.at_; }

   private:
    friend class Value;
    std::array<uint64_t, 2> at_{};
  };
  Iterator begin() const { return begin_; }
  Iterator end() const { return end_; }

 private:
  friend class Value;
  Iterator begin_, end_;
};

class Members {
 public:
  class Iterator {
   public:
    std::pair<std::string_view, Value> operator*() const;
    Iterator& operator++();
    bool operator!=(const Iterator& other) const { return at_ != other.at_; }

   private:
    friend class Value;
    std::array<uint64_t, 2> at_{};
  };
  Iterator begin() const { return begin_; }
  Iterator end() const { return end_; }

 private:
  friend class Value;
  Iterator begin_, end_;
};

class Document {
 public:
  Document();
  ~Document();
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;

  // Parses a copy of `bytes`. kInvalid with the position's cause when it is not JSON.
  static base::Result<Document> parse(std::string_view bytes);
  // The same, into this object and its buffers: for loops over many objects.
  base::Result<Value> reparse(std::string_view bytes);

  // The whole document; absent before a first successful parse.
  Value root() const { return root_; }

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  Value root_;
};

}  // namespace masthead::json
