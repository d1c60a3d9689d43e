#include "kube/list_splitter.h"

#include <algorithm>
#include <cstring>

#include "json/envelope.h"
#include "json/value.h"

namespace masthead::kube {
namespace {

// kind, apiVersion and metadata take some hundred bytes; continue tokens are the largest part.
constexpr size_t kEnvelopeBytes = 64 * 1024;

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

}  // namespace

base::Result<void> ListSplitter::feed(std::string_view bytes, Items& items) {
  while (!bytes.empty()) {
    size_t used = 0;
    switch (where_) {
      case Where::kEnvelope:
        used = TRY(feed_envelope(bytes));
        break;
      case Where::kItems:
        used = TRY(feed_between(bytes));
        break;
      case Where::kItem:
        used = feed_item(bytes, items);
        break;
    }
    bytes.remove_prefix(used);
  }
  return {};
}

void ListSplitter::on_envelope_char(char c) {
  if (in_string_) {
    const bool ends = c == '"' && !escaped_;
    escaped_ = c == '\\' && !escaped_;
    if (ends) {
      in_string_ = false;
      is_key_ = false;
    } else if (is_key_) {
      key_ += c;
    }
    return;
  }
  if (c == '"') {
    in_string_ = true;
    is_key_ = depth_ == 1 && expects_key_;
    if (is_key_) key_.clear();
  } else if (c == '{' || c == '[') {
    ++depth_;
    expects_key_ = depth_ == 1 && c == '{';
    // The items begin: "items" is the key of the outermost object and its value a list.
    if (c == '[' && depth_ == 2 && key_ == "items") where_ = Where::kItems;
  } else if (c == '}' || c == ']') {
    --depth_;
  } else if (c == ':' && depth_ == 1) {
    expects_key_ = false;
  } else if (c == ',' && depth_ == 1) {
    expects_key_ = true;
    key_.clear();
  }
}

base::Result<size_t> ListSplitter::feed_envelope(std::string_view bytes) {
  size_t used = 0;
  while (used < bytes.size() && where_ == Where::kEnvelope) {
    if (envelope_.size() >= kEnvelopeBytes) {
      return base::fail(base::ErrorCode::kTooLarge, "the list's metadata is larger than 64 KiB");
    }
    const char c = bytes[used++];
    envelope_ += c;
    on_envelope_char(c);
  }
  return used;
}

base::Result<size_t> ListSplitter::feed_between(std::string_view bytes) {
  size_t used = 0;
  while (used < bytes.size() && (is_space(bytes[used]) || bytes[used] == ',')) ++used;
  if (used == bytes.size()) return used;
  const char c = bytes[used];
  if (c == ']') {
    where_ = Where::kEnvelope;
    --depth_;
    envelope_ += c;
    key_.clear();
    return used + 1;
  }
  if (c == '}') return base::fail(base::ErrorCode::kInvalid, "the list's brackets do not match");
  where_ = Where::kItem;
  item_size_ = 0;
  skipping_ = false;
  brackets_ = {};
  scalar_ = c != '{' && c != '[' && c != '"';
  return used;
}

size_t ListSplitter::feed_item(std::string_view bytes, Items& items) {
  if (scalar_) {  // a number or null where an object should be
    const size_t size = std::min(bytes.find_first_of(",]} \t\r\n"), bytes.size());
    append_item(bytes.substr(0, size), items);
    if (size < bytes.size()) end_item(items);
    return size;
  }
  const size_t used = brackets_.feed(bytes);
  append_item(bytes.substr(0, used), items);
  if (brackets_.ended()) end_item(items);
  return used;
}

void ListSplitter::append_item(std::string_view bytes, Items& items) {
  if (skipping_) return;
  if (item_size_ + bytes.size() > limit_) {
    skipping_ = true;
    items.on_oversize();
    return;
  }
  if (item_size_ + bytes.size() + json::kPadding > item_capacity_) {
    const size_t wanted = std::max(item_size_ + bytes.size() + json::kPadding, item_capacity_ * 2);
    auto grown = std::make_unique<char[]>(wanted);
    if (item_size_ > 0) std::memcpy(grown.get(), item_.get(), item_size_);
    item_ = std::move(grown);
    item_capacity_ = wanted;
  }
  std::memcpy(item_.get() + item_size_, bytes.data(), bytes.size());
  item_size_ += bytes.size();
}

void ListSplitter::end_item(Items& items) {
  where_ = Where::kItems;
  if (!skipping_) items.on_item(std::string_view(item_.get(), item_size_));
}

base::Result<ListMeta> ListSplitter::finish() const {
  if (where_ != Where::kEnvelope || in_string_ || depth_ != 0) {
    return base::fail(base::ErrorCode::kInvalid, "the list ended in the middle");
  }
  const json::Document document = TRY(json::Document::parse(envelope_));
  const json::Value root = document.root();
  if (!root["kind"].str().ends_with("List") || !root["metadata"].is_object()) {
    return base::fail(base::ErrorCode::kInvalid, "the answer is not a list");
  }
  return ListMeta{std::string(root["metadata"]["resourceVersion"].str()),
                  std::string(root["metadata"]["continue"].str())};
}

}  // namespace masthead::kube
