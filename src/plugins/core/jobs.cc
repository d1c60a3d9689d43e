// Jobs and CronJobs.
#include "base/time_format.h"
#include "plugins/core/kinds.h"

namespace masthead::plugins::core {
namespace {

using cache::ColumnType;
using k8s::Status;
using k8s::StatusValue;

json::Value true_condition(const json::Value& job, std::string_view type) {
  for (const json::Value condition : job["status"]["conditions"].items()) {
    if (condition["type"].str() == type && condition["status"].str() == "True") return condition;
  }
  return {};
}

StatusValue from(const json::Value& condition, Status status) {
  StatusValue value;
  value.status = status;
  value.reason = base::Interned(condition["reason"].str());
  value.message = std::string(condition["message"].str());
  value.since_ms = base::rfc3339_or_zero(condition["lastTransitionTime"].str());
  value.since_exact = value.since_ms != 0;
  return value;
}

// printJob's words: Complete, Failed, Terminating, Suspended, FailureTarget, SuccessCriteriaMet,
// Running.
StatusValue judge(const json::Value& job) {
  StatusValue value;
  const auto named = [&](StatusValue one, std::string_view word) {
    one.word = base::Interned(word);
    return one;
  };
  if (const auto c = true_condition(job, "Complete"); c.exists()) {
    return named(from(c, Status::kReady), "Complete");
  }
  if (const auto c = true_condition(job, "Failed"); c.exists()) {
    return named(from(c, Status::kFailed), "Failed");
  }
  if (fill_terminating(job, value)) return named(value, "Terminating");
  if (const auto c = true_condition(job, "Suspended"); c.exists()) {
    return named(from(c, Status::kSuspended), "Suspended");
  }
  if (const auto c = true_condition(job, "FailureTarget"); c.exists()) {
    return named(from(c, Status::kFailed), "FailureTarget");
  }
  if (const auto c = true_condition(job, "SuccessCriteriaMet"); c.exists()) {
    return named(from(c, Status::kProgressing), "SuccessCriteriaMet");
  }
  value.status = Status::kProgressing;
  value.word = base::Interned("Running");
  value.since_ms = base::rfc3339_or_zero(job["status"]["startTime"].str());
  value.since_exact = value.since_ms != 0;
  if (const int64_t failed = job["status"]["failed"].integer_or(0); failed > 0) {
    value.status = Status::kRetrying;
    value.message = std::to_string(failed) + " failed pods of at most " +
                    std::to_string(job["spec"]["backoffLimit"].integer_or(6) + 1);
  }
  return value;
}

void fill_job(const json::Value& job, int64_t, cache::RowBuilder& row) {
  const auto status = job["status"];
  row.ratio("completions", status["succeeded"].integer_or(0),
            job["spec"]["completions"].integer_or(1));
  const int64_t started = base::rfc3339_or_zero(status["startTime"].str());
  const int64_t done = base::rfc3339_or_zero(status["completionTime"].str());
  if (started != 0 && done != 0) row.integer("duration", done - started);
  fill_containers(job["spec"]["template"]["spec"], row);
  row.text("selector", selector_text(job["spec"]["selector"]));
  row.status(judge(job));
}

void fill_cron_job(const json::Value& cron, int64_t, cache::RowBuilder& row) {
  const bool suspended = cron["spec"]["suspend"].boolean();
  row.text("schedule", cron["spec"]["schedule"].str());
  row.text("timezone", cron["spec"]["timeZone"].str());
  row.flag("suspend", suspended);
  row.number("active", static_cast<double>(cron["status"]["active"].size()));
  row.time("last_schedule", cron["status"]["lastScheduleTime"].str());
  fill_containers(cron["spec"]["jobTemplate"]["spec"]["template"]["spec"], row);
  StatusValue value;
  if (!fill_terminating(cron, value)) {
    value.status = suspended ? Status::kSuspended : Status::kReady;
  }
  row.status(std::move(value));
}

void job_overview(const json::Value& job, host::DetailWriter& out) {
  const auto spec = job["spec"];
  const auto status = job["status"];
  out.section("overview", "Job");
  out.number("completions", "Completions", spec["completions"]);
  out.number("parallelism", "Parallelism", spec["parallelism"]);
  out.number("backoff", "Backoff limit", spec["backoffLimit"]);
  out.number("active", "Active pods", status["active"]);
  out.number("succeeded", "Succeeded pods", status["succeeded"]);
  out.number("failed", "Failed pods", status["failed"]);
  out.time("started", "Started", status["startTime"].str());
  out.time("completed", "Completed", status["completionTime"].str());
}

void cron_job_overview(const json::Value& cron, host::DetailWriter& out) {
  const auto spec = cron["spec"];
  out.section("overview", "CronJob");
  out.mono("schedule", "Schedule", spec["schedule"].str());
  out.text("timezone", "Time zone", spec["timeZone"].str());
  out.text("concurrency", "Concurrency", spec["concurrencyPolicy"].str());
  out.flag("suspend", "Suspended", spec["suspend"]);
  out.time("last_schedule", "Last schedule", cron["status"]["lastScheduleTime"].str());
  out.time("last_success", "Last success", cron["status"]["lastSuccessfulTime"].str());
}

}  // namespace

host::Kind jobs() {
  host::Kind kind;
  kind.group_kind = {"batch", "Job"};
  kind.resource = "jobs";
  kind.has_pods = true;
  kind.title = "Jobs";
  kind.singular = "Job";
  kind.section = "workloads";
  kind.keeps_history = true;
  kind.columns = {{"completions", "Completions", ColumnType::kRatio, true, 100, ""},
                  {"duration", "Duration", ColumnType::kDuration, true, 90, ""}};
  add_container_columns(kind);
  kind.columns.push_back({"selector", "Selector", ColumnType::kMono, false, 200, ""});
  kind.fill = fill_job;
  kind.overview = job_overview;
  kind.negative_conditions = {"Failed", "FailureTarget", "Suspended"};
  return kind;
}

host::Kind cron_jobs() {
  host::Kind kind;
  kind.group_kind = {"batch", "CronJob"};
  kind.resource = "cronjobs";
  kind.has_pods = true;
  kind.title = "CronJobs";
  kind.singular = "CronJob";
  kind.section = "workloads";
  kind.columns = {{"schedule", "Schedule", ColumnType::kMono, true, 120, ""},
                  {"timezone", "Time zone", ColumnType::kText, true, 110, ""},
                  {"suspend", "Suspend", ColumnType::kFlag, true, 80, ""},
                  {"active", "Active", ColumnType::kNumber, true, 70, ""},
                  {"last_schedule", "Last schedule", ColumnType::kTime, true, 110, ""}};
  add_container_columns(kind);
  kind.fill = fill_cron_job;
  kind.overview = cron_job_overview;
  return kind;
}

}  // namespace masthead::plugins::core
