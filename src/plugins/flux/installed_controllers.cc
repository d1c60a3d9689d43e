// Flux's controllers as their Deployments and pods show them, and what they look after.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "base/limits.h"
#include "flux/label_selector.h"
#include "flux/served_apis.h"
#include "k8s/label_lines.h"
#include "plugins/flux/controllers_report.h"

namespace masthead::plugins::flux {

namespace rules = masthead::flux;

namespace {

using k8s::Status;
using k8s::StatusValue;

k8s::ObjectRef ref_to(const char* group, const char* kind, const cache::Row& row) {
  return {group, kind, std::string(row.ns().text()), std::string(row.name())};
}

StatusValue status_value(Status status, const char* word, std::string message) {
  StatusValue value;
  value.status = status;
  value.word = base::Interned(word);
  value.message = std::move(message);
  return value;
}

// Which objects a controller is told to look after; nothing when its selector is not understood.
struct Watch {
  static std::optional<Watch> of(const ControllerLine& line) {
    auto selector = rules::LabelSelector::parse(line.told.watch_selector);
    if (!selector) return std::nullopt;
    const bool all = line.told.all_namespaces || !line.deployment;
    return Watch{std::move(*selector), all ? "" : line.deployment->ns};
  }
  bool everything() const { return selector.requirements().empty() && ns.empty(); }
  bool covers(const cache::Row& row) const {
    return (ns.empty() || row.ns().text() == ns) && selector.selects(row.labels());
  }

  rules::LabelSelector selector;
  std::string ns;  // empty: all
};

std::optional<int64_t> count(const host::ConsoleView& console, const host::Kind& kind,
                             const std::optional<Watch>& watch) {
  const auto* view = console.view(kind.table_id());
  if (view == nullptr || !view->confidence().complete || !watch) return std::nullopt;
  if (watch->everything()) return view->tally("").total;
  int64_t total = 0;
  view->for_each([&](const cache::Row& row) { total += watch->covers(row) ? 1 : 0; });
  return total;
}

void look_after(const host::ConsoleView& console, ControllerLine& line) {
  const auto watch = Watch::of(line);
  for (const host::ServedKind& served : console.snapshot().kinds) {
    if (served.kind->controller != line.component) continue;
    line.kinds.push_back({served.kind, count(console, *served.kind, watch)});
  }
}

void describe_watch(ControllerLine& line) {
  std::string text;
  const auto selector = rules::LabelSelector::parse(line.told.watch_selector);
  const bool by_shard = selector && selector->requirements().size() == 1 &&
                        selector->requirements().front().key == rules::kShardKey;
  if (by_shard) {
    const rules::LabelRequirement& shard = selector->requirements().front();
    const std::string values = fmt::format("{}", fmt::join(shard.values, ", "));
    if (!shard.negated) line.shard = values;
    if (shard.negated) text = values.empty() ? "what is in no shard" : "what is not in " + values;
    if (!shard.negated) text = values.empty() ? "what is in a shard" : "the shard " + values;
  } else if (!line.told.watch_selector.empty()) {
    text = "what matches " + line.told.watch_selector;
  }
  if (!line.told.all_namespaces) text += text.empty() ? "its own namespace" : " in its namespace";
  line.watches = std::move(text);
}

int64_t known_total(const ControllerLine& line) {
  int64_t total = 0;
  for (const LookedAfter& one : line.kinds) total += one.total.value_or(0);
  return total;
}

std::string objects(int64_t total) {
  return total == 1 ? "1 object" : fmt::format("{} objects", total);
}

bool all_known(const ControllerLine& line) {
  return std::ranges::all_of(line.kinds,
                             [](const LookedAfter& one) { return one.total.has_value(); });
}

bool has_labels(const cache::Row& pod, const rules::Controller& controller) {
  return !controller.pod_labels.empty() &&
         std::ranges::all_of(controller.pod_labels, [&](const auto& label) {
           return k8s::label_value(pod.labels(), label.first) == label.second;
         });
}

json::Document object_of(const host::ConsoleView& console, const char* table,
                         const cache::Row& row) {
  const auto bytes = console.object(table, row.ns().text(), row.name());
  auto document = json::Document::parse(bytes ? *bytes : "{}");
  return document ? std::move(*document) : std::move(*json::Document::parse("{}"));
}

// The worst of its pods.
std::optional<StatusValue> read_pods(const host::ConsoleView& console, ControllerLine& line) {
  const auto* pods = console.view(kPods);
  line.pods_known = pods != nullptr && pods->confidence().complete &&
                    pods->partitions().allows(base::Interned(line.deployment->ns));
  if (!line.pods_known) return std::nullopt;
  std::optional<StatusValue> worst;
  pods->for_each([&](const cache::Row& pod) {
    if (pod.ns().text() != line.deployment->ns || !has_labels(pod, line.told)) return;
    line.pods.emplace_back(ref_to("", "Pod", pod), pod.status().status);
    if (!worst || pod.status().status < worst->status) worst = pod.status();
    const rules::Restarts of_pod = rules::restarts_of(object_of(console, kPods, pod).root());
    line.restarts.count += of_pod.count;
    if (of_pod.last_exit.empty() || of_pod.last_ms < line.restarts.last_ms) return;
    line.restarts.last_ms = of_pod.last_ms;
    line.restarts.last_exit = of_pod.last_exit;
  });
  std::ranges::sort(line.pods);
  return worst;
}

StatusValue judge(const ControllerLine& line, const StatusValue& deployment,
                  const std::optional<StatusValue>& worst_pod) {
  if (line.told.wanted == 0) {
    const int64_t total = known_total(line);
    if (total == 0 && all_known(line)) {
      return status_value(Status::kSuspended, "not running",
                          "Scaled to zero, and there is nothing for it to do.");
    }
    return status_value(
        Status::kFailed, "not running",
        total == 0 ? std::string("Scaled to zero: nobody reconciles what is its to look after.")
                   : fmt::format("Scaled to zero: nobody reconciles {}.", objects(total)));
  }
  const bool pod_is_worse = worst_pod && k8s::is_broken(worst_pod->status) &&
                            (!k8s::is_broken(deployment.status) || deployment.message.empty());
  return pod_is_worse ? *worst_pod : deployment;
}

ControllerLine line_of(const host::ConsoleView& console, const cache::Row& row,
                       rules::Controller told) {
  ControllerLine line;
  line.component = told.component;
  line.deployment = ref_to("apps", "Deployment", row);
  line.told = std::move(told);
  line.release = rules::release_of_controller(line.component, line.told.version);
  describe_watch(line);
  look_after(console, line);
  line.status = judge(line, row.status(), read_pods(console, line));
  return line;
}

// One of which no Deployment is seen, though its kinds are served.
StatusValue absence(const host::ConsoleView& console, const ControllerLine& line) {
  const auto* deployments = console.view(kDeployments);
  if (deployments == nullptr) {
    return status_value(Status::kUnknown, "not visible to you",
                        "You may not list Deployments, so whether it runs is not known. The "
                        "right that is missing: list deployments.apps.");
  }
  if (!deployments->partitions().all) {
    return status_value(Status::kUnknown, "not visible to you",
                        "You may list Deployments in some namespaces only, and it is in none of "
                        "those. The right that is missing: list deployments.apps where Flux is.");
  }
  if (!deployments->confidence().complete) {
    return status_value(Status::kUnknown, "being read", "Deployments are being read.");
  }
  if (const int64_t total = known_total(line); total > 0) {
    return status_value(Status::kFailed, "missing",
                        fmt::format("No Deployment of it is seen. If it does not run elsewhere, "
                                    "nobody reconciles {}.",
                                    objects(total)));
  }
  return status_value(Status::kStatic, "not installed",
                      "Its kinds are served, but no Deployment of it and no object for it is "
                      "seen.");
}

using Groups = std::map<std::string, Unwatched>;

void group_unwatched(const cache::TableView& view, const host::Kind& kind,
                     const std::string& component, const std::vector<Watch>& watches,
                     std::vector<Unwatched>& found) {
  Groups groups;  // by shard key; "" without
  view.for_each([&](const cache::Row& row) {
    const auto covers = [&](const Watch& watch) { return watch.covers(row); };
    if (std::ranges::any_of(watches, covers)) return;
    const auto key = k8s::label_value(row.labels(), rules::kShardKey);
    Unwatched& group = groups[std::string(key.value_or(""))];
    ++group.total;
    group.objects.push_back(host::ref_of(kind, row));
  });
  for (auto& [key, group] : groups) {
    group.kind = &kind;
    group.filter = key.empty() ? fmt::format("-label:{}", rules::kShardKey)
                               : fmt::format("label:{}={}", rules::kShardKey, key);
    std::ranges::sort(group.objects);
    if (group.objects.size() > limits::kObjectsNamed) group.objects.resize(limits::kObjectsNamed);
    const std::string what =
        key.empty()
            ? fmt::format("{} in no shard", counted(static_cast<int64_t>(group.total), kind))
            : fmt::format("{} with {}={}", counted(static_cast<int64_t>(group.total), kind),
                          rules::kShardKey, key);
    group.text = fmt::format("No {} that runs is told to look after {}: nobody reconciles {}.",
                             component, what, group.total == 1 ? "it" : "them");
    found.push_back(std::move(group));
  }
}

}  // namespace

std::string counted(int64_t total, const host::Kind& kind) {
  return fmt::format("{} {}", total, total == 1 ? kind.singular : kind.title);
}

std::vector<ControllerLine> installed_controllers(const host::ConsoleView& console) {
  std::vector<ControllerLine> lines;
  if (const auto* deployments = console.view(kDeployments)) {
    deployments->for_each([&](const cache::Row& row) {
      if (!rules::may_be_controller(row.name(), row.labels())) return;
      const auto document = object_of(console, kDeployments, row);
      auto told = rules::controller_of(document.root());
      if (told) lines.push_back(line_of(console, row, std::move(*told)));
    });
  }
  const auto names = rules::controller_names();
  for (const std::string_view name : names) {
    const auto seen = [&](const ControllerLine& line) { return line.component == name; };
    if (std::ranges::any_of(lines, seen)) continue;
    ControllerLine line;
    line.component = std::string(name);
    look_after(console, line);
    if (line.kinds.empty()) continue;
    line.status = absence(console, line);
    lines.push_back(std::move(line));
  }
  const auto place = [&](const ControllerLine& line) {
    return std::tuple(line.deployment ? line.deployment->ns : std::string(),
                      std::ranges::find(names, line.component) - names.begin(),
                      line.deployment ? line.deployment->name : std::string());
  };
  std::ranges::sort(lines, [&](const auto& a, const auto& b) {
    // Those that are not seen come last.
    return std::pair(!a.deployment, place(a)) < std::pair(!b.deployment, place(b));
  });
  return lines;
}

std::vector<Unwatched> unwatched_objects(const host::ConsoleView& console,
                                         const std::vector<ControllerLine>& controllers) {
  std::vector<Unwatched> found;
  const auto* deployments = console.view(kDeployments);
  // One that may not be seen may look after them.
  if (deployments == nullptr || !deployments->partitions().all ||
      !deployments->confidence().complete) {
    return found;
  }
  for (const std::string_view name : rules::controller_names()) {
    std::vector<Watch> watches;
    bool understood = true;
    const ControllerLine* one = nullptr;
    for (const ControllerLine& line : controllers) {
      if (line.component != name || !line.deployment || line.told.wanted == 0) continue;
      one = &line;
      auto watch = Watch::of(line);
      understood = understood && watch.has_value();
      if (watch) watches.push_back(std::move(*watch));
    }
    if (!understood || one == nullptr || std::ranges::any_of(watches, &Watch::everything)) continue;
    for (const LookedAfter& looked : one->kinds) {
      const auto* view = console.view(looked.kind->table_id());
      if (view == nullptr || !view->confidence().complete) continue;
      group_unwatched(*view, *looked.kind, one->component, watches, found);
    }
  }
  return found;
}

}  // namespace masthead::plugins::flux
