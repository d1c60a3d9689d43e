// Any JSON as an object of each kind: shown, never dropped, never a crash.
#include "host/kind_fixture.h"
#include "plugins/core/plugin.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace masthead;
  static const auto plugin = plugins::core::make_plugin();
  static const base::ManualClock clock;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const host::Kind& kind : plugin->kinds()) {
    host::fixture::check_any_object(kind, bytes, clock);
  }
  return 0;
}
