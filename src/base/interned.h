// Interned strings: one copy of each text, named by a small number.
//
// Namespaces, node names, reasons and phases repeat by the thousand in a cache of 100,000 rows.
// An Interned is 4 bytes and compares by value; text() lives until the process ends. Any thread.
// Only texts from a bounded vocabulary belong here (never messages): nothing is ever freed.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace masthead::base {

class Interned {
 public:
  Interned() = default;  // the empty text
  explicit Interned(std::string_view text);
  std::string_view text() const;
  bool empty() const { return id_ == 0; }
  uint32_t id() const { return id_; }
  static Interned from_id(uint32_t id);
  friend bool operator==(Interned a, Interned b) = default;

 private:
  uint32_t id_ = 0;
};

}  // namespace masthead::base

template <>
struct std::hash<masthead::base::Interned> {
  size_t operator()(masthead::base::Interned value) const noexcept {
    return value.id() * size_t{0x9E3779B97F4A7C15};
  }
};
