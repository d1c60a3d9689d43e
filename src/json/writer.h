// Writing JSON: an append-only writer. The output is always valid JSON in UTF-8 as long as begin
// and end calls match, which finish() CHECKs.
//
//   json::Writer w;
//   w.begin_object();
//   w.key("name").string("web");
//   w.key("ports").begin_array().integer(80).end_array();
//   w.end_object();
//   std::string text = std::move(w).finish();
//
// One thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace masthead::json {

class Writer {
 public:
  Writer& begin_object();
  Writer& end_object();
  Writer& begin_array();
  Writer& end_array();
  Writer& key(std::string_view name);
  Writer& string(std::string_view text);
  Writer& integer(int64_t value);
  Writer& number(double value);  // not finite: null
  Writer& boolean(bool value);
  Writer& null();
  // Text that is already JSON; the caller vouches for it.
  Writer& raw(std::string_view json);

  size_t size() const { return out_.size(); }
  std::string finish() &&;

 private:
  void before_value();

  std::string out_;
  int depth_ = 0;
  bool needs_comma_ = false;
};

}  // namespace masthead::json
