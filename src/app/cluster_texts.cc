#include "app/cluster_texts.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "k8s/known_kinds.h"

namespace masthead::app {
namespace {

constexpr size_t kNamesShown = 5;

std::string list_of(const std::vector<base::Interned>& namespaces) {
  std::vector<std::string> names;
  for (const base::Interned ns : namespaces) names.emplace_back(ns.text());
  std::sort(names.begin(), names.end());
  std::string text;
  for (size_t i = 0; i < names.size() && i < kNamesShown; ++i) {
    text += (i == 0 ? "" : ", ") + names[i];
  }
  if (names.size() > kNamesShown) text += fmt::format(" and {} more", names.size() - kNamesShown);
  return text;
}

}  // namespace

std::string role_for(const std::string& group, const std::string& resource, const std::string& ns,
                     const std::vector<std::string>& verbs) {
  const std::string kind = ns.empty() ? "ClusterRole" : "Role";
  std::string list;
  for (const std::string& verb : verbs) list += (list.empty() ? "\"" : ", \"") + verb + "\"";
  return fmt::format(
      "apiVersion: rbac.authorization.k8s.io/v1\nkind: {}\nmetadata:\n  name: masthead-{}\n{}"
      "rules:\n  - apiGroups: [\"{}\"]\n    resources: [\"{}\"]\n    verbs: [{}]\n",
      kind, resource, ns.empty() ? "" : "  namespace: " + ns + "\n", group, resource, list);
}

void describe_missing(const std::map<std::string, k8s::Partitions, std::less<>>& partitions,
                      host::ClusterSnapshot& snapshot) {
  std::set<std::string> namespaces;
  const auto all_namespaces = partitions.find("namespaces");
  snapshot.namespaces_complete = all_namespaces != partitions.end() && all_namespaces->second.all;
  for (const host::ServedKind& served : snapshot.kinds) {
    const std::string& id = served.table->id();
    const auto& gk = served.kind->group_kind;
    const std::string right = "list " + k8s::table_id(gk.group, served.kind->resource);
    const auto found = partitions.find(id);
    if (found != partitions.end() && found->second.all) {
      if (id != "namespaces") continue;
      k8s::Partitions everything;
      everything.all = true;
      for (const auto& row : served.table->snapshot(everything)) namespaces.emplace(row->name());
      continue;
    }
    host::Missing missing;
    missing.table = id;
    missing.right = right;
    missing.role = role_for(gk.group, served.kind->resource, "");
    if (found == partitions.end()) {
      missing.text = served.kind->namespaced
                         ? fmt::format("You may not list {} in any namespace that was tried.",
                                       served.kind->title)
                         : fmt::format("You may not list {}.", served.kind->title);
    } else {
      missing.text = fmt::format("{} are shown of {} only; you may not list them elsewhere.",
                                 served.kind->title, list_of(found->second.namespaces));
      for (const base::Interned ns : found->second.namespaces) namespaces.emplace(ns.text());
    }
    snapshot.missing.push_back(std::move(missing));
  }
  snapshot.namespaces.assign(namespaces.begin(), namespaces.end());
}

void describe_embedded(const std::string& hint, host::ClusterSnapshot& snapshot) {
  if (hint.empty()) return;
  snapshot.guidance.push_back({"embedded", "info",
                               "This cluster is embedded in Masthead: it is there to try things, "
                               "and gone when the program ends.",
                               hint});
}

void describe_guidance(const kube::ClusterConfig& config, const kube::Discovery& discovery,
                       host::ClusterSnapshot& snapshot) {
  for (const std::string& warning : config.warnings) {
    snapshot.guidance.push_back({"connection", "warning", warning, ""});
  }
  const bool flux = discovery.find(k8s::kKustomizeGroup, "Kustomization") != nullptr ||
                    discovery.find(k8s::kHelmGroup, "HelmRelease") != nullptr ||
                    discovery.find(k8s::kSourceGroup, "GitRepository") != nullptr;
  if (!flux) {
    snapshot.guidance.push_back({"no-flux", "info",
                                 "This cluster has no Flux: none of its APIs is served.",
                                 "Install it with `flux install`, or bootstrap it from Git with "
                                 "`flux bootstrap`. Its pages "
                                 "appear here as soon as it is there."});
  } else {
    if (discovery.find(k8s::kHelmGroup, "HelmRelease") == nullptr) {
      snapshot.guidance.push_back(
          {"no-helm-controller", "info", "This cluster has no Flux Helm controller API.",
           "Add helm-controller to Flux's components to see HelmReleases."});
    }
    if (discovery.find(k8s::kKustomizeGroup, "Kustomization") == nullptr) {
      snapshot.guidance.push_back(
          {"no-kustomize-controller", "info", "This cluster has no Flux Kustomize controller API.",
           "Add kustomize-controller to Flux's components to see Kustomizations."});
    }
  }
  for (const std::string& group : discovery.stale_groups) {
    snapshot.guidance.push_back(
        {"stale-" + group, "warning", "The API group " + group + " does not answer.",
         "`kubectl get apiservices` names the service behind it. The rest is not affected."});
  }
}

k8s::Freshness connection_of(const kube::Reachability& reach, const base::Error& error,
                             int64_t now_ms) {
  k8s::Freshness freshness;
  freshness.since_ms = reach.since_ms;
  freshness.next_try_ms = reach.next_try_ms;
  if (!reach.reachable) {
    freshness.state = k8s::Freshness::State::kStale;
    freshness.cause = reach.cause;
  } else if (!error.text.empty()) {
    // It answers, but not with what we asked for: 401, 403 on discovery.
    freshness.state =
        error.code == base::ErrorCode::kForbidden || error.code == base::ErrorCode::kUnauthenticated
            ? k8s::Freshness::State::kForbidden
            : k8s::Freshness::State::kStale;
    freshness.cause = error;
  } else if (reach.since_ms == 0) {
    freshness.state = k8s::Freshness::State::kSyncing;
  } else {
    freshness.state = k8s::Freshness::State::kLive;
    freshness.confirmed_ms = now_ms;
  }
  return freshness;
}

}  // namespace masthead::app
