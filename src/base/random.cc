#include "base/random.h"

#include <sys/random.h>

#include "base/check.h"

namespace masthead::base {
namespace {

void fill(void* bytes, size_t size) {
  auto* at = static_cast<char*>(bytes);
  while (size > 0) {
    const ssize_t got = getrandom(at, size, 0);
    CHECK(got > 0, "the kernel's random source is always there");
    at += got;
    size -= static_cast<size_t>(got);
  }
}

class SystemRandom final : public Random {
 public:
  uint64_t next() override {
    uint64_t value = 0;
    fill(&value, sizeof value);
    return value;
  }
};

}  // namespace

Random& system_random() {
  static SystemRandom random;
  return random;
}

std::string random_hex(size_t bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string raw(bytes, '\0');
  fill(raw.data(), raw.size());
  std::string hex;
  hex.reserve(bytes * 2);
  for (const char byte : raw) {
    hex += kDigits[(static_cast<unsigned char>(byte) >> 4) & 15];
    hex += kDigits[static_cast<unsigned char>(byte) & 15];
  }
  return hex;
}

}  // namespace masthead::base
