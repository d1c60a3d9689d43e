// Any text as a request's target: its parts lie within it, and values that are escaped come back.
#include "base/check.h"
#include "server/page.h"
#include "server/target.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace masthead::server;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const std::string_view base_path : {"/", "/tools/masthead/"}) {
    const auto target = split_target(text, base_path);
    CHECK(target.has_value() == text.substr(0, text.find('?')).starts_with(base_path),
          "the base path decides");
    if (!target) continue;
    CHECK(target->path.find('?') == std::string_view::npos, "a query is not a path");
    CHECK(base_path.size() + target->path.size() + target->query.size() <= size, "nothing is made");
    CHECK(target->value("q").size() <= target->query.size(), "decoding never grows");
    if (const PageFile* file = find_page_file(target->path)) {
      CHECK(file->path == target->path, "a file is found by its own name only");
    }
  }
  std::string escaped = "/?q=";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    escaped += {'%', "0123456789ABCDEF"[byte >> 4], "0123456789abcdef"[byte & 15]};
  }
  CHECK(split_target(escaped, "/")->value("q") == text, "what is escaped comes back");
  return 0;
}
