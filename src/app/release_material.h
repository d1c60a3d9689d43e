// Everything an answer about a release is made from: the HelmRelease, stored revisions, and what
// its values come from. Gathered for one request and gone with it: it holds Secrets.
//
// Plain values; pure functions, any thread.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "helm/masking.h"
#include "helm/release.h"
#include "helm/values.h"
#include "host/cluster_snapshot.h"
#include "host/releases.h"

namespace masthead::app {

struct StoredRevision {
  int64_t revision = 0;
  std::string status;
  int64_t changed_ms = 0;
};

struct ReleaseMaterial {
  host::SnapshotPtr snapshot;
  json::Document helm_release;
  helm::Storage storage;
  bool listed = false;                                   // `revisions` are those that exist
  std::vector<StoredRevision> revisions;                 // newest first
  std::map<int64_t, base::Result<std::string>> secrets;  // by revision, as the API server sent them
  std::map<std::pair<std::string, std::string>, helm::ValuesInput> inputs;  // by kind and name
  std::vector<host::Missing> missing;                                       // of the inputs
};

base::Result<host::ReleaseContents> release_contents(const ReleaseMaterial& material,
                                                     int64_t revision);
base::Result<std::string> release_values(const ReleaseMaterial& material, int64_t revision);
base::Result<std::string> release_diff(const ReleaseMaterial& material, int64_t from, int64_t to);

// One value that is masked.
struct HiddenValue {
  std::string json;    // a scalar
  std::string secret;  // the Secret in the HelmRelease's namespace, or of the release, it is in
  std::string ns;
  std::string path;  // "auth.password"
};
base::Result<HiddenValue> hidden_value(const ReleaseMaterial& material, int64_t revision,
                                       const helm::Path& path);
// "auth.hosts[0].name", with keys that hold dots escaped.
std::string path_text(const helm::Path& path);

}  // namespace masthead::app
