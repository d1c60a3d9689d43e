#include "sim/patch.h"

#include <fmt/format.h>

#include <charconv>
#include <vector>

#include "base/limits.h"

namespace masthead::sim {
namespace {

using Failure = std::unexpected<std::string>;

// RFC 6901: "~1" is "/", "~0" is "~". What stands before the first "/" does not count, as in the
// library of the API server.
std::vector<std::string> pointer_tokens(std::string_view pointer) {
  std::vector<std::string> tokens;
  pointer.remove_prefix(std::min(pointer.find('/'), pointer.size()));
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const size_t slash = std::min(pointer.find('/'), pointer.size());
    std::string token;
    for (size_t i = 0; i < slash; ++i) {
      if (pointer[i] == '~' && i + 1 < slash && (pointer[i + 1] == '0' || pointer[i + 1] == '1')) {
        token += pointer[++i] == '0' ? '~' : '/';
      } else {
        token += pointer[i];
      }
    }
    tokens.push_back(std::move(token));
    pointer.remove_prefix(slash);
  }
  return tokens;
}

// A negative index counts from behind.
std::optional<size_t> index_of(const std::string& token, size_t limit) {
  int64_t index = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
  if (error != std::errc() || end != token.data() + token.size()) return std::nullopt;
  if (index < 0) index += static_cast<int64_t>(limit) + 1;
  if (index < 0 || index > static_cast<int64_t>(limit)) return std::nullopt;
  return static_cast<size_t>(index);
}

Document* child(Document& parent, const std::string& token) {
  if (Fields* fields = parent.if_object()) return fields->if_contains(token);
  Items* items = parent.if_array();
  if (items == nullptr || items->empty()) return nullptr;
  const auto index = index_of(token, items->size() - 1);
  return index ? &(*items)[*index] : nullptr;
}

Document* walk(Document& root, const std::vector<std::string>& tokens, size_t count) {
  Document* at = &root;
  for (size_t i = 0; i < count && at != nullptr; ++i) at = child(*at, tokens[i]);
  return at;
}

std::expected<void, std::string> add(Document& root, const std::string& path, Document value) {
  const auto tokens = pointer_tokens(path);
  if (tokens.empty()) {
    root = std::move(value);
    return {};
  }
  Document* parent = walk(root, tokens, tokens.size() - 1);
  if (parent != nullptr && parent->is_object()) {
    parent->get_object()[tokens.back()] = std::move(value);
    return {};
  }
  if (parent != nullptr && parent->is_array()) {
    Items& items = parent->get_array();
    const auto index =
        tokens.back() == "-" ? std::optional(items.size()) : index_of(tokens.back(), items.size());
    if (!index) return Failure(fmt::format("add operation does not apply: {}", path));
    items.insert(items.begin() + static_cast<std::ptrdiff_t>(*index), std::move(value));
    return {};
  }
  return Failure(fmt::format("add operation does not apply: doc is missing path: \"{}\"", path));
}

std::expected<Document, std::string> remove(Document& root, const std::string& path,
                                            std::string_view operation) {
  const auto tokens = pointer_tokens(path);
  Document* parent = tokens.empty() ? nullptr : walk(root, tokens, tokens.size() - 1);
  Document* found = parent == nullptr ? nullptr : child(*parent, tokens.back());
  if (found == nullptr) {
    return Failure(
        fmt::format("{} operation does not apply: doc is missing path: \"{}\"", operation, path));
  }
  Document removed = std::move(*found);
  if (Fields* fields = parent->if_object()) {
    fields->erase(tokens.back());
  } else {
    Items& items = parent->get_array();
    items.erase(items.begin() +
                static_cast<std::ptrdiff_t>(*index_of(tokens.back(), items.size() - 1)));
  }
  return removed;
}

// A key that is not there is set, as the library of the API server does.
std::expected<void, std::string> replace(Document& root, const std::string& path, Document value) {
  const auto tokens = pointer_tokens(path);
  if (tokens.empty()) {
    root = std::move(value);
    return {};
  }
  Document* parent = walk(root, tokens, tokens.size() - 1);
  if (parent != nullptr && parent->is_object()) {
    parent->get_object()[tokens.back()] = std::move(value);
    return {};
  }
  Document* found = parent == nullptr ? nullptr : child(*parent, tokens.back());
  if (found == nullptr) {
    return Failure(
        fmt::format("replace operation does not apply: doc is missing path: \"{}\"", path));
  }
  *found = std::move(value);
  return {};
}

std::expected<void, std::string> apply_one(Document& target, const Document& operation,
                                           size_t& copied) {
  const std::string op(text_at(operation, {"op"}));
  const std::string path(text_at(operation, {"path"}));
  const Document* value = find(operation, {"value"});
  const std::string from(text_at(operation, {"from"}));
  const bool named = find(operation, {"path"}) != nullptr && path.find('/') != std::string::npos;
  if (!named && (find(operation, {"path"}) == nullptr || !path.empty())) {
    return Failure(fmt::format("{} operation does not apply: invalid path: \"{}\"", op, path));
  }
  if (op == "remove") {
    auto removed = remove(target, path, op);
    if (!removed) return Failure(removed.error());
    return {};
  }
  if (op == "move" || op == "copy") {
    Document* source = walk(target, pointer_tokens(from), pointer_tokens(from).size());
    if (source == nullptr) {
      return Failure(
          fmt::format("{} operation does not apply: doc is missing from path: {}", op, from));
    }
    Document moved = *source;
    if (op == "copy") copied += to_text(moved).size();
    if (copied > limits::kSimPatchCopyBytes) {
      return Failure(
          fmt::format("unable to copy, the accumulated size increase of copy operations "
                      "is {}, exceeding the limit {}",
                      copied, limits::kSimPatchCopyBytes));
    }
    if (op == "move" && !remove(target, from, op)) return Failure("move operation does not apply");
    return add(target, path, std::move(moved));
  }
  if (op == "test") {
    Document* found = walk(target, pointer_tokens(path), pointer_tokens(path).size());
    const Document wanted = value == nullptr ? Document() : *value;
    if (found == nullptr ? wanted.is_null() : *found == wanted) return {};
    return Failure(fmt::format("testing value {} failed", path));
  }
  if (op == "add") return add(target, path, value == nullptr ? Document() : *value);
  if (op == "replace") return replace(target, path, value == nullptr ? Document() : *value);
  return Failure(fmt::format("Unexpected kind: {}", op));
}

}  // namespace

void merge_patch(Document& target, const Document& patch) {
  const Fields* changes = patch.if_object();
  if (changes == nullptr) {
    target = patch;
    return;
  }
  if (!target.is_object()) target = Fields();
  Fields& fields = target.get_object();
  for (const auto& [key, value] : *changes) {
    if (value.is_null()) {
      fields.erase(key);
    } else {
      merge_patch(fields[key], value);
    }
  }
}

std::expected<void, std::string> json_patch(Document& target, const Items& operations) {
  size_t copied = 0;
  for (const Document& operation : operations) {
    auto applied = apply_one(target, operation, copied);
    if (!applied) return applied;
  }
  return {};
}

}  // namespace masthead::sim
