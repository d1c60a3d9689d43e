// Any text as a time or a Go duration: no crash; what was read is written and read back the same.
#include "base/check.h"
#include "base/time_format.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace masthead::base;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto ms = parse_rfc3339(text)) {
    CHECK(parse_rfc3339(format_rfc3339(*ms)) == ms, "a written time reads the same");
    CHECK(rfc3339_or_zero(text) == *ms, "both readers agree");
  }
  if (const auto ms = parse_go_duration(text)) {
    const std::string written = std::to_string(*ms) + "ms";
    CHECK(parse_go_duration(written) == ms, "a written duration reads the same");
    (void)format_age(*ms);
  }
  return 0;
}
