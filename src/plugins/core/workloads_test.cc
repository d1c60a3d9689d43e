// Deployments, ReplicaSets, StatefulSets, DaemonSets, Jobs and CronJobs in every state.
#include <gtest/gtest.h>

#include "base/time_format.h"
#include "host/kind_fixture.h"
#include "plugins/core/kinds.h"

namespace masthead::plugins::core {
namespace {

using host::fixture::Filled;
using k8s::Status;

const base::ManualClock kClock;

std::string object(const std::string& spec, const std::string& status,
                   const std::string& metadata = "") {
  return R"({"metadata":{"name":"x","namespace":"n","generation":2)" + metadata + R"(},"spec":{)" +
         spec + R"(},"status":{)" + status + "}}";
}
const std::string kSeen = R"("observedGeneration":2,)";
const std::string kDeleted = R"(,"deletionTimestamp":"2026-08-14T09:29:00Z")";

std::string condition(const std::string& type, const std::string& status,
                      const std::string& reason) {
  return R"("conditions":[{"type":")" + type + R"(","status":")" + status + R"(","reason":")" +
         reason + R"(","message":"because","lastTransitionTime":"2026-08-14T09:25:00Z"}])";
}
std::string counts(int replicas, int updated, int ready, int available) {
  return R"("replicas":)" + std::to_string(replicas) + R"(,"updatedReplicas":)" +
         std::to_string(updated) + R"(,"readyReplicas":)" + std::to_string(ready) +
         R"(,"availableReplicas":)" + std::to_string(available);
}

struct Case {
  const char* name;
  std::string object;
  Status status;
  const char* message;
};

void check(const host::Kind& kind, const std::vector<Case>& cases) {
  for (const Case& one : cases) {
    const Filled filled(kind, one.object, kClock);
    ASSERT_NE(filled.row(), nullptr) << one.name;
    EXPECT_EQ(k8s::status_name(filled.status().status), k8s::status_name(one.status)) << one.name;
    EXPECT_EQ(filled.status().message, one.message) << one.name;
  }
}

TEST(Deployments, are_ready_only_when_every_wanted_replica_is_new_and_available) {
  const std::string three = R"("replicas":3)";
  check(
      deployments(),
      {{"ready", object(three, kSeen + counts(3, 3, 3, 3)), Status::kReady, ""},
       {"scaled to 0", object(R"("replicas":0)", R"("observedGeneration":2)"), Status::kReady, ""},
       {"scaling down", object(R"("replicas":0)", kSeen + counts(2, 2, 2, 2)), Status::kProgressing,
        "2 more than wanted still exist"},
       {"replicas not written mean 1", object("", kSeen + counts(1, 1, 1, 1)), Status::kReady, ""},
       {"updating", object(three, kSeen + counts(4, 1, 3, 3)), Status::kProgressing,
        "1 of 3 updated"},
       {"the old one is ready, the new one is not",
        object(R"("replicas":1)", kSeen + counts(2, 1, 1, 1)), Status::kProgressing,
        "1 more than wanted still exist"},
       {"starting", object(three, kSeen + counts(3, 3, 1, 1)), Status::kProgressing,
        "1 of 3 ready"},
       {"minReadySeconds", object(three, kSeen + counts(3, 3, 3, 2)), Status::kProgressing,
        "2 of 3 available"},
       {"generation behind", object(three, R"("observedGeneration":1,)" + counts(3, 3, 3, 3)),
        Status::kProgressing, "A newer generation of the spec is not handled yet."},
       {"deadline exceeded",
        object(three, kSeen + counts(4, 1, 3, 3) + "," +
                          condition("Progressing", "False", "ProgressDeadlineExceeded")),
        Status::kFailed, "because"},
       {"deadline exceeded by the generation before",
        object(three, R"("observedGeneration":1,)" + counts(4, 1, 3, 3) + "," +
                          condition("Progressing", "False", "ProgressDeadlineExceeded")),
        Status::kProgressing, "A newer generation of the spec is not handled yet."},
       {"quota",
        object(three,
               kSeen + counts(0, 0, 0, 0) + "," + condition("ReplicaFailure", "True", "Quota")),
        Status::kFailed, "because"},
       {"paused in the middle", object(three + R"(,"paused":true)", kSeen + counts(4, 1, 3, 3)),
        Status::kSuspended, "Paused: 1 of 3 updated"},
       {"paused and complete", object(three + R"(,"paused":true)", kSeen + counts(3, 3, 3, 3)),
        Status::kReady, ""},
       {"deleted", object(three, kSeen + counts(3, 3, 3, 3), kDeleted), Status::kTerminating, ""}});
}

TEST(Deployments, fill_the_columns_of_kubectl) {
  const std::string spec =
      R"("replicas":3,"selector":{"matchLabels":{"app":"web"},"matchExpressions":[)"
      R"({"key":"tier","operator":"In","values":["a","b"]},{"key":"old","operator":"DoesNotExist"},)"
      R"({"key":"env","operator":"Exists"},{"key":"x","operator":"NotIn","values":["y"]}]},)"
      R"("template":{"spec":{"containers":[{"name":"c","image":"i:1"},{"name":"d","image":"j"}]}})";
  const Filled filled(deployments(),
                      object(spec, kSeen + counts(3, 2, 1, 0) + "," +
                                       condition("Available", "False", "MinimumReplicas")),
                      kClock);
  EXPECT_EQ(filled.cell("ready"), R"({"have":1,"want":3})");
  EXPECT_EQ(filled.cell("updated"), "2");
  EXPECT_EQ(filled.cell("available"), "0");
  EXPECT_EQ(filled.cell("containers"), R"("c, d")");
  EXPECT_EQ(filled.cell("images"), R"("i:1, j")");
  EXPECT_EQ(filled.cell("selector"), "\"app=web,env,!old,tier in (a,b),x notin (y)\"");
  EXPECT_EQ(base::format_rfc3339(filled.status().since_ms), "2026-08-14T09:25:00Z");
}

TEST(ReplicaSets, count_what_exists) {
  const std::string two = R"("replicas":2)";
  check(replica_sets(),
        {{"ready", object(two, kSeen + counts(2, 0, 2, 2)), Status::kReady, ""},
         {"retired", object(R"("replicas":0)", R"("observedGeneration":2)"), Status::kReady, ""},
         {"creating", object(two, kSeen + counts(1, 0, 1, 1)), Status::kProgressing,
          "1 of 2 updated"},
         {"scaling down", object(two, kSeen + counts(3, 0, 3, 3)), Status::kProgressing,
          "1 more than wanted still exist"},
         {"quota", object(two, kSeen + condition("ReplicaFailure", "True", "FailedCreate")),
          Status::kFailed, "because"}});
  const Filled filled(replica_sets(), object(two, kSeen + counts(2, 0, 1, 1)), kClock);
  EXPECT_EQ(filled.cell("desired") + filled.cell("current") + filled.cell("ready"), "221");
}

TEST(StatefulSets, leave_what_a_partition_or_on_delete_holds_back) {
  const std::string three = R"("replicas":3)";
  const std::string partition = R"(,"updateStrategy":{"rollingUpdate":{"partition":2}})";
  const std::string on_delete = R"(,"updateStrategy":{"type":"OnDelete"})";
  check(stateful_sets(),
        {{"ready", object(three, kSeen + counts(3, 3, 3, 3)), Status::kReady, ""},
         {"updating", object(three, kSeen + counts(3, 1, 3, 3)), Status::kProgressing,
          "1 of 3 updated"},
         {"starting in order", object(three, kSeen + counts(1, 3, 0, 0)), Status::kProgressing,
          "0 of 3 ready"},
         {"partition reached", object(three + partition, kSeen + counts(3, 1, 3, 3)),
          Status::kReady, ""},
         {"partition not reached", object(three + partition, kSeen + counts(3, 0, 3, 3)),
          Status::kProgressing, "2 of 3 updated"},
         {"on delete", object(three + on_delete, kSeen + counts(3, 0, 3, 3)), Status::kReady, ""},
         {"before 1.22 nothing says available",
          object(three, kSeen + R"("replicas":3,"updatedReplicas":3,"readyReplicas":3)"),
          Status::kReady, ""},
         {"scaling down", object(R"("replicas":1)", kSeen + counts(3, 3, 3, 3)),
          Status::kProgressing, "2 more than wanted still exist"}});
}

TEST(DaemonSets, want_one_pod_a_node) {
  const auto status = [](int desired, int current, int updated, int ready, int available) {
    return kSeen + R"("desiredNumberScheduled":)" + std::to_string(desired) +
           R"(,"currentNumberScheduled":)" + std::to_string(current) +
           R"(,"updatedNumberScheduled":)" + std::to_string(updated) + R"(,"numberReady":)" +
           std::to_string(ready) + R"(,"numberAvailable":)" + std::to_string(available);
  };
  check(daemon_sets(),
        {{"ready", object("", status(3, 3, 3, 3, 3)), Status::kReady, ""},
         {"no node wants it", object("", status(0, 0, 0, 0, 0)), Status::kReady, ""},
         {"updating", object("", status(3, 3, 1, 3, 3)), Status::kProgressing, "1 of 3 updated"},
         {"starting", object("", status(3, 3, 3, 2, 2)), Status::kProgressing, "2 of 3 ready"},
         {"on delete", object(R"("updateStrategy":{"type":"OnDelete"})", status(3, 3, 0, 3, 3)),
          Status::kReady, ""}});
  const Filled filled(daemon_sets(),
                      object(R"("template":{"spec":{"nodeSelector":{"os":"linux","a":"b"}}})",
                             status(3, 2, 1, 1, 0)),
                      kClock);
  EXPECT_EQ(filled.cell("node_selector"), R"("os=linux,a=b")");
  EXPECT_EQ(filled.cell("desired") + filled.cell("current"), "32");
}

TEST(Jobs, have_the_words_of_kubectl) {
  struct JobCase {
    const char* name;
    std::string object;
    const char* word;
    Status status;
  };
  const auto told = [](const char* type) { return condition(type, "True", "R"); };
  const JobCase cases[] = {
      {"running", object("", R"("active":1)"), "Running", Status::kProgressing},
      {"retrying", object(R"("backoffLimit":3)", R"("failed":2)"), "Running", Status::kRetrying},
      {"complete", object("", told("Complete")), "Complete", Status::kReady},
      {"failed", object("", told("Failed")), "Failed", Status::kFailed},
      {"suspended", object(R"("suspend":true)", told("Suspended")), "Suspended",
       Status::kSuspended},
      {"resumed", object("", condition("Suspended", "False", "R")), "Running",
       Status::kProgressing},
      {"about to fail", object("", told("FailureTarget")), "FailureTarget", Status::kFailed},
      {"about to succeed", object("", told("SuccessCriteriaMet")), "SuccessCriteriaMet",
       Status::kProgressing},
      {"deleted", object("", R"("active":1)", kDeleted), "Terminating", Status::kTerminating},
      {"complete and deleted", object("", told("Complete"), kDeleted), "Complete", Status::kReady}};
  for (const JobCase& one : cases) {
    const Filled filled(jobs(), one.object, kClock);
    EXPECT_EQ(filled.status().word.text(), one.word) << one.name;
    EXPECT_EQ(k8s::status_name(filled.status().status), k8s::status_name(one.status)) << one.name;
  }
  EXPECT_EQ(Filled(jobs(), cases[1].object, kClock).status().message, "2 failed pods of at most 4");
}

TEST(Jobs, count_completions_and_time) {
  const std::string times =
      R"(,"startTime":"2026-08-14T09:00:00Z","completionTime":"2026-08-14T09:01:30Z")";
  const Filled done(jobs(), object(R"("completions":4)", R"("succeeded":4)" + times), kClock);
  EXPECT_EQ(done.cell("completions"), R"({"have":4,"want":4})");
  EXPECT_EQ(done.cell("duration"), "90000");
  const Filled queue(jobs(), object(R"("parallelism":3)", R"("succeeded":0)"), kClock);
  EXPECT_EQ(queue.cell("completions"), R"({"have":0,"want":1})");
  EXPECT_EQ(queue.cell("duration"), "null");
}

TEST(CronJobs, are_ready_or_told_to_stand_still) {
  const Filled on(cron_jobs(),
                  object(R"("schedule":"*/5 * * * *","timeZone":"Europe/Berlin")",
                         R"("active":[{},{}],"lastScheduleTime":"2026-08-14T09:25:00Z")"),
                  kClock);
  EXPECT_EQ(on.status().status, Status::kReady);
  EXPECT_EQ(on.cell("schedule"), R"("*/5 * * * *")");
  EXPECT_EQ(on.cell("timezone"), R"("Europe/Berlin")");
  EXPECT_EQ(on.cell("active"), "2");
  EXPECT_EQ(on.cell("suspend"), "false");
  EXPECT_EQ(on.cell("last_schedule"),
            std::to_string(base::rfc3339_or_zero("2026-08-14T09:25:00Z")));
  EXPECT_EQ(Filled(cron_jobs(), object(R"("suspend":true)", ""), kClock).status().status,
            Status::kSuspended);
  EXPECT_EQ(Filled(cron_jobs(), object("", "", kDeleted), kClock).status().status,
            Status::kTerminating);
}

}  // namespace
}  // namespace masthead::plugins::core
