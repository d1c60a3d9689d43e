// What may be done to an object, as the page offers it: each action with its consequences, and
// where it is not possible, why not.
#include <algorithm>

#include "base/limits.h"
#include "host/console_view.h"
#include "k8s/known_kinds.h"

namespace masthead::host {
namespace {

void write_texts(json::Writer& out, std::string_view key, const std::vector<std::string>& texts) {
  out.key(key).begin_array();
  for (const std::string& text : texts) out.string(text);
  out.end_array();
}

bool waits_on(std::string_view relation) {
  return relation == "depends on" || relation == "source" || relation == "chart" ||
         relation == "includes";
}

ObjectAddress address_of(const k8s::ObjectRef& ref) {
  return {std::string(k8s::known_table_id(ref.group, ref.kind)), ref.ns, ref.name};
}

}  // namespace

std::vector<k8s::ObjectRef> ConsoleView::needed_by(const k8s::ObjectRef& ref) const {
  std::vector<k8s::ObjectRef> found;
  for (const auto& [id, shown] : views_) {
    const Kind* kind = this->kind(id);
    if (kind == nullptr || kind->actions == nullptr) continue;
    shown->for_each([&](const cache::Row& row) {
      if (!row.links().contains(ref.name)) return;
      for (const cache::Link& link : cache::links_of(row)) {
        if (!waits_on(link.relation) || link.ref != ref) continue;
        found.push_back({kind->group_kind.group, kind->group_kind.kind,
                         std::string(row.ns().text()), std::string(row.name())});
        return;
      }
    });
  }
  std::sort(found.begin(), found.end());
  return found;
}

// The first right that is missing for the plan's steps.
PatchRight ConsoleView::right_to(const ActionPlan& plan) const {
  PatchRight right;
  right.state = PatchRight::State::kAllowed;
  if (operations_ == nullptr) return {};
  for (const ActionStep& step : plan.steps) {
    PatchRight one = operations_->may_patch(address_of(step.ref));
    if (one.state == PatchRight::State::kDenied) return one;
    if (one.state == PatchRight::State::kUnknown) right.state = one.state;
  }
  return right;
}

void ConsoleView::write_offer(json::Writer& out, const Action& action,
                              const ActionPlan& plan) const {
  out.begin_object().key("id").string(action.id).key("title").string(action.title);
  out.key("asksReason").boolean(action.asks_reason);
  std::string why = plan.refusal;
  PatchRight right;
  if (why.empty() && snapshot_->read_only) why = "Masthead was started with --read-only.";
  if (why.empty()) {
    right = right_to(plan);
    if (right.state == PatchRight::State::kDenied) why = "You may not " + right.right + ".";
    if (right.state == PatchRight::State::kUnknown) {
      why = "It is not known yet whether you may do this.";
    }
  }
  out.key("possible").boolean(why.empty());
  if (!why.empty()) out.key("why").string(why);
  if (!right.right.empty()) out.key("right").string(right.right).key("role").string(right.role);
  write_texts(out, "consequences", plan.consequences);
  write_texts(out, "warnings", plan.warnings);
  out.end_object();
}

ActionContext ConsoleView::context_of(const k8s::ObjectRef& ref, const json::Value& object) const {
  return {ref, object,
          [this](const k8s::ObjectRef& other) -> std::optional<std::string> {
            auto bytes =
                this->object(k8s::known_table_id(other.group, other.kind), other.ns, other.name);
            return bytes ? std::optional(std::move(*bytes)) : std::nullopt;
          },
          needed_by(ref)};
}

void ConsoleView::write_offers(json::Writer& out, const Kind& kind, const k8s::ObjectRef& ref,
                               const json::Value& object) const {
  out.key("actions").begin_array();
  if (kind.actions != nullptr && operations_ != nullptr) {
    const ActionContext context = context_of(ref, object);
    for (const Action& action : kind.actions->of(ref.kind)) {
      const ActionPlan plan = kind.actions->plan(action.id, context);
      if (!plan.out_of_place) write_offer(out, action, plan);
    }
  }
  out.end_array();
}

std::string ConsoleView::offers_json(std::string_view action,
                                     const std::vector<ObjectAddress>& objects) const {
  json::Writer out;
  out.begin_object().key("offers").begin_array();
  for (const ObjectAddress& address : objects) {
    out.begin_object().key("table").string(address.table).key("namespace").string(address.ns);
    out.key("name").string(address.name);
    const Kind* kind = this->kind(address.table);
    const auto bytes = object(address.table, address.ns, address.name);
    const auto document = bytes ? json::Document::parse(*bytes) : std::unexpected(bytes.error());
    if (document && kind != nullptr && kind->actions != nullptr) {
      const k8s::ObjectRef ref{kind->group_kind.group, kind->group_kind.kind, address.ns,
                               address.name};
      const std::vector<Action> actions = kind->actions->of(ref.kind);
      const auto found = std::find_if(actions.begin(), actions.end(),
                                      [&](const Action& one) { return one.id == action; });
      if (found != actions.end()) {
        out.key("offer");
        write_offer(out, *found, kind->actions->plan(action, context_of(ref, document->root())));
      }
    }
    out.end_object();
  }
  out.end_array().end_object();
  return std::move(out).finish();
}

}  // namespace masthead::host
