// The releases of a HelmRelease as its history has them. Plain functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/document.h"

namespace masthead::sim {

// What a HelmRelease asks for, resolved.
struct ReleaseChart {
  std::string name, version;
  std::string oci_digest;  // empty: not from an OCI registry
  std::string text() const { return name + "@" + version; }
};

struct ReleaseEnd {
  std::string_view action, status;
  std::string app_version;
  int64_t began_ms = 0;
};

// nullptr: none yet.
const Document* newest_release(const Document& object);
// The newest that runs, or ran until the newest took its place.
const Document* running_release(const Document& object);
bool is_deployed(const Document& object, const std::string& version);
std::string config_digest(const Document& object);

// "shop/cache.v3"
std::string release_text(const Document& object, int64_t version);
// "Running 'upgrade' action with timeout of 5m0s"
std::string running_text(std::string_view action, const Document& object);
int64_t release_timeout_ms(const Document& object);
// What Helm said on the way, as an event of a failure quotes it.
std::string helm_logs(std::string_view action, const Document& object, int64_t began_ms,
                      int64_t now_ms);

void add_release(Document& object, const ReleaseChart& chart, const ReleaseEnd& end);
// The release that ran before is put back under a new number.
void add_rollback(Document& object, int64_t now_ms);

}  // namespace masthead::sim
