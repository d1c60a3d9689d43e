#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace masthead::base {

void check_failed(const char* condition, const char* why, const char* file, int line) {
  std::fprintf(stderr, "masthead: a rule of its own was broken: %s (%s) at %s:%d\n", why, condition,
               file, line);
  std::abort();
}

}  // namespace masthead::base
