// A Helm release as Helm stores it: a Secret of type helm.sh/release.v1 whose key "release" holds
// JSON, compressed and encoded. Within limits::kReleaseEncodedBytes and kReleaseBytes.
//
// Pure; any thread. What is decoded holds Secrets: it is never kept, cached or logged.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"

namespace masthead::helm {

// Where Helm keeps the releases of a HelmRelease, as helm-controller decides it.
struct Storage {
  std::string ns;
  std::string release;
  std::string target_ns;       // of objects that name no namespace
  std::string remote_cluster;  // what names the cluster it is on; empty: this one
};
Storage storage_of(const json::Value& helm_release);
// Helm takes names of at most 53 bytes: a longer one ends in a piece of its hash.
std::string shortened(std::string_view release_name);
// "sh.helm.release.v1.podinfo.v3"
std::string storage_name(std::string_view release_name, int64_t revision);

inline constexpr std::string_view kStorageType = "helm.sh/release.v1";

// The JSON of a release out of a Secret as the API server sends it.
base::Result<std::string> release_in(const json::Value& secret);
// The same out of the text that Helm wrote: base64 of JSON, with or without gzip.
base::Result<std::string> decode_release(std::string_view helm_text);

struct Hook {
  std::string name, kind, path, phase;
  std::vector<std::string> events, delete_policies;
  int64_t weight = 0;
  int64_t started_ms = 0, completed_ms = 0;  // of its last run; 0: none
  bool is_test() const;
};
std::vector<Hook> hooks_of(const json::Value& release);

}  // namespace masthead::helm
