// Any bytes in any pieces give the same lines, none above the limit, and a second reading of the
// same gives nothing new.
#include <algorithm>
#include <string>

#include "base/check.h"
#include "kube/log_lines.h"

namespace {
using namespace masthead;

std::string outcome(std::string_view bytes, size_t step, kube::LogResume& resume) {
  std::string log;
  kube::LogLines lines(50);
  const auto take = [&](const kube::LogLine& line) {
    CHECK(line.text.size() <= 50, "lines are cut");
    if (line.time_ns != 0 && resume.take(line)) {
      log += std::to_string(line.time_ns) + std::string(line.text) + "\n";
    }
  };
  for (; !bytes.empty(); bytes.remove_prefix(std::min(step, bytes.size()))) {
    lines.feed(bytes.substr(0, step), take);
  }
  lines.finish(take);
  return log;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  kube::LogResume one, other;
  CHECK(outcome(bytes, 1, one) == outcome(bytes, size + 1, other), "pieces do not matter");
  (void)one.since();
  return 0;
}
