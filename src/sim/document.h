// A mutable JSON document, and reading it without fear of wrong types. Private to sim: the one
// header that brings Boost.JSON.
#pragma once

#include <boost/json.hpp>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace masthead::sim {

using Document = boost::json::value;
using Fields = boost::json::object;
using Items = boost::json::array;
using Path = std::initializer_list<std::string_view>;

// Memory for a document of so many bytes of text that is read, perhaps edited, and dropped: one
// arena each is twice as fast as a heap.
boost::json::storage_ptr arena_for(size_t text_bytes);

// Nothing when `bytes` are not one JSON value within limits::kJsonDepth; then `why` says so.
std::optional<Document> parse_document(std::string_view bytes, std::string* why = nullptr);

// What stands at the path; nullptr where a key is missing or something on the way is no object.
const Document* find(const Document& from, Path path);
std::string_view text_at(const Document& from, Path path);  // "" when it is no string
int64_t number_at(const Document& from, Path path, int64_t otherwise = 0);
bool flag_at(const Document& from, Path path);
const Items* items_at(const Document& from, Path path);
const Fields* fields_at(const Document& from, Path path);

// The object at `key`, made (or put in the place of something else) when there is none.
Fields& object_in(Fields& fields, std::string_view key);

inline std::string to_text(const Document& document) {
  return boost::json::serialize(document);
}

}  // namespace masthead::sim
