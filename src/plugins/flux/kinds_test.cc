// What holds for every kind of this plugin: its description fits, and whatever an object holds, it
// is shown; and the kinds without a test of their own.
#include <gtest/gtest.h>

#include <set>

#include "host/kind_fixture.h"
#include "k8s/known_kinds.h"
#include "plugins/flux/kinds.h"
#include "plugins/flux/plugin.h"

namespace masthead::plugins::flux {
namespace {

using host::fixture::detail_of;
using host::fixture::Filled;
using k8s::Status;

const base::ManualClock kClock;

TEST(FluxKinds, are_nineteen_that_references_find_with_sections_and_columns_of_their_own) {
  const auto plugin = make_plugin();
  EXPECT_EQ(plugin->kinds().size(), 19u);
  std::set<std::string> sections;
  for (const auto& section : plugin->sections()) sections.insert(section.id);
  for (const host::Kind& kind : plugin->kinds()) {
    const auto& [group, name] = kind.group_kind;
    EXPECT_EQ(k8s::known_table_id(group, name), kind.table_id());
    EXPECT_EQ(k8s::flux_group_of(name), group);
    EXPECT_TRUE(sections.contains(kind.section)) << name;
    std::set<std::string> columns;
    for (const auto& column : host::make_schema(kind)->columns()) {
      EXPECT_TRUE(columns.insert(column.id).second) << name << " " << column.id;
    }
  }
}

// What is broken has to say so in the list itself.
TEST(FluxKinds, have_a_message_beside_their_name_that_is_drawn_from_the_status) {
  const auto plugin = make_plugin();
  for (const host::Kind& kind : plugin->kinds()) {
    const auto schema = host::make_schema(kind);
    const size_t name = schema->index_of("name").value();
    const cache::Column& message = schema->columns().at(name + 1);
    EXPECT_EQ(message.id, "message") << kind.singular;
    EXPECT_TRUE(message.shown);
    EXPECT_FALSE(message.sortable());
    EXPECT_EQ(cache::column_type_name(message.type), "message");
  }
}

constexpr const char* kOdd[] = {
    "{}", R"({"metadata":7,"spec":[],"status":"x"})",
    R"({"metadata":{"name":"a"},"spec":{"eventSources":{},"resources":[7],"inputs":[[]],)"
    R"("inputsFrom":[null],"sources":"x","artifacts":[{}],"policy":[],"address":7,)"
    R"("providerRef":"x","sourceRef":[],"components":{},"sync":"x","url":{}},)"
    R"("status":{"conditions":[null,{"type":"Unheard","status":7}],"inventory":7,)"
    R"("history":[1],"latestRef":[],"observedPolicies":[1],"exportedInputs":"x"}})",
    R"({"metadata":{"name":"<script>alert`1`</script>","namespace":"\u202e","annotations":)"
    R"({"a":"\u0000"}},"spec":{"url":"javascript://%0aalert`1`","address":"javascript:alert`1`"},)"
    R"("status":{"conditions":[{"type":"Ready","status":"Perhaps","message":"\n\t<img>"}]}})"};

TEST(FluxKinds, show_objects_of_nothing_of_wrong_types_and_hostile_ones) {
  const auto plugin = make_plugin();
  for (const host::Kind& kind : plugin->kinds()) {
    for (const char* bytes : kOdd) host::fixture::check_any_object(kind, bytes, kClock);
  }
}

std::string object(const std::string& spec, const std::string& status, const char* ready = "True",
                   const std::string& annotations = "{}") {
  return R"({"metadata":{"namespace":"flux-system","name":"flux","annotations":)" + annotations +
         R"(},"spec":)" + spec + R"(,"status":{)" + status +
         R"("conditions":[{"type":"Ready","status":")" + ready +
         R"(","reason":"Unheard","message":"said"}]}})";
}

std::vector<std::string> links_of(const Filled& filled) {
  std::vector<std::string> lines;
  for (const auto& link : cache::links_of(*filled.row())) {
    lines.push_back(std::string(link.relation) + " " + link.ref.kind + " " + link.ref.ns + "/" +
                    link.ref.name);
  }
  return lines;
}
using Lines = std::vector<std::string>;

TEST(FluxKinds, a_generator_and_its_artifact_name_each_other) {
  const host::Kind generators = artifact_generators();
  const std::string bytes = object(
      R"({"sources":[{"alias":"git","kind":"GitRepository","name":"fleet","namespace":"infra"}],)"
      R"("artifacts":[{"name":"apps","copy":[{"from":"@git/apps/**","to":"@artifact/"}]}]})",
      R"("inventory":[{"name":"apps","namespace":"flux-system","digest":"sha256:1"}],)");
  const Filled generator(generators, bytes, kClock);
  EXPECT_EQ(links_of(generator), (Lines{"source GitRepository infra/fleet",
                                        "generates ExternalArtifact flux-system/apps"}));
  EXPECT_TRUE(detail_of(generators, bytes).contains("@git/apps/** → @artifact/"));
  EXPECT_TRUE(detail_of(generators, bytes).contains("apps: sha256:1"));
  const Filled suspended(
      generators,
      object("{}", "", "True", R"({"source.extensions.fluxcd.io/reconcile":"disabled"})"), kClock);
  EXPECT_EQ(suspended.status().status, Status::kSuspended);

  const Filled artifact(
      external_artifacts(),
      object(
          R"({"sourceRef":{"apiVersion":"source.extensions.fluxcd.io/v1beta1",)"
          R"("kind":"ArtifactGenerator","name":"apps"}})",
          R"("artifact":{"revision":"latest@sha256:1","lastUpdateTime":"2026-08-02T09:00:00Z"},)",
          "True", R"({"reconcile.fluxcd.io/requestedAt":"now"})"),
      kClock);
  EXPECT_EQ(artifact.status().status, Status::kReady);
  EXPECT_EQ(artifact.status().badges, 0) << "nobody handles requests to it";
  EXPECT_EQ(links_of(artifact), (Lines{"generated by ArtifactGenerator flux-system/apps"}));
  EXPECT_EQ(artifact.row()->revision(), "latest@sha256:1");
}

TEST(FluxKinds, an_instance_and_its_report_show_what_is_installed) {
  const host::Kind instances = flux_instances();
  const std::string bytes = object(
      R"({"distribution":{"version":"2.7.x","registry":"ghcr.io/fluxcd"},"components":["a","b"],)"
      R"("sync":{"kind":"OCIRepository","url":"https://u:hush@git.example.com/x","path":"p"}})",
      R"("lastAppliedRevision":"v2.7.3@sha256:1","history":[{"lastReconciled":"2026-08-02T09:00:00Z"}],)");
  const Filled instance(instances, bytes, kClock);
  EXPECT_EQ(instance.cell("version"), R"("2.7.x")");
  EXPECT_EQ(instance.cell("components"), "2");
  EXPECT_NE(instance.cell("synced"), "null");
  EXPECT_EQ(links_of(instance), (Lines{"syncs OCIRepository flux-system/flux-system",
                                       "syncs Kustomization flux-system/flux-system"}));
  EXPECT_FALSE(instance.object().contains("hush"));
  EXPECT_FALSE(detail_of(instances, bytes).contains("hush"));

  const host::Kind reports = flux_reports();
  const std::string report = object(
      R"({"distribution":{"version":"v2.7.3","status":"Installed"},)"
      R"("components":[{"name":"a","ready":true},{"name":"b","ready":false}],)"
      R"("reconcilers":[{"kind":"Kustomization","stats":{"running":9,"failing":2,"suspended":1}}],)"
      R"("sync":{"ready":true,"id":"kustomization/flux-system",)"
      R"("source":"https://u:hush@git.example.com/x"}})",
      "", "False");
  const Filled filled(reports, report, kClock);
  EXPECT_EQ(filled.status().status, Status::kFailed);
  EXPECT_EQ(filled.cell("failing"), "2");
  EXPECT_FALSE(filled.object().contains("hush"));
  EXPECT_FALSE(detail_of(reports, report).contains("hush"));
  EXPECT_TRUE(
      detail_of(reports, report).contains("Kustomization: 9 running, 2 failing, 1 suspended"));
  EXPECT_TRUE(detail_of(reports, report).contains("b: not ready"));
  EXPECT_EQ(links_of(filled), (Lines{"syncs Kustomization flux-system/flux-system",
                                     "reports on FluxInstance flux-system/flux"}));
}

TEST(FluxKinds, a_resource_set_shows_its_inputs_and_where_they_come_from) {
  const host::Kind sets = resource_sets();
  const std::string bytes = object(
      R"({"inputs":[{"tenant":"a","quota":16}],"dependsOn":[)"
      R"({"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","name":"x"}],)"
      R"("inputsFrom":[{"apiVersion":"fluxcd.controlplane.io/v1","kind":"ResourceSetInputProvider",)"
      R"("name":"tenants"},{"selector":{"matchLabels":{"app":"web"}}}]})",
      R"("inventory":{"entries":[{},{}]},)");
  const Filled set(sets, bytes, kClock);
  EXPECT_EQ(set.cell("inputs"), "1");
  EXPECT_EQ(set.cell("applied"), "2");
  EXPECT_EQ(links_of(set), (Lines{"inputs from ResourceSetInputProvider flux-system/tenants",
                                  "inputs from ResourceSetInputProvider flux-system/*,app=web",
                                  "depends on CustomResourceDefinition /x"}));
  EXPECT_TRUE(detail_of(sets, bytes).contains("tenant: a, quota: 16"));
  const Filled off(sets,
                   object("{}", "", "False",
                          R"({"fluxcd.controlplane.io/reconcile":"disabled",)"
                          R"("fluxcd.controlplane.io/reconcileEvery":"1h"})"),
                   kClock);
  EXPECT_EQ(off.status().status, Status::kSuspended);
  EXPECT_TRUE(off.status().has(k8s::Badge::kFailed));
  EXPECT_EQ(off.cell("interval"), "3600000");

  const host::Kind from = input_providers();
  const std::string provider = object(
      R"({"type":"GitHubPullRequest","url":"https://git.example.com/x?token=hush",)"
      R"("filter":{"labels":["preview"],"limit":10},"schedule":[{"cron":"0 6 * * *"}]})",
      R"("exportedInputs":[{"id":"41","branch":"b"}],"nextSchedule":{"when":"2026-08-02T09:00:00Z"},)");
  const Filled filled(from, provider, kClock);
  EXPECT_EQ(filled.cell("exported"), "1");
  EXPECT_NE(filled.cell("next"), "null");
  EXPECT_FALSE(filled.object().contains("hush"));
  for (const char* said : {"id: 41, branch: b", "0 6 * * *", "preview"}) {
    EXPECT_TRUE(detail_of(from, provider).contains(said)) << said;
  }
}

}  // namespace
}  // namespace masthead::plugins::flux
