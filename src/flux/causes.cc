#include "flux/causes.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "base/limits.h"

namespace masthead::flux {
namespace {

using k8s::Badge;
using k8s::said;
using k8s::Status;
using k8s::StatusValue;

// What is not ready within this is not just on its way.
constexpr int64_t kBlockedAfterMs = 10 * 60'000;
constexpr size_t kNone = static_cast<size_t>(-1);

class Search {
 public:
  Search(const std::vector<Node>& nodes,
         const std::function<Visibility(const k8s::ObjectRef&)>& visibility, int64_t now_ms)
      : nodes_(nodes), visibility_(visibility), now_ms_(now_ms), found_(nodes.size()) {
    for (size_t i = 0; i < nodes.size(); ++i) {
      index_.emplace(nodes[i].ref, i);
      for (const k8s::ObjectRef& made : nodes[i].makes) makers_.emplace(made, i);
    }
  }

  CauseReport run() {
    for (size_t i = 0; i < nodes_.size(); ++i) resolve(i, 0);
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
  struct Found {
    enum class State { kNew, kVisiting, kDone } state = State::kNew;
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

  size_t resolve(size_t i, size_t depth) {
    Found& mine = found_[i];
    if (mine.state == Found::State::kDone) return mine.root;
    if (mine.state == Found::State::kVisiting || depth > limits::kCauseChain) {
      in_cycle_ = true;
      cycle_.assign(std::ranges::find(way_, i), way_.end());
      return i;
    }
    mine.state = Found::State::kVisiting;
    way_.push_back(i);
    mine.root = search(i, depth);
    way_.pop_back();
    mine.state = Found::State::kDone;
    return mine.root;
  }

  size_t search(size_t i, size_t depth) {
    const StatusValue& status = nodes_[i].status;
    if (status.status == Status::kStatic) return search_static(i, depth);
    if (!seeks_cause(status)) return kNone;
    for (const k8s::ObjectRef& source : nodes_[i].sources) {
      if (const size_t root = blame(i, source, /*is_dependency=*/false, depth); root != kNone) {
        return root;
      }
    }
    for (const k8s::ObjectRef& dependency : nodes_[i].depends_on) {
      if (const size_t root = blame(i, dependency, /*is_dependency=*/true, depth); root != kNone) {
        return root;
      }
    }
    for (const k8s::ObjectRef& child : nodes_[i].unhealthy) {
      const auto found = index_.find(child);
      if (found == index_.end() || !may_be_blamed(nodes_[found->second].status)) continue;
      const size_t root = blame(i, child, /*is_dependency=*/false, depth);
      if (root != kNone) return root;
    }
    if (k8s::is_broken(status.status)) return i;
    const bool waits_long = status.since_ms != 0 && now_ms_ - status.since_ms >= kBlockedAfterMs;
    if (names_what_it_waits_for(status) && waits_long) return i;
    return kNone;
  }

  // What has no state of its own does not say that it does nothing: what it names says it.
  size_t search_static(size_t i, size_t depth) {
    const Node& node = nodes_[i];
    if (node.ref.kind != "Alert") return kNone;
    for (const k8s::ObjectRef& source : node.sources) {
      if (const size_t root = blame(i, source, /*is_dependency=*/false, depth); root != kNone) {
        return root;
      }
    }
    const auto gone = [&](const k8s::ObjectRef& ref) {
      return !index_.contains(ref) && visibility_(ref) == Visibility::kListed;
    };
    if (node.sources.empty()) {
      found_[i].words = "names no Provider";
    } else if (!node.reports.empty() && std::ranges::all_of(node.reports, gone)) {
      found_[i].words = "reports on nothing: none of the objects that it names exists";
    }
    return found_[i].words.empty() ? kNone : i;
  }

  // The cause behind what node `i` names, or kNone when that is as it should be.
  size_t blame(size_t i, const k8s::ObjectRef& named, bool is_dependency, size_t depth) {
    const StatusValue& mine = nodes_[i].status;
    const bool waiting = mine.status == Status::kWaiting;
    const auto found = index_.find(named);
    if (found == index_.end()) {
      const size_t maker = blame_maker(named, depth);
      return maker != kNone ? maker : blame_unseen(i, named, is_dependency, depth);
    }
    const size_t other = found->second;
    const StatusValue& theirs = nodes_[other].status;
    // Sources keep their last artifact while suspended: only a wait is explained by that.
    if (waiting && theirs.status == Status::kSuspended) return other;
    if (!may_be_blamed(theirs) && theirs.status != Status::kWaiting) return kNone;
    in_cycle_ = false;
    const size_t root = resolve(other, depth + 1);
    if (in_cycle_ && root == i) return first_of_cycle();
    if (root != kNone) return root;
    return may_be_blamed(theirs) ? other : kNone;
  }

  // None of a circle is more to blame than another: the first by name is, in whichever order the
  // objects have come, so that every page names the same one.
  size_t first_of_cycle() {
    const auto first =
        std::ranges::min_element(cycle_, {}, [&](size_t at) { return nodes_[at].ref; });
    const size_t root = *first;
    const size_t next = first + 1 == cycle_.end() ? cycle_.front() : *(first + 1);
    for (const size_t member : cycle_) found_[member].root = root;
    found_[root].words = "depends on itself through " + said(nodes_[next].ref);
    return root;
  }

  // What does not exist because what should make it is broken.
  size_t blame_maker(const k8s::ObjectRef& missing, size_t depth) {
    const auto maker = makers_.find(missing);
    if (maker == makers_.end()) return kNone;
    const size_t root = resolve(maker->second, depth + 1);
    if (root != kNone) return root;
    return may_be_blamed(nodes_[maker->second].status) ? maker->second : kNone;
  }

  // What is missing may come from where `i` comes from, when that can't apply anything at present.
  // A parent that only waits for its children to be healthy has applied all there is.
  size_t blame_parent(size_t i, size_t depth) {
    const auto found = nodes_[i].parent ? index_.find(*nodes_[i].parent) : index_.end();
    if (found == index_.end() || found->second == i) return kNone;
    const Node& parent = nodes_[found->second];
    if (!seeks_cause(parent.status) || !parent.unhealthy.empty()) return kNone;
    in_cycle_ = false;
    const size_t root = resolve(found->second, depth + 1);
    return std::exchange(in_cycle_, false) ? kNone : root;
  }

  // Nobody but a suspended parent is going to make it, which is no proof that it would.
  std::string missing(size_t i, const k8s::ObjectRef& named) const {
    std::string words = "needs " + said(named) + ", which does not exist";
    const auto found = nodes_[i].parent ? index_.find(*nodes_[i].parent) : index_.end();
    if (found != index_.end() && nodes_[found->second].status.status == Status::kSuspended) {
      words += "; " + said(*nodes_[i].parent) + ", which applied this, is suspended";
    }
    return words;
  }

  size_t blame_unseen(size_t i, const k8s::ObjectRef& named, bool is_dependency, size_t depth) {
    const StatusValue& mine = nodes_[i].status;
    // A chart object that is not there yet is made by helm-controller, not by a person.
    if (named.kind == "HelmChart" && !is_dependency) return kNone;
    switch (visibility_(named)) {
      case Visibility::kThere:
        return kNone;
      case Visibility::kListed:
        if (const size_t parent = blame_parent(i, depth); parent != kNone) return parent;
        found_[i].words = missing(i, named);
        return i;
      case Visibility::kForbidden:
        if (mine.status != Status::kWaiting) return kNone;
        found_[i].words = "needs " + said(named) + ", which you may not see";
        return i;
      case Visibility::kUnknown:
        return kNone;
    }
    return kNone;
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
  std::vector<size_t> way_;  // those that are being resolved, from the first to the deepest
  bool in_cycle_ = false;
  std::vector<size_t> cycle_;  // the last circle that was found, from where it was entered
};

}  // namespace

CauseReport find_causes(const std::vector<Node>& nodes,
                        const std::function<Visibility(const k8s::ObjectRef&)>& visibility,
                        int64_t now_ms) {
  return Search(nodes, visibility, now_ms).run();
}

}  // namespace masthead::flux
