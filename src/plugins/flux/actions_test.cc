#include "plugins/flux/actions.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "json/value.h"
#include "k8s/known_kinds.h"

namespace masthead::plugins::flux {
namespace {

using Phase = host::Progress::Phase;
using Lines = std::vector<std::string>;

// A few objects of one namespace by kind and name; everything else does not exist.
class Objects {
 public:
  void add(const std::string& kind, const std::string& name, const std::string& rest,
           const std::string& metadata = "") {
    objects_[kind + " " + name] =
        fmt::format(R"({{"kind":"{}","metadata":{{"namespace":"shop","name":"{}"{}}}{}}})", kind,
                    name, metadata.empty() ? "" : "," + metadata, rest.empty() ? "" : "," + rest);
  }
  host::ActionPlan plan(const std::string& action, const std::string& kind, const std::string& name,
                        std::vector<k8s::ObjectRef> needed_by = {}) const {
    const auto document = json::Document::parse(objects_.at(kind + " " + name));
    EXPECT_TRUE(document.has_value()) << objects_.at(kind + " " + name);
    const k8s::ObjectRef ref{std::string(k8s::flux_group_of(kind)), kind, "shop", name};
    return action_rules().plan(action,
                               {ref, document->root(),
                                [this](const k8s::ObjectRef& other) -> std::optional<std::string> {
                                  const auto found = objects_.find(other.kind + " " + other.name);
                                  if (found == objects_.end()) return std::nullopt;
                                  return found->second;
                                },
                                std::move(needed_by)});
  }
  Lines steps(const std::string& action, const std::string& kind, const std::string& name) const {
    const host::ActionPlan made = plan(action, kind, name);
    Lines lines;
    if (!made.refusal.empty()) lines.push_back("refused: " + made.refusal);
    for (const auto& step : made.steps) {
      lines.push_back(step.action + " " + step.ref.kind + " " + step.ref.ns + "/" + step.ref.name);
    }
    return lines;
  }
  std::string patch(const std::string& action, const std::string& kind, const std::string& name,
                    const host::ActionStamp& stamp) const {
    const auto document = json::Document::parse(objects_.at(kind + " " + name));
    return action_rules().patch(action, kind, document->root(), stamp);
  }

 private:
  std::map<std::string, std::string> objects_;
};

const host::ActionStamp kStamp{"T1", "ann", "", 1'786'700'000'000, 0};

TEST(FluxActions, each_kind_offers_what_its_controller_does) {
  const std::map<std::string, std::string> kOffered{
      {"Kustomization", "reconcile with-source suspend resume "},
      {"HelmRelease", "reconcile with-source force reset suspend resume "},
      {"GitRepository", "reconcile suspend resume "},
      {"HelmChart", "reconcile with-source suspend resume "},
      {"ResourceSetInputProvider", "reconcile force suspend resume "},
      {"ResourceSet", "reconcile suspend resume "},
      {"Alert", "suspend resume "},
      {"Provider", "suspend resume "},
      {"ExternalArtifact", ""},
      {"FluxReport", ""}};
  for (const auto& [kind, wanted] : kOffered) {
    std::string offered;
    for (const host::Action& action : action_rules().of(kind)) {
      offered += action.id + " ";
      EXPECT_EQ(action.asks_reason, action.id == "suspend");
    }
    EXPECT_EQ(offered, wanted) << kind;
  }
}

TEST(FluxActions, with_source_starts_at_the_source_and_leaves_out_mere_addresses) {
  Objects objects;
  objects.add("GitRepository", "apps", R"("spec":{})");
  objects.add("HelmRepository", "charts", R"("spec":{})");
  objects.add("HelmRepository", "oci", R"("spec":{"type":"oci"})");
  objects.add("OCIRepository", "image", R"("spec":{})");
  objects.add("HelmChart", "shop-cart",
              R"("spec":{"sourceRef":{"kind":"HelmRepository","name":"charts"}})");
  objects.add("HelmChart", "shop-oci",
              R"("spec":{"sourceRef":{"kind":"HelmRepository","name":"oci"}})");
  objects.add("Kustomization", "web",
              R"("spec":{"sourceRef":{"kind":"GitRepository","name":"apps"}})");
  const auto chart_of = [](const char* repository) {
    return fmt::format(
        R"("spec":{{"chart":{{"spec":{{"sourceRef":{{"kind":"HelmRepository","name":"{}"}}}}}}}})",
        repository);
  };
  objects.add("HelmRelease", "cart", chart_of("charts"));
  objects.add("HelmRelease", "oci", chart_of("oci"));
  objects.add("HelmRelease", "by-ref",
              R"("spec":{"chartRef":{"kind":"OCIRepository","name":"image"}})");
  objects.add("HelmRelease", "by-chart",
              R"("spec":{"chartRef":{"kind":"HelmChart","name":"shop-cart"}})");
  EXPECT_EQ(objects.steps("with-source", "Kustomization", "web"),
            (Lines{"reconcile GitRepository shop/apps", "reconcile Kustomization shop/web"}));
  const Lines whole{"reconcile HelmRepository shop/charts", "reconcile HelmChart shop/shop-cart"};
  Lines cart = whole;
  cart.emplace_back("reconcile HelmRelease shop/cart");
  EXPECT_EQ(objects.steps("with-source", "HelmRelease", "cart"), cart);
  EXPECT_EQ(objects.steps("with-source", "HelmRelease", "oci"),
            (Lines{"reconcile HelmChart shop/shop-oci", "reconcile HelmRelease shop/oci"}));
  EXPECT_EQ(objects.steps("with-source", "HelmRelease", "by-ref"),
            (Lines{"reconcile OCIRepository shop/image", "reconcile HelmRelease shop/by-ref"}));
  Lines by_chart = whole;
  by_chart.emplace_back("reconcile HelmRelease shop/by-chart");
  EXPECT_EQ(objects.steps("with-source", "HelmRelease", "by-chart"), by_chart);
  EXPECT_EQ(objects.steps("reconcile", "HelmRelease", "cart"),
            Lines{"reconcile HelmRelease shop/cart"});
}

TEST(FluxActions, with_source_goes_to_the_maker_of_an_external_artifact) {
  Objects objects;
  objects.add("ArtifactGenerator", "maker", R"("spec":{})");
  objects.add("ExternalArtifact", "made",
              R"("spec":{"sourceRef":{"apiVersion":"source.extensions.fluxcd.io/v1beta1",)"
              R"("kind":"ArtifactGenerator","name":"maker"}})");
  objects.add("ExternalArtifact", "odd", R"("spec":{"sourceRef":{"kind":"Robot","name":"x"}})");
  const auto from = [](const char* name) {
    return fmt::format(R"("spec":{{"sourceRef":{{"kind":"ExternalArtifact","name":"{}"}}}})", name);
  };
  objects.add("Kustomization", "web", from("made"));
  objects.add("Kustomization", "strange", from("odd"));
  EXPECT_EQ(objects.steps("with-source", "Kustomization", "web"),
            (Lines{"reconcile ArtifactGenerator shop/maker", "reconcile Kustomization shop/web"}));
  EXPECT_EQ(objects.steps("with-source", "Kustomization", "strange"),
            Lines{"refused: Its source ExternalArtifact shop/odd is made by Robot, which Masthead "
                  "cannot ask to make it again."});
}

TEST(FluxActions, what_is_suspended_deleted_or_missing_refuses_with_the_reason) {
  Objects objects;
  objects.add("GitRepository", "asleep", R"("spec":{"suspend":true})");
  objects.add("GitRepository", "leaving", R"("spec":{})",
              R"("deletionTimestamp":"2026-08-14T09:00:00Z")");
  objects.add(
      "Kustomization", "noted", R"("spec":{"suspend":true})",
      R"("annotations":{"fluxcd.controlplane.io/suspendedBy":"bob","masthead/suspension-reason":"fair"})");
  objects.add("Kustomization", "on-sleeper",
              R"("spec":{"sourceRef":{"kind":"GitRepository","name":"asleep"}})");
  objects.add("Kustomization", "on-nothing",
              R"("spec":{"sourceRef":{"kind":"GitRepository","name":"gone"}})");
  objects.add("HelmRepository", "oci", R"("spec":{"type":"oci"})");
  objects.add("ResourceSet", "set", R"("spec":{})",
              R"("annotations":{"fluxcd.controlplane.io/reconcile":"disabled"})");
  EXPECT_EQ(objects.steps("reconcile", "Kustomization", "noted"),
            Lines{"refused: It is suspended by bob: fair. The controller would pass over it: "
                  "resume it first."});
  EXPECT_EQ(objects.steps("suspend", "Kustomization", "noted"),
            Lines{"refused: It is suspended by bob: fair already."});
  EXPECT_EQ(objects.steps("resume", "Kustomization", "on-sleeper"),
            Lines{"refused: It is not suspended."});
  EXPECT_EQ(objects.steps("with-source", "Kustomization", "on-sleeper"),
            Lines{"refused: Its source GitRepository shop/asleep can't be reconciled. It is "
                  "suspended. The controller would pass over it: resume it first."});
  EXPECT_EQ(objects.steps("with-source", "Kustomization", "on-nothing"),
            Lines{"refused: Its source GitRepository shop/gone does not exist, or you may not see "
                  "it."});
  EXPECT_EQ(objects.steps("reconcile", "GitRepository", "leaving"),
            Lines{"refused: It is being deleted."});
  EXPECT_EQ(objects.steps("reconcile", "HelmRepository", "oci"),
            Lines{"refused: A HelmRepository of type oci is only an address: no controller "
                  "reconciles it."});
  EXPECT_EQ(objects.steps("reconcile", "ResourceSet", "set"),
            Lines{"refused: It is suspended. The controller would pass over it: resume it first."});
  EXPECT_EQ(objects.steps("reset", "Kustomization", "on-nothing"),
            Lines{"refused: A Kustomization has no such action."});
}

TEST(FluxActions, a_patch_holds_its_own_keys_and_nothing_else) {
  Objects objects;
  objects.add("HelmRelease", "cart", R"("spec":{"interval":"1m"})",
              R"("annotations":{"reconcile.fluxcd.io/requestedAt":"T0","other":"x"})");
  objects.add("HelmRelease", "asleep", R"("spec":{"suspend":true})");
  objects.add("ResourceSet", "set", R"("spec":{})",
              R"("annotations":{"fluxcd.controlplane.io/reconcile":"disabled",)"
              R"("fluxcd.controlplane.io/suspendedBy":"bob"})");
  EXPECT_EQ(objects.patch("reconcile", "HelmRelease", "cart", kStamp),
            R"({"metadata":{"annotations":{"reconcile.fluxcd.io/requestedAt":"T1"}}})");
  EXPECT_EQ(objects.patch("force", "HelmRelease", "cart", kStamp),
            R"({"metadata":{"annotations":{"reconcile.fluxcd.io/requestedAt":"T1",)"
            R"("reconcile.fluxcd.io/forceAt":"T1"}}})");
  EXPECT_EQ(objects.patch("reset", "HelmRelease", "cart", kStamp),
            R"({"metadata":{"annotations":{"reconcile.fluxcd.io/requestedAt":"T1",)"
            R"("reconcile.fluxcd.io/resetAt":"T1"}}})");
  host::ActionStamp why = kStamp;
  why.reason = "migration";
  why.until_ms = why.now_ms + 3'600'000;
  EXPECT_EQ(objects.patch("suspend", "HelmRelease", "cart", why),
            R"({"metadata":{"annotations":{"fluxcd.controlplane.io/suspendedBy":"ann",)"
            R"("masthead/suspended-at":"2026-08-14T09:33:20Z",)"
            R"("masthead/suspension-reason":"migration",)"
            R"("masthead/suspended-until":"2026-08-14T10:33:20Z"}},"spec":{"suspend":true}})");
  EXPECT_EQ(objects.patch("resume", "HelmRelease", "asleep", kStamp),
            R"({"spec":{"suspend":null}})");
  EXPECT_EQ(objects.patch("suspend", "ResourceSet", "set", kStamp),
            R"({"metadata":{"annotations":{"fluxcd.controlplane.io/reconcile":"disabled",)"
            R"("fluxcd.controlplane.io/suspendedBy":"ann",)"
            R"("masthead/suspended-at":"2026-08-14T09:33:20Z","masthead/suspension-reason":null,)"
            R"("masthead/suspended-until":null}}})");
  EXPECT_EQ(objects.patch("resume", "ResourceSet", "set", kStamp),
            R"({"metadata":{"annotations":{"fluxcd.controlplane.io/suspendedBy":null,)"
            R"("fluxcd.controlplane.io/reconcile":"enabled",)"
            R"("reconcile.fluxcd.io/requestedAt":"T1"}}})");
}

TEST(FluxActions, say_what_is_pruned_who_waits_and_that_git_takes_it_back) {
  Objects objects;
  objects.add("Kustomization", "web",
              R"("spec":{"prune":true},"status":{"inventory":{"entries":[{},{}]}})",
              R"("labels":{"kustomize.toolkit.fluxcd.io/name":"root",)"
              R"("kustomize.toolkit.fluxcd.io/namespace":"flux-system"},)"
              R"("managedFields":[{"manager":"kustomize-controller","ownsSuspend":true}])");
  const std::vector<k8s::ObjectRef> waiting{
      {std::string(k8s::kKustomizeGroup), "Kustomization", "shop", "cart"}};
  EXPECT_EQ(objects.plan("reconcile", "Kustomization", "web", waiting).consequences,
            (Lines{"What its source holds is applied again; changes made by hand to those objects "
                   "are undone.",
                   "Prune is on: objects that have left the source are deleted.",
                   "1 object waits on it: Kustomization cart."}));
  const host::ActionPlan suspend = objects.plan("suspend", "Kustomization", "web");
  EXPECT_EQ(suspend.consequences,
            (Lines{"Nothing is applied, corrected or pruned until it is resumed; the 2 objects it "
                   "has applied stay as they are.",
                   "Should it be deleted while suspended, nothing it applied is pruned.",
                   "A pass that is running now still ends."}));
  EXPECT_EQ(suspend.warnings,
            Lines{"Git declares spec.suspend here (kustomize-controller owns the field): "
                  "Kustomization flux-system/root will set it back at its next pass. Change it in "
                  "Git, or suspend that first."});
}

// One object as its controller leaves it, step by step.
struct State {
  std::string annotations = R"("reconcile.fluxcd.io/requestedAt":"T1")";
  std::string handled = "T0";
  std::string ready = "True";
  std::string reason = "Succeeded";
  std::string reconciling = {};  // its message; empty: not reconciling
  std::string stalled = {};
  std::string more_status = R"("lastAppliedRevision":"main@sha1:1")";
  std::string spec = "{}";
  std::string metadata = R"("generation":1)";
  int seen = 1;

  std::string json() const {
    std::string conditions =
        fmt::format(R"({{"type":"Ready","status":"{}","reason":"{}","message":"the outcome",)"
                    R"("observedGeneration":{}}})",
                    ready, reason, seen);
    if (!reconciling.empty()) {
      conditions +=
          fmt::format(R"(,{{"type":"Reconciling","status":"True","message":"{}"}})", reconciling);
    }
    if (!stalled.empty()) {
      conditions += fmt::format(R"(,{{"type":"Stalled","status":"True","message":"{}"}})", stalled);
    }
    return fmt::format(R"({{"metadata":{{{},"annotations":{{{}}}}},"spec":{},)"
                       R"("status":{{"lastHandledReconcileAt":"{}","conditions":[{}],{}}}}})",
                       metadata, annotations, spec, handled, conditions, more_status);
  }
};

class Following {
 public:
  explicit Following(Verb verb, const std::string& kind = "Kustomization",
                     const State& patched = State(), const std::string& source = "") {
    const auto document = json::Document::parse(patched.json());
    outcome_ = make_outcome(verb, kind, document->root(), kStamp, source);
  }
  std::string take(const State& state) {
    const auto document = json::Document::parse(state.json());
    EXPECT_TRUE(document.has_value()) << state.json();
    const host::Progress progress = outcome_->take(document->root());
    static constexpr const char* kNames[] = {"requested", "working", "succeeded", "failed"};
    return std::string(kNames[static_cast<size_t>(progress.phase)]) + ": " + progress.text +
           (progress.revision.empty() ? "" : " [" + progress.revision + "]") +
           (progress.may_be_old ? " may be old" : "");
  }

 private:
  std::unique_ptr<host::ActionFollower> outcome_;
};

TEST(FluxOutcome, follows_a_request_through_its_steps_to_success_with_the_revision) {
  Following following(Verb::kReconcile);
  EXPECT_EQ(following.take({}), "requested: Waits for the controller.");
  EXPECT_EQ(following.take({.ready = "Unknown", .reconciling = "building manifests"}),
            "working: building manifests");
  EXPECT_EQ(following.take({.handled = "T1", .ready = "Unknown", .reconciling = "health checks"}),
            "working: health checks");
  EXPECT_EQ(following.take({.handled = "T1"}), "succeeded: the outcome [main@sha1:1]");
}

TEST(FluxOutcome, a_handled_request_is_not_a_success) {
  Following following(Verb::kReconcile);
  EXPECT_EQ(following.take({.handled = "T1", .ready = "False", .reason = "BuildFailed"}),
            "failed: the outcome");
  EXPECT_EQ(following.take({.handled = "T1", .ready = "False", .reconciling = "again"}),
            "failed: the outcome")
      << "a retry that goes on is a failure of this pass";
  EXPECT_EQ(following.take({.handled = "T1", .ready = "False", .stalled = "no such path"}),
            "failed: no such path");
  EXPECT_EQ(following.take({.handled = "T1", .ready = "False", .reason = "HealthCheckCanceled"}),
            "working: the outcome");
  EXPECT_EQ(following.take({.handled = "T1", .spec = R"({"suspend":true})"}),
            "failed: It has been suspended meanwhile. The controller passes over it until "
            "resumed.");
  EXPECT_EQ(following.take({.handled = "T1", .metadata = R"("generation":2)"}),
            "working: the outcome")
      << "Ready is about the spec before";
  EXPECT_EQ(following.take(
                {.handled = "T1", .metadata = R"("deletionTimestamp":"2026-01-01T00:00:00Z")"}),
            "failed: It is being deleted.");
}

TEST(FluxOutcome, an_old_failure_is_not_the_outcome_of_a_new_request) {
  Following following(Verb::kReconcile, "Kustomization", {.ready = "False"});
  EXPECT_EQ(following.take({.ready = "False"}), "requested: Waits for the controller.");
}

TEST(FluxOutcome, a_pass_that_ran_already_is_named_so_and_does_not_count) {
  const State busy{.ready = "Unknown", .reconciling = "old pass"};
  Following following(Verb::kReconcile, "Kustomization", busy);
  EXPECT_EQ(following.take(busy),
            "requested: The controller is still at an earlier pass: old pass");
  EXPECT_EQ(following.take({.handled = "an earlier request"}),
            "requested: Waits for the controller.")
      << "it ended with the token it began with";
  EXPECT_EQ(following.take({.handled = "T1"}), "succeeded: the outcome [main@sha1:1]");
}

TEST(FluxOutcome, a_source_that_comes_to_a_new_revision_has_to_have_begun_after_the_request) {
  const auto at = [](const char* revision) {
    return fmt::format(R"("artifact":{{"revision":"{}"}})", revision);
  };
  const State before{.more_status = at("main@sha1:1")};
  const State found{.ready = "Unknown",
                    .reconciling = "building artifact: new",
                    .more_status = before.more_status};
  const State after{.handled = "T1", .more_status = at("main@sha1:2")};
  Following late(Verb::kReconcile, "GitRepository", before);
  EXPECT_EQ(late.take(found), "working: building artifact: new");
  EXPECT_EQ(late.take(after), "succeeded: the outcome [main@sha1:2] may be old");

  Following asked(Verb::kReconcile, "GitRepository", before);
  asked.take({.reconciling = "reconciliation in progress", .more_status = before.more_status});
  asked.take(found);
  EXPECT_EQ(asked.take(after), "succeeded: the outcome [main@sha1:2]");

  State same = before;
  same.handled = "T1";
  EXPECT_EQ(Following(Verb::kReconcile, "GitRepository", before).take(same),
            "succeeded: the outcome [main@sha1:1]")
      << "only a pass that finds something patches in between";
}

TEST(FluxOutcome, another_users_request_over_ours_counts_but_for_force_and_reset) {
  const State overtaken{.annotations = R"("reconcile.fluxcd.io/requestedAt":"T2")",
                        .handled = "T2"};
  EXPECT_EQ(Following(Verb::kReconcile).take(overtaken), "succeeded: the outcome [main@sha1:1]");
  for (const Verb verb : {Verb::kForce, Verb::kReset}) {
    EXPECT_EQ(Following(verb, "HelmRelease").take(overtaken),
              "failed: Another request took the place of this one before the controller read it, "
              "and a pass ran without it. Ask again.");
  }
  State forced = overtaken;
  forced.more_status = R"("lastHandledForceAt":"T1","lastAttemptedRevision":"1.2.3")";
  EXPECT_TRUE(Following(Verb::kForce, "HelmRelease").take(forced).starts_with("succeeded"));
}

TEST(FluxOutcome, with_source_waits_for_a_pass_over_the_sources_revision) {
  Following following(Verb::kReconcile, "Kustomization", {}, "main@sha1:2");
  EXPECT_EQ(
      following.take({.handled = "T1", .more_status = R"("lastAttemptedRevision":"main@sha1:1")"}),
      "working: Waits for a pass over main@sha1:2.");
  EXPECT_EQ(following.take({.handled = "T1",
                            .more_status = R"("lastAttemptedRevision":"main@sha1:2",)"
                                           R"("lastAppliedRevision":"main@sha1:2")"}),
            "succeeded: the outcome [main@sha1:2]");
}

TEST(FluxOutcome, with_source_tells_a_failure_over_the_old_revision_from_one_before_any) {
  Following following(Verb::kReconcile, "Kustomization", {}, "main@sha1:2");
  const State old{.handled = "T1", .ready = "False", .reason = "BuildFailed"};
  EXPECT_EQ(following.take(old), "working: Waits for a pass over main@sha1:2.");
  const State early{.handled = "T1", .ready = "False", .reason = "DependencyNotReady"};
  EXPECT_EQ(following.take(early), "failed: the outcome");
}

TEST(FluxOutcome, suspending_is_done_when_it_stands_and_resuming_when_a_pass_has_ended) {
  EXPECT_EQ(Following(Verb::kSuspend).take({.spec = R"({"suspend":true})"}),
            "succeeded: Suspended.");
  EXPECT_EQ(Following(Verb::kSuspend).take({}), "failed: Somebody resumed it at once.");
  const State resumed{.annotations = "", .metadata = R"("generation":3)"};
  Following following(Verb::kResume, "Kustomization", resumed);
  EXPECT_EQ(following.take(resumed), "requested: Waits for the controller.");
  State ended = resumed;
  ended.seen = 3;
  EXPECT_EQ(following.take(ended), "succeeded: the outcome [main@sha1:1]");
  ended.ready = "False";
  EXPECT_EQ(following.take(ended), "failed: the outcome");
  EXPECT_EQ(Following(Verb::kResume, "Alert", resumed).take(resumed), "succeeded: Resumed.");
}

TEST(FluxOutcome, whatever_an_object_holds_it_is_never_a_success) {
  for (const char* bytes :
       {"{}", "[]", R"({"status":{"conditions":7,"lastHandledReconcileAt":[]}})",
        R"({"metadata":{"annotations":"x"},"status":{"conditions":[null]}})"}) {
    const auto document = json::Document::parse(bytes);
    for (const Verb verb : {Verb::kReconcile, Verb::kForce, Verb::kReset, Verb::kSuspend}) {
      const auto outcome = make_outcome(verb, "HelmRelease", document->root(), kStamp, "");
      EXPECT_NE(outcome->take(document->root()).phase, Phase::kSucceeded) << bytes;
    }
  }
}

}  // namespace
}  // namespace masthead::plugins::flux
