// The manifest of a release, object by object: read, shown without Secrets, and compared with that
// of another release.
//
// Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "helm/masking.h"
#include "json/value.h"
#include "k8s/identifiers.h"

namespace masthead::helm {

struct ManifestObject {
  k8s::ObjectRef ref;
  std::string api_version;
  std::string comment;  // "# Source: podinfo/templates/deployment.yaml", lines with their ends
  std::string json;     // empty: it could not be read, and is not shown
  std::string problem;
  // What tells it from others of the same manifest.
  std::string id() const;
};
// What the manifest holds, in its order; of an object without a namespace that stays empty.
std::vector<ManifestObject> read_manifest(std::string_view yaml);

void add_secrets(Masking& masking, const std::vector<ManifestObject>& objects);
// YAML, with its comment.
std::string masked_yaml(const Masking& masking, const ManifestObject& object);

struct DiffLine {
  char mark = ' ';  // ' ', '+', '-', or '@' for lines left out
  std::string text;
};
struct ObjectDiff {
  ManifestObject object;
  enum class Change { kAdded, kRemoved, kChanged, kMasked };  // kMasked: only in what is masked
  Change change = Change::kChanged;
  std::vector<DiffLine> lines;
};
std::vector<ObjectDiff> diff_manifests(const std::vector<ManifestObject>& before,
                                       const std::vector<ManifestObject>& after,
                                       const Masking& masking);
// Line by line with three lines around each change.
std::vector<DiffLine> diff_lines(std::string_view before, std::string_view after);

}  // namespace masthead::helm
