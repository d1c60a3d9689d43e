#include "sim/document.h"

#include "base/limits.h"
#include "sim/go_json.h"

namespace masthead::sim {
namespace {

// What a document takes beyond its text, so that one block nearly always holds it.
constexpr size_t kArenaPerByte = 3;
constexpr size_t kArenaLeast = 512;

}  // namespace

boost::json::storage_ptr arena_for(size_t text_bytes) {
  return boost::json::make_shared_resource<boost::json::monotonic_resource>(
      kArenaPerByte * text_bytes + kArenaLeast);
}

std::optional<Document> parse_document(std::string_view bytes, std::string* why) {
  boost::json::parse_options options;
  options.max_depth = limits::kJsonDepth;
  boost::system::error_code error;
  Document parsed =
      boost::json::parse({bytes.data(), bytes.size()}, error, arena_for(bytes.size()), options);
  if (error) {
    if (why != nullptr) {
      *why = go_json_problem(bytes);
      // What Go would take: too deep for us.
      if (why->empty()) *why = error.message();
    }
    return std::nullopt;
  }
  return parsed;
}

const Document* find(const Document& from, Path path) {
  const Document* at = &from;
  for (const std::string_view key : path) {
    const Fields* fields = at->if_object();
    if (fields == nullptr) return nullptr;
    at = fields->if_contains({key.data(), key.size()});
    if (at == nullptr) return nullptr;
  }
  return at;
}

std::string_view text_at(const Document& from, Path path) {
  const Document* found = find(from, path);
  if (found == nullptr || !found->is_string()) return {};
  return {found->get_string().data(), found->get_string().size()};
}

int64_t number_at(const Document& from, Path path, int64_t otherwise) {
  const Document* found = find(from, path);
  if (found == nullptr) return otherwise;
  if (found->is_int64()) return found->get_int64();
  if (found->is_uint64()) return static_cast<int64_t>(found->get_uint64());
  return otherwise;
}

bool flag_at(const Document& from, Path path) {
  const Document* found = find(from, path);
  return found != nullptr && found->is_bool() && found->get_bool();
}

const Items* items_at(const Document& from, Path path) {
  const Document* found = find(from, path);
  return found == nullptr ? nullptr : found->if_array();
}

const Fields* fields_at(const Document& from, Path path) {
  const Document* found = find(from, path);
  return found == nullptr ? nullptr : found->if_object();
}

Fields& object_in(Fields& fields, std::string_view key) {
  Document& place = fields[{key.data(), key.size()}];
  if (!place.is_object()) place = Fields();
  return place.get_object();
}

}  // namespace masthead::sim
