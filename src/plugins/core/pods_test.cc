// Pods in every state, with the words of printPod (k8s.io/kubernetes, pkg/printers).
#include <gtest/gtest.h>

#include "base/time_format.h"
#include "host/kind_fixture.h"
#include "plugins/core/kinds.h"

namespace masthead::plugins::core {
namespace {

using host::fixture::Filled;
using k8s::Status;

// One container's status; `state` is its one member.
std::string container(const std::string& name, const std::string& state, bool ready = false,
                      const std::string& more = "") {
  return R"({"name":")" + name + R"(","ready":)" + (ready ? "true" : "false") + R"(,"state":{)" +
         state + "}" + more + "}";
}
std::string waiting(const std::string& reason, const std::string& message = "") {
  return R"("waiting":{"reason":")" + reason + R"(","message":")" + message + R"("})";
}
std::string terminated(int code, const std::string& reason = "", const std::string& more = "") {
  return R"("terminated":{"exitCode":)" + std::to_string(code) +
         (reason.empty() ? "" : R"(,"reason":")" + reason + "\"") +
         R"(,"finishedAt":"2026-08-14T09:20:00Z")" + more + "}";
}
const std::string kRunning = R"("running":{"startedAt":"2026-08-14T09:00:00Z"})";
std::string restarted(int times, const std::string& finished) {
  return R"(,"restartCount":)" + std::to_string(times) +
         R"(,"lastState":{"terminated":{"exitCode":1,"reason":"Error","finishedAt":")" + finished +
         R"("}})";
}
std::string condition(const std::string& type, const std::string& status,
                      const std::string& reason = "", const std::string& message = "") {
  return R"({"type":")" + type + R"(","status":")" + status + R"(","reason":")" + reason +
         R"(","message":")" + message + R"(","lastTransitionTime":"2026-08-14T09:25:00Z"})";
}

struct Pod {
  std::string phase = "Running";
  std::vector<std::string> conditions = {};
  std::vector<std::string> containers = {};
  std::vector<std::string> inits = {};
  std::string init_specs = "[]";
  std::string container_specs = R"([{"name":"a"},{"name":"b"}])";
  std::string reason = "";
  std::string metadata = "";
  std::string spec = "";
};

std::string list(const std::vector<std::string>& items) {
  std::string text;
  for (const auto& item : items) text += (text.empty() ? "" : ",") + item;
  return "[" + text + "]";
}

std::string json_of(const Pod& pod) {
  return R"({"metadata":{"name":"p","namespace":"n","creationTimestamp":"2026-08-14T09:00:00Z")" +
         pod.metadata + R"(},"spec":{"containers":)" + pod.container_specs +
         R"(,"initContainers":)" + pod.init_specs + pod.spec + R"(},"status":{"phase":")" +
         pod.phase + "\"" +
         (pod.reason.empty() ? "" : R"(,"reason":")" + pod.reason + R"(","message":"why")") +
         R"(,"conditions":)" + list(pod.conditions) + R"(,"initContainerStatuses":)" +
         list(pod.inits) + R"(,"containerStatuses":)" + list(pod.containers) + "}}";
}

const host::Kind kPods = pods();
const base::ManualClock kClock;

Filled fill(const Pod& pod) {
  return {kPods, json_of(pod), kClock};
}

struct Case {
  const char* name;
  Pod pod;
  const char* word;
  Status status;
  const char* ready = R"({"have":0,"want":2})";
};

const std::string kDeleted = R"(,"deletionTimestamp":"2026-08-14T09:29:00Z")";
const std::string kTwoInits = R"([{"name":"i"},{"name":"j"}])";
const std::string kSidecar = R"([{"name":"s","restartPolicy":"Always"},{"name":"j"}])";
const std::string kReady = container("a", kRunning, true);
const std::string kReadyB = container("b", kRunning, true);

std::vector<Case> cases() {
  const std::string ready_true = condition("Ready", "True");
  const std::string ready_false = condition("Ready", "False", "ContainersNotReady");
  const std::string done = container("i", terminated(0, "Completed"));
  return {
      {"pending", {.phase = "Pending"}, "Pending", Status::kProgressing},
      {"no status", {.phase = ""}, "", Status::kUnknown},
      {"running",
       {.conditions = {ready_true}, .containers = {kReady, kReadyB}},
       "Running",
       Status::kReady,
       R"({"have":2,"want":2})"},
      {"one not ready",
       {.conditions = {ready_false}, .containers = {kReady, container("b", kRunning)}},
       "Running",
       Status::kProgressing,
       R"({"have":1,"want":2})"},
      {"a readiness gate is open",
       {.conditions = {condition("Ready", "False", "ReadinessGatesNotReady")},
        .containers = {kReady, kReadyB}},
       "Running",
       Status::kProgressing,
       R"({"have":2,"want":2})"},
      {"creating",
       {.phase = "Pending", .containers = {container("a", waiting("ContainerCreating"))}},
       "ContainerCreating",
       Status::kProgressing},
      {"unschedulable",
       {.phase = "Pending",
        .conditions = {condition("PodScheduled", "False", "Unschedulable", "0/3 nodes")}},
       "Pending",
       Status::kFailed},
      {"gated",
       {.phase = "Pending", .conditions = {condition("PodScheduled", "False", "SchedulingGated")}},
       "SchedulingGated",
       Status::kWaiting},
      {"init running",
       {.phase = "Pending",
        .containers = {container("a", waiting("PodInitializing"))},
        .inits = {done, container("j", kRunning)},
        .init_specs = kTwoInits},
       "Init:1/2",
       Status::kProgressing},
      {"init not begun",
       {.phase = "Pending",
        .inits = {container("i", waiting("PodInitializing"))},
        .init_specs = kTwoInits},
       "Init:0/2",
       Status::kProgressing},
      {"init creating",
       {.phase = "Pending",
        .inits = {container("i", waiting("ContainerCreating"))},
        .init_specs = kTwoInits},
       "Init:ContainerCreating",
       Status::kProgressing},
      {"init crash loop",
       {.phase = "Pending",
        .containers = {container("a", waiting("PodInitializing"))},
        .inits = {container("i", waiting("CrashLoopBackOff", "back-off"))},
        .init_specs = kTwoInits},
       "Init:CrashLoopBackOff",
       Status::kFailed},
      {"init image",
       {.phase = "Pending",
        .inits = {container("i", waiting("ImagePullBackOff"))},
        .init_specs = kTwoInits},
       "Init:ImagePullBackOff",
       Status::kFailed},
      {"init error",
       {.phase = "Pending",
        .inits = {container("i", terminated(1, "Error"))},
        .init_specs = kTwoInits},
       "Init:Error",
       Status::kFailed},
      {"init exit code",
       {.phase = "Pending", .inits = {container("i", terminated(3))}, .init_specs = kTwoInits},
       "Init:ExitCode:3",
       Status::kFailed},
      {"init signal",
       {.phase = "Pending",
        .inits = {container("i", terminated(137, "", R"(,"signal":9)"))},
        .init_specs = kTwoInits},
       "Init:Signal:9",
       Status::kFailed},
      {"an init container runs again after the pod was initialized",
       {.conditions = {condition("Initialized", "True"), ready_true},
        .containers = {kReady, kReadyB},
        .inits = {container("i", kRunning)},
        .init_specs = kTwoInits},
       "Init:0/2",
       Status::kReady,
       R"({"have":2,"want":2})"},
      {"sidecar started",
       {.conditions = {ready_true},
        .containers = {kReady, kReadyB},
        .inits = {container("s", kRunning, true, R"(,"started":true)"),
                  container("j", terminated(0, "Completed"))},
        .init_specs = kSidecar},
       "Running",
       Status::kReady,
       R"({"have":3,"want":3})"},
      {"sidecar not started",
       {.phase = "Pending",
        .inits = {container("s", kRunning, false, R"(,"started":false)")},
        .init_specs = kSidecar},
       "Init:0/2",
       Status::kProgressing,
       R"({"have":0,"want":3})"},
      {"sidecar started, the next init container runs",
       {.phase = "Pending",
        .inits = {container("s", kRunning, true, R"(,"started":true)"), container("j", kRunning)},
        .init_specs = kSidecar},
       "Init:1/2",
       Status::kProgressing,
       R"({"have":1,"want":3})"},
      {"statuses in another order than the specs",
       {.phase = "Pending",
        .inits = {container("j", terminated(0)),
                  container("s", kRunning, true, R"(,"started":true)")},
        .init_specs = kSidecar},
       "Pending",
       Status::kProgressing,
       R"({"have":1,"want":3})"},
      {"crash loop",
       {.conditions = {ready_false}, .containers = {container("a", waiting("CrashLoopBackOff"))}},
       "CrashLoopBackOff",
       Status::kFailed},
      {"image back-off",
       {.phase = "Pending", .containers = {container("a", waiting("ImagePullBackOff"))}},
       "ImagePullBackOff",
       Status::kFailed},
      {"image error",
       {.phase = "Pending", .containers = {container("a", waiting("ErrImagePull"))}},
       "ErrImagePull",
       Status::kFailed},
      {"configuration error",
       {.phase = "Pending", .containers = {container("a", waiting("CreateContainerConfigError"))}},
       "CreateContainerConfigError",
       Status::kFailed},
      {"the first container's problem wins",
       {.containers = {container("a", waiting("ErrImagePull")),
                       container("b", waiting("CrashLoopBackOff"))}},
       "ErrImagePull",
       Status::kFailed},
      {"out of memory",
       {.containers = {container("a", terminated(137, "OOMKilled")), kReadyB}},
       "OOMKilled",
       Status::kFailed,
       R"({"have":1,"want":2})"},
      {"error",
       {.phase = "Failed", .containers = {container("a", terminated(1, "Error"))}},
       "Error",
       Status::kFailed},
      {"exit code",
       {.phase = "Failed", .containers = {container("a", terminated(2))}},
       "ExitCode:2",
       Status::kFailed},
      {"signal",
       {.phase = "Failed", .containers = {container("a", terminated(0, "", R"(,"signal":15)"))}},
       "Signal:15",
       Status::kFailed},
      {"completed",
       {.phase = "Succeeded", .containers = {container("a", terminated(0, "Completed"))}},
       "Completed",
       Status::kReady},
      {"one completed, the other runs and the pod is ready",
       {.conditions = {ready_true},
        .containers = {container("a", terminated(0, "Completed")), kReadyB}},
       "Running",
       Status::kProgressing,
       R"({"have":1,"want":2})"},
      {"one completed, the other runs",
       {.conditions = {ready_false},
        .containers = {container("a", terminated(0, "Completed")), kReadyB}},
       "NotReady",
       Status::kProgressing,
       R"({"have":1,"want":2})"},
      {"one completed, the other failed",
       {.phase = "Failed",
        .containers = {container("a", terminated(0, "Completed")),
                       container("b", terminated(1, "Error"))}},
       "Error",
       Status::kFailed},
      {"evicted", {.phase = "Failed", .reason = "Evicted"}, "Evicted", Status::kFailed},
      {"preempted", {.phase = "Failed", .reason = "Preempting"}, "Preempting", Status::kFailed},
      {"phase unknown", {.phase = "Unknown"}, "Unknown", Status::kUnknown},
      {"node lost",
       {.containers = {kReady}, .reason = "NodeLost", .metadata = kDeleted},
       "Unknown",
       Status::kTerminating,
       R"({"have":1,"want":2})"},
      {"terminating",
       {.containers = {kReady, kReadyB}, .metadata = kDeleted},
       "Terminating",
       Status::kTerminating,
       R"({"have":2,"want":2})"},
      {"completed, and being deleted",
       {.phase = "Succeeded",
        .containers = {container("a", terminated(0, "Completed"))},
        .metadata = kDeleted},
       "Completed",
       Status::kTerminating},
  };
}

TEST(Pods, have_the_words_of_kubectl_in_every_state) {
  for (const Case& one : cases()) {
    const Filled filled = fill(one.pod);
    ASSERT_NE(filled.row(), nullptr) << one.name;
    EXPECT_EQ(filled.status().word.text(), one.word) << one.name;
    EXPECT_EQ(k8s::status_name(filled.status().status), k8s::status_name(one.status)) << one.name;
    EXPECT_EQ(filled.cell("ready"), one.ready) << one.name;
  }
}

TEST(Pods, count_restarts_of_init_containers_only_until_they_are_done) {
  const std::string early = "2026-08-14T09:10:00Z";
  const std::string late = "2026-08-14T09:20:00Z";
  const auto last = [](const Filled& filled) { return filled.cell("last_restart"); };
  const auto ms = [](const std::string& time) {
    return std::to_string(base::rfc3339_or_zero(time));
  };
  const Filled during = fill({.phase = "Pending",
                              .inits = {container("i", kRunning, false, restarted(3, early))},
                              .init_specs = kTwoInits});
  EXPECT_EQ(during.cell("restarts"), "3");
  EXPECT_EQ(last(during), ms(early));
  const Filled after = fill({.containers = {container("a", kRunning, true, restarted(2, early)),
                                            container("b", kRunning, true, restarted(1, late))},
                             .inits = {container("i", terminated(0), false, restarted(9, late))},
                             .init_specs = kTwoInits});
  EXPECT_EQ(after.cell("restarts"), "3");
  EXPECT_EQ(last(after), ms(late));
  const Filled sidecar =
      fill({.containers = {kReady},
            .inits = {container("s", kRunning, true, R"(,"started":true)" + restarted(4, late)),
                      container("j", terminated(0), false, restarted(9, late))},
            .init_specs = kSidecar});
  EXPECT_EQ(sidecar.cell("restarts"), "4");
  const Filled never = fill({.containers = {kReady}});
  EXPECT_EQ(never.cell("restarts"), "0");
  EXPECT_EQ(last(never), "null");
}

TEST(Pods, say_why_with_the_container_that_gave_the_word) {
  const Filled loop = fill(
      {.conditions = {condition("Ready", "False")},
       .containers = {container("a", waiting("CrashLoopBackOff", "back-off 5m"), false,
                                R"(,"lastState":{"terminated":{"exitCode":1,"reason":"Error",)"
                                R"("message":"no database","finishedAt":"2026-08-14T09:20:00Z"}})"),
                      container("b", waiting("ErrImagePull", "not this one"))}});
  EXPECT_EQ(loop.status().message, "back-off 5m; last exit: Error, code 1 (no database)");
  EXPECT_TRUE(loop.status().has(k8s::Badge::kRetrying));
  EXPECT_EQ(base::format_rfc3339(loop.status().since_ms), "2026-08-14T09:25:00Z") << "not ready";
  const Filled init = fill({.phase = "Pending",
                            .inits = {container("i", waiting("ErrImagePull", "no such tag"))},
                            .init_specs = kTwoInits});
  EXPECT_EQ(init.status().message, "no such tag");
  EXPECT_EQ(fill({.phase = "Failed", .reason = "Evicted"}).status().message, "why");
  const Filled gate =
      fill({.conditions = {condition("Ready", "False", "ReadinessGatesNotReady", "gate g is open")},
            .containers = {kReady, kReadyB}});
  EXPECT_EQ(gate.status().message, "gate g is open");
}

TEST(Pods, that_start_for_ten_minutes_are_stuck_and_time_alone_tells) {
  const Pod creating{.phase = "Pending",
                     .containers = {container("a", waiting("ContainerCreating"))}};
  base::ManualClock clock;
  const int64_t created = base::rfc3339_or_zero("2026-08-14T09:00:00Z");
  clock.advance(created - clock.wall_ms() + 599'999);
  const Filled before(kPods, json_of(creating), clock);
  EXPECT_FALSE(before.status().has(k8s::Badge::kStuck));
  EXPECT_EQ(before.status().recheck_at_ms, created + 600'000);
  clock.advance(1);
  EXPECT_TRUE(Filled(kPods, json_of(creating), clock).status().has(k8s::Badge::kStuck));
}

TEST(Pods, are_found_by_their_images_each_once) {
  Pod pod;
  pod.container_specs = R"([{"name":"a","image":"ghcr.io/x/web:1.2"},{"name":"b","image":"p:1"}])";
  pod.init_specs = R"([{"name":"i","image":"p:1"},{"name":"j","image":"init:3"},{"name":"k"}])";
  const Filled filled(pods(), json_of(pod), kClock);
  EXPECT_EQ(filled.cell("images"), R"("ghcr.io/x/web:1.2, p:1, init:3")");
  EXPECT_TRUE(filled.row()->field_text().contains("init:3"));
}

TEST(Pods, show_where_they_run_and_their_readiness_gates) {
  const Filled filled = fill({.conditions = {condition("g", "True"), condition("h", "False")},
                              .spec = R"(,"nodeName":"n1","readinessGates":[{"conditionType":"g"},)"
                                      R"({"conditionType":"h"},{"conditionType":"never"}])"});
  EXPECT_EQ(filled.cell("node"), "\"n1\"");
  EXPECT_EQ(filled.cell("gates"), R"({"have":1,"want":3})");
  EXPECT_EQ(fill({}).cell("gates"), "null");
}

}  // namespace
}  // namespace masthead::plugins::core
