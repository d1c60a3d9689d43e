#include "sim/store.h"

#include <fmt/format.h>

#include <array>

#include "base/check.h"
#include "base/limits.h"

namespace masthead::sim {
namespace {

// A write reads the version before it, and controllers read the one after it, each several times:
// parsing was nearly half of what filling a fleet takes. So the last ones are kept.
constexpr size_t kParsedKept = 64;

void keep_parsed(std::shared_ptr<const Document> document) {
  thread_local std::array<std::shared_ptr<const Document>, kParsedKept> kept;
  thread_local size_t next = 0;
  kept[next++ % kParsedKept] = std::move(document);
}

std::pair<std::string, std::string> table_key(const ResourceType& type) {
  return {type.group, type.plural};
}

bool same_table(const ResourceType& a, const ResourceType& b) {
  return a.plural == b.plural && a.group == b.group;
}

std::shared_ptr<const Labels> labels_of(const Document& object) {
  const Fields* found = fields_at(object, {"metadata", "labels"});
  if (found == nullptr || found->empty()) return nullptr;
  auto labels = std::make_shared<Labels>();
  for (const auto& [key, value] : *found) {
    if (value.is_string()) labels->emplace(std::string(key), value.get_string().c_str());
  }
  return labels;
}

StoredPtr stored(Document& object, uint64_t revision) {
  Fields& metadata = object_in(object.as_object(), "metadata");
  metadata["resourceVersion"] = std::to_string(revision);
  auto made = std::make_shared<Stored>();
  made->ns = text_at(object, {"metadata", "namespace"});
  made->name = text_at(object, {"metadata", "name"});
  made->uid = text_at(object, {"metadata", "uid"});
  made->revision = revision;
  made->labels = labels_of(object);
  Fields rest = object.as_object();
  rest.erase("kind");
  rest.erase("apiVersion");
  made->rest = to_text(Document(std::move(rest))).substr(1);
  return made;
}

}  // namespace

bool Store::KeyOrder::operator()(const Key& a, const Key& b) const {
  if (a.first == b.first) return a.second < b.second;
  const auto at = [](const std::string& ns, size_t i) {
    return static_cast<unsigned char>(i < ns.size() ? ns[i] : '/');
  };
  size_t i = 0;
  while (at(a.first, i) == at(b.first, i)) ++i;
  return at(a.first, i) < at(b.first, i);
}

std::string Stored::json(const ResourceType& type, std::string_view version) const {
  const std::string api_version = type.api_version(std::string(version));
  std::string text;
  text.reserve(rest.size() + type.kind.size() + api_version.size() + 32);
  text.append(R"({"kind":")").append(type.kind).append(R"(","apiVersion":")");
  return text.append(api_version).append("\",").append(rest), text;
}

std::shared_ptr<const Document> Stored::parsed(const ResourceType& type) const {
  const std::string& version = type.storage_version();
  auto before = parsed_before.lock();
  // A definition may have been written anew since.
  if (before != nullptr && text_at(*before, {"apiVersion"}) == type.api_version(version)) {
    return before;
  }
  auto read = parse_document(json(type, version));
  CHECK(read.has_value(), "what is stored was written by us");
  auto document = std::make_shared<const Document>(std::move(*read));
  parsed_before = document;
  keep_parsed(document);
  return document;
}

Document Stored::document(const ResourceType& type) const {
  const std::shared_ptr<const Document> read = parsed(type);
  return Document(*read, arena_for(rest.size()));
}

StoredPtr restamped(const Stored& object, const ResourceType& type, uint64_t revision) {
  Document document = object.document(type);
  return stored(document, revision);
}

StoredPtr Store::get(const ResourceType& type, std::string_view ns, std::string_view name) const {
  const Objects& all = objects(type);
  const auto found = all.find({std::string(ns), std::string(name)});
  return found == all.end() ? nullptr : found->second;
}

const Store::Objects& Store::objects(const ResourceType& type) const {
  static const Objects none;
  const auto found = objects_.find(table_key(type));
  return found == objects_.end() ? none : found->second;
}

std::optional<Store::Objects> Store::objects_at(const ResourceType& type, uint64_t revision) const {
  if (revision < compacted_ || revision > revision_) return std::nullopt;
  Objects then = objects(type);
  for (auto event = history_.rbegin(); event != history_.rend(); ++event) {
    if (event->revision <= revision) break;
    if (!same_table(*event->resource, type)) continue;
    const Key key{event->now->ns, event->now->name};
    if (event->before == nullptr) {
      then.erase(key);
    } else {
      then[key] = event->before;
    }
  }
  return then;
}

StoredPtr Store::put(const ResourceTypePtr& type, Document& object) {
  StoredPtr now = stored(object, ++revision_);
  StoredPtr& place = objects_[table_key(*type)][{now->ns, now->name}];
  StoredPtr before = std::exchange(place, now);
  const auto what = before == nullptr ? StoreEvent::Type::kAdded : StoreEvent::Type::kModified;
  announce({what, revision_, type, now, std::move(before)});
  return now;
}

void Store::load(const ResourceTypePtr& type, StoredPtr object) {
  CHECK(object->revision == revision_ + 1, "revisions are given in order");
  revision_ = object->revision;
  Key key{object->ns, object->name};
  const bool is_new = objects_[table_key(*type)].emplace(std::move(key), std::move(object)).second;
  CHECK(is_new, "only what is not there is loaded");
}

void Store::remove(const ResourceTypePtr& type, std::string_view ns, std::string_view name) {
  Objects& all = objects_[table_key(*type)];
  const auto found = all.find({std::string(ns), std::string(name)});
  CHECK(found != all.end(), "only what exists is removed");
  StoredPtr before = std::move(found->second);
  all.erase(found);
  Document last = before->document(*type);
  announce({StoreEvent::Type::kDeleted, revision_ + 1, type, stored(last, revision_ + 1), before});
}

void Store::remove_all(const ResourceTypePtr& type) {
  while (!objects(*type).empty()) {
    const Key key = objects(*type).begin()->first;
    remove(type, key.first, key.second);
  }
}

void Store::announce(StoreEvent event) {
  revision_ = event.revision;
  history_.push_back(std::move(event));
  if (history_.size() > limits::kSimHistoryEvents) {
    compacted_ = history_.front().revision;
    history_.pop_front();
  }
  // A copy of the ids: a listener may remove itself or another, or add one.
  std::vector<uint64_t> ids;
  for (const auto& [id, listener] : listeners_) ids.push_back(id);
  const StoreEvent told = history_.back();
  for (const uint64_t id : ids) {
    const auto listener = listeners_.find(id);
    if (listener != listeners_.end()) listener->second(told);
  }
}

void Store::compact(uint64_t revision) {
  compacted_ = std::max(compacted_, std::min(revision, revision_));
  while (!history_.empty() && history_.front().revision <= compacted_) history_.pop_front();
}

uint64_t Store::listen(Listener listener) {
  listeners_.emplace(next_listener_, std::move(listener));
  return next_listener_++;
}

void Store::unlisten(uint64_t id) {
  listeners_.erase(id);
}

std::vector<StoreEvent> Store::since(const ResourceType& type, uint64_t revision) const {
  std::vector<StoreEvent> events;
  for (auto event = history_.rbegin(); event != history_.rend(); ++event) {
    if (event->revision <= revision) break;
    if (same_table(*event->resource, type)) events.push_back(*event);
  }
  return {events.rbegin(), events.rend()};
}

bool Store::restore(uint64_t revision) {
  if (revision < compacted_ || revision > revision_) return false;
  while (!history_.empty() && history_.back().revision > revision) {
    const StoreEvent& event = history_.back();
    Objects& all = objects_[table_key(*event.resource)];
    const Key key{event.now->ns, event.now->name};
    if (event.before == nullptr) {
      all.erase(key);
    } else {
      all[key] = event.before;
    }
    history_.pop_back();
  }
  revision_ = revision;
  return true;
}

}  // namespace masthead::sim
