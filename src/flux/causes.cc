#include "flux/causes.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace masthead::flux {
namespace {

using k8s::Badge;
using k8s::said;
using k8s::Status;
using k8s::StatusValue;

// What is not ready within this is not just on its way.
constexpr int64_t kBlockedAfterMs = 10 * 60'000;
constexpr size_t kNone = static_cast<size_t>(-1);

// Each object that is not as wanted has a list of what it may blame, in order. Three passes over
// all of them, none of which depends on the order in which the objects came:
//   1. `collect` writes these lists;
//   2. `drop_those_without_a_cause` strikes out who only waits for what is on its way: at first
//      everybody is taken to have a cause, so that a circle of objects that wait is one;
//   3. `choose` lets each point at the first entry that is left. So each points at one other or at
//      itself, and following the pointers ends at a cause or in a circle, which is one.
class Search {
 public:
  Search(const std::vector<Node>& nodes,
         const std::function<Visibility(const k8s::ObjectRef&)>& visibility, int64_t now_ms)
      : nodes_(nodes), visibility_(visibility), now_ms_(now_ms), found_(nodes.size()) {
    for (size_t i = 0; i < nodes.size(); ++i) {
      index_.emplace(nodes[i].ref, i);
      for (const k8s::ObjectRef& made : nodes[i].makes) {
        const auto maker = makers_.try_emplace(made, i).first;
        if (nodes[i].ref < nodes[maker->second].ref) maker->second = i;
      }
    }
  }

  CauseReport run() {
    for (size_t i = 0; i < nodes_.size(); ++i) collect(i);
    drop_those_without_a_cause();
    for (size_t i = 0; i < nodes_.size(); ++i) choose(i);
    for (size_t i = 0; i < nodes_.size(); ++i) follow(i);
    CauseReport report;
    report.corrected.resize(nodes_.size());
    std::map<size_t, CauseOfTrouble> causes;
    for (size_t i = 0; i < nodes_.size(); ++i) {
      correct(i, report.corrected[i]);
      const size_t root = found_[i].root;
      if (root == kNone) continue;
      CauseOfTrouble& cause = causes[root];
      cause.node = root;
      if (root != i) cause.waiting.push_back(i);
    }
    for (auto& [root, cause] : causes) {
      cause.status = report.corrected[root].value_or(nodes_[root].status);
      if (cause.status.status == Status::kSuspended && cause.status.message.empty()) {
        cause.status.message = "Suspended; others wait for it.";
      }
      report.causes.push_back(std::move(cause));
    }
    std::sort(report.causes.begin(), report.causes.end(),
              [&](const auto& a, const auto& b) { return order_key(a) < order_key(b); });
    return report;
  }

 private:
  // One entry of what an object may blame.
  struct Blame {
    enum class Why {
      kTheirs,     // `target` is in trouble, or waits
      kParents,    // `named` is missing, and `target`, which would apply it, can't apply anything
      kMissing,    // `named` does not exist: its own fault
      kForbidden,  // `named` may not be seen: its own as far as this user can know
      kOwn,        // nobody else's
    } why = Why::kOwn;
    size_t target = kNone;
    const k8s::ObjectRef* named = nullptr;
    bool surely = true;  // also when nothing is found behind the state of `target`
  };
  struct Found {
    std::vector<Blame> blames;
    bool has_cause = false;
    const Blame* chosen = nullptr;
    enum class State { kNew, kOnTheWay, kDone } state = State::kNew;
    size_t root = kNone;  // the cause; itself when it is one
    std::string words;    // for a cause that has no message of its own
  };

  std::tuple<int, int64_t, int64_t, const k8s::ObjectRef&> order_key(
      const CauseOfTrouble& cause) const {
    return {static_cast<int>(cause.status.status), -static_cast<int64_t>(cause.waiting.size()),
            cause.status.since_ms, nodes_[cause.node].ref};
  }

  // Whether the object itself says that it is not as wanted, for a reason others may explain.
  static bool seeks_cause(const StatusValue& status) {
    return k8s::is_broken(status.status) || status.status == Status::kWaiting;
  }

  // An object that no controller has seen yet waits without a reason.
  static bool names_what_it_waits_for(const StatusValue& status) {
    return status.status == Status::kWaiting && !status.reason.text().empty();
  }

  // Whether somebody who waits on it can blame it.
  static bool may_be_blamed(const StatusValue& status) {
    return k8s::is_broken(status.status) || status.status == Status::kUnknown ||
           status.status == Status::kTerminating;
  }

  size_t index_of(const std::optional<k8s::ObjectRef>& ref) const {
    const auto found = ref ? index_.find(*ref) : index_.end();
    return found == index_.end() ? kNone : found->second;
  }

  void collect(size_t i) {
    const Node& node = nodes_[i];
    if (node.status.status == Status::kStatic) return collect_static(i);
    if (!seeks_cause(node.status)) return;
    for (const k8s::ObjectRef& source : node.sources) blame(i, source, /*is_dependency=*/false);
    for (const k8s::ObjectRef& needed : node.depends_on) blame(i, needed, /*is_dependency=*/true);
    for (const k8s::ObjectRef& child : node.unhealthy) {
      const auto found = index_.find(child);
      if (found == index_.end() || !may_be_blamed(nodes_[found->second].status)) continue;
      blame(i, child, /*is_dependency=*/false);
    }
    const StatusValue& status = node.status;
    const bool waits_long = status.since_ms != 0 && now_ms_ - status.since_ms >= kBlockedAfterMs;
    if (k8s::is_broken(status.status) || (names_what_it_waits_for(status) && waits_long)) {
      found_[i].blames.push_back({Blame::Why::kOwn, i});
    }
  }

  // What has no state of its own does not say that it does nothing: what it names says it.
  void collect_static(size_t i) {
    const Node& node = nodes_[i];
    if (node.ref.kind != "Alert") return;
    for (const k8s::ObjectRef& source : node.sources) blame(i, source, /*is_dependency=*/false);
    const auto gone = [&](const k8s::ObjectRef& ref) {
      return !index_.contains(ref) && visibility_(ref) == Visibility::kListed;
    };
    const bool reports_nothing = !node.reports.empty() && std::ranges::all_of(node.reports, gone);
    if (node.sources.empty() || reports_nothing) {
      found_[i].blames.push_back({Blame::Why::kOwn, i});
    }
  }

  void blame(size_t i, const k8s::ObjectRef& named, bool is_dependency) {
    std::vector<Blame>& blames = found_[i].blames;
    if (const auto found = index_.find(named); found != index_.end()) {
      const StatusValue& theirs = nodes_[found->second].status;
      // Sources keep their last artifact while suspended: only a wait is explained by that.
      const bool is_suspended =
          nodes_[i].status.status == Status::kWaiting && theirs.status == Status::kSuspended;
      const bool surely = is_suspended || may_be_blamed(theirs);
      if (!surely && theirs.status != Status::kWaiting) return;
      blames.push_back({Blame::Why::kTheirs, found->second, &named, surely});
      return;
    }
    if (const auto maker = makers_.find(named); maker != makers_.end()) {
      const bool surely = may_be_blamed(nodes_[maker->second].status);
      blames.push_back({Blame::Why::kTheirs, maker->second, &named, surely});
    }
    blame_unseen(i, named, is_dependency);
  }

  void blame_unseen(size_t i, const k8s::ObjectRef& named, bool is_dependency) {
    std::vector<Blame>& blames = found_[i].blames;
    // A chart object that is not there yet is made by helm-controller, not by a person.
    if (named.kind == "HelmChart" && !is_dependency) return;
    switch (visibility_(named)) {
      case Visibility::kListed:
        if (const size_t parent = parent_in_trouble(i); parent != kNone) {
          blames.push_back({Blame::Why::kParents, parent, &named, /*surely=*/false});
        }
        blames.push_back({Blame::Why::kMissing, i, &named});
        return;
      case Visibility::kForbidden:
        if (nodes_[i].status.status == Status::kWaiting) {
          blames.push_back({Blame::Why::kForbidden, i, &named});
        }
        return;
      case Visibility::kThere:
      case Visibility::kUnknown:
        return;
    }
  }

  // What is missing may come from where `i` comes from, when that can't apply anything at present.
  // A parent that only waits for its children to be healthy has applied all there is.
  size_t parent_in_trouble(size_t i) const {
    const size_t parent = index_of(nodes_[i].parent);
    if (parent == kNone || parent == i) return kNone;
    const bool applies_nothing =
        seeks_cause(nodes_[parent].status) && nodes_[parent].unhealthy.empty();
    return applies_nothing ? parent : kNone;
  }

  // Whether the entry stands or falls with somebody else's having a cause.
  static bool is_open(size_t i, const Blame& blame) { return !blame.surely && blame.target != i; }

  void drop_those_without_a_cause() {
    std::vector<std::vector<size_t>> blamed_by(nodes_.size());  // once for each open entry
    std::vector<size_t> entries_left(nodes_.size());
    std::vector<size_t> dropped;
    for (size_t i = 0; i < nodes_.size(); ++i) {
      const std::vector<Blame>& blames = found_[i].blames;
      entries_left[i] = blames.size();
      found_[i].has_cause = !blames.empty();
      if (blames.empty()) dropped.push_back(i);
      for (const Blame& blame : blames) {
        if (is_open(i, blame)) blamed_by[blame.target].push_back(i);
      }
    }
    while (!dropped.empty()) {
      const size_t gone = dropped.back();
      dropped.pop_back();
      for (const size_t i : blamed_by[gone]) {
        if (--entries_left[i] > 0) continue;
        found_[i].has_cause = false;
        dropped.push_back(i);
      }
    }
  }

  void choose(size_t i) {
    const auto first = std::ranges::find_if(found_[i].blames, [&](const Blame& blame) {
      return !is_open(i, blame) || found_[blame.target].has_cause;
    });
    if (first != found_[i].blames.end()) found_[i].chosen = &*first;
  }

  // From `i` to where the pointers lead, which is the cause of all on the way.
  void follow(size_t i) {
    std::vector<size_t> way;
    size_t root = i;
    while (found_[root].chosen != nullptr && found_[root].state == Found::State::kNew) {
      found_[root].state = Found::State::kOnTheWay;
      way.push_back(root);
      if (is_own(root)) break;
      root = found_[root].chosen->target;
    }
    if (found_[root].state == Found::State::kDone) {
      root = found_[root].root;
    } else if (found_[root].state == Found::State::kOnTheWay && !is_own(root)) {
      const std::vector<size_t> circle(std::ranges::find(way, root), way.end());
      if (break_at_parents(circle)) {
        for (const size_t at : way) found_[at].state = Found::State::kNew;
        return follow(i);
      }
      root = first_of_circle(circle);
    }
    if (!way.empty()) say_why(root);
    for (const size_t at : way) {
      found_[at].root = root;
      found_[at].state = Found::State::kDone;
    }
  }

  bool is_own(size_t i) const {
    const Blame::Why why = found_[i].chosen->why;
    return why != Blame::Why::kTheirs && why != Blame::Why::kParents;
  }

  // Who waits on what its parent should make can't be why the parent makes nothing.
  bool break_at_parents(const std::vector<size_t>& circle) {
    bool broken = false;
    for (const size_t at : circle) {
      const Blame*& chosen = found_[at].chosen;
      if (chosen->why != Blame::Why::kParents) continue;
      ++chosen;  // that it is missing follows upon each (see blame_unseen)
      broken = true;
    }
    return broken;
  }

  // None of a circle is more to blame than another: the first by name is, so that every page names
  // the same one.
  size_t first_of_circle(const std::vector<size_t>& circle) {
    const size_t root =
        *std::ranges::min_element(circle, {}, [&](size_t at) { return nodes_[at].ref; });
    found_[root].words =
        "depends on itself through " + said(nodes_[found_[root].chosen->target].ref);
    return root;
  }

  void say_why(size_t root) {
    Found& found = found_[root];
    if (found.chosen == nullptr || !found.words.empty()) return;
    switch (found.chosen->why) {
      case Blame::Why::kMissing:
        found.words = missing(root, *found.chosen->named);
        return;
      case Blame::Why::kForbidden:
        found.words = "needs " + said(*found.chosen->named) + ", which you may not see";
        return;
      case Blame::Why::kOwn:
        if (nodes_[root].status.status != Status::kStatic) return;
        found.words = nodes_[root].sources.empty()
                          ? "names no Provider"
                          : "reports on nothing: none of the objects that it names exists";
        return;
      case Blame::Why::kTheirs:
      case Blame::Why::kParents:
        return;
    }
  }

  // Nobody but a suspended parent is going to make it, which is no proof that it would.
  std::string missing(size_t i, const k8s::ObjectRef& named) const {
    std::string words = "needs " + said(named) + ", which does not exist";
    const size_t parent = index_of(nodes_[i].parent);
    if (parent != kNone && nodes_[parent].status.status == Status::kSuspended) {
      words += "; " + said(*nodes_[i].parent) + ", which applied this, is suspended";
    }
    return words;
  }

  void correct(size_t i, std::optional<StatusValue>& out) const {
    const Node& node = nodes_[i];
    StatusValue value = node.status;
    const size_t root = found_[i].root;
    if (root != kNone && root != i) value.cause = nodes_[root].ref;
    if (root != kNone && value.status == Status::kWaiting) value.status = Status::kBlocked;
    if (root != kNone && value.status == Status::kStatic) {
      value.status = root == i ? Status::kFailed : Status::kBlocked;
      value.since_ms = 0;
      value.since_exact = false;
    }
    if (root == i && !found_[i].words.empty()) {
      value.message = found_[i].words + (value.message.empty() ? "" : " (" + value.message + ")");
    }
    if (names_what_it_waits_for(value) && value.since_ms != 0) {
      value.recheck_at_ms = value.since_ms + kBlockedAfterMs;
    }
    if (node.status.status == Status::kReady && is_outdated(node)) value.add(Badge::kOutdated);
    if (value != node.status) out = std::move(value);
  }

  // A Kustomization that has applied another revision than its source has now.
  bool is_outdated(const Node& node) const {
    if (node.ref.kind != "Kustomization" || node.sources.empty() || node.revision.empty()) {
      return false;
    }
    const auto source = index_.find(node.sources.front());
    return source != index_.end() && !nodes_[source->second].revision.empty() &&
           nodes_[source->second].revision != node.revision;
  }

  const std::vector<Node>& nodes_;
  const std::function<Visibility(const k8s::ObjectRef&)>& visibility_;
  const int64_t now_ms_;
  std::map<k8s::ObjectRef, size_t> index_;
  std::map<k8s::ObjectRef, size_t> makers_;
  std::vector<Found> found_;
};

}  // namespace

CauseReport find_causes(const std::vector<Node>& nodes,
                        const std::function<Visibility(const k8s::ObjectRef&)>& visibility,
                        int64_t now_ms) {
  return Search(nodes, visibility, now_ms).run();
}

}  // namespace masthead::flux
