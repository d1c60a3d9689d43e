// Any two lines as a document and its patch: no crash, and a merge patch twice is a merge patch
// once.
#include "base/check.h"
#include "sim/patch.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace masthead::sim;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const size_t line = std::min(bytes.find('\n'), bytes.size());
  const auto target = parse_document(bytes.substr(0, line));
  const auto patch = parse_document(bytes.substr(std::min(line + 1, bytes.size())));
  if (!target || !patch) return 0;
  if (const Items* operations = patch->if_array()) {
    Document patched = *target;
    (void)json_patch(patched, *operations);
  }
  Document once = *target;
  merge_patch(once, *patch);
  Document twice = once;
  merge_patch(twice, *patch);
  CHECK(once == twice, "a merge patch says what is there afterwards");
  return 0;
}
