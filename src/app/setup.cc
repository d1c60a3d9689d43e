#include "app/setup.h"

#include <cstdlib>

#include "base/log.h"
#include "kube/kubeconfig.h"
#include "plugins/core/plugin.h"
#include "plugins/flux/plugin.h"

namespace masthead::app {
namespace {

base::Result<std::unique_ptr<history::History>> open_history(const std::string& state_dir) {
  if (!state_dir.empty()) {
    auto kept = history::History::open(state_dir + "/history.sqlite", base::system_clock());
    if (kept) return kept;
    base::log::warn("app", "the history is kept in memory only", {{"cause", kept.error().text}});
  }
  return history::History::open(":memory:", base::system_clock());
}

}  // namespace

base::Result<std::unique_ptr<Setup>> prepare(const Config& config) {
  auto setup = std::make_unique<Setup>();
  const kube::Environment environment = kube::process_environment();

  kube::KubeconfigOptions options;
  if (!config.kubeconfig.empty()) options.path = config.kubeconfig;
  if (!config.context.empty()) options.context = config.context;
  options.allowed_exec.insert(options.allowed_exec.end(), config.allow_exec.begin(),
                              config.allow_exec.end());
  ClusterOptions cluster;
  cluster.config = TRY(kube::load_cluster_config(options, environment));
  cluster.namespaces = config.namespaces;
  cluster.read_only = config.read_only;
  cluster.embedded_hint = config.embedded_hint;

  if (config.plugins.at("flux")) setup->owned_plugins.push_back(plugins::flux::make_plugin());
  if (config.plugins.at("core")) setup->owned_plugins.push_back(plugins::core::make_plugin());
  for (const auto& plugin : setup->owned_plugins) setup->plugins.push_back(plugin.get());

  const auto state_dir = state_directory(config, environment.getenv);
  if (state_dir) {
    setup->state_dir = *state_dir;
  } else {
    base::log::warn("app", "nothing will be remembered", {{"cause", state_dir.error().text}});
  }
  setup->history = TRY(open_history(setup->state_dir));
  setup->session =
      TRY(ClusterSession::create(std::move(cluster), setup->plugins, setup->history.get(),
                                 base::system_clock(), base::system_random()));
  return setup;
}

}  // namespace masthead::app
