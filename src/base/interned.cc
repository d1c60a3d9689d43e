#include "base/interned.h"

#include <atomic>
#include <boost/unordered/unordered_flat_map.hpp>
#include <memory>
#include <string>

#include "base/check.h"
#include "base/mutex.h"

namespace masthead::base {
namespace {

// Texts live in blocks that never move, so text() needs no lock.
constexpr uint32_t kBlock = 4096;
constexpr uint32_t kBlocks = 16384;

struct Pool {
  Pool() { add(""); }

  uint32_t find_or_add(std::string_view text) {
    MutexLock lock(mutex);
    const auto found = ids.find(text);
    return found != ids.end() ? found->second : add(text);
  }

  uint32_t add(std::string_view text) {
    const uint32_t id = size;
    CHECK(id / kBlock < kBlocks, "interned texts come from a bounded vocabulary");
    if (id % kBlock == 0) blocks[id / kBlock].store(new std::string[kBlock]);
    std::string& slot = blocks[id / kBlock].load()[id % kBlock];
    slot = text;
    ids.emplace(slot, id);
    ++size;
    return id;
  }

  Mutex mutex;
  boost::unordered_flat_map<std::string_view, uint32_t> ids;
  uint32_t size = 0;
  std::atomic<std::string*> blocks[kBlocks] = {};
};

Pool& pool() {
  // Never destroyed: rows of other static objects may outlive it otherwise.
  static Pool& the_pool = *new Pool;
  return the_pool;
}

}  // namespace

Interned::Interned(std::string_view text) : id_(text.empty() ? 0 : pool().find_or_add(text)) {}

std::string_view Interned::text() const {
  return pool().blocks[id_ / kBlock].load(std::memory_order_acquire)[id_ % kBlock];
}

Interned Interned::from_id(uint32_t id) {
  Interned value;
  value.id_ = id;
  return value;
}

}  // namespace masthead::base
