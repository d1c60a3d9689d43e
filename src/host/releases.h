// What Helm stores of a HelmRelease's release, the values it is given, and the variables that a
// Kustomization is: read when a person asks, with his rights, and kept nowhere. Values of Secrets
// are masked in every answer but that of reveal().
//
// Threading: every method from any thread; callbacks are called on any thread and must only post.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "k8s/identifiers.h"

namespace masthead::host {

struct ReleaseAddress {
  std::string ns, name;  // of the HelmRelease, or Kustomization
};

// A missing right is an Error with the params "right" and "role".
struct ReleaseContents {
  std::string json;                     // ReleaseContents of api/openapi.yaml, but for `objects`
  std::vector<k8s::ObjectRef> objects;  // of the manifest
};

struct RevealRequest {
  ReleaseAddress release;
  std::vector<std::variant<std::string, size_t>> path;
  int64_t revision = 0;  // of a stored release; 0: of what the HelmRelease is given now
};

class Releases {
 public:
  virtual ~Releases() = default;

  using ContentsCallback = std::move_only_function<void(base::Result<ReleaseContents>)>;
  using JsonCallback = std::move_only_function<void(base::Result<std::string>)>;
  // 0: the newest revision.
  virtual void contents(ReleaseAddress release, int64_t revision, ContentsCallback done) = 0;
  // ReleaseValues. 0: merged as the controller would now; else what Helm was given for it.
  virtual void values(ReleaseAddress release, int64_t revision, JsonCallback done) = 0;
  // ReleaseDiff
  virtual void diff(ReleaseAddress release, int64_t from, int64_t to, JsonCallback done) = 0;
  // One masked value as RevealedValue, after it is in the audit log who sees it.
  virtual void reveal(RevealRequest request, JsonCallback done) = 0;
  // Substitutions: the variables of a Kustomization; of those from Secrets the names alone.
  virtual void substitutions(ReleaseAddress kustomization, JsonCallback done) = 0;
};

}  // namespace masthead::host
