#include "plugins/flux/actions.h"

#include <algorithm>
#include <array>

#include "base/time_format.h"
#include "flux/references.h"
#include "flux/status.h"
#include "flux/suspension.h"
#include "json/writer.h"
#include "plugins/flux/consequences.h"

namespace masthead::plugins::flux {
namespace {

namespace rules = masthead::flux;
using host::ActionContext;
using host::ActionPlan;
using host::ActionStamp;
using k8s::said;

constexpr const char* kRequestedAt = "reconcile.fluxcd.io/requestedAt";
constexpr const char* kForceAt = "reconcile.fluxcd.io/forceAt";
constexpr const char* kResetAt = "reconcile.fluxcd.io/resetAt";

struct Words {
  Verb verb;
  const char* id;
  const char* title;
};
constexpr std::array<Words, 6> kWords{{{Verb::kReconcile, "reconcile", "Reconcile"},
                                       {Verb::kWithSource, "with-source", "Reconcile with source"},
                                       {Verb::kForce, "force", "Force"},
                                       {Verb::kReset, "reset", "Reset"},
                                       {Verb::kSuspend, "suspend", "Suspend"},
                                       {Verb::kResume, "resume", "Resume"}}};

const Words& words_of(Verb verb) {
  return *std::find_if(kWords.begin(), kWords.end(),
                       [&](const Words& words) { return words.verb == verb; });
}

// Where a kind has no spec.suspend, the annotation that stands for it.
const char* suspend_annotation(std::string_view kind) {
  if (kind == "ArtifactGenerator") return "source.extensions.fluxcd.io/reconcile";
  const bool flux_operator =
      kind == "FluxInstance" || kind == "ResourceSet" || kind == "ResourceSetInputProvider";
  return flux_operator ? "fluxcd.controlplane.io/reconcile" : nullptr;
}

bool is_oci_address(const k8s::ObjectRef& ref, const json::Value& object) {
  return ref.kind == "HelmRepository" && object["spec"]["type"].str() == "oci";
}

// 0: as long as an operation is watched by itself.
int64_t timeout_of(std::string_view kind, const json::Value& object) {
  const auto spec = object["spec"];
  const bool has_own = !spec["timeout"].str().empty() ||
                       (kind == "Kustomization" && !spec["interval"].str().empty());
  return has_own ? rules::timeout_ms_of(kind, object) : 0;
}

std::string suspended_text(const json::Value& object) {
  const std::string who = rules::suspension_of(object).sentence();
  return who.empty() ? "suspended" : "suspended " + who;
}

std::string refusal_of(Verb verb, const k8s::ObjectRef& ref, const json::Value& object) {
  if (object["metadata"]["deletionTimestamp"].exists()) return "It is being deleted.";
  const bool suspended = rules::is_suspended(object);
  if (verb == Verb::kResume) return suspended ? "" : "It is not suspended.";
  if (verb == Verb::kSuspend && suspended) return "It is " + suspended_text(object) + " already.";
  if (is_oci_address(ref, object)) {
    return "A HelmRepository of type oci is only an address: no controller reconciles it.";
  }
  if (verb == Verb::kSuspend) return "";
  if (suspended) {
    return "It is " + suspended_text(object) +
           ". The controller would pass over it: resume it first.";
  }
  return "";
}

// What has to be reconciled before the object, first things first.
std::vector<k8s::ObjectRef> sources_of(std::string_view kind, const json::Value& object) {
  std::vector<k8s::ObjectRef> chain;
  for (const char* relation : {"source", "chart"}) {
    for (rules::Reference& reference : rules::references_of(kind, object)) {
      if (reference.relation == relation) chain.push_back(std::move(reference.ref));
    }
  }
  return chain;
}

// Adds a source and what it is made from itself. False with plan.refusal set when it can't be done.
bool add_source(k8s::ObjectRef ref, const ActionContext& context, ActionPlan& plan) {
  auto bytes = context.read(ref);
  if (bytes && ref.kind == "ExternalArtifact") {
    const auto artifact = json::Document::parse(*bytes);
    const json::Value owner = artifact ? artifact->root()["spec"]["sourceRef"] : json::Value();
    const std::string maker(owner["kind"].str());
    if (maker != "ArtifactGenerator") {
      plan.refusal = "Its source " + said(ref) + " is made by " +
                     (maker.empty() ? "something unknown" : maker) +
                     ", which Masthead cannot ask to make it again.";
      return false;
    }
    ref = {std::string(k8s::group_of(owner["apiVersion"].str())), maker,
           std::string(owner["namespace"].str_or(ref.ns)), std::string(owner["name"].str())};
    bytes = context.read(ref);
  }
  if (!bytes) {
    plan.refusal = "Its source " + said(ref) + " does not exist, or you may not see it.";
    return false;
  }
  const auto document = json::Document::parse(*bytes);
  if (!document || is_oci_address(ref, document->root())) return true;
  if (ref.kind == "HelmChart") {
    for (k8s::ObjectRef& source : sources_of(ref.kind, document->root())) {
      const bool planned = std::any_of(plan.steps.begin(), plan.steps.end(),
                                       [&](const auto& step) { return step.ref == source; });
      if (!planned && !add_source(std::move(source), context, plan)) return false;
    }
  }
  const std::string refusal = refusal_of(Verb::kReconcile, ref, document->root());
  if (!refusal.empty()) {
    plan.refusal = "Its source " + said(ref) + " can't be reconciled. " + refusal;
    return false;
  }
  const int64_t timeout_ms = timeout_of(ref.kind, document->root());
  plan.steps.push_back({std::move(ref), "reconcile", timeout_ms});
  return true;
}

void write_suspension(json::Writer& out, const ActionStamp& stamp) {
  out.key(rules::kSuspendedBy).string(stamp.user);
  out.key(rules::kSuspendedAt).string(base::format_rfc3339(stamp.now_ms));
  const auto text_or_null = [&](const char* key, const std::string& text) {
    out.key(key);
    if (text.empty()) {
      out.null();
    } else {
      out.string(text);
    }
  };
  text_or_null(rules::kSuspensionReason, stamp.reason);
  text_or_null(rules::kSuspendedUntil,
               stamp.until_ms == 0 ? "" : base::format_rfc3339(stamp.until_ms));
}

class FluxActions final : public host::ActionRules {
 public:
  std::vector<host::Action> of(std::string_view kind) const override {
    std::vector<host::Action> actions;
    for (const Verb verb : verbs_of(kind)) {
      const Words& words = words_of(verb);
      actions.push_back({words.id, words.title, verb == Verb::kSuspend});
    }
    return actions;
  }

  ActionPlan plan(std::string_view action, const ActionContext& context) const override {
    ActionPlan plan;
    const auto verb = verb_of(action);
    const std::vector<Verb> verbs = verbs_of(context.ref.kind);
    if (!verb || std::find(verbs.begin(), verbs.end(), *verb) == verbs.end()) {
      plan.refusal = "A " + context.ref.kind + " has no such action.";
      return plan;
    }
    plan.refusal = refusal_of(*verb, context.ref, context.object);
    plan.out_of_place =
        *verb == (rules::is_suspended(context.object) ? Verb::kSuspend : Verb::kResume);
    if (!plan.refusal.empty()) return plan;
    if (*verb == Verb::kWithSource) {
      const auto sources = sources_of(context.ref.kind, context.object);
      if (sources.empty()) plan.refusal = "It names no source.";
      for (const k8s::ObjectRef& source : sources) {
        const bool planned = std::any_of(plan.steps.begin(), plan.steps.end(),
                                         [&](const auto& step) { return step.ref == source; });
        if (!planned && !add_source(source, context, plan)) break;
      }
      if (!plan.refusal.empty()) {
        plan.steps.clear();
        return plan;
      }
    }
    plan.steps.push_back({context.ref,
                          *verb == Verb::kWithSource ? "reconcile" : std::string(action),
                          timeout_of(context.ref.kind, context.object)});
    say_consequences(*verb, context, plan);
    return plan;
  }

  std::string patch(std::string_view action, std::string_view kind, const json::Value& object,
                    const ActionStamp& stamp) const override {
    const Verb verb = verb_of(action).value_or(Verb::kReconcile);
    const std::string annotations = annotations_of(verb, kind, object, stamp);
    json::Writer out;
    out.begin_object();
    if (annotations != "{}") {
      out.key("metadata").begin_object().key("annotations").raw(annotations).end_object();
    }
    if (verb == Verb::kSuspend && suspend_annotation(kind) == nullptr) {
      out.key("spec").begin_object().key("suspend").boolean(true).end_object();
    } else if (verb == Verb::kResume && object["spec"]["suspend"].exists()) {
      // Not false: that would stay ours, and stand against what Git declares later.
      out.key("spec").begin_object().key("suspend").null().end_object();
    }
    out.end_object();
    return std::move(out).finish();
  }

  std::unique_ptr<host::ActionFollower> follow(std::string_view action, std::string_view kind,
                                               const json::Value& patched, const ActionStamp& stamp,
                                               std::string_view source_revision) const override {
    return make_outcome(verb_of(action).value_or(Verb::kReconcile), kind, patched, stamp,
                        source_revision);
  }

  std::string state(std::string_view kind, const json::Value& object) const override {
    const k8s::StatusValue status = rules::status_of(kind, object, 0);
    std::string text(k8s::status_name(status.status));
    if (rules::is_suspended(object)) {
      if (const auto who = rules::suspension_of(object).sentence(); !who.empty()) {
        text += " " + who;
      }
    }
    const auto revision = rules::revision_of(kind, object);
    if (!revision.empty()) text += " at " + std::string(revision);
    return text;
  }

 private:
  static std::string annotations_of(Verb verb, std::string_view kind, const json::Value& object,
                                    const ActionStamp& stamp) {
    const char* annotation = suspend_annotation(kind);
    json::Writer out;
    out.begin_object();
    if (verb == Verb::kSuspend) {
      if (annotation != nullptr) out.key(annotation).string("disabled");
      write_suspension(out, stamp);
    } else if (verb == Verb::kResume) {
      write_resumption(out, object);
      if (annotation != nullptr && object["metadata"]["annotations"][annotation].exists()) {
        // An annotation moves no generation: the pass is asked for beside it.
        out.key(annotation).string("enabled");
        out.key(kRequestedAt).string(stamp.token);
      }
    } else {
      out.key(kRequestedAt).string(stamp.token);
      // They count only when they carry the token of the request.
      if (verb == Verb::kForce) out.key(kForceAt).string(stamp.token);
      if (verb == Verb::kReset) out.key(kResetAt).string(stamp.token);
    }
    out.end_object();
    return std::move(out).finish();
  }

  // What said who suspended it and why is over. What other tools wrote is theirs to take back.
  static void write_resumption(json::Writer& out, const json::Value& object) {
    for (const char* key : {rules::kSuspendedBy, rules::kSuspendedAt, rules::kSuspensionReason,
                            rules::kSuspendedUntil}) {
      if (object["metadata"]["annotations"][key].exists()) out.key(key).null();
    }
  }
};

}  // namespace

std::optional<Verb> verb_of(std::string_view action) {
  for (const Words& words : kWords) {
    if (action == words.id) return words.verb;
  }
  return std::nullopt;
}

std::vector<Verb> verbs_of(std::string_view kind) {
  using enum Verb;
  if (kind == "HelmRelease") return {kReconcile, kWithSource, kForce, kReset, kSuspend, kResume};
  if (kind == "Kustomization" || kind == "HelmChart") {
    return {kReconcile, kWithSource, kSuspend, kResume};
  }
  if (kind == "FluxInstance" || kind == "ResourceSetInputProvider") {
    return {kReconcile, kForce, kSuspend, kResume};
  }
  if (kind == "Alert" || kind == "Provider") return {kSuspend, kResume};
  for (const char* one :
       {"GitRepository", "OCIRepository", "HelmRepository", "Bucket", "Receiver", "ImageRepository",
        "ImagePolicy", "ImageUpdateAutomation", "ArtifactGenerator", "ResourceSet"}) {
    if (kind == one) return {kReconcile, kSuspend, kResume};
  }
  return {};  // ExternalArtifact, FluxReport: nothing reconciles them on request
}

const host::ActionRules& action_rules() {
  static const FluxActions kRules;
  return kRules;
}

}  // namespace masthead::plugins::flux
