// What one identity may list: the only key to the cache.
//
// A Scope says, for each table, which namespaces may be read. No function of the cache gives a row,
// a count or anything derived from one without a Scope, and only the Gate (access/gate.h) and tests
// make them. Immutable once built, shared between threads by shared_ptr<const Scope>.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/interned.h"

namespace masthead::k8s {

// The namespaces of one kind that may be listed. Cluster-scoped objects are in namespace "".
struct Partitions {
  bool all = false;
  std::vector<base::Interned> namespaces;  // where not all; sorted by id

  bool allows(base::Interned ns) const {
    return all || std::binary_search(namespaces.begin(), namespaces.end(), ns, by_id);
  }
  // Whether what `other` allows is allowed here too.
  bool covers(const Partitions& other) const {
    return all ||
           (!other.all && std::includes(namespaces.begin(), namespaces.end(),
                                        other.namespaces.begin(), other.namespaces.end(), by_id));
  }
  bool none() const { return !all && namespaces.empty(); }
  void add(base::Interned ns) {
    namespaces.insert(std::lower_bound(namespaces.begin(), namespaces.end(), ns, by_id), ns);
  }
  bool operator==(const Partitions&) const = default;

 private:
  static bool by_id(base::Interned a, base::Interned b) { return a.id() < b.id(); }
};

class Scope {
 public:
  // May list nothing: what an unknown identity gets.
  Scope() = default;
  explicit Scope(std::map<std::string, Partitions, std::less<>> tables)
      : tables_(std::move(tables)) {}

  const Partitions& of(std::string_view table) const {
    static const Partitions kNone;
    const auto found = tables_.find(table);
    return found == tables_.end() ? kNone : found->second;
  }
  bool operator==(const Scope&) const = default;

 private:
  std::map<std::string, Partitions, std::less<>> tables_;
};

using ScopePtr = std::shared_ptr<const Scope>;

}  // namespace masthead::k8s
