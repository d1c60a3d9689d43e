// Which versions of Flux's APIs are served, stored and used, and what the next release does not
// serve any more.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/limits.h"
#include "flux/label_selector.h"
#include "flux/served_apis.h"
#include "flux/written_in.h"
#include "k8s/label_lines.h"
#include "plugins/flux/controllers_report.h"

namespace masthead::plugins::flux {

namespace rules = masthead::flux;

namespace {

bool is_of_flux(const host::Kind& kind) {
  return !kind.controller.empty() || kind.singular == "ExternalArtifact";
}

bool is_beta(std::string_view version) {
  return version.find("alpha") != std::string_view::npos ||
         version.find("beta") != std::string_view::npos;
}

std::optional<std::vector<std::string>> stored_versions(const host::ConsoleView& console,
                                                        const std::string& table) {
  const auto* definitions = console.view(kDefinitions);
  if (definitions == nullptr || definitions->find("", table) == nullptr) return std::nullopt;
  const auto bytes = console.object(kDefinitions, "", table);
  if (!bytes) return std::nullopt;
  const auto document = json::Document::parse(*bytes);
  if (!document) return std::nullopt;
  std::vector<std::string> versions;
  for (const json::Value version : document->root()["status"]["storedVersions"].items()) {
    versions.emplace_back(version.str());
  }
  return versions;
}

ServedApi api_of(const host::ConsoleView& console, const host::ServedKind& served) {
  const k8s::GroupKind& of = served.kind->group_kind;
  ServedApi api;
  api.kind = served.kind;
  const std::vector<std::string> only{served.version};
  for (const std::string& version : served.versions.empty() ? only : served.versions) {
    const bool older = version != served.version && is_beta(version);
    api.versions.push_back({version, older, rules::removed_in(of.group, of.kind, version)});
  }
  api.stored = stored_versions(console, served.kind->table_id());
  return api;
}

const k8s::ObjectRef* linked(const std::vector<cache::Link>& links, std::string_view relation) {
  const auto found =
      std::ranges::find_if(links, [&](const cache::Link& one) { return one.relation == relation; });
  return found == links.end() ? nullptr : &found->ref;
}

std::string named(const k8s::ObjectRef& ref) {
  return fmt::format("{} {}/{}", ref.kind, ref.ns, ref.name);
}

class Needs {
 public:
  Needs(const host::ConsoleView& console, std::optional<int> release)
      : console_(console), release_(release) {}

  void add(const ServedApi& api) {
    const host::Kind& kind = *api.kind;
    const std::string preferred = api.versions.front().name;
    const auto* view = console_.view(kind.table_id());
    if (view != nullptr) {
      const auto column = view->table().schema().index_of(kWrittenColumn);
      view->for_each([&](const cache::Row& row) {
        // helm-controller writes the charts of its HelmReleases anew by itself.
        if (kind.singular == "HelmChart" && is_made_by_flux(row)) return;
        const bool told = column && row.has(*column);
        take(kind, row, told ? std::string(row.text(*column)) : preferred, preferred);
      });
    }
    add_stored(api, preferred);
  }

  std::vector<UpgradeNeed> finish() && {
    std::vector<UpgradeNeed> needs = std::move(stored_);
    for (auto& [key, need] : groups_) {
      std::ranges::sort(need.objects);
      if (need.objects.size() > limits::kObjectsNamed) need.objects.resize(limits::kObjectsNamed);
      need.text = sentence(need);
      needs.push_back(std::move(need));
    }
    std::ranges::sort(needs, [](const UpgradeNeed& a, const UpgradeNeed& b) {
      const auto place = [](const UpgradeNeed& one) {
        return std::tuple(one.release, one.kind->title, one.version, one.total == 0,
                          one.by.value_or(k8s::ObjectRef()));
      };
      return place(a) < place(b);
    });
    return needs;
  }

 private:
  static bool is_made_by_flux(const cache::Row& row) {
    return k8s::label_value(row.labels(), "helm.toolkit.fluxcd.io/name").has_value();
  }

  UpgradeNeed need_of(const host::Kind& kind, const std::string& version, int release) const {
    UpgradeNeed need;
    need.release = release;
    need.next = release_ && release <= *release_ + 1;
    need.kind = &kind;
    need.version = version;
    return need;
  }

  void take(const host::Kind& kind, const cache::Row& row, const std::string& version,
            const std::string& preferred) {
    const auto release = rules::removed_in(kind.group_kind.group, kind.group_kind.kind, version);
    if (!release) return;
    const std::vector<cache::Link> links = cache::links_of(row);
    const k8s::ObjectRef* by = linked(links, "applied by");
    std::string key = kind.table_id() + "\t" + version;
    if (by != nullptr) key += "\t" + named(*by);
    auto [found, fresh] = groups_.try_emplace(std::move(key));
    UpgradeNeed& need = found->second;
    if (fresh) {
      need = need_of(kind, version, *release);
      // A list names no version where it is the one that objects are read in.
      if (version != preferred) need.filter = version;
      if (by != nullptr) {
        need.by = *by;
        need.source = source_of(*by);
      }
    }
    ++need.total;
    need.objects.push_back(host::ref_of(kind, row));
  }

  std::optional<k8s::ObjectRef> source_of(const k8s::ObjectRef& ref) const {
    const cache::RowPtr row = console_.find(ref);
    if (row == nullptr) return std::nullopt;
    const std::vector<cache::Link> links = cache::links_of(*row);
    for (const char* relation : {"source", "chart"}) {
      if (const auto* found = linked(links, relation)) return *found;
    }
    return std::nullopt;
  }

  // What the API server has not written anew since: `flux migrate` does.
  void add_stored(const ServedApi& api, const std::string& preferred) {
    if (!api.stored) return;
    const host::Kind& kind = *api.kind;
    for (const std::string& version : *api.stored) {
      const auto release = rules::removed_in(kind.group_kind.group, kind.group_kind.kind, version);
      if (!release || version == preferred) continue;
      UpgradeNeed need = need_of(kind, version, *release);
      need.text = fmt::format(
          "The definition of {} names {} among its stored versions. Run `flux migrate`: it writes "
          "all of them anew.",
          kind.title, version);
      stored_.push_back(std::move(need));
    }
  }

  // Who wrote them, of those that are named.
  std::set<std::string> managers_of(const UpgradeNeed& need) const {
    std::set<std::string> managers;
    for (const k8s::ObjectRef& ref : need.objects) {
      const auto bytes = console_.object(need.kind->table_id(), ref.ns, ref.name);
      if (!bytes) continue;
      const auto document = json::Document::parse(*bytes);
      if (!document) continue;
      const auto manager = rules::written_in(document->root()).manager;
      if (!manager.empty()) managers.emplace(manager);
    }
    return managers;
  }

  std::string sentence(const UpgradeNeed& need) const {
    const k8s::GroupKind& of = need.kind->group_kind;
    std::string text =
        fmt::format("{} {} applied in {}", counted(static_cast<int64_t>(need.total), *need.kind),
                    need.total == 1 ? "is" : "are", need.version);
    if (need.by) {
      text += " by " + named(*need.by);
      if (need.source) text += ", from " + named(*need.source);
    } else if (const auto managers = managers_of(need); !managers.empty()) {
      std::string list;
      for (const std::string& manager : managers) list += (list.empty() ? "" : ", ") + manager;
      text += " by " + list;
    }
    const auto instead = rules::newest_version(of.group, of.kind, need.release);
    if (!instead) return text + ".";
    const auto from = rules::served_from(of.group, of.kind, *instead);
    if (release_ && from && *from > *release_) {
      text += fmt::format(". Flux {} is the first to serve {}: once it is installed,",
                          rules::release_name(*from), *instead);
    } else {
      text += ":";
    }
    return text +
           fmt::format(" change {} apiVersion to {}/{} where {} declared, then run `flux migrate`.",
                       need.total == 1 ? "its" : "their", of.group, *instead,
                       need.total == 1 ? "it is" : "they are");
  }

  const host::ConsoleView& console_;
  std::optional<int> release_;
  std::map<std::string, UpgradeNeed> groups_;
  std::vector<UpgradeNeed> stored_;
};

}  // namespace

std::vector<ServedApi> served_apis(const host::ConsoleView& console) {
  std::vector<ServedApi> apis;
  for (const host::ServedKind& served : console.snapshot().kinds) {
    if (is_of_flux(*served.kind)) apis.push_back(api_of(console, served));
  }
  return apis;
}

std::vector<UpgradeNeed> upgrade_needs(const host::ConsoleView& console,
                                       const std::vector<ServedApi>& apis,
                                       std::optional<int> release) {
  Needs needs(console, release);
  for (const ServedApi& api : apis) needs.add(api);
  return std::move(needs).finish();
}

}  // namespace masthead::plugins::flux
