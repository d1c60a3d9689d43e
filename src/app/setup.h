// What serve, status and doctor start with: plugins, history, the cluster.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/cluster_session.h"
#include "app/config.h"
#include "history/history.h"
#include "host/plugin.h"

namespace masthead::app {

struct Setup {
  std::vector<std::unique_ptr<host::Plugin>> owned_plugins;
  std::vector<const host::Plugin*> plugins;
  std::string state_dir;  // empty when there is none
  std::unique_ptr<history::History> history;
  std::unique_ptr<ClusterSession> session;
};

// Fails with a text for a person when there is no usable kubeconfig. Without a usable state folder
// the history lives in memory and a warning is logged.
base::Result<std::unique_ptr<Setup>> prepare(const Config& config);

}  // namespace masthead::app
