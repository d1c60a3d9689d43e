// The objects of the embedded cluster, as etcd and the watch cache hold them: one revision for all,
// objects in key order, a history for watches and for lists of the past.
//
// Threading: one thread, the loop of the embedded API server.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/document.h"
#include "sim/resource_type.h"

namespace masthead::sim {

using Labels = std::map<std::string, std::string>;

// One version of one object. Immutable, but for what it remembers of itself.
struct Stored {
  std::string ns, name, uid;
  uint64_t revision = 0;
  // Everything behind `{"kind":…,"apiVersion":…,`: lists of built-in kinds leave those two out, and
  // other served versions replace them.
  std::string rest;
  std::shared_ptr<const Labels> labels;  // none: nullptr

  // The whole object as `version` of `type`.
  std::string json(const ResourceType& type, std::string_view version) const;
  // The same to read, as the storage version: parsed once while it is read often.
  std::shared_ptr<const Document> parsed(const ResourceType& type) const;
  // The same to change.
  Document document(const ResourceType& type) const;

  mutable std::weak_ptr<const Document> parsed_before;
};
using StoredPtr = std::shared_ptr<const Stored>;
// The same object with another metadata.resourceVersion.
StoredPtr restamped(const Stored& object, const ResourceType& type, uint64_t revision);

struct StoreEvent {
  enum class Type { kAdded, kModified, kDeleted };
  Type type;
  uint64_t revision;
  ResourceTypePtr resource;
  StoredPtr now;     // kDeleted: the last state, with the revision of its deletion
  StoredPtr before;  // kAdded: none
};

class Store {
 public:
  using Key = std::pair<std::string, std::string>;  // namespace, name
  // As etcd orders "NAMESPACE/NAME": "a-b" before "a".
  struct KeyOrder {
    bool operator()(const Key& a, const Key& b) const;
  };
  using Objects = std::map<Key, StoredPtr, KeyOrder>;
  using Listener = std::function<void(const StoreEvent&)>;

  uint64_t revision() const { return revision_; }
  // Revisions up to this one are forgotten: watches and lists of then are gone (410).
  uint64_t compacted() const { return compacted_; }
  // What etcd's compaction does; nothing later than now.
  void compact(uint64_t revision);

  StoredPtr get(const ResourceType& type, std::string_view ns, std::string_view name) const;
  const Objects& objects(const ResourceType& type) const;
  // As they were at `revision`; nothing when that is compacted or in the future.
  std::optional<Objects> objects_at(const ResourceType& type, uint64_t revision) const;

  // Writes metadata.resourceVersion into `object`, which is the whole object, and keeps it.
  StoredPtr put(const ResourceTypePtr& type, Document& object);
  // Keeps what is not there yet and was made as text, with the next revision in it. Nobody is told:
  // only while nobody reads.
  void load(const ResourceTypePtr& type, StoredPtr object);
  void remove(const ResourceTypePtr& type, std::string_view ns, std::string_view name);
  // Everything of a kind whose definition went away.
  void remove_all(const ResourceTypePtr& type);

  // Called after each change, inside put() and remove(). A listener may remove itself.
  uint64_t listen(Listener listener);
  void unlisten(uint64_t id);
  // The events of one kind after `revision`, oldest first.
  std::vector<StoreEvent> since(const ResourceType& type, uint64_t revision) const;

  // A snapshot restored from a backup: everything as it was at `revision`, which becomes the
  // present again. Watches are not told, as etcd does not tell them.
  bool restore(uint64_t revision);

 private:
  void announce(StoreEvent event);

  // Revision 1 is etcd's own: the first object gets 2.
  uint64_t revision_ = 1;
  uint64_t compacted_ = 0;
  std::map<std::pair<std::string, std::string>, Objects> objects_;  // by group, plural
  std::deque<StoreEvent> history_;
  std::map<uint64_t, Listener> listeners_;
  uint64_t next_listener_ = 1;
};

}  // namespace masthead::sim
