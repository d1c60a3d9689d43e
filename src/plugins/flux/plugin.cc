#include "plugins/flux/plugin.h"

#include "flux/written_in.h"
#include "plugins/flux/controllers_report.h"
#include "plugins/flux/flux_analyst.h"
#include "plugins/flux/kinds.h"

namespace masthead::plugins::flux {
namespace {

// What is applied and where it comes from. A report is about an instance, and nothing needs it.
bool is_in_graph(const host::Kind& kind) {
  return kind.section == "flux" || kind.section == "sources" ||
         (kind.section == "operator" && kind.singular != "FluxReport");
}

// Beside its own columns: the version in which it was applied, where that is another one than it is
// read in.
void tell_version(host::Kind& kind) {
  kind.columns.push_back({kWrittenColumn, "Applied in", cache::ColumnType::kText, false, 90,
                          "The version of its API in which it was applied, where it is read in "
                          "another one."});
  kind.fill = [fill = std::move(kind.fill)](const json::Value& object, int64_t now_ms,
                                            cache::RowBuilder& row) {
    fill(object, now_ms, row);
    const std::string_view version = masthead::flux::written_in(object).version;
    const std::string_view read_in = object["apiVersion"].str();
    const bool another = version != read_in.substr(read_in.find('/') + 1);
    if (!read_in.empty() && another) row.text(kWrittenColumn, version);
  };
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
      tell_version(kinds_.back());
    }
  }
  std::string_view id() const override { return "flux"; }
  const std::vector<host::Section>& sections() const override { return sections_; }
  const std::vector<host::Kind>& kinds() const override { return kinds_; }
  std::unique_ptr<host::Analyst> make_analyst() const override { return make_flux_analyst(kinds_); }
  std::optional<std::string> controllers_json(const host::ConsoleView& console) const override {
    return flux::controllers_json(controllers_report(console));
  }
  std::vector<std::string_view> controllers_read() const override {
    return {kDeployments, kPods, kDefinitions};
  }

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
