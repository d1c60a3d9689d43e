#include "sim/patch.h"

#include <fmt/format.h>

#include <charconv>
#include <vector>

namespace masthead::sim {
namespace {

using Failure = std::unexpected<std::string>;

// RFC 6901: "~1" is "/", "~0" is "~".
std::vector<std::string> pointer_tokens(std::string_view pointer) {
  std::vector<std::string> tokens;
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

std::optional<size_t> index_of(const std::string& token, size_t limit) {
  size_t index = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
  if (error != std::errc() || end != token.data() + token.size() || index > limit) {
    return std::nullopt;
  }
  return index;
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
                static_cast<std::ptrdiff_t>(*index_of(tokens.back(), items.size())));
  }
  return removed;
}

std::expected<void, std::string> apply_one(Document& target, const Document& operation) {
  const std::string op(text_at(operation, {"op"}));
  const std::string path(text_at(operation, {"path"}));
  const Document* value = find(operation, {"value"});
  const std::string from(text_at(operation, {"from"}));
  if (!path.empty() && path.front() != '/') {
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
  if (op == "replace") {
    auto removed = remove(target, path, op);
    if (!removed) return Failure(removed.error());
    return add(target, path, value == nullptr ? Document() : *value);
  }
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
  for (const Document& operation : operations) {
    auto applied = apply_one(target, operation);
    if (!applied) return applied;
  }
  return {};
}

}  // namespace masthead::sim
