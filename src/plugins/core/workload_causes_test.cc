#include "plugins/core/workload_causes.h"

#include <gtest/gtest.h>

#include "base/time_format.h"
#include "host/kind_fixture.h"
#include "plugins/core/plugin.h"

namespace masthead::plugins::core {
namespace {

// Tables of every kind, the views of one Scope, and the analyst over them.
class WorkloadCauses : public testing::Test {
 protected:
  void SetUp() override {
    for (const host::Kind& kind : plugin_->kinds()) {
      schemas_.push_back(host::make_schema(kind));
      tables_[kind.table_id()] = std::make_shared<cache::Table>(
          cache::Table::Options{kind.table_id(), kind.group_kind, schemas_.back().get(), true},
          clock_, nullptr);
    }
  }
  void put(const std::string& table, const std::string& name, const std::string& uid,
           const std::string& owner, const std::string& rest) {
    const std::string owners =
        owner.empty() ? "" : R"(,"ownerReferences":[{"kind":"K","uid":")" + owner + R"("}])";
    const std::string bytes = R"({"metadata":{"namespace":"shop","name":")" + name +
                              R"(","resourceVersion":")" + std::to_string(++version_) +
                              R"(","uid":")" + uid + "\"" + owners + "}," + rest + "}";
    k8s::ReflectorEvent event{k8s::ReflectorEvent::Type::kUpsert, bytes, {}, nullptr};
    tables_.at(table)->sink("").on_event(event);
  }
  void put_failing_pod(const std::string& name, const std::string& owner,
                       const std::string& since = "2026-08-14T09:00:00Z") {
    put("pods", name, "uid-" + name, owner,
        R"("status":{"phase":"Running","conditions":[{"type":"Ready","status":"False",)"
        R"("lastTransitionTime":")" +
            since +
            R"("}],"containerStatuses":[{"name":"c","state":{"waiting":)"
            R"({"reason":"CrashLoopBackOff","message":"back-off"}}}]})");
  }
  std::vector<host::Cause> analyse(const std::set<std::string>& hidden = {}) {
    views_.clear();
    for (const auto& [id, table] : tables_) {
      if (hidden.contains(id)) continue;
      views_[id] = std::make_unique<cache::TableView>(table, host::fixture::everything(), [] {});
      views_[id]->update();
    }
    return make_workload_analyst()->analyse(views_, clock_.wall_ms());
  }

  int version_ = 0;
  base::ManualClock clock_;
  std::unique_ptr<host::Plugin> plugin_ = make_plugin();
  std::vector<std::unique_ptr<cache::Schema>> schemas_;
  std::map<std::string, std::shared_ptr<cache::Table>> tables_;
  host::Views views_;
};

TEST_F(WorkloadCauses, failing_pods_are_told_under_the_highest_owner_that_may_be_seen) {
  put("deployments.apps", "web", "d", "", R"("spec":{})");
  put("replicasets.apps", "web-1", "r", "d", R"("spec":{})");
  put_failing_pod("web-1-a", "r", "2026-08-14T09:10:00Z");
  put_failing_pod("web-1-b", "r", "2026-08-14T09:00:00Z");
  put_failing_pod("web-1-c", "r", "2026-08-14T09:20:00Z");
  const auto causes = analyse();
  ASSERT_EQ(causes.size(), 1u);
  EXPECT_EQ(causes[0].ref, (k8s::ObjectRef{"apps", "Deployment", "shop", "web"}));
  EXPECT_EQ(causes[0].status.message, "3 pods in CrashLoopBackOff: back-off");
  EXPECT_EQ(base::format_rfc3339(causes[0].status.since_ms), "2026-08-14T09:00:00Z")
      << "since the first of them";
  EXPECT_TRUE(causes[0].waiting.empty()) << "they are the symptom, they do not wait";
  const auto narrow = analyse({"deployments.apps"});
  ASSERT_EQ(narrow.size(), 1u);
  EXPECT_EQ(narrow[0].ref.kind, "ReplicaSet") << "the Deployment may not be listed";
}

TEST_F(WorkloadCauses, the_list_says_of_a_controller_what_home_says_until_its_pods_recover) {
  put("deployments.apps", "web", "d", "", R"("spec":{"replicas":1})");
  put("replicasets.apps", "web-1", "r", "d", R"("spec":{})");
  put_failing_pod("web-1-a", "r");
  const auto causes = analyse();
  ASSERT_EQ(causes.size(), 1u);
  cache::TableView& deployments = *views_.at("deployments.apps");
  EXPECT_EQ(deployments.find("shop", "web")->status(), causes[0].status);
  EXPECT_EQ(causes[0].status.status, k8s::Status::kFailed);
  put("pods", "web-1-a", "uid-web-1-a", "r", R"("status":{"phase":"Succeeded"})");
  views_.at("pods")->update();
  EXPECT_TRUE(make_workload_analyst()->analyse(views_, clock_.wall_ms()).empty());
  EXPECT_EQ(deployments.find("shop", "web")->status().status, k8s::Status::kProgressing);
}

TEST_F(WorkloadCauses, a_pod_of_nobody_stands_for_itself) {
  put_failing_pod("alone", "");
  put_failing_pod("orphan", "gone");
  const auto causes = analyse();
  ASSERT_EQ(causes.size(), 2u);
  EXPECT_EQ(causes[0].ref.name, "alone");
  EXPECT_EQ(causes[0].status.message, "back-off");
}

TEST_F(WorkloadCauses, owners_that_own_each_other_end) {
  put("replicasets.apps", "x", "x", "y", R"("spec":{})");
  put("replicasets.apps", "y", "y", "x", R"("spec":{})");
  put_failing_pod("p", "x");
  EXPECT_EQ(analyse().size(), 1u);
}

TEST_F(WorkloadCauses, failed_pods_of_a_job_count_only_when_the_job_has_failed) {
  put("cronjobs.batch", "nightly", "c", "", R"("spec":{})");
  put("jobs.batch", "nightly-1", "j", "c", R"("status":{"failed":1})");
  put_failing_pod("nightly-1-a", "j");
  EXPECT_TRUE(analyse().empty()) << "it is trying";
  put("jobs.batch", "nightly-1", "j", "c",
      R"("status":{"conditions":[{"type":"Failed","status":"True","message":"backoff limit"}]})");
  const auto causes = analyse();
  ASSERT_EQ(causes.size(), 1u);
  EXPECT_EQ(causes[0].ref.kind, "Job") << "it failed, not its schedule";
}

TEST_F(WorkloadCauses, broken_controllers_and_lost_nodes_are_causes_by_themselves) {
  put("deployments.apps", "quota", "d", "",
      R"("status":{"conditions":[{"type":"ReplicaFailure","status":"True","message":"quota"}]})");
  put("nodes", "n1", "n", "",
      R"("status":{"conditions":[{"type":"Ready","status":"Unknown","message":"lost"}]})");
  put("nodes", "n2", "m", "", R"("status":{"conditions":[{"type":"Ready","status":"True"}]})");
  std::set<std::string> names;
  for (const auto& cause : analyse()) names.insert(cause.ref.name);
  EXPECT_EQ(names, (std::set<std::string>{"n1", "quota"}));
}

TEST_F(WorkloadCauses, a_namespace_carries_the_tally_of_its_pods) {
  put("namespaces", "shop", "s", "", R"("status":{"phase":"Active"})");
  put_failing_pod("a", "");
  put("pods", "b", "b", "", R"("status":{"phase":"Succeeded"})");
  (void)analyse();
  std::string cells;
  views_.at("namespaces")->for_each([&](const cache::Row& row) {
    json::Writer out;
    row.write_cells(views_.at("namespaces")->table().schema(), out);
    cells = std::move(out).finish();
  });
  EXPECT_NE(cells.find(R"({"Failed":1,"Ready":1})"), std::string::npos) << cells;
}

TEST_F(WorkloadCauses, nothing_that_may_be_listed_is_no_cause) {
  EXPECT_TRUE(analyse({"pods", "namespaces", "nodes"}).empty());
}

}  // namespace
}  // namespace masthead::plugins::core
