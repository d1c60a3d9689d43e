// What readings of single objects for a person who asks have in common.
//
// Threading: the cluster's loop.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "access/rights.h"
#include "base/result.h"
#include "host/cluster_snapshot.h"
#include "kube/client.h"

namespace masthead::app {

// `take` is called once with the answer's body, or never when `asker`, which goes before the
// Client, has gone.
void read_body(kube::Client& client, std::weak_ptr<const void> asker, kube::Request request,
               std::move_only_function<void(base::Result<std::string>)> take);

// Where the object is served; an Error that names `title` ("HelmReleases") where the kind is not.
base::Result<std::string> served_path(const host::ClusterSnapshot& snapshot, std::string_view table,
                                      std::string_view title, const std::string& ns,
                                      const std::string& name);

// A ConfigMap or Secret that an object takes something from: whether it may be got, where it is,
// and what is told where it may not; `what` is "Values", "The variables".
access::Rights::Question input_question(std::string_view kind, const std::string& ns,
                                        const std::string& name);
std::string input_path(const access::Rights::Question& question);
host::Missing missing_input(const access::Rights::Question& question, std::string_view what);

}  // namespace masthead::app
