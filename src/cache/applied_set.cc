#include "cache/applied_set.h"

#include <algorithm>
#include <cstring>

namespace masthead::cache {
namespace {

// It lies where a text may lie, so nothing is known of its alignment.
uint64_t hash_at(std::string_view set, size_t i) {
  uint64_t hash = 0;
  std::memcpy(&hash, set.data() + i * sizeof hash, sizeof hash);
  return hash;
}

}  // namespace

// FNV-1a, with a byte between the parts that none of them holds.
uint64_t applied_hash(const k8s::ObjectRef& ref) {
  uint64_t hash = 14695981039346656037u;
  for (const std::string* part : {&ref.group, &ref.kind, &ref.ns, &ref.name}) {
    for (const char c : *part + '\n') {
      hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
    }
  }
  return hash;
}

std::string make_applied_set(const std::vector<k8s::ObjectRef>& refs) {
  std::vector<uint64_t> hashes;
  hashes.reserve(refs.size());
  for (const k8s::ObjectRef& ref : refs) hashes.push_back(applied_hash(ref));
  std::sort(hashes.begin(), hashes.end());
  std::string set(hashes.size() * sizeof(uint64_t), '\0');
  if (!hashes.empty()) std::memcpy(set.data(), hashes.data(), set.size());
  return set;
}

bool applied_set_has(std::string_view set, uint64_t hash) {
  size_t low = 0;
  size_t high = set.size() / sizeof(uint64_t);
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (hash_at(set, middle) < hash) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < set.size() / sizeof(uint64_t) && hash_at(set, low) == hash;
}

std::vector<uint64_t> applied_hashes(std::string_view set) {
  std::vector<uint64_t> hashes(set.size() / sizeof(uint64_t));
  for (size_t i = 0; i < hashes.size(); ++i) hashes[i] = hash_at(set, i);
  return hashes;
}

}  // namespace masthead::cache
