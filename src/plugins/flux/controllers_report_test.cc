// Flux's controllers, what nobody reconciles and what the next upgrade needs, over the objects of a
// Scope.
#include "plugins/flux/controllers_report.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "plugins/flux/console_fixture.h"

namespace masthead::plugins::flux {
namespace {

using fixture::Lines;
using fixture::ready;

// A kind whose status an object says in one word.
host::Kind told(const char* group, const char* name, const char* resource) {
  host::Kind kind = fixture::foreign(group, name, resource);
  kind.has_status = true;
  kind.fill = [](const json::Value& object, int64_t, cache::RowBuilder& row) {
    k8s::StatusValue status;
    status.status = k8s::status_from_name(object["is"].str_or("Ready")).value();
    status.word = base::Interned(object["word"].str());
    status.message = std::string(object["says"].str());
    row.status(std::move(status));
  };
  return kind;
}

class OwnTable {
 public:
  OwnTable(host::Kind kind, const base::Clock& clock)
      : kind_(std::move(kind)),
        schema_(host::make_schema(kind_)),
        table_(std::make_shared<cache::Table>(
            cache::Table::Options{kind_.table_id(), kind_.group_kind, schema_.get(), true}, clock,
            nullptr)) {
    send(k8s::ReflectorEvent::Type::kResetBegin);
    send(k8s::ReflectorEvent::Type::kResetEnd);
  }
  void put(const std::string& bytes) { send(k8s::ReflectorEvent::Type::kUpsert, bytes); }
  host::ServedKind served() const { return {&kind_, "v1", table_, {"v1"}}; }

 private:
  void send(k8s::ReflectorEvent::Type type, std::string_view bytes = {}) {
    table_->sink("").on_event({type, bytes, {}, nullptr});
  }
  host::Kind kind_;
  std::unique_ptr<cache::Schema> schema_;
  std::shared_ptr<cache::Table> table_;
};

k8s::Partitions only(const std::vector<std::string>& namespaces) {
  k8s::Partitions some;
  for (const std::string& ns : namespaces) some.add(base::Interned(ns));
  return some;
}

struct Deployed {
  std::string name = "kustomize-controller";
  std::string component = {};  // empty: its name
  std::string ns = "flux-system";
  std::string tag = ":v1.7.3";
  std::string args = {};
  std::string more = R"("is":"Ready")";
  int replicas = 1;
  std::string flux = "v2.7.3";
};

// A cluster in which Flux runs as Deployments; only the kinds of the components named are served.
class FluxCluster {
 public:
  explicit FluxCluster(std::vector<std::string> components, fixture::Cluster::Allowed allowed = {})
      : components_(std::move(components)), allowed_(allowed), objects_(allowed) {}

  void deploy(const Deployed& one) {
    const std::string component = one.component.empty() ? one.name : one.component;
    const std::string args = one.args.empty() ? "" : "\"" + one.args + "\"";
    deployments_.put(fmt::format(
        R"({{"metadata":{{"namespace":"{0}","name":"{1}","uid":"{0}{1}","resourceVersion":"{2}",)"
        R"("labels":{{"app.kubernetes.io/part-of":"flux","app.kubernetes.io/component":"{3}",)"
        R"("app.kubernetes.io/version":"{4}"}}}},"spec":{{"replicas":{5},"selector":{{)"
        R"("matchLabels":{{"app":"{1}"}}}},"template":{{"spec":{{"containers":[{{"name":"manager",)"
        R"("image":"ghcr.io/fluxcd/{3}{6}","args":[{7}]}}]}}}}}},"status":{{"readyReplicas":{5}}},{8}}})",
        one.ns, one.name, ++version_, component, one.flux, one.replicas, one.tag, args, one.more));
  }
  void pod(const std::string& of, const std::string& more) {
    pods_.put(
        fmt::format(R"({{"metadata":{{"namespace":"flux-system","name":"{0}-1","uid":"pod-{0}",)"
                    R"("resourceVersion":"{1}","labels":{{"app":"{0}","x":"y"}}}},{2}}})",
                    of, ++version_, more));
  }
  void define(const std::string& name, const std::string& stored) {
    definitions_.put(
        fmt::format(R"({{"metadata":{{"name":"{0}","uid":"{0}","resourceVersion":"{1}"}},)"
                    R"("status":{{"storedVersions":[{2}]}}}})",
                    name, ++version_, stored));
    definitions_may_be_read_ = true;
  }
  void serve(const std::string& kind, std::vector<std::string> versions) {
    versions_[kind] = std::move(versions);
  }
  void forbid_definitions() { definitions_forbidden_ = true; }
  fixture::Cluster& objects() { return objects_; }

  ControllersReport report() {
    auto snapshot = std::make_shared<host::ClusterSnapshot>(objects_.view().snapshot());
    std::map<std::string, k8s::Partitions, std::less<>> scope;
    std::erase_if(snapshot->kinds, [&](const host::ServedKind& one) {
      const bool own = one.kind->singular == "Deployment" || one.kind->singular == "Pod";
      const bool flux = !one.kind->controller.empty();
      return own ||
             (flux && std::ranges::find(components_, one.kind->controller) == components_.end());
    });
    for (host::ServedKind& one : snapshot->kinds) {
      scope[one.table->id()] = snapshot->scope->of(one.table->id());
      if (const auto found = versions_.find(one.kind->singular); found != versions_.end()) {
        one.versions = found->second;
        one.version = found->second.front();
      }
    }
    for (const OwnTable* table : {&deployments_, &pods_}) {
      const host::ServedKind served = table->served();
      snapshot->kinds.push_back(served);
      const auto some = allowed_.find(served.kind->singular);
      scope[served.table->id()] =
          some == allowed_.end() ? host::fixture::everything() : only(some->second);
    }
    if (definitions_may_be_read_ || definitions_forbidden_) {
      const auto partitions =
          definitions_forbidden_ ? k8s::Partitions() : host::fixture::everything();
      snapshot->demanded.push_back({definitions_.served(), partitions});
    }
    snapshot->scope = std::make_shared<const k8s::Scope>(std::move(scope));
    const host::ConsoleView view(std::move(snapshot), {}, nullptr, objects_.clock(), [] {});
    auto report = controllers_report(view);
    const auto json = json::Document::parse(controllers_json(report));
    EXPECT_TRUE(json.has_value());
    return report;
  }

 private:
  std::vector<std::string> components_;
  fixture::Cluster::Allowed allowed_;
  fixture::Cluster objects_;
  OwnTable deployments_{told("apps", "Deployment", "deployments"), objects_.clock()};
  OwnTable pods_{told("", "Pod", "pods"), objects_.clock()};
  OwnTable definitions_{
      told("apiextensions.k8s.io", "CustomResourceDefinition", "customresourcedefinitions"),
      objects_.clock()};
  std::map<std::string, std::vector<std::string>> versions_;
  bool definitions_may_be_read_ = false, definitions_forbidden_ = false;
  int version_ = 0;
};

// "namespace/name Status word version | what it looks after | message"
Lines lines_of(const ControllersReport& report) {
  Lines lines;
  for (const ControllerLine& line : report.controllers) {
    std::string text = line.deployment ? line.deployment->ns + "/" + line.deployment->name
                                       : "(" + line.component + ")";
    text += " " + std::string(k8s::status_name(line.status.status));
    if (!line.status.word.empty()) text += " " + std::string(line.status.word.text());
    if (!line.told.version.empty()) text += " " + line.told.version;
    for (const LookedAfter& one : line.kinds) {
      text += one.total ? fmt::format(" | {} {}", *one.total, one.kind->title)
                        : " | ? " + one.kind->title;
    }
    if (!line.status.message.empty()) text += " | " + line.status.message;
    lines.push_back(std::move(text));
  }
  return lines;
}
Lines notes_of(const ControllersReport& report) {
  Lines lines;
  for (const auto& note : report.notes) lines.push_back((note.attention ? "! " : "") + note.text);
  return lines;
}
Lines needs_of(const ControllersReport& report) {
  Lines lines;
  for (const UpgradeNeed& need : report.needs) {
    lines.push_back(fmt::format("2.{}{} {}", need.release, need.next ? " next" : "", need.text));
  }
  return lines;
}

const std::string kSharded = R"({"sharding.fluxcd.io/key":"one"})";
const std::string kOtherShard = R"({"sharding.fluxcd.io/key":"two"})";

TEST(FluxControllersReport, controllers_that_are_well_are_one_calm_line) {
  FluxCluster cluster({"kustomize-controller", "helm-controller"});
  cluster.deploy({.name = "helm-controller", .tag = ":v1.4.3"});
  cluster.deploy({});
  cluster.pod("helm-controller", R"("is":"Ready")");
  cluster.objects().add("Kustomization", "web", ready("True"));
  const auto report = cluster.report();
  EXPECT_EQ(lines_of(report),
            (Lines{"flux-system/kustomize-controller Ready v1.7.3 | 1 Kustomizations",
                   "flux-system/helm-controller Ready v1.4.3 | 0 HelmReleases"}));
  EXPECT_EQ(report.summary, "All 2 controllers run.");
  EXPECT_EQ(report.state, k8s::Status::kReady);
  EXPECT_EQ(notes_of(report), Lines{});
  ASSERT_EQ(report.installations.size(), 1u);
  EXPECT_EQ(report.installations[0].version, "v2.7.3");
  EXPECT_EQ(report.release, 7);
  EXPECT_EQ(report.upgrade,
            "Nothing that is seen is written in a version that Flux 2.8 does not serve.");
}

TEST(FluxControllersReport, one_that_crashes_says_why_and_how_often) {
  FluxCluster cluster({"kustomize-controller"});
  cluster.deploy({.more = R"("is":"Progressing")"});
  cluster.pod("kustomize-controller",
              R"("is":"Failed","word":"CrashLoopBackOff","says":"back-off 5m0s","status":)"
              R"({"containerStatuses":[{"restartCount":7,"lastState":{"terminated":{)"
              R"("reason":"OOMKilled","exitCode":137,"finishedAt":"2026-01-01T10:00:00Z"}}}]})");
  const auto report = cluster.report();
  EXPECT_EQ(lines_of(report),
            Lines{"flux-system/kustomize-controller Failed CrashLoopBackOff v1.7.3 "
                  "| 0 Kustomizations | back-off 5m0s"});
  EXPECT_EQ(report.controllers[0].restarts.count, 7);
  EXPECT_EQ(report.controllers[0].restarts.last_exit, "OOMKilled, exit code 137");
  EXPECT_EQ(report.controllers[0].pods.size(), 1u);
  EXPECT_EQ(report.summary, "1 of 1 controllers is not well.");
}

TEST(FluxControllersReport, scaled_to_zero_is_failed_where_there_is_something_to_do) {
  FluxCluster cluster({"kustomize-controller"});
  cluster.deploy({.replicas = 0});
  EXPECT_EQ(
      lines_of(cluster.report()),
      Lines{"flux-system/kustomize-controller Suspended not running v1.7.3 | 0 Kustomizations "
            "| Scaled to zero, and there is nothing for it to do."});
  cluster.objects().add("Kustomization", "web", ready("True"));
  EXPECT_EQ(lines_of(cluster.report()),
            Lines{"flux-system/kustomize-controller Failed not running v1.7.3 | 1 Kustomizations | "
                  "Scaled to zero: nobody reconciles 1 object."});
}

TEST(FluxControllersReport, one_that_is_missing_is_told_and_failed_where_there_is_something_to_do) {
  FluxCluster cluster({"kustomize-controller", "helm-controller"});
  cluster.objects().add("Kustomization", "web", ready("True"));
  EXPECT_EQ(
      lines_of(cluster.report()),
      (Lines{"(kustomize-controller) Failed missing | 1 Kustomizations | No Deployment of it is "
             "seen. If it does not run elsewhere, nobody reconciles 1 object.",
             "(helm-controller) Static not installed | 0 HelmReleases | Its kinds are served, "
             "but no Deployment of it and no object for it is seen."}));
}

TEST(FluxControllersReport, what_may_not_be_seen_is_not_known_and_never_not_running) {
  for (const auto& [allowed, why] :
       {std::pair<std::vector<std::string>, const char*>{
            {},
            "You may not list Deployments, so whether it runs is not known. The right that is "
            "missing: list deployments.apps."},
        {{"shop"},
         "You may list Deployments in some namespaces only, and it is in none of those. The right "
         "that is missing: list deployments.apps where Flux is."}}) {
    FluxCluster cluster({"kustomize-controller"},
                        {{"Deployment", allowed}, {"Kustomization", {"shop"}}});
    cluster.deploy({.args = "--watch-label-selector=!sharding.fluxcd.io/key"});
    cluster.objects().add("Kustomization", "web", ready("True"), kSharded);
    const auto report = cluster.report();
    EXPECT_EQ(lines_of(report),
              Lines{"(kustomize-controller) Unknown not visible to you | 1 Kustomizations | " +
                    std::string(why)});
    EXPECT_TRUE(report.unwatched.empty());
    EXPECT_EQ(report.summary, "Whether its controller runs is not known.");
  }
  FluxCluster cluster({"kustomize-controller"}, {{"Pod", {}}, {"Kustomization", {}}});
  cluster.deploy({});
  cluster.pod("kustomize-controller", R"("is":"Failed")");
  const auto report = cluster.report();
  EXPECT_EQ(lines_of(report),
            Lines{"flux-system/kustomize-controller Ready v1.7.3 | ? Kustomizations"});
  EXPECT_FALSE(report.controllers[0].pods_known);
}

TEST(FluxControllersReport, shards_look_after_their_own_and_what_is_in_none_is_told) {
  FluxCluster cluster({"kustomize-controller"});
  cluster.deploy({.args = "--watch-label-selector=!sharding.fluxcd.io/key"});
  cluster.deploy({.name = "kustomize-controller-one",
                  .component = "kustomize-controller",
                  .args = "--watch-label-selector=sharding.fluxcd.io/key=one"});
  cluster.objects().add("Kustomization", "main", ready("True"));
  cluster.objects().add("Kustomization", "mine", ready("True"), kSharded);
  cluster.objects().add("Kustomization", "lost", ready("True"), kOtherShard);
  const auto report = cluster.report();
  EXPECT_EQ(lines_of(report),
            (Lines{"flux-system/kustomize-controller Ready v1.7.3 | 1 Kustomizations",
                   "flux-system/kustomize-controller-one Ready v1.7.3 | 1 Kustomizations"}));
  EXPECT_EQ(report.controllers[0].watches, "what is in no shard");
  EXPECT_EQ(report.controllers[1].shard, "one");
  ASSERT_EQ(report.unwatched.size(), 1u);
  EXPECT_EQ(report.unwatched[0].text,
            "No kustomize-controller that runs is told to look after 1 Kustomization with "
            "sharding.fluxcd.io/key=two: nobody reconciles it.");
  EXPECT_EQ(report.unwatched[0].objects.front().name, "lost");
  EXPECT_EQ(report.unwatched[0].filter, "label:sharding.fluxcd.io/key=two");
}

TEST(FluxControllersReport, a_shard_that_does_not_run_looks_after_nothing) {
  FluxCluster cluster({"kustomize-controller"});
  cluster.deploy({.args = "--watch-label-selector=sharding.fluxcd.io/key notin (one)"});
  cluster.deploy({.name = "kustomize-controller-one",
                  .component = "kustomize-controller",
                  .args = "--watch-label-selector=sharding.fluxcd.io/key=one",
                  .replicas = 0});
  cluster.objects().add("Kustomization", "mine", ready("True"), kSharded);
  const auto report = cluster.report();
  EXPECT_EQ(report.controllers[0].watches, "what is not in one");
  EXPECT_EQ(report.controllers[1].status.status, k8s::Status::kFailed);
  ASSERT_EQ(report.unwatched.size(), 1u);
  EXPECT_EQ(report.unwatched[0].total, 1u);
}

TEST(FluxControllersReport, one_for_its_own_namespace_leaves_the_others) {
  FluxCluster cluster({"kustomize-controller"});
  cluster.deploy({.args = "--watch-all-namespaces=false"});
  cluster.objects().add("Kustomization", "here", ready("True"), "{}", "flux-system");
  cluster.objects().add("Kustomization", "there", ready("True"));
  const auto report = cluster.report();
  EXPECT_EQ(lines_of(report),
            Lines{"flux-system/kustomize-controller Ready v1.7.3 | 1 Kustomizations"});
  EXPECT_EQ(report.controllers[0].watches, "its own namespace");
  ASSERT_EQ(report.unwatched.size(), 1u);
  EXPECT_EQ(report.unwatched[0].objects.front().name, "there");
}

TEST(FluxControllersReport, several_installations_are_named_and_double_work_too) {
  FluxCluster cluster({"kustomize-controller"});
  cluster.deploy({});
  cluster.deploy({.ns = "team-flux", .tag = ":v1.6.1", .flux = "v2.6.4"});
  const auto report = cluster.report();
  EXPECT_EQ(notes_of(report),
            (Lines{"Flux is installed 2 times: in flux-system and team-flux.",
                   "! kustomize-controller runs in flux-system and team-flux, and each is told to "
                   "look after everything: they do the same work twice."}));
  ASSERT_EQ(report.installations.size(), 2u);
  EXPECT_EQ(report.release, 6) << "the older one of them decides what comes next";
}

TEST(FluxControllersReport, controllers_of_different_releases_are_told) {
  FluxCluster cluster({"kustomize-controller", "helm-controller"});
  cluster.deploy({});
  cluster.deploy({.name = "helm-controller", .tag = ":v1.3.0"});
  EXPECT_EQ(notes_of(cluster.report()),
            Lines{"! The controllers in flux-system are not of one release: helm-controller v1.3.0 "
                  "of Flux 2.6; kustomize-controller v1.7.3 of Flux 2.7. Flux tests and supports "
                  "the controllers of one release together."});
}

TEST(FluxControllersReport, a_digest_says_nothing_about_the_release_and_a_report_says_it) {
  FluxCluster cluster({"kustomize-controller", "flux-operator"});
  cluster.deploy({.tag = "@sha256:0123", .flux = "6.0.1"});
  cluster.objects().add("FluxReport", "flux", R"("spec":{"distribution":{"version":"v2.5.1"}})",
                        "{}", "flux-system");
  const auto report = cluster.report();
  EXPECT_EQ(report.controllers[0].told.version, "sha256:0123");
  EXPECT_FALSE(report.controllers[0].release.has_value());
  ASSERT_EQ(report.installations.size(), 1u);
  EXPECT_EQ(report.installations[0].version, "v2.5.1");
  EXPECT_EQ(report.release, 5);
}

std::string applied(const char* manager, const char* version) {
  return fmt::format(
      R"({{}},"managedFields":[{{"manager":"{}","operation":"Apply","apiVersion":)"
      R"("kustomize.toolkit.fluxcd.io/{}","fieldsV1":{{"f:spec":{{"f:path":{{}}}}}}}}])",
      manager, version);
}
std::string read_in_v1() {
  return R"("apiVersion":"kustomize.toolkit.fluxcd.io/v1",)" + ready("True");
}

TEST(FluxControllersReport, what_is_written_in_a_version_that_goes_is_told_with_who_wrote_it) {
  FluxCluster cluster({"kustomize-controller", "source-controller"});
  cluster.serve("Kustomization", {"v1", "v1beta2"});
  cluster.deploy({});
  const std::string by_apps = fixture::labelled("apps");
  cluster.objects().add(
      "Kustomization", "apps",
      R"("spec":{"sourceRef":{"kind":"GitRepository","name":"fleet"}},)" + read_in_v1(), "{}",
      "shop", applied("kustomize-controller", "v1"));
  cluster.objects().add("Kustomization", "one", read_in_v1(), by_apps, "shop",
                        applied("kustomize-controller", "v1beta2"));
  cluster.objects().add("Kustomization", "two", read_in_v1(), by_apps, "shop",
                        applied("kustomize-controller", "v1beta2"));
  cluster.objects().add("Kustomization", "three", read_in_v1(), "{}", "shop",
                        applied("kubectl", "v1beta2"));
  const auto report = cluster.report();
  EXPECT_EQ(
      needs_of(report),
      (Lines{"2.8 next 1 Kustomization is applied in v1beta2 by kubectl: change its apiVersion to "
             "kustomize.toolkit.fluxcd.io/v1 where it is declared, then run `flux migrate`.",
             "2.8 next 2 Kustomizations are applied in v1beta2 by Kustomization shop/apps, from "
             "GitRepository shop/fleet: change their apiVersion to kustomize.toolkit.fluxcd.io/v1 "
             "where they are declared, then run `flux migrate`."}));
  EXPECT_EQ(report.upgrade, "Before Flux 2.8 something has to be done.");
  EXPECT_EQ(report.needs.front().filter, "v1beta2") << "what the column of the list says";
  const auto kustomizations = std::ranges::find_if(
      report.apis, [](const ServedApi& api) { return api.kind->singular == "Kustomization"; });
  ASSERT_EQ(kustomizations->versions.size(), 2u);
  EXPECT_FALSE(kustomizations->versions[0].deprecated);
  EXPECT_TRUE(kustomizations->versions[1].deprecated);
  EXPECT_EQ(kustomizations->versions[1].removed_in, 8);
}

// So many are written in a version that goes, each by somebody else or all by one.
ControllersReport written_in_an_old_version(size_t count, bool by_one) {
  FluxCluster cluster({"kustomize-controller"});
  cluster.serve("Kustomization", {"v1", "v1beta2"});
  cluster.deploy({});
  for (size_t i = 0; i < count; ++i) {
    const std::string name = fmt::format("k{:03}", i);
    cluster.objects().add("Kustomization", name, read_in_v1(),
                          fixture::labelled(by_one ? "apps" : "by-" + name), "shop",
                          applied("kustomize-controller", "v1beta2"));
  }
  return cluster.report();
}

TEST(FluxControllersReport, so_many_are_named_of_a_group_and_all_are_counted) {
  for (const size_t count : {limits::kObjectsNamed, limits::kObjectsNamed + 1}) {
    const auto report = written_in_an_old_version(count, true);
    ASSERT_EQ(report.needs.size(), 1u);
    EXPECT_EQ(report.needs[0].objects.size(), limits::kObjectsNamed);
    EXPECT_EQ(report.needs[0].total, static_cast<int64_t>(count));
  }
}

TEST(FluxControllersReport, so_many_needs_are_shown_and_what_is_left_out_is_said) {
  const auto all = written_in_an_old_version(limits::kUpgradeNeeds, false);
  EXPECT_EQ(all.needs.size(), limits::kUpgradeNeeds);
  EXPECT_EQ(notes_of(all), Lines{});
  const auto more = written_in_an_old_version(limits::kUpgradeNeeds + 1, false);
  EXPECT_EQ(more.needs.size(), limits::kUpgradeNeeds);
  EXPECT_EQ(notes_of(more), Lines{"Upgrades need 1 more than is shown: see to what stands first."});
}

TEST(FluxControllersReport, old_releases_hear_of_what_comes_later_and_how_to_get_there) {
  FluxCluster cluster({"helm-controller"});
  cluster.serve("HelmRelease", {"v2beta2", "v2beta1"});
  cluster.deploy({.name = "helm-controller", .tag = ":v0.37.4", .flux = "v2.2.3"});
  cluster.objects().add("HelmRelease", "db", ready("True"));
  EXPECT_EQ(
      needs_of(cluster.report()),
      Lines{"2.8 1 HelmRelease is applied in v2beta2. Flux 2.3 is the first to serve v2: once it "
            "is installed, change its apiVersion to helm.toolkit.fluxcd.io/v2 where it is "
            "declared, then run `flux migrate`."});
  cluster.serve("HelmRelease", {"v2", "v2beta2", "v2beta1"});
  cluster.deploy({.name = "helm-controller", .tag = ":v1.2.0", .flux = "v2.5.0"});
  const auto report = cluster.report();
  EXPECT_EQ(needs_of(report), Lines{})
      << "read in v2, and nobody says that it was written otherwise";
  EXPECT_EQ(report.release, 5);
}

TEST(FluxControllersReport, stored_versions_of_a_definition_are_told_where_it_may_be_read) {
  FluxCluster cluster({"kustomize-controller"});
  cluster.serve("Kustomization", {"v1", "v1beta2"});
  cluster.deploy({});
  EXPECT_FALSE(cluster.report().apis[0].stored.has_value());
  cluster.define("kustomizations.kustomize.toolkit.fluxcd.io", R"("v1beta2","v1")");
  const auto report = cluster.report();
  EXPECT_EQ(report.apis[0].stored, (std::vector<std::string>{"v1beta2", "v1"}));
  EXPECT_EQ(
      needs_of(report),
      Lines{"2.8 next The definition of Kustomizations names v1beta2 among its stored versions. "
            "Run `flux migrate`: it writes all of them anew."});
  cluster.forbid_definitions();
  EXPECT_EQ(
      notes_of(cluster.report()),
      Lines{"Whether objects are still stored in old versions is not known: you may not list "
            "CustomResourceDefinitions (list customresourcedefinitions.apiextensions.k8s.io)."});
}

TEST(FluxControllersReport, without_deployments_the_served_versions_narrow_down_the_release) {
  FluxCluster cluster({"kustomize-controller", "helm-controller"}, {{"Deployment", {}}});
  cluster.serve("Kustomization", {"v1", "v1beta2"});
  cluster.serve("HelmRelease", {"v2", "v2beta2"});
  EXPECT_EQ(cluster.report().release, 7);
}

}  // namespace
}  // namespace masthead::plugins::flux
