#include "flux/status.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/time_format.h"
#include "flux/masking.h"
#include "flux/references.h"

namespace masthead::flux {
namespace {

using k8s::Badge;
using k8s::Status;
using k8s::StatusValue;

constexpr int64_t kNow = 1'786'700'000'000;  // 2026-08-14T09:33:20Z
const std::string kAgo2h = base::format_rfc3339(kNow - 2 * 3'600'000);
const std::string kAgo1h = base::format_rfc3339(kNow - 3'600'000);
const std::string kAgo10s = base::format_rfc3339(kNow - 10'000);

// One object in one state, as controllers write it.
struct Fixture {
  std::string kind = "Kustomization";
  std::string metadata = R"("generation":2)";
  std::string spec = {};
  std::string conditions = {};
  std::string status = {};

  StatusValue value() const {
    const std::string text = fmt::format(
        R"({{"kind":"{}","metadata":{{"name":"apps","namespace":"shop","creationTimestamp":"{}",{}}},)"
        R"("spec":{{{}}},"status":{{"conditions":[{}]{}{}}}}})",
        kind, kAgo2h, metadata, spec, conditions, status.empty() ? "" : ",", status);
    const auto document = json::Document::parse(text);
    EXPECT_TRUE(document.has_value()) << text;
    return status_of(kind, document->root(), kNow);
  }
};

std::string condition(const char* type, const char* status, const char* reason,
                      const std::string& at = kAgo1h, int generation = 2) {
  return fmt::format(
      R"({{"type":"{}","status":"{}","reason":"{}","message":"said {}","lastTransitionTime":"{}","observedGeneration":{}}})",
      type, status, reason, reason, at, generation);
}

TEST(FluxStatus, ready_is_ready_for_every_kind_and_served_version) {
  for (const char* kind : {"GitRepository", "HelmRepository", "OCIRepository", "Bucket",
                           "HelmChart", "Kustomization", "HelmRelease", "ExternalArtifact"}) {
    // v1beta1 conditions had no observedGeneration: status.observedGeneration stands in.
    const Fixture now{.kind = kind, .conditions = condition("Ready", "True", "Succeeded")};
    const Fixture older{
        .kind = kind,
        .conditions =
            fmt::format(R"({{"type":"Ready","status":"True","lastTransitionTime":"{}"}})", kAgo1h),
        .status = R"("observedGeneration":2)"};
    EXPECT_EQ(now.value().status, Status::kReady) << kind;
    EXPECT_EQ(older.value().status, Status::kReady) << kind;
    EXPECT_EQ(now.value().since_ms, kNow - 3'600'000) << kind;
  }
}

TEST(FluxStatus, an_unseen_generation_is_progressing_not_ready) {
  const StatusValue value =
      Fixture{.conditions = condition("Ready", "True", "S", kAgo1h, 1)}.value();
  EXPECT_EQ(value.status, Status::kProgressing);
  EXPECT_TRUE(value.has(Badge::kUnconfirmed));
  const Fixture failed_before{.conditions = condition("Ready", "False", "BuildFailed", kAgo1h, 1)};
  EXPECT_EQ(failed_before.value().status, Status::kProgressing);
}

TEST(FluxStatus, failures_are_failed_and_waiting_is_not_failed) {
  EXPECT_EQ((Fixture{.conditions = condition("Ready", "False", "BuildFailed")}.value().status),
            Status::kFailed);
  const StatusValue waiting =
      Fixture{.conditions = condition("Ready", "False", "DependencyNotReady")}.value();
  EXPECT_EQ(waiting.status, Status::kWaiting);
  EXPECT_EQ(waiting.message, "said DependencyNotReady");
  EXPECT_EQ(
      (Fixture{.conditions = condition("Ready", "False", "HealthCheckCanceled")}.value().status),
      Status::kProgressing);
}

TEST(FluxStatus, a_retry_loop_stays_failed_while_ready_is_unknown) {
  const std::string unknown = condition("Ready", "Unknown", "Progressing", kAgo10s);
  const Fixture with_retry{.conditions = unknown + "," +
                                         condition("Reconciling", "True", "ProgressingWithRetry")};
  const Fixture with_history{
      .conditions = unknown,
      .status = fmt::format(
          R"("history":[{{"digest":"a","firstReconciled":"{}","lastReconciledStatus":"ReconciliationFailed"}}])",
          kAgo2h)};
  const Fixture release{.kind = "HelmRelease", .conditions = unknown, .status = R"("failures":3)"};
  const Fixture source{
      .kind = "GitRepository",
      .conditions = unknown + "," + condition("FetchFailed", "True", "GitOperationFailed")};
  for (const Fixture& fixture : {with_retry, with_history, release, source}) {
    const StatusValue value = fixture.value();
    EXPECT_EQ(value.status, Status::kFailed) << fixture.kind;
    EXPECT_TRUE(value.has(Badge::kRetrying)) << fixture.kind;
  }
  EXPECT_EQ((Fixture{.conditions = unknown}.value().status), Status::kProgressing);
}

TEST(FluxStatus, since_reaches_back_over_the_failed_entries_of_the_history_and_no_further) {
  const std::string later = base::format_rfc3339(kNow - 600'000);
  const Fixture fixture{
      .conditions = condition("Ready", "False", "HealthCheckFailed", kAgo10s),
      .status = fmt::format(
          R"("history":[{{"firstReconciled":"{}","lastReconciledStatus":"HealthCheckFailed"}},)"
          R"({{"firstReconciled":"{}","lastReconciledStatus":"ReconciliationFailed"}},)"
          R"({{"firstReconciled":"{}","lastReconciledStatus":"ReconciliationSucceeded"}}])",
          later, kAgo1h, kAgo2h)};
  EXPECT_EQ(fixture.value().since_ms, kNow - 3'600'000);
  EXPECT_TRUE(fixture.value().since_exact);
  const Fixture without{.conditions = condition("Ready", "False", "BuildFailed", kAgo10s)};
  EXPECT_FALSE(without.value().since_exact) << "each retry moves lastTransitionTime";
}

TEST(FluxStatus, stalled_says_why_and_wins_over_failed) {
  const StatusValue value =
      Fixture{.kind = "HelmRelease",
              .conditions = condition("Stalled", "True", "RetriesExceeded") + "," +
                            condition("Ready", "False", "InstallFailed", kAgo2h)}
          .value();
  EXPECT_EQ(value.status, Status::kStalled);
  EXPECT_EQ(value.since_ms, kNow - 2 * 3'600'000) << "the spell began with the failure";
  EXPECT_NE(value.message.find("said InstallFailed"), std::string::npos);
}

TEST(FluxStatus, suspended_is_shown_with_the_failure_beside_it) {
  const StatusValue value =
      Fixture{.spec = R"("suspend":true)", .conditions = condition("Ready", "False", "BuildFailed")}
          .value();
  EXPECT_EQ(value.status, Status::kSuspended);
  EXPECT_TRUE(value.has(Badge::kFailed));
  const Fixture by_annotation{
      .metadata = R"("generation":2,"annotations":{"fluxcd.controlplane.io/reconcile":"disabled"})",
      .conditions = condition("Ready", "True", "S")};
  EXPECT_EQ(by_annotation.value().status, Status::kSuspended);
  EXPECT_FALSE(by_annotation.value().has(Badge::kFailed));
}

TEST(FluxStatus, suspended_keeps_what_was_said_before_its_suspension_made_a_new_generation) {
  const Fixture fixture{.metadata = R"("generation":3)",
                        .spec = R"("suspend":true)",
                        .conditions = condition("Ready", "True", "Succeeded"),
                        .status = R"("observedGeneration":2)"};
  EXPECT_EQ(fixture.value().message, "said Succeeded");
}

TEST(FluxStatus, suspended_from_the_start_blames_no_controller_for_its_silence) {
  EXPECT_EQ(Fixture{.spec = R"("suspend":true)"}.value().message, "");
}

TEST(FluxStatus, deletion_comes_first) {
  const Fixture fixture{
      .metadata = fmt::format(R"("generation":2,"deletionTimestamp":"{}")", kAgo10s),
      .spec = R"("suspend":true)",
      .conditions = condition("Ready", "False", "PruneFailed")};
  EXPECT_EQ(fixture.value().status, Status::kTerminating);
  EXPECT_EQ(fixture.value().since_ms, kNow - 10'000);
  EXPECT_TRUE(fixture.value().has(Badge::kFailed));
}

TEST(FluxStatus, static_kinds_are_static_and_unseen_ones_unknown_after_a_minute) {
  EXPECT_EQ((Fixture{.kind = "HelmRepository", .spec = R"("type":"oci")"}.value().status),
            Status::kStatic);
  EXPECT_EQ((Fixture{.kind = "Alert"}.value().status), Status::kStatic);
  EXPECT_EQ((Fixture{.kind = "HelmRepository"}.value().status), Status::kUnknown);
  const auto young =
      json::Document::parse(fmt::format(R"({{"metadata":{{"creationTimestamp":"{}"}}}})", kAgo10s));
  const StatusValue value = status_of("Kustomization", young->root(), kNow);
  EXPECT_EQ(value.status, Status::kWaiting);
  EXPECT_EQ(value.recheck_at_ms, kNow - 10'000 + 60'000);
  const Fixture sharded{.metadata = R"("generation":1,"labels":{"sharding.fluxcd.io/key":"s2"})"};
  EXPECT_NE(sharded.value().message.find("shard s2"), std::string::npos);
}

TEST(FluxStatus, badges_stand_beside_ready) {
  const Fixture fixture{
      .metadata = R"("generation":2,"annotations":{"reconcile.fluxcd.io/requestedAt":"new"})",
      .conditions = condition("Ready", "True", "S") + "," +
                    condition("Reconciling", "True", "Progressing") + "," +
                    condition("Drifted", "True", "DriftDetected"),
      .status = R"("lastHandledReconcileAt":"old")"};
  const StatusValue value = fixture.value();
  EXPECT_EQ(value.status, Status::kReady);
  for (const Badge badge : {Badge::kFetching, Badge::kDrifted, Badge::kRequested}) {
    EXPECT_TRUE(value.has(badge)) << k8s::badge_name(badge);
  }
}

TEST(FluxStatus, progress_beyond_the_timeout_is_stuck) {
  const Fixture fixture{.spec = R"("timeout":"30m")",
                        .conditions = condition("Ready", "Unknown", "Progressing", kAgo1h)};
  EXPECT_TRUE(fixture.value().has(Badge::kStuck));
  const Fixture patient{.spec = R"("timeout":"2h")",
                        .conditions = condition("Ready", "Unknown", "Progressing", kAgo1h)};
  EXPECT_FALSE(patient.value().has(Badge::kStuck));
  EXPECT_GT(patient.value().recheck_at_ms, kNow);
}

TEST(FluxStatus, a_kustomization_without_a_timeout_has_that_of_its_interval) {
  const Fixture hourly{.spec = R"("interval":"2h")",
                       .conditions = condition("Ready", "Unknown", "Progressing", kAgo1h)};
  EXPECT_FALSE(hourly.value().has(Badge::kStuck));
  const auto timeout = [](const char* kind, const char* spec) {
    const auto document = json::Document::parse(std::string(R"({"spec":)") + spec + "}");
    return timeout_ms_of(kind, document->root());
  };
  EXPECT_EQ(timeout("Kustomization", R"({"interval":"10m"})"), 570'000);
  EXPECT_EQ(timeout("Kustomization", R"({"interval":"20s"})"), 30'000);
  EXPECT_EQ(timeout("Kustomization", R"({"interval":"10m","timeout":"1m"})"), 60'000);
  EXPECT_EQ(timeout("HelmRelease", R"({"interval":"1h"})"), 300'000);
}

TEST(FluxStatus, who_has_no_source_yet_waits_and_who_cannot_use_it_has_failed) {
  const auto status = [](const char* reason, const char* message) {
    return Fixture{
        .conditions = fmt::format(
            R"({{"type":"Ready","status":"False","reason":"{}","message":"{}"}})", reason, message)}
        .value()
        .status;
  };
  EXPECT_EQ(status("SourceNotReady",
                   "HelmChart 'a/b' is not ready: latest generation of object "
                   "has not been reconciled"),
            Status::kWaiting);
  EXPECT_EQ(status("ArtifactFailed", "Source artifact not found, retrying in 30s"),
            Status::kWaiting);
  EXPECT_EQ(status("ArtifactFailed", "kustomization path not found: stat /tmp/x: no such file"),
            Status::kFailed);
}

TEST(FluxStatus, objects_of_wrong_types_are_judged_without_a_crash) {
  for (const char* text :
       {"null", "[]", "7", R"({"status":[]})", R"({"status":{"conditions":{"type":"Ready"}}})",
        R"({"status":{"conditions":[null,1,{"type":7,"status":true}]}})",
        R"({"metadata":{"creationTimestamp":5,"generation":"x"},"spec":"x"})",
        R"({"status":{"history":"x","conditions":[{"type":"Ready","status":"Perhaps"}]}})"}) {
    const auto document = json::Document::parse(text);
    for (const char* kind : {"Kustomization", "HelmRelease", "GitRepository"}) {
      (void)status_of(kind, document->root(), kNow);
      (void)references_of(kind, document->root());
      (void)revision_of(kind, document->root());
    }
  }
}

TEST(FluxReferences, a_release_names_chart_and_source_where_flux_would_look) {
  const auto document = json::Document::parse(
      R"({"metadata":{"name":"web","namespace":"shop"},"spec":{"chart":{"spec":{"chart":"web","sourceRef":{"kind":"HelmRepository","name":"charts","namespace":"flux-system"}}},"dependsOn":[{"name":"db"},{"name":"mq","namespace":"infra"}]}})");
  const auto found = references_of("HelmRelease", document->root());
  ASSERT_EQ(found.size(), 4u);
  EXPECT_EQ(found[0].ref.kind + " " + found[0].ref.ns + "/" + found[0].ref.name,
            "HelmChart flux-system/shop-web");
  EXPECT_EQ(found[1].ref.ns + "/" + found[1].ref.name, "flux-system/charts");
  EXPECT_EQ(found[2].ref.ns + "/" + found[2].ref.name, "shop/db") << "its own namespace";
  EXPECT_EQ(found[3].ref.ns, "infra");
}

TEST(FluxReferences, credentials_never_leave_a_url) {
  EXPECT_EQ(masked_url("https://user:secret@git.example/x"), "https://•••@git.example/x");
  EXPECT_EQ(masked_url("https://token@git.example/x"), "https://•••@git.example/x");
  EXPECT_EQ(masked_url("ssh://git@git.example/x"), "ssh://git@git.example/x");
  EXPECT_EQ(masked_url("https://git.example/x?token=abc"), "https://git.example/x?•••");
  EXPECT_EQ(masked_url("https://a:b@c:d@host/@x"), "https://•••@host/@x");
  EXPECT_EQ(masked_url("oci://registry/x"), "oci://registry/x");
  EXPECT_EQ(masked_url("user:secret@charts.example/x?token=abc"), "•••@charts.example/x?•••");
  EXPECT_EQ(masked_url("git@git.example:org/x"), "git@git.example:org/x");
  EXPECT_EQ(masked_url("user:secret@charts.example/x?y://z"), "•••@charts.example/x?•••")
      << "what stands before :// is no scheme";
}

// Of a suspended object: its annotations, and who owns which part of its spec.
StatusValue suspended(const std::string& annotations, const std::string& managed_fields) {
  return Fixture{
      .metadata = fmt::format(R"("generation":2,"annotations":{{{}}},"managedFields":[{}])",
                              annotations, managed_fields),
      .spec = R"("suspend":true)",
      .conditions = condition("Ready", "True", "S")}
      .value();
}

std::string owner_of_suspend(const char* manager, const std::string& time = "",
                             const char* more = "") {
  return fmt::format(R"({{"manager":"{}","operation":"Update","time":"{}","ownsSuspend":true{}}})",
                     manager, time, more);
}

// What Masthead writes as ann suspends an object.
std::string by_ann(int64_t until_ms) {
  return R"("fluxcd.controlplane.io/suspendedBy":"ann","masthead/suspension-reason":"migration",)"
         R"("masthead/suspended-at":")" +
         kAgo1h + R"(","masthead/suspended-until":")" + base::format_rfc3339(until_ms) + "\"";
}

TEST(FluxStatus, a_suspension_says_by_whom_why_since_when_and_when_it_is_overdue) {
  const StatusValue later = suspended(by_ann(kNow + 1'000), owner_of_suspend("masthead", kAgo10s));
  EXPECT_EQ(later.message, "Suspended by ann: migration");
  EXPECT_EQ(later.since_ms, kNow - 3'600'000);
  EXPECT_EQ(later.word.text(), "");
  EXPECT_EQ(later.recheck_at_ms, kNow + 1'000);
  EXPECT_EQ(suspended(by_ann(kNow), owner_of_suspend("masthead")).word.text(), "overdue");
  EXPECT_EQ(suspended(by_ann(kNow), "").message, "Suspended by ann: migration")
      << "nobody else is known to own the field";
}

TEST(FluxStatus, a_suspension_by_somebody_else_does_not_go_by_what_ours_said_of_an_earlier_one) {
  for (const char* manager : {"flux", "kubectl-edit"}) {
    const StatusValue value = suspended(by_ann(kNow), owner_of_suspend(manager, kAgo10s));
    EXPECT_EQ(value.message, fmt::format("Suspended by {}", manager));
    EXPECT_EQ(value.since_ms, kNow - 10'000) << manager;
    EXPECT_EQ(value.word.text(), "") << manager;
    EXPECT_EQ(value.recheck_at_ms, 0) << manager;
  }
  const std::string both =
      owner_of_suspend("kustomize-controller", kAgo10s) + "," + owner_of_suspend("masthead");
  EXPECT_EQ(suspended(by_ann(kNow), both).message, "Suspended by ann: migration")
      << "who applied the same value later only agrees";
}

TEST(FluxStatus, a_suspension_without_annotations_is_told_by_the_owner_of_the_field) {
  const StatusValue value = suspended("", owner_of_suspend("flux", kAgo1h));
  EXPECT_EQ(value.message, "Suspended by flux");
  EXPECT_EQ(value.since_ms, kNow - 3'600'000);
  const StatusValue declared = suspended(
      "", owner_of_suspend("kustomize-controller", kAgo1h, R"(,"specVersion":"group/v1")"));
  EXPECT_EQ(declared.message, "Suspended by kustomize-controller");
  EXPECT_EQ(declared.since_ms, 0) << "what it wrote last may have been another field";
}

TEST(FluxStatus, a_suspension_by_another_tool_is_told_as_that_tool_wrote_it) {
  EXPECT_EQ(suspended(R"("metadata.weave.works/suspended-by":"bob",)"
                      R"("metadata.weave.works/suspended-comment":"a fair")",
                      owner_of_suspend("gitops-server"))
                .message,
            "Suspended by bob: a fair");
  const std::string by_bob = R"("fluxcd.controlplane.io/suspendedBy":"bob")";
  EXPECT_EQ(suspended(by_bob, owner_of_suspend("flux-operator")).message, "Suspended by bob");
  // Flux Operator resumed what ann had suspended with Masthead, and suspended it again.
  EXPECT_EQ(suspended(by_bob + R"(,"masthead/suspended-at":"2026-08-01T00:00:00Z")",
                      owner_of_suspend("flux-operator", kAgo10s))
                .message,
            "Suspended by bob");
}

}  // namespace
}  // namespace masthead::flux
