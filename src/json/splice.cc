#include "json/splice.h"

#include <simdjson.h>

#include <cstring>

#include "base/limits.h"

namespace masthead::json {
namespace ondemand = simdjson::ondemand;

struct Splicer::Impl {
  ondemand::parser parser;
  std::string padded;
};

Splicer::Splicer() : impl_(std::make_unique<Impl>()) {}
Splicer::~Splicer() = default;

base::Result<std::string_view> Splicer::find(std::string_view object, std::string_view outer,
                                             std::string_view inner) {
  std::string& padded = impl_->padded;
  if (padded.size() < object.size() + simdjson::SIMDJSON_PADDING) {
    padded.resize(object.size() + object.size() / 2 + simdjson::SIMDJSON_PADDING);
  }
  std::memcpy(padded.data(), object.data(), object.size());
  std::memset(padded.data() + object.size(), ' ', simdjson::SIMDJSON_PADDING);

  const auto invalid = [](simdjson::error_code error) {
    return base::fail(base::ErrorCode::kInvalid,
                      std::string("not a JSON object: ") + simdjson::error_message(error));
  };
  ondemand::document document;
  if (auto error = impl_->parser.iterate(padded.data(), object.size(), padded.size()).get(document))
    return invalid(error);
  ondemand::object top;
  if (auto error = document.get_object().get(top)) return invalid(error);
  ondemand::object middle;
  if (top.find_field_unordered(outer).get_object().get(middle) != simdjson::SUCCESS) return "";
  ondemand::value value;
  if (middle.find_field_unordered(inner).get(value) != simdjson::SUCCESS) return "";

  std::string_view raw;
  ondemand::array array;
  ondemand::object nested;
  if (value.get_array().get(array) == simdjson::SUCCESS) {
    if (auto error = array.raw_json().get(raw)) return invalid(error);
  } else if (value.get_object().get(nested) == simdjson::SUCCESS) {
    if (auto error = nested.raw_json().get(raw)) return invalid(error);
  } else {
    raw = value.raw_json_token();
  }
  const auto offset = static_cast<size_t>(raw.data() - padded.data());
  while (!raw.empty() &&
         (raw.back() == ' ' || raw.back() == '\n' || raw.back() == '\r' || raw.back() == '\t')) {
    raw.remove_suffix(1);
  }
  return object.substr(offset, raw.size());
}

}  // namespace masthead::json
