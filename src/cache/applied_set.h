// The objects that one object has applied, as a set that a row carries: sorted 64-bit hashes, 8
// bytes an object, so that "who applied this?" is answered for any object without reading 5,000
// inventories. Pure. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "k8s/identifiers.h"

namespace masthead::cache {

uint64_t applied_hash(const k8s::ObjectRef& ref);
std::string make_applied_set(const std::vector<k8s::ObjectRef>& refs);
bool applied_set_has(std::string_view set, uint64_t hash);
// In order.
std::vector<uint64_t> applied_hashes(std::string_view set);

}  // namespace masthead::cache
