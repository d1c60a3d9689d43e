#include "plugins/core/workload_causes.h"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace masthead::plugins::core {
namespace {

using k8s::Status;

struct Owner {
  k8s::ObjectRef ref;
  k8s::StatusValue status;
  std::string_view owners;  // of the owner itself; lives as long as its row
  cache::RowPtr row;
};
using OwnersByUid = std::unordered_map<std::string, Owner>;

k8s::ObjectRef ref_of(const cache::TableView& view, const cache::Row& row) {
  const auto& gk = view.table().group_kind();
  return {gk.group, gk.kind, std::string(row.ns().text()), std::string(row.name())};
}

class WorkloadAnalyst final : public host::Analyst {
 public:
  const std::vector<std::string>& reads() const override { return reads_; }

  std::vector<host::Cause> analyse(host::Views& views, int64_t) override {
    tally_namespaces(views);
    const OwnersByUid owners = owners_of(views);
    std::map<k8s::ObjectRef, host::Cause> causes;
    add_pods(views, owners, causes);
    correct_owners(views, causes);
    for (const char* table :
         {"deployments.apps", "statefulsets.apps", "daemonsets.apps", "jobs.batch", "nodes"}) {
      add_broken(views, table, causes);
    }
    std::vector<host::Cause> sorted;
    for (auto& [ref, cause] : causes) sorted.push_back(std::move(cause));
    return sorted;
  }

 private:
  static void tally_namespaces(host::Views& views) {
    const auto namespaces = views.find("namespaces");
    const auto pods = views.find("pods");
    if (namespaces == views.end() || pods == views.end()) return;
    const auto& columns = namespaces->second->table().schema().columns();
    const auto column = static_cast<size_t>(
        std::find_if(columns.begin(), columns.end(), [](const auto& c) { return c.id == "pods"; }) -
        columns.begin());
    std::vector<std::pair<cache::RowPtr, cache::Overlay>> overlays;
    namespaces->second->for_each([&](const cache::Row& row) {
      const cache::Tally tally = pods->second->tally(row.name());
      json::Writer out;
      out.begin_object();
      for (size_t i = 0; i < k8s::kStatusCount; ++i) {
        if (tally.by_status[i] == 0) continue;
        out.key(k8s::status_name(static_cast<Status>(i))).integer(tally.by_status[i]);
      }
      out.end_object();
      overlays.emplace_back(namespaces->second->row(row.slot()),
                            cache::Overlay{std::nullopt, {{column, std::move(out).finish()}}});
    });
    for (auto& [row, overlay] : overlays) namespaces->second->overlay(*row, std::move(overlay));
  }

  static OwnersByUid owners_of(const host::Views& views) {
    OwnersByUid owners;
    for (const char* table : {"replicasets.apps", "deployments.apps", "statefulsets.apps",
                              "daemonsets.apps", "jobs.batch", "cronjobs.batch"}) {
      const auto found = views.find(table);
      if (found == views.end()) continue;
      found->second->for_each_base([&](const cache::RowPtr& row) {
        owners.emplace(std::string(row->uid()),
                       Owner{ref_of(*found->second, *row), row->status(), row->owners(), row});
      });
    }
    return owners;
  }

  // The highest owner that may be seen; null when the pod stands alone.
  static const Owner* top_owner(const cache::Row& pod, const OwnersByUid& owners) {
    const Owner* top = nullptr;
    std::string_view uid = cache::first_owner_uid(pod.owners());
    // ReplicaSet → Deployment, Job → CronJob: never deeper than this.
    for (int depth = 0; depth < 4 && !uid.empty(); ++depth) {
      const auto found = owners.find(std::string(uid));
      if (found == owners.end()) break;
      if (found->second.ref.kind == "CronJob") break;  // the Job is what failed
      top = &found->second;
      uid = cache::first_owner_uid(top->owners);
    }
    return top;
  }

  static void add_pods(const host::Views& views, const OwnersByUid& owners,
                       std::map<k8s::ObjectRef, host::Cause>& causes) {
    const auto pods = views.find("pods");
    if (pods == views.end()) return;
    pods->second->for_each([&](const cache::Row& pod) {
      if (pod.status().status != Status::kFailed) return;
      const Owner* top = top_owner(pod, owners);
      // A Job retries by leaving failed pods behind: it is broken only when it says so.
      if (top != nullptr && top->ref.kind == "Job" && !k8s::is_broken(top->status.status)) return;
      const k8s::ObjectRef self = ref_of(*pods->second, pod);
      host::Cause& cause = causes[top == nullptr ? self : top->ref];
      const bool first = cause.ref.name.empty();
      cause.ref = top == nullptr ? self : top->ref;
      if (top != nullptr) cause.waiting.push_back(self);
      const auto& status = pod.status();
      const int64_t known = cause.status.since_ms;
      if (first || (status.since_ms != 0 && (known == 0 || status.since_ms < known))) {
        cause.status = status;
      }
    });
    for (auto& [ref, cause] : causes) {
      if (cause.waiting.empty()) continue;
      const size_t count = cause.waiting.size();
      cause.status.message = std::to_string(count) + (count == 1 ? " pod" : " pods") + " in " +
                             std::string(cause.status.word.text()) +
                             (cause.status.message.empty() ? "" : ": " + cause.status.message);
      // They are the symptom itself, not objects that wait for it.
      cause.waiting.clear();
    }
  }

  // The lists say of a controller what Home says of it. One that calls itself broken keeps its own
  // words, which are kubectl's.
  static void correct_owners(const host::Views& views,
                             const std::map<k8s::ObjectRef, host::Cause>& causes) {
    for (const char* table : {"deployments.apps", "replicasets.apps", "statefulsets.apps",
                              "daemonsets.apps", "jobs.batch"}) {
      const auto found = views.find(table);
      if (found == views.end()) continue;
      std::vector<std::pair<cache::RowPtr, cache::Overlay>> overlays;
      found->second->for_each_base([&](const cache::RowPtr& row) {
        const auto cause = causes.find(ref_of(*found->second, *row));
        cache::Overlay overlay;
        const bool says_so = k8s::is_broken(row->status().status);
        if (cause != causes.end() && !says_so) overlay.status = cause->second.status;
        overlays.emplace_back(row, std::move(overlay));
      });
      for (auto& [row, overlay] : overlays) found->second->overlay(*row, std::move(overlay));
    }
  }

  static void add_broken(const host::Views& views, const char* table,
                         std::map<k8s::ObjectRef, host::Cause>& causes) {
    const auto found = views.find(table);
    if (found == views.end()) return;
    found->second->for_each_base([&](const cache::RowPtr& row) {
      if (!k8s::is_broken(row->status().status)) return;
      const k8s::ObjectRef ref = ref_of(*found->second, *row);
      // What its pods say is nearer to the cause than "deadline exceeded".
      if (causes.contains(ref)) return;
      causes[ref] = {ref, row->status(), {}, std::nullopt};
    });
  }

  const std::vector<std::string> reads_{"pods",
                                        "replicasets.apps",
                                        "deployments.apps",
                                        "statefulsets.apps",
                                        "daemonsets.apps",
                                        "jobs.batch",
                                        "cronjobs.batch",
                                        "nodes",
                                        "namespaces"};
};

}  // namespace

std::unique_ptr<host::Analyst> make_workload_analyst() {
  return std::make_unique<WorkloadAnalyst>();
}

}  // namespace masthead::plugins::core
