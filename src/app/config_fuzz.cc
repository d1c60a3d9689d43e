// Any text as a configuration file, an address to listen on, a base path: refused with file and
// reason, or settings that mean the same when applied again.
#include "app/config.h"
#include "base/check.h"

namespace {
using namespace masthead;

void check_file(const std::string& text) {
  app::Config config;
  const auto applied = app::apply_config_text(text, "config.yaml", config);
  if (!applied) {
    CHECK(applied.error().text.find("config.yaml") != std::string::npos, "the file is named");
    return;
  }
  app::Config again = config;
  CHECK(app::apply_config_text(text, "config.yaml", again).has_value(), "what fits fits twice");
  CHECK(again.context == config.context && again.namespaces == config.namespaces &&
            again.plugins == config.plugins && again.read_only == config.read_only,
        "and means the same");
}

void check_values(const std::string& text) {
  if (const auto listen = app::parse_listen(text)) {
    const std::string host = listen->address.find(':') == std::string::npos
                                 ? listen->address
                                 : "[" + listen->address + "]";
    const auto again = app::parse_listen(host + ":" + std::to_string(listen->port));
    CHECK(again && again->port == listen->port, "an address reads back the same");
  }
  if (const auto path = app::parse_base_path(text)) {
    CHECK(path->front() == '/' && path->back() == '/', "it begins and ends with a slash");
    CHECK(app::parse_base_path(*path) == *path, "a base path reads back the same");
    CHECK(path->find_first_of("\"<>&\r\n ?#") == std::string::npos,
          "it is safe in HTML and headers");
  }
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check_file(text);
  check_values(text);
  return 0;
}
