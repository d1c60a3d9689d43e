#include "json/writer.h"

#include <fmt/format.h>

#include <cmath>

#include "base/check.h"
#include "base/json_escape.h"

namespace masthead::json {

void Writer::before_value() {
  if (needs_comma_) out_ += ',';
  needs_comma_ = true;
}

Writer& Writer::begin_object() {
  before_value();
  out_ += '{';
  needs_comma_ = false;
  ++depth_;
  return *this;
}

Writer& Writer::end_object() {
  out_ += '}';
  needs_comma_ = true;
  --depth_;
  return *this;
}

Writer& Writer::begin_array() {
  before_value();
  out_ += '[';
  needs_comma_ = false;
  ++depth_;
  return *this;
}

Writer& Writer::end_array() {
  out_ += ']';
  needs_comma_ = true;
  --depth_;
  return *this;
}

Writer& Writer::key(std::string_view name) {
  before_value();
  out_ += '"';
  base::append_json_escaped(out_, name);
  out_ += "\":";
  needs_comma_ = false;
  return *this;
}

Writer& Writer::string(std::string_view text) {
  before_value();
  out_ += '"';
  base::append_json_escaped(out_, text);
  out_ += '"';
  return *this;
}

Writer& Writer::integer(int64_t value) {
  before_value();
  fmt::format_to(std::back_inserter(out_), "{}", value);
  return *this;
}

Writer& Writer::number(double value) {
  before_value();
  if (std::isfinite(value)) {
    fmt::format_to(std::back_inserter(out_), "{}", value);
  } else {
    out_ += "null";
  }
  return *this;
}

Writer& Writer::boolean(bool value) {
  before_value();
  out_ += value ? "true" : "false";
  return *this;
}

Writer& Writer::null() {
  before_value();
  out_ += "null";
  return *this;
}

Writer& Writer::raw(std::string_view json) {
  before_value();
  out_ += json;
  return *this;
}

std::string Writer::finish() && {
  CHECK(depth_ == 0, "every begin has its end");
  return std::move(out_);
}

}  // namespace masthead::json
