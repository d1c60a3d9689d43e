#include "plugins/core/plugin.h"

#include "plugins/core/kinds.h"
#include "plugins/core/workload_causes.h"

namespace masthead::plugins::core {
namespace {

class CorePlugin final : public host::Plugin {
 public:
  CorePlugin() {
    kinds_.reserve(12);
    for (auto* make : {&deployments, &stateful_sets, &daemon_sets, &replica_sets, &pods, &jobs,
                       &cron_jobs, &services, &nodes, &namespaces, &events, &config_maps}) {
      kinds_.push_back(make());
    }
  }
  std::string_view id() const override { return "core"; }
  const std::vector<host::Section>& sections() const override { return sections_; }
  const std::vector<host::Kind>& kinds() const override { return kinds_; }
  std::unique_ptr<host::Analyst> make_analyst() const override { return make_workload_analyst(); }

 private:
  std::vector<host::Section> sections_{
      {"workloads", "Workloads"}, {"network", "Network"}, {"cluster", "Cluster"}};
  std::vector<host::Kind> kinds_;
};

}  // namespace

std::unique_ptr<host::Plugin> make_plugin() {
  return std::make_unique<CorePlugin>();
}

}  // namespace masthead::plugins::core
