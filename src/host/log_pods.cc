// Whose logs belong to an object: its pods by ownerReferences, or those of its controller, as far
// as the Scope may list them.
#include <algorithm>
#include <array>
#include <set>

#include "base/limits.h"
#include "base/split.h"
#include "host/console_view.h"
#include "host/logs.h"
#include "k8s/containers.h"
#include "k8s/known_kinds.h"

namespace masthead::host {
namespace {

// What stands between an object and its pods.
constexpr std::array kOwnerTables{"cronjobs.batch",   "jobs.batch",        "deployments.apps",
                                  "replicasets.apps", "statefulsets.apps", "daemonsets.apps"};
constexpr int kOwnerLevels = 3;

using Uids = std::set<std::string, std::less<>>;

bool owned_by_one_of(const cache::Row& row, const Uids& uids) {
  return std::ranges::any_of(cache::owner_uids(row.owners()),
                             [&](std::string_view uid) { return uids.contains(uid); });
}

LogContainer container_of(const json::Value& spec, const json::Value& statuses,
                          LogContainer::Kind kind) {
  using State = LogContainer::State;
  LogContainer container;
  container.name = std::string(spec["name"].str());
  container.kind = kind;
  container.sidecar = kind == LogContainer::Kind::kInit && spec["restartPolicy"].str() == "Always";
  for (const json::Value status : statuses.items()) {
    if (status["name"].str() != container.name) continue;
    const json::Value state = status["state"];
    if (state["running"].is_object()) container.state = State::kRunning;
    if (state["waiting"].is_object()) container.state = State::kWaiting;
    if (state["terminated"].is_object()) container.state = State::kTerminated;
    container.reason = std::string(state["waiting"]["reason"].str());
    container.restarts = status["restartCount"].integer_or(0);
    container.last_end = k8s::ended_text(state["terminated"]);
    if (container.last_end.empty())
      container.last_end = k8s::ended_text(status["lastState"]["terminated"]);
    if (container.state == State::kTerminated) {
      container.reason = std::string(state["terminated"]["reason"].str());
    }
  }
  return container;
}

LogPod pod_of(const cache::Row& row, const json::Value& object) {
  using Kind = LogContainer::Kind;
  LogPod pod{std::string(row.ns().text()), std::string(row.name()), {}};
  const auto add = [&](const char* list, const char* statuses, Kind kind) {
    for (const json::Value spec : object["spec"][list].items()) {
      pod.containers.push_back(container_of(spec, object["status"][statuses], kind));
    }
  };
  add("containers", "containerStatuses", Kind::kContainer);
  add("initContainers", "initContainerStatuses", Kind::kInit);
  add("ephemeralContainers", "ephemeralContainerStatuses", Kind::kEphemeral);
  return pod;
}

// The Deployments of Flux that are called so, or are a shard of the one that is.
void find_controllers(const ConsoleView& console, const std::string& controller, Uids& uids) {
  const auto* deployments = console.view("deployments.apps");
  if (deployments == nullptr || controller.empty()) return;
  deployments->for_each([&](const cache::Row& row) {
    const bool named = row.name() == controller || row.name().starts_with(controller + "-");
    const bool flux = row.labels().contains("app.kubernetes.io/part-of=flux\n") ||
                      row.ns().text() == "flux-system";
    if (named && flux) uids.emplace(row.uid());
  });
}

// What an object has applied, and what that has applied in turn.
void find_applied(const ConsoleView& console, const Kind& kind, const cache::Row& row, Uids& uids,
                  std::set<k8s::ObjectRef>& pods) {
  if (!kind.applied || uids.size() > limits::kInventoryEntries) return;
  const auto bytes = console.object(kind.table_id(), row.ns().text(), row.name());
  if (!bytes) return;
  const auto document = json::Document::parse(*bytes);
  if (!document) return;
  const Applied applied = kind.applied(document->root());
  if (!applied.remote_cluster.empty()) return;
  for (const Applied::Entry& entry : applied.entries) {
    const cache::RowPtr found = console.find(entry.ref);
    if (found == nullptr) continue;
    if (entry.ref.group.empty() && entry.ref.kind == "Pod") pods.insert(entry.ref);
    const Kind* other = console.kind(k8s::known_table_id(entry.ref.group, entry.ref.kind));
    const bool fresh = uids.emplace(found->uid()).second;
    if (fresh && other != nullptr) find_applied(console, *other, *found, uids, pods);
  }
}

}  // namespace

std::string_view log_state_name(LogSource::State state) {
  switch (state) {
    case LogSource::State::kReading:
      return "reading";
    case LogSource::State::kFollowing:
      return "following";
    case LogSource::State::kWaiting:
      return "waiting";
    case LogSource::State::kEnded:
      return "ended";
    case LogSource::State::kFailed:
      return "failed";
  }
  return "failed";
}

std::optional<LogPods> ConsoleView::log_pods(const ObjectAddress& object, bool controller) const {
  const auto* table = view(object.table);
  const auto* pods = view("pods");
  const Kind* kind = this->kind(object.table);
  const cache::RowPtr self = table == nullptr ? nullptr : table->find(object.ns, object.name);
  if (self == nullptr || kind == nullptr || pods == nullptr) return std::nullopt;
  Uids uids;
  std::set<k8s::ObjectRef> applied;
  std::vector<cache::RowPtr> found;
  if (controller) {
    find_controllers(*this, kind->controller, uids);
  } else if (object.table == "pods") {
    found.push_back(self);
  } else {
    if (!self->uid().empty()) uids.emplace(self->uid());
    find_applied(*this, *kind, *self, uids, applied);
  }
  for (int level = 0; level < kOwnerLevels && !uids.empty(); ++level) {
    for (const char* id : kOwnerTables) {
      const auto* owners = view(id);
      if (owners == nullptr) continue;
      owners->for_each([&](const cache::Row& row) {
        if (owned_by_one_of(row, uids)) uids.emplace(row.uid());
      });
    }
  }
  if (!uids.empty()) {
    pods->for_each([&](const cache::Row& row) {
      const bool named =
          applied.contains({"", "Pod", std::string(row.ns().text()), std::string(row.name())});
      if (named || owned_by_one_of(row, uids)) found.push_back(pods->row(row.slot()));
    });
  }
  std::sort(found.begin(), found.end(), [](const cache::RowPtr& a, const cache::RowPtr& b) {
    if (a->status().status != b->status().status) return a->status().status < b->status().status;
    if (a->created_ms() != b->created_ms()) return a->created_ms() > b->created_ms();
    return a->key() < b->key();
  });
  LogPods answer;
  answer.total = found.size();
  if (found.size() > limits::kLogPodsNamed) found.resize(limits::kLogPodsNamed);
  for (const cache::RowPtr& row : found) {
    const auto bytes = this->object("pods", row->ns().text(), row->name());
    if (!bytes) continue;
    if (const auto document = json::Document::parse(*bytes)) {
      answer.pods.push_back(pod_of(*row, document->root()));
    }
  }
  return answer;
}

}  // namespace masthead::host
