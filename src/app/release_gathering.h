// One request's way to its ReleaseMaterial: the HelmRelease, the revisions that are stored, those
// wanted, and what the values come from. Each Secret only where the user may get it.
//
// Threading: the cluster's loop. Keeps itself until it has answered; `done` is called once, or
// never when `asker`, which goes before the Client, has gone.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "access/rights.h"
#include "app/release_material.h"
#include "kube/client.h"

namespace masthead::app {

struct ReleaseWants {
  host::ReleaseAddress release;
  std::vector<int64_t> revisions;  // 0: the newest
  bool must_have = true;           // a revision that cannot be read fails the whole
};

using MaterialPtr = std::shared_ptr<ReleaseMaterial>;
void gather_release(kube::Client& client, const std::shared_ptr<access::Rights>& rights,
                    host::SnapshotPtr snapshot, ReleaseWants wants, std::weak_ptr<const void> asker,
                    std::move_only_function<void(base::Result<MaterialPtr>)> done);

// What the user would need, as an Error for the page.
base::Error missing_secret_right(const std::string& ns, const std::string& name);

}  // namespace masthead::app
