#include "json/value.h"

#include <simdjson.h>

#include <bit>
#include <cmath>
#include <cstring>

#include "base/limits.h"

namespace masthead::json {
namespace {

namespace dom = simdjson::dom;

// An element, an array iterator and an object iterator are each one (document, index) pair; that
// they fit is checked here, and nothing else of their layout is used.
using Bits = std::array<uint64_t, 2>;
template <typename T>
Bits to_bits(const T& value) {
  static_assert(sizeof(T) == sizeof(Bits) && std::is_trivially_copyable_v<T>);
  Bits bits;
  std::memcpy(bits.data(), &value, sizeof bits);
  return bits;
}
template <typename T>
T from_bits(const Bits& bits) {
  return std::bit_cast<T>(bits);
}

}  // namespace

struct Document::Impl {
  dom::parser parser;
  // simdjson reads up to SIMDJSON_PADDING bytes past the end.
  std::unique_ptr<char[]> padded;
  size_t capacity = 0;
};

Document::Document() = default;
Document::~Document() = default;
Document::Document(Document&& other) noexcept
    : impl_(std::move(other.impl_)), root_(std::exchange(other.root_, Value())) {}
Document& Document::operator=(Document&& other) noexcept {
  impl_ = std::move(other.impl_);
  root_ = std::exchange(other.root_, Value());
  return *this;
}

base::Result<Document> Document::parse(std::string_view bytes) {
  Document document;
  TRY(document.reparse(bytes));
  return document;
}

base::Result<Value> Document::reparse(std::string_view bytes) {
  root_ = Value();
  if (impl_ == nullptr) impl_ = std::make_unique<Impl>();
  if (impl_->capacity < bytes.size()) {
    impl_->capacity = bytes.size() + bytes.size() / 2;
    impl_->padded =
        std::make_unique_for_overwrite<char[]>(impl_->capacity + simdjson::SIMDJSON_PADDING);
    if (impl_->parser.allocate(impl_->capacity, limits::kJsonDepth + 1) != simdjson::SUCCESS) {
      impl_->capacity = 0;
      return base::fail(base::ErrorCode::kTooLarge, "not enough memory for a JSON document");
    }
  }
  if (bytes.empty()) return base::fail(base::ErrorCode::kInvalid, "not JSON: empty");
  std::memcpy(impl_->padded.get(), bytes.data(), bytes.size());
  std::memset(impl_->padded.get() + bytes.size(), 0, simdjson::SIMDJSON_PADDING);
  dom::element element;
  const auto error =
      impl_->parser.parse(impl_->padded.get(), bytes.size(), /*realloc_if_needed=*/false)
          .get(element);
  if (error != simdjson::SUCCESS) {
    return base::fail(base::ErrorCode::kInvalid,
                      std::string("not JSON: ") + simdjson::error_message(error));
  }
  root_.storage_ = to_bits(element);
  return root_;
}

namespace {
std::optional<dom::element> element_of(const Bits& bits) {
  if (bits[0] == 0) return std::nullopt;
  return from_bits<dom::element>(bits);
}
template <typename T>
bool is(const Bits& bits) {
  const auto element = element_of(bits);
  return element && element->is<T>();
}
}  // namespace

bool Value::is_object() const {
  return is<dom::object>(storage_);
}
bool Value::is_array() const {
  return is<dom::array>(storage_);
}
bool Value::is_string() const {
  return is<std::string_view>(storage_);
}
bool Value::is_number() const {
  return is<double>(storage_);
}
bool Value::is_bool() const {
  return is<bool>(storage_);
}
bool Value::is_null() const {
  const auto element = element_of(storage_);
  return element && element->is_null();
}

Value Value::operator[](std::string_view key) const {
  Value found;
  const auto element = element_of(storage_);
  dom::object object;
  dom::element member;
  if (element && element->get(object) == simdjson::SUCCESS &&
      object.at_key(key).get(member) == simdjson::SUCCESS) {
    found.storage_ = to_bits(member);
  }
  return found;
}

Value Value::at(size_t index) const {
  Value found;
  const auto element = element_of(storage_);
  dom::array array;
  dom::element item;
  if (element && element->get(array) == simdjson::SUCCESS &&
      array.at(index).get(item) == simdjson::SUCCESS) {
    found.storage_ = to_bits(item);
  }
  return found;
}

size_t Value::size() const {
  size_t count = 0;
  // simdjson's own size() saturates at 24 bits; counting does not.
  for (auto it = items().begin(), end = items().end(); it != end; ++it) ++count;
  for (auto it = members().begin(), end = members().end(); it != end; ++it) ++count;
  return count;
}

std::string_view Value::str() const {
  return str_or({});
}

std::string_view Value::str_or(std::string_view fallback) const {
  const auto element = element_of(storage_);
  std::string_view text;
  if (element && element->get(text) == simdjson::SUCCESS) return text;
  return fallback;
}

std::optional<int64_t> Value::integer() const {
  const auto element = element_of(storage_);
  if (!element) return std::nullopt;
  int64_t whole = 0;
  if (element->get(whole) == simdjson::SUCCESS) return whole;
  double real = 0;
  if (element->get(real) == simdjson::SUCCESS && std::floor(real) == real &&
      std::abs(real) < 9.0e15) {
    return static_cast<int64_t>(real);
  }
  return std::nullopt;
}

std::optional<double> Value::number() const {
  const auto element = element_of(storage_);
  double real = 0;
  if (element && element->get(real) == simdjson::SUCCESS) return real;
  return std::nullopt;
}

bool Value::boolean(bool fallback) const {
  const auto element = element_of(storage_);
  bool truth = false;
  if (element && element->get(truth) == simdjson::SUCCESS) return truth;
  return fallback;
}

std::string Value::to_json() const {
  const auto element = element_of(storage_);
  return element ? simdjson::minify(*element) : std::string();
}

Items Value::items() const {
  Items range;
  const auto element = element_of(storage_);
  dom::array array;
  if (element && element->get(array) == simdjson::SUCCESS) {
    range.begin_.at_ = to_bits(array.begin());
    range.end_.at_ = to_bits(array.end());
  }
  return range;
}

Members Value::members() const {
  Members range;
  const auto element = element_of(storage_);
  dom::object object;
  if (element && element->get(object) == simdjson::SUCCESS) {
    range.begin_.at_ = to_bits(object.begin());
    range.end_.at_ = to_bits(object.end());
  }
  return range;
}

Value Items::Iterator::operator*() const {
  Value value;
  value.storage_ = to_bits(*from_bits<dom::array::iterator>(at_));
  return value;
}

Items::Iterator& Items::Iterator::operator++() {
  auto it = from_bits<dom::array::iterator>(at_);
  ++it;
  at_ = to_bits(it);
  return *this;
}

std::pair<std::string_view, Value> Members::Iterator::operator*() const {
  const auto it = from_bits<dom::object::iterator>(at_);
  Value value;
  value.storage_ = to_bits(it.value());
  return {it.key(), value};
}

Members::Iterator& Members::Iterator::operator++() {
  auto it = from_bits<dom::object::iterator>(at_);
  ++it;
  at_ = to_bits(it);
  return *this;
}

}  // namespace masthead::json
