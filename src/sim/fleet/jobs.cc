// What the job and cronjob controllers do: pods until enough have ended well, Jobs when they are
// due, and no more of the ended ones than are wanted.
#include <fmt/format.h>

#include <algorithm>

#include "base/time_format.h"
#include "sim/fleet/cron_schedule.h"
#include "sim/fleet/fleet.h"

namespace masthead::sim {
namespace {

constexpr const char* kManager = "kube-controller-manager";
constexpr const char* kJobs = "job-controller";
constexpr const char* kCronJobs = "cronjob-controller";
constexpr const char* kScheduledAt = "batch.kubernetes.io/cronjob-scheduled-timestamp";

// "Complete", "Failed", or nothing while it goes on.
std::string_view end_of(const Document& job) {
  for (const char* type : {"Complete", "Failed"}) {
    const Document* found = condition(job, type);
    if (found != nullptr && text_at(*found, {"status"}) == "True") return type;
  }
  return "";
}

struct PodCount {
  int64_t alive = 0, ready = 0, succeeded = 0, failed = 0;
};

PodCount count_of(const std::vector<Document>& pods) {
  PodCount count;
  for (const Document& pod : pods) {
    const std::string_view phase = text_at(pod, {"status", "phase"});
    if (phase == "Succeeded") {
      ++count.succeeded;
    } else if (phase == "Failed") {
      ++count.failed;
    } else if (!deleting(pod)) {
      ++count.alive;
      count.ready += pod_is_ready(pod) ? 1 : 0;
    }
  }
  return count;
}

}  // namespace

std::vector<Document> Fleet::owned(std::string_view kind, const Key& owner,
                                   const Document& object) const {
  std::vector<Document> found;
  const std::string_view uid = text_at(object, {"metadata", "uid"});
  const std::string prefix = owner.name + "-";
  const ResourceTypePtr of = type(kind);
  const Store::Objects& all = server_->store().objects(*of);
  for (auto it = all.lower_bound({owner.ns, prefix});
       it != all.end() && it->first.first == owner.ns && it->first.second.starts_with(prefix);
       ++it) {
    if (!is_owned_by(*it->second->parsed(*of), uid)) continue;
    found.push_back(it->second->document(*of));
  }
  return found;
}

void Fleet::reconcile_job(const Key& key, const Document& object) {
  if (!end_of(object).empty()) return;
  PodCount count = count_of(owned("Pod", key, object));
  const int64_t parallelism = number_at(object, {"spec", "parallelism"}, 1);
  const int64_t completions = number_at(object, {"spec", "completions"}, parallelism);
  const bool done = count.succeeded >= completions;
  const bool failed = count.failed > number_at(object, {"spec", "backoffLimit"}, 6);
  const bool rests = suspended(object);
  const int64_t wanted =
      done || failed || rests ? 0 : std::min(parallelism, completions - count.succeeded);
  for (int64_t missing = wanted - count.alive; missing > 0; --missing) {
    const std::string name =
        fmt::format("{}-{}", key.name,
                    digest(fmt::format("{}{}", text_at(object, {"metadata", "uid"}), ++turn_), 5));
    make("Pod", key.ns, pod_of(object, key.type, name), kManager);
    record(object, key.type, false, "SuccessfulCreate", "Created pod: " + name, kJobs);
    ++count.alive;
  }
  change_status(key, kManager, [&](Document& now) {
    Fields& status = object_in(now.as_object(), "status");
    if (!rests && !status.contains("startTime")) status["startTime"] = time_text(now_ms());
    status["ready"] = count.ready;
    status["terminating"] = 0;
    status["uncountedTerminatedPods"] = Fields();
    const auto set = [&](const char* field, int64_t number) {
      if (number > 0) {
        status[field] = number;
      } else {
        status.erase(field);
      }
    };
    set("active", done || failed ? 0 : count.alive);
    set("succeeded", count.succeeded);
    set("failed", count.failed);
    if (done) status["completionTime"] = time_text(now_ms());
    const auto end = [&](const char* first, const char* last, const char* reason,
                         const char* message) {
      for (const char* of : {first, last}) {
        set_plain_condition(now, {of, "True", reason, message}, now_ms(), "lastProbeTime");
      }
    };
    if (done) {
      end("SuccessCriteriaMet", "Complete", "CompletionsReached",
          "Reached expected number of succeeded pods");
    } else if (failed) {
      end("FailureTarget", "Failed", "BackoffLimitExceeded",
          "Job has reached the specified backoff limit");
    }
  });
  if (done) record(object, key.type, false, "Completed", "Job completed", kJobs);
  if (failed) {
    record(object, key.type, true, "BackoffLimitExceeded",
           "Job has reached the specified backoff limit", kJobs);
  }
}

void Fleet::reconcile_cron_job(const Key& key, const Document& object) {
  const auto schedule = CronSchedule::parse(text_at(object, {"spec", "schedule"}));
  std::vector<Document> jobs = owned("Job", key, object);
  forget_old_jobs(key, object, jobs);
  Items active;
  int64_t succeeded_ms = base::rfc3339_or_zero(text_at(object, {"status", "lastSuccessfulTime"}));
  for (const Document& job : jobs) {
    if (end_of(job) == "Complete") {
      const auto at = base::rfc3339_or_zero(text_at(job, {"status", "completionTime"}));
      succeeded_ms = std::max(succeeded_ms, at);
    } else if (end_of(job).empty()) {
      active.emplace_back(Fields{{"apiVersion", "batch/v1"},
                                 {"kind", "Job"},
                                 {"name", std::string(text_at(job, {"metadata", "name"}))},
                                 {"namespace", key.ns},
                                 {"uid", std::string(text_at(job, {"metadata", "uid"}))}});
    }
  }
  const int64_t seen =
      std::max(base::rfc3339_or_zero(text_at(object, {"status", "lastScheduleTime"})),
               base::rfc3339_or_zero(text_at(object, {"metadata", "creationTimestamp"})));
  const int64_t due = schedule && !suspended(object) ? latest_due(*schedule, seen) : 0;
  const std::string_view policy = text_at(object, {"spec", "concurrencyPolicy"});
  const bool waits = policy == "Forbid" && !active.empty();
  const bool starts = due != 0 && !waits;
  if (due != 0 && waits) {
    record(object, key.type, false, "JobAlreadyActive",
           "Not starting job because prior execution is running and concurrency policy is Forbid",
           kCronJobs);
  }
  if (starts && policy == "Replace") {
    for (const Document& one : active) {
      (void)server_->erase(type("Job"), key.ns, text_at(one, {"name"}));
    }
    active.clear();
  }
  if (starts) active.emplace_back(start_job(key, object, due));
  change_status(key, kManager, [&](Document& now) {
    Fields& status = object_in(now.as_object(), "status");
    if (starts) status["lastScheduleTime"] = time_text(due);
    if (succeeded_ms != 0) status["lastSuccessfulTime"] = time_text(succeeded_ms);
    status.erase("active");
    if (!active.empty()) status["active"] = active;
  });
  if (!schedule || suspended(object)) return;
  if (const auto next = schedule->after(now_ms())) enqueue(key, *next - now_ms());
}

// The last time after `seen` at which it was due; 0 when there was none.
int64_t Fleet::latest_due(const CronSchedule& schedule, int64_t seen) const {
  int64_t due = 0;
  // What was missed for longer is not counted one by one.
  int64_t from = std::max(seen, now_ms() - 24 * 60 * 60'000);
  for (auto next = schedule.after(from); next && *next <= now_ms(); next = schedule.after(*next)) {
    due = *next;
  }
  return due;
}

// The reference of a Job that is made for the time when it was due.
Document Fleet::start_job(const Key& key, const Document& object, int64_t due) {
  const std::string name = fmt::format("{}-{}", key.name, due / 60'000);
  const Document* spec = find(object, {"spec", "jobTemplate", "spec"});
  Document job = make_object(key.ns, name, spec == nullptr ? Fields() : spec->as_object());
  Fields& metadata = object_in(job.as_object(), "metadata");
  for (const char* copied : {"labels", "annotations"}) {
    const Document* given = find(object, {"spec", "jobTemplate", "metadata", copied});
    if (given != nullptr) metadata[copied] = *given;
  }
  object_in(metadata, "annotations")[kScheduledAt] = time_text(due);
  metadata["ownerReferences"] = Items{owner_reference(object, *key.type)};
  make("Job", key.ns, std::move(job), kManager);
  record(object, key.type, false, "SuccessfulCreate", "Created job " + name, kCronJobs);
  const auto made = get("Job", key.ns, name);
  return Fields{{"apiVersion", "batch/v1"},
                {"kind", "Job"},
                {"name", name},
                {"namespace", key.ns},
                {"uid", std::string(made ? text_at(*made, {"metadata", "uid"}) : "")}};
}

// No more ended Jobs than the history's limits, the oldest go; each end is told once.
void Fleet::forget_old_jobs(const Key& key, const Document& object, std::vector<Document>& jobs) {
  const Items* active = items_at(object, {"status", "active"});
  for (const Document& job : jobs) {
    const std::string_view name = text_at(job, {"metadata", "name"});
    const bool was_active =
        active != nullptr && std::any_of(active->begin(), active->end(), [&](const Document& one) {
          return text_at(one, {"name"}) == name;
        });
    if (!was_active || end_of(job).empty()) continue;
    record(object, key.type, false, "SawCompletedJob",
           fmt::format("Saw completed job: {}, condition: {}", name, end_of(job)), kCronJobs);
  }
  const auto trim = [&](std::string_view end, int64_t limit) {
    // Their names end with the minute that they were due at.
    int64_t left = std::count_if(jobs.begin(), jobs.end(),
                                 [&](const Document& job) { return end_of(job) == end; });
    std::erase_if(jobs, [&](const Document& job) {
      if (end_of(job) != end || left <= limit) return false;
      --left;
      const std::string name(text_at(job, {"metadata", "name"}));
      (void)server_->erase(type("Job"), key.ns, name);
      record(object, key.type, false, "SuccessfulDelete", "Deleted job " + name, kCronJobs);
      return true;
    });
  };
  trim("Complete", number_at(object, {"spec", "successfulJobsHistoryLimit"}, 3));
  trim("Failed", number_at(object, {"spec", "failedJobsHistoryLimit"}, 1));
}

}  // namespace masthead::sim
