// What holds for every kind of this plugin: its description fits, and whatever an object holds, it
// is shown.
#include <gtest/gtest.h>

#include <set>

#include "host/kind_fixture.h"
#include "plugins/core/plugin.h"

namespace masthead::plugins::core {
namespace {

const base::ManualClock kClock;

TEST(CoreKinds, are_twelve_with_sections_and_columns_of_their_own) {
  const auto plugin = make_plugin();
  EXPECT_EQ(plugin->kinds().size(), 12u);
  std::set<std::string> sections, ids;
  for (const auto& section : plugin->sections()) sections.insert(section.id);
  for (const host::Kind& kind : plugin->kinds()) {
    EXPECT_TRUE(ids.insert(kind.table_id()).second) << kind.table_id();
    EXPECT_TRUE(sections.contains(kind.section)) << kind.singular;
    const auto schema = host::make_schema(kind);
    std::set<std::string> columns;
    bool sorts = false;
    for (const auto& column : schema->columns()) {
      EXPECT_TRUE(columns.insert(column.id).second) << kind.singular << " " << column.id;
      sorts = sorts || (column.id == kind.sort && column.sortable());
    }
    EXPECT_TRUE(sorts) << kind.singular << " has a column for its own order";
  }
}

// Every path that a kind reads, each with every value that does not belong there.
TEST(CoreKinds, show_objects_of_wrong_types_and_of_nothing) {
  const char* const paths[] = {"metadata", "spec",   "status", "type",          "involvedObject",
                               "series",   "source", "count",  "firstTimestamp"};
  const char* const deeper[] = {"name",
                                "labels",
                                "ownerReferences",
                                "deletionTimestamp",
                                "generation",
                                "annotations",
                                "managedFields",
                                "creationTimestamp",
                                "phase",
                                "conditions",
                                "containerStatuses",
                                "initContainerStatuses",
                                "containers",
                                "initContainers",
                                "readinessGates",
                                "replicas",
                                "template",
                                "selector",
                                "updateStrategy",
                                "ports",
                                "externalIPs",
                                "loadBalancer",
                                "active",
                                "addresses",
                                "nodeInfo",
                                "unschedulable",
                                "schedule",
                                "suspend",
                                "taints",
                                "restartCount",
                                "uid",
                                "kind",
                                "apiVersion",
                                "lastObservedTime",
                                "component"};
  const char* const values[] = {"null",
                                "-7",
                                "\"text\"",
                                R"({"a":null,"b":[1]})",
                                "[[],{},1e308,\"x\",null]",
                                R"([{"type":7,"status":{},"state":[],"name":null}])"};
  const auto plugin = make_plugin();
  for (const host::Kind& kind : plugin->kinds()) {
    for (const char* path : paths) {
      for (const char* value : values) {
        const std::string outer = std::string("{\"") + path + "\":" + value + "}";
        host::fixture::check_any_object(kind, outer, kClock);
        if (!std::string_view("metadata spec status").contains(path)) continue;
        for (const char* below : deeper) {
          host::fixture::check_any_object(
              kind, std::string("{\"") + path + "\":{\"" + below + "\":" + value + "}}", kClock);
        }
      }
    }
  }
}

TEST(CoreKinds, without_a_status_are_named_and_never_called_failed) {
  const auto plugin = make_plugin();
  for (const host::Kind& kind : plugin->kinds()) {
    const host::fixture::Filled filled(kind, R"({"metadata":{"name":"bare","namespace":"n"}})",
                                       kClock);
    ASSERT_NE(filled.row(), nullptr) << kind.singular;
    EXPECT_EQ(filled.cell("name"), "\"bare\"") << kind.singular;
    EXPECT_FALSE(k8s::is_broken(filled.status().status)) << kind.singular;
  }
}

}  // namespace
}  // namespace masthead::plugins::core
