#include "plugins/flux/controllers_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/limits.h"
#include "flux/served_apis.h"
#include "k8s/known_kinds.h"

namespace masthead::plugins::flux {

namespace rules = masthead::flux;

namespace {

using k8s::Status;
using Note = ControllersReport::Note;

constexpr std::string_view kOperator = "flux-operator";

std::string list_of(const std::vector<std::string>& items) {
  std::string text;
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0) text += i + 1 == items.size() ? " and " : ", ";
    text += items[i];
  }
  return text;
}

// What most of them say.
std::string most_common(const std::map<std::string, int>& counts) {
  const auto most =
      std::ranges::max_element(counts, {}, [](const auto& one) { return one.second; });
  return most == counts.end() ? "" : most->first;
}

// Flux Operator's report says what is installed beside it.
std::string reported_version(const host::ConsoleView& console, const std::string& ns) {
  const auto table = k8s::known_table_id(k8s::kOperatorGroup, "FluxReport");
  const auto* reports = console.view(table);
  if (reports == nullptr) return {};
  std::string version;
  reports->for_each([&](const cache::Row& row) {
    if (row.ns().text() != ns) return;
    const auto bytes = console.object(table, ns, row.name());
    if (!bytes) return;
    if (const auto document = json::Document::parse(*bytes)) {
      version = std::string(document->root()["spec"]["distribution"]["version"].str());
    }
  });
  return version;
}

Installation installation_of(const host::ConsoleView& console, const std::string& ns,
                             const std::vector<ControllerLine>& lines) {
  std::map<std::string, int> labels, releases;
  for (const ControllerLine& line : lines) {
    if (!line.deployment || line.deployment->ns != ns) continue;
    if (!line.told.flux_version.empty()) ++labels[line.told.flux_version];
    if (line.release) ++releases[rules::release_name(*line.release)];
  }
  Installation one{ns, reported_version(console, ns), "its FluxReport", std::nullopt};
  if (one.version.empty()) {
    one.version = most_common(labels);
    one.known_by = "the labels of its Deployments";
  }
  one.release = rules::release_of_flux_version(one.version);
  if (one.release) return one;
  one.version = most_common(releases);
  one.known_by = one.version.empty() ? "" : "the versions of its controllers";
  for (const ControllerLine& line : lines) {
    if (line.release && rules::release_name(*line.release) == one.version)
      one.release = line.release;
  }
  return one;
}

std::vector<Installation> installations_of(const host::ConsoleView& console,
                                           const std::vector<ControllerLine>& lines) {
  std::vector<Installation> installations;
  for (const ControllerLine& line : lines) {
    if (!line.deployment || line.component == kOperator) continue;
    const auto here = [&](const Installation& one) { return one.ns == line.deployment->ns; };
    if (std::ranges::any_of(installations, here)) continue;
    installations.push_back(installation_of(console, line.deployment->ns, lines));
  }
  return installations;
}

// Controllers of one installation that belong to different releases of Flux.
void note_skew(const Installation& installation, const std::vector<ControllerLine>& lines,
               std::vector<Note>& notes) {
  std::map<int, std::vector<std::string>> by_release;
  for (const ControllerLine& line : lines) {
    if (!line.release || !line.deployment || line.deployment->ns != installation.ns) continue;
    by_release[*line.release].push_back(line.deployment->name + " " + line.told.version);
  }
  if (by_release.size() < 2) return;
  std::vector<std::string> parts;
  for (const auto& [release, names] : by_release) {
    parts.push_back(fmt::format("{} of Flux {}", list_of(names), rules::release_name(release)));
  }
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : "; ") + part;
  notes.push_back({true, fmt::format("The controllers in {} are not of one release: {}. Flux tests "
                                     "and supports the controllers of one release together.",
                                     installation.ns, text)});
}

// Two that look after everything do the same twice.
void note_installations(const ControllersReport& report, std::vector<Note>& notes) {
  if (report.installations.size() < 2) return;
  std::vector<std::string> namespaces;
  for (const Installation& one : report.installations) namespaces.push_back(one.ns);
  notes.push_back({false, fmt::format("Flux is installed {} times: in {}.", namespaces.size(),
                                      list_of(namespaces))});
  std::map<std::string, std::vector<std::string>> everywhere;
  for (const ControllerLine& line : report.controllers) {
    const bool all = line.deployment && line.watches.empty() && line.told.wanted > 0;
    if (all) everywhere[line.component].push_back(line.deployment->ns);
  }
  for (const auto& [component, where] : everywhere) {
    if (where.size() < 2) continue;
    notes.push_back({true, fmt::format("{} runs in {}, and each is told to look after everything: "
                                       "they do the same work twice.",
                                       component, list_of(where))});
  }
}

void note_stored(const host::ConsoleView& console, std::vector<Note>& notes) {
  if (console.view(kDefinitions) != nullptr) return;
  const auto& demanded = console.snapshot().demanded;
  const bool forbidden = std::ranges::any_of(demanded, [](const host::DemandedKind& one) {
    return one.table->id() == kDefinitions && one.partitions.none();
  });
  if (!forbidden) return;
  notes.push_back({false,
                   "Whether objects are still stored in old versions is not known: you may not "
                   "list CustomResourceDefinitions (list "
                   "customresourcedefinitions.apiextensions.k8s.io)."});
}

// The oldest release that is here; where no Deployment tells, what is served narrows it down.
std::optional<int> release_of(const ControllersReport& report, std::vector<Note>& notes) {
  std::optional<int> oldest;
  for (const Installation& one : report.installations) {
    if (one.release && (!oldest || *one.release < *oldest)) oldest = one.release;
  }
  if (oldest) return oldest;
  rules::ServedVersions served;
  for (const ServedApi& api : report.apis) {
    const k8s::GroupKind& of = api.kind->group_kind;
    for (const auto& version : api.versions) served[{of.group, of.kind}].push_back(version.name);
  }
  const auto range = rules::releases_that_serve(served);
  if (!range) return std::nullopt;
  const auto& [first, last] = *range;
  const std::string to = first == last ? "" : " to " + rules::release_name(last);
  notes.push_back({false, fmt::format("The versions that are served are those of Flux {}{}.",
                                      rules::release_name(first), to)});
  return first;
}

void summarise(ControllersReport& report) {
  size_t here = 0, broken = 0, unknown = 0;
  for (const ControllerLine& line : report.controllers) {
    const Status status = line.status.status;
    if (status == Status::kStatic || status == Status::kSuspended) continue;
    ++here;
    broken += k8s::is_broken(status) ? 1 : 0;
    unknown += status == Status::kUnknown ? 1 : 0;
    if (status < report.state || here == 1) report.state = status;
  }
  const auto are = [](size_t count) { return count == 1 ? "is" : "are"; };
  if (here == 0) {
    report.state = Status::kStatic;
    report.summary = "No controller of Flux is seen.";
  } else if (broken > 0) {
    report.summary = fmt::format("{} of {} controllers {} not well.", broken, here, are(broken));
  } else if (unknown == here) {
    report.summary = here == 1 ? "Whether its controller runs is not known."
                               : fmt::format("Whether its {} controllers run is not known.", here);
  } else if (unknown > 0) {
    report.summary = fmt::format("Of {} of {} controllers it is not known whether {}.", unknown,
                                 here, unknown == 1 ? "it runs" : "they run");
  } else if (report.state == Status::kReady) {
    report.summary =
        here == 1 ? "The controller runs." : fmt::format("All {} controllers run.", here);
  } else {
    report.summary = fmt::format("{} controllers, not all of them are ready.", here);
  }
}

std::string upgrade_sentence(const ControllersReport& report) {
  if (!report.release) {
    return "Which release of Flux this is, and so what comes next, is not known.";
  }
  const int next = *report.release + 1;
  const size_t needed = static_cast<size_t>(
      std::ranges::count_if(report.needs, [](const UpgradeNeed& need) { return need.next; }));
  if (needed > 0)
    return fmt::format("Before Flux {} something has to be done.", rules::release_name(next));
  if (next > rules::kNewestKnownMinor) {
    return fmt::format("Flux {} is the newest release whose APIs are known here.",
                       rules::release_name(*report.release));
  }
  return fmt::format("Nothing that is seen is written in a version that Flux {} does not serve.",
                     rules::release_name(next));
}

// The next release's come first.
void cut_needs(ControllersReport& report) {
  if (report.needs.size() <= limits::kUpgradeNeeds) return;
  report.notes.push_back(
      {false, fmt::format("Upgrades need {} more than is shown: see to what stands first.",
                          report.needs.size() - limits::kUpgradeNeeds)});
  report.needs.resize(limits::kUpgradeNeeds);
}

}  // namespace

ControllersReport controllers_report(const host::ConsoleView& console) {
  ControllersReport report;
  report.controllers = installed_controllers(console);
  report.installations = installations_of(console, report.controllers);
  report.unwatched = unwatched_objects(console, report.controllers);
  report.apis = served_apis(console);
  report.release = release_of(report, report.notes);
  report.needs = upgrade_needs(console, report.apis, report.release);
  report.upgrade = upgrade_sentence(report);
  cut_needs(report);
  summarise(report);
  for (const Installation& one : report.installations) {
    note_skew(one, report.controllers, report.notes);
  }
  note_installations(report, report.notes);
  note_stored(console, report.notes);
  return report;
}

}  // namespace masthead::plugins::flux
