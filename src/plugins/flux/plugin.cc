#include "plugins/flux/plugin.h"

#include "plugins/flux/flux_analyst.h"
#include "plugins/flux/kinds.h"

namespace masthead::plugins::flux {
namespace {

// What is applied and where it comes from. A report is about an instance, and nothing needs it.
bool is_in_graph(const host::Kind& kind) {
  return kind.section == "flux" || kind.section == "sources" ||
         (kind.section == "operator" && kind.singular != "FluxReport");
}

class FluxPlugin final : public host::Plugin {
 public:
  FluxPlugin() {
    for (auto* make :
         {&kustomizations, &helm_releases, &flux_instances, &flux_reports, &resource_sets,
          &input_providers, &git_repositories, &oci_repositories, &helm_repositories, &helm_charts,
          &buckets, &external_artifacts, &artifact_generators, &alerts, &providers, &receivers,
          &image_repositories, &image_policies, &image_update_automations}) {
      kinds_.push_back(make());
      kinds_.back().in_graph = is_in_graph(kinds_.back());
    }
  }
  std::string_view id() const override { return "flux"; }
  const std::vector<host::Section>& sections() const override { return sections_; }
  const std::vector<host::Kind>& kinds() const override { return kinds_; }
  std::unique_ptr<host::Analyst> make_analyst() const override { return make_flux_analyst(kinds_); }

 private:
  std::vector<host::Section> sections_{{"flux", "Flux"},
                                       {"sources", "Flux sources"},
                                       {"notification", "Flux notification"},
                                       {"images", "Flux images"},
                                       {"operator", "Flux Operator"}};
  std::vector<host::Kind> kinds_;
};

}  // namespace

std::unique_ptr<host::Plugin> make_plugin() {
  return std::make_unique<FluxPlugin>();
}

}  // namespace masthead::plugins::flux
