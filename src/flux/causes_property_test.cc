// What holds of causes in whatever graph: random objects in random states that name each other,
// themselves, what does not exist, what may not be seen and what nobody has read yet.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <ostream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "flux/causes.h"
#include "k8s/known_kinds.h"

namespace masthead::flux {
namespace {

using k8s::Status;

constexpr int64_t kNow = 1'000'000'000;
constexpr const char* kNotAmongThem[] = {"gone", "lost", "hidden", "there", "unread"};
// Most of them broken or waiting, so that there are chains and circles.
constexpr Status kStates[] = {Status::kFailed,   Status::kFailed,      Status::kFailed,
                              Status::kStalled,  Status::kWaiting,     Status::kWaiting,
                              Status::kWaiting,  Status::kWaiting,     Status::kUnknown,
                              Status::kReady,    Status::kTerminating, Status::kProgressing,
                              Status::kSuspended};

k8s::ObjectRef named(const std::string& name) {
  return {std::string(k8s::kKustomizeGroup), "Kustomization", "ns", name};
}

Visibility visibility_of(const k8s::ObjectRef& ref) {
  if (ref.name == "hidden") return Visibility::kForbidden;
  if (ref.name == "there") return Visibility::kThere;
  if (ref.name == "unread") return Visibility::kUnknown;
  return Visibility::kListed;
}

size_t below(size_t end) {
  return *rc::gen::inRange<size_t>(0, end);
}

k8s::ObjectRef any_ref(size_t nodes) {
  const bool is_among_them = nodes > 0 && below(6) > 0;
  return named(is_among_them ? "n" + std::to_string(below(nodes))
                             : kNotAmongThem[below(std::size(kNotAmongThem))]);
}

std::vector<k8s::ObjectRef> any_refs(size_t nodes) {
  std::vector<k8s::ObjectRef> refs;
  for (size_t left = below(3); left > 0; --left) refs.push_back(any_ref(nodes));
  return refs;
}

Node any_node(size_t i) {
  Node node;
  node.ref = named("n" + std::to_string(i));
  node.status.status = kStates[below(std::size(kStates))];
  node.status.since_ms = kNow - (below(2) == 0 ? 60'000 : 3'600'000);
  if (node.status.status == Status::kWaiting) {
    node.status.reason = base::Interned("DependencyNotReady");
  }
  return node;
}

void add_references(Node& node, size_t nodes) {
  node.sources = any_refs(nodes);
  node.depends_on = any_refs(nodes);
  if (below(4) == 0) node.unhealthy = any_refs(nodes);
  if (below(2) == 0) node.parent = any_ref(nodes);
  if (below(4) == 0) node.makes = {named(below(2) == 0 ? "lost" : "gone")};
  if (below(6) == 0) {
    node.ref.kind = "Alert";
    node.status = {};
    node.status.status = Status::kStatic;
    node.reports = any_refs(nodes);
  }
}

std::vector<Node> any_graph() {
  const size_t count = 1 + below(10);
  std::vector<Node> nodes;
  for (size_t i = 0; i < count; ++i) nodes.push_back(any_node(i));
  for (Node& node : nodes) add_references(node, count);
  return nodes;
}

std::ostream& operator<<(std::ostream& out, const std::vector<k8s::ObjectRef>& refs) {
  for (const k8s::ObjectRef& ref : refs) out << " " << ref.name;
  return out;
}

std::string said(const std::vector<Node>& nodes) {
  std::ostringstream out;
  for (const Node& node : nodes) {
    out << node.ref.kind << " " << node.ref.name << " " << k8s::status_name(node.status.status)
        << "; sources" << node.sources << "; depends on" << node.depends_on << "; unhealthy"
        << node.unhealthy << "; makes" << node.makes << "; parent "
        << (node.parent ? node.parent->name : "none") << "\n";
  }
  return std::move(out).str();
}

CauseReport ask(const std::vector<Node>& nodes) {
  return find_causes(nodes, visibility_of, kNow);
}

// Everything that a report says, whatever the order of the nodes was.
std::vector<std::string> told(const std::vector<Node>& nodes) {
  const CauseReport report = ask(nodes);
  std::vector<std::string> lines;
  for (const CauseOfTrouble& cause : report.causes) {
    std::set<std::string> waiting;
    for (const size_t i : cause.waiting) waiting.insert(nodes[i].ref.name);
    std::string line = nodes[cause.node].ref.name + " " + cause.status.message + " <-";
    for (const std::string& name : waiting) line += " " + name;
    lines.push_back(std::move(line));
  }
  std::set<std::string> corrected;
  for (size_t i = 0; i < nodes.size(); ++i) {
    const auto& value = report.corrected[i];
    if (!value) continue;
    corrected.insert(nodes[i].ref.name + " is " + std::string(k8s::status_name(value->status)) +
                     " " + value->message + " by " + (value->cause ? value->cause->name : "none"));
  }
  lines.insert(lines.end(), corrected.begin(), corrected.end());
  return lines;
}

TEST(CausesOfAnyGraph, are_one_at_most_for_each_who_waits_and_the_one_its_status_names) {
  EXPECT_TRUE(rc::check([] {
    const std::vector<Node> nodes = any_graph();
    RC_LOG() << said(nodes);
    const CauseReport report = ask(nodes);
    std::set<size_t> causes, waiting;
    for (const CauseOfTrouble& cause : report.causes) {
      RC_ASSERT(causes.insert(cause.node).second);
      for (const size_t i : cause.waiting) {
        RC_ASSERT(waiting.insert(i).second);
        RC_ASSERT(report.corrected[i].has_value());
        RC_ASSERT(report.corrected[i]->cause == nodes[cause.node].ref);
      }
    }
    for (const size_t i : causes) RC_ASSERT(!waiting.contains(i));
  }));
}

// Unless something that does not exist, or may not be seen, or a circle comes first.
TEST(CausesOfAnyGraph, do_not_themselves_wait_on_something_broken_that_may_be_seen) {
  EXPECT_TRUE(rc::check([] {
    const std::vector<Node> nodes = any_graph();
    RC_LOG() << said(nodes);
    std::map<k8s::ObjectRef, const Node*> by_ref;
    for (const Node& node : nodes) by_ref.emplace(node.ref, &node);
    const CauseReport report = ask(nodes);
    for (const CauseOfTrouble& cause : report.causes) {
      const Node& node = nodes[cause.node];
      const bool seeks =
          k8s::is_broken(node.status.status) || node.status.status == Status::kWaiting;
      if (!seeks || !cause.status.message.empty()) continue;
      for (const auto* refs : {&node.sources, &node.depends_on}) {
        for (const k8s::ObjectRef& ref : *refs) {
          const auto found = by_ref.find(ref);
          if (found == by_ref.end()) continue;  // RC_ASSERT evaluates both sides of an "or"
          RC_ASSERT(!k8s::is_broken(found->second->status.status));
        }
      }
    }
  }));
}

TEST(CausesOfAnyGraph, are_the_same_in_whatever_order_the_objects_come) {
  EXPECT_TRUE(rc::check([] {
    std::vector<Node> nodes = any_graph();
    RC_LOG() << said(nodes);
    const std::vector<std::string> before = told(nodes);
    std::ranges::reverse(nodes);
    RC_ASSERT(told(nodes) == before);
    std::ranges::rotate(nodes, nodes.begin() + static_cast<std::ptrdiff_t>(below(nodes.size())));
    RC_ASSERT(told(nodes) == before);
  }));
}

}  // namespace
}  // namespace masthead::flux
