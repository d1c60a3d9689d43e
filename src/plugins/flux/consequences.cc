#include "plugins/flux/consequences.h"

#include <fmt/format.h>

#include "flux/references.h"
#include "flux/status.h"
#include "flux/suspension.h"

namespace masthead::plugins::flux {
namespace {

namespace rules = masthead::flux;
using host::ActionContext;
using host::ActionPlan;

constexpr size_t kNamesShown = 4;

std::string named(const k8s::ObjectRef& ref, std::string_view own_ns) {
  return ref.kind + " " + (ref.ns == own_ns ? "" : ref.ns + "/") + ref.name;
}

std::string list_of(const std::vector<k8s::ObjectRef>& refs, std::string_view own_ns) {
  std::string text;
  for (size_t i = 0; i < refs.size() && i < kNamesShown; ++i) {
    text += (i == 0 ? "" : ", ") + named(refs[i], own_ns);
  }
  if (refs.size() > kNamesShown) text += fmt::format(" and {} more", refs.size() - kNamesShown);
  return text;
}

bool is_source(std::string_view kind) {
  return kind == "GitRepository" || kind == "OCIRepository" || kind == "HelmRepository" ||
         kind == "Bucket" || kind == "HelmChart" || kind == "ArtifactGenerator";
}

std::string applied(const json::Value& object) {
  const size_t count = object["status"]["inventory"]["entries"].size();
  if (count < 2) return "what it has applied stays as it is.";
  return fmt::format("the {} objects it has applied stay as they are.", count);
}

void say_reconcile(const ActionContext& context, ActionPlan& plan) {
  const json::Value spec = context.object["spec"];
  const std::string& kind = context.ref.kind;
  auto& says = plan.consequences;
  if (plan.steps.size() > 1) {
    std::vector<k8s::ObjectRef> first;
    for (size_t i = 0; i + 1 < plan.steps.size(); ++i) first.push_back(plan.steps[i].ref);
    says.push_back("First " + list_of(first, context.ref.ns) +
                   ", each until it is ready; then this object.");
  }
  if (kind == "Kustomization") {
    says.emplace_back(
        "What its source holds is applied again; changes made by hand to those "
        "objects are undone.");
    says.push_back(spec["prune"].boolean()
                       ? "Prune is on: objects that have left the source are deleted."
                       : "Prune is off: nothing is deleted.");
    if (spec["force"].boolean()) {
      plan.warnings.emplace_back(
          "spec.force is on: objects with changed immutable fields are "
          "deleted and made again.");
    }
  } else if (kind == "HelmRelease") {
    says.emplace_back(
        "Upgrades the release only if its chart, its values or the cluster's state "
        "call for it.");
  } else if (is_source(kind)) {
    says.emplace_back("Looks for a new revision now. A new one starts what uses it.");
  } else {
    says.emplace_back("The controller looks at it now instead of at its next interval.");
  }
}

void say_suspend(const ActionContext& context, ActionPlan& plan) {
  const std::string& kind = context.ref.kind;
  auto& says = plan.consequences;
  if (kind == "Kustomization") {
    says.push_back("Nothing is applied, corrected or pruned until it is resumed; " +
                   applied(context.object));
    says.emplace_back("Should it be deleted while suspended, nothing it applied is pruned.");
  } else if (kind == "HelmRelease") {
    says.emplace_back(
        "No install, upgrade, rollback or drift correction until it is resumed; what "
        "is installed stays.");
    says.emplace_back("Should it be deleted while suspended, the release is not uninstalled.");
  } else if (is_source(kind)) {
    says.emplace_back(
        "New revisions are not fetched until it is resumed; the one it has stays "
        "available.");
  } else if (kind == "Alert" || kind == "Provider") {
    says.emplace_back(
        "Nothing is reported until it is resumed; what happens meanwhile is not "
        "reported later.");
  } else if (kind == "Receiver") {
    says.emplace_back("Calls of its webhook start nothing until it is resumed.");
  } else {
    says.emplace_back("Its controller passes over it until it is resumed.");
  }
  says.emplace_back("A pass that is running now still ends.");
}

// flux2#3462: what Git declares comes back at the next pass.
void warn_of_git(const ActionContext& context, ActionPlan& plan) {
  const auto controller = rules::declares_suspend(context.object);
  if (controller.empty()) return;
  const k8s::ObjectRef parent = rules::applied_by(context.object);
  plan.warnings.push_back(
      fmt::format("Git declares spec.suspend here ({} owns the field): {} will set it back at its "
                  "next pass. Change it in Git, or suspend that first.",
                  controller, parent.kind.empty() ? "it" : named(parent, context.ref.ns)));
}

void say_dependents(Verb verb, const ActionContext& context, ActionPlan& plan) {
  if (context.needed_by.empty()) return;
  const size_t count = context.needed_by.size();
  const std::string who =
      fmt::format("{} object{} {} on it: {}.", count, count == 1 ? "" : "s",
                  count == 1 ? "waits" : "wait", list_of(context.needed_by, context.ref.ns));
  if (verb == Verb::kSuspend) {
    plan.consequences.push_back(who + " What they have stays.");
  } else {
    plan.consequences.push_back(who);
  }
}

}  // namespace

void say_consequences(Verb verb, const ActionContext& context, ActionPlan& plan) {
  switch (verb) {
    case Verb::kReconcile:
    case Verb::kWithSource:
      say_reconcile(context, plan);
      break;
    case Verb::kForce:
      plan.consequences.emplace_back(
          context.ref.kind == "HelmRelease"
              ? "Runs one Helm install or upgrade now, hooks included, even if nothing has changed."
              : "One pass now, even if nothing has changed.");
      break;
    case Verb::kReset:
      plan.consequences.push_back(fmt::format(
          "Its failures ({}) are counted from nought again, so that exhausted retries resume.",
          context.object["status"]["failures"].integer_or(0)));
      plan.consequences.emplace_back("An install or upgrade may follow at once.");
      break;
    case Verb::kSuspend:
      say_suspend(context, plan);
      warn_of_git(context, plan);
      break;
    case Verb::kResume: {
      plan.consequences.emplace_back("The controller looks at it at once.");
      if (context.ref.kind == "Kustomization" && context.object["spec"]["prune"].boolean()) {
        plan.consequences.emplace_back(
            "Prune is on: objects that have left the source meanwhile are deleted.");
      }
      warn_of_git(context, plan);
      break;
    }
  }
  say_dependents(verb, context, plan);
}

}  // namespace masthead::plugins::flux
