// How the workloads of the fleet roll, run and end.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "sim/fleet/fleet_fixture.h"

namespace masthead::sim {
namespace {

void set_image(Filled& t, const char* plural, const char* ns, const char* name, const char* image) {
  t.edit("apps", plural, ns, name, [&](Document& object) {
    Fields& spec = object_in(object.as_object(), "spec");
    Fields& pods = object_in(object_in(spec, "template"), "spec");
    pods["containers"].as_array().front().as_object()["image"] = image;
  });
}

std::string image_of(Filled& t, const char* ns, const std::string& pod) {
  const auto found = t.get("", "pods", ns, pod);
  const Items* containers = found ? items_at(*found, {"spec", "containers"}) : nullptr;
  return containers == nullptr ? "" : std::string(text_at(containers->front(), {"image"}));
}

TEST(Workloads, a_stateful_set_rolls_from_its_highest_ordinal_one_at_a_time) {
  Filled t("no-flux");
  set_image(t, "statefulsets", "ledger", "ledger-db", "new:1");
  std::string order;
  int fewest = 3;
  for (int step = 0; step < 80; ++step) {
    t.pass(250);
    int there = 0;
    for (const char* pod : {"ledger-db-0", "ledger-db-1", "ledger-db-2"}) {
      const std::string image = image_of(t, "ledger", pod);
      there += image.empty() ? 0 : 1;
      if (image == "new:1" && !order.contains(pod)) order += std::string(pod) + " ";
    }
    fewest = std::min(fewest, there);
  }
  EXPECT_EQ(order, "ledger-db-2 ledger-db-1 ledger-db-0 ");
  EXPECT_EQ(fewest, 2);
  const auto set = t.get("apps", "statefulsets", "ledger", "ledger-db");
  EXPECT_EQ(number_at(*set, {"status", "updatedReplicas"}), 3);
  EXPECT_EQ(number_at(*set, {"status", "readyReplicas"}), 3);
  EXPECT_EQ(text_at(*set, {"status", "currentRevision"}),
            text_at(*set, {"status", "updateRevision"}));
}

TEST(Workloads, a_deployment_that_rolls_has_ten_minutes_from_then_on) {
  Filled t("no-flux");
  set_image(t, "deployments", "shop", "cart", "new:1-crash");
  const auto progressing = [&] {
    return Filled::words(*t.get("apps", "deployments", "shop", "cart"), "Progressing");
  };
  t.pass(60'000);
  EXPECT_EQ(progressing(), "True ReplicaSetUpdated") << "however old it is";
  t.pass(10 * 60'000);
  EXPECT_EQ(progressing(), "False ProgressDeadlineExceeded");
}

std::string text_of(Filled& t, const char* plural, const std::string& name) {
  const auto found = t.get("apps", plural, "shop", name);
  return found ? to_text(*found) : "gone";
}

TEST(Workloads, an_orphaning_deletion_lets_the_dependents_go_and_a_foreground_one_waits_for_them) {
  Filled t("no-flux");
  const auto sets_of = [&](const std::string& deployment) {
    std::vector<std::string> names;
    for (const Document& set : t.all("apps", "replicasets", "shop")) {
      const std::string name(text_at(set, {"metadata", "name"}));
      if (name.starts_with(deployment + "-")) names.push_back(name);
    }
    return names;
  };
  const auto sets = sets_of("cart");
  ASSERT_FALSE(sets.empty());
  const auto end = [&](const char* name, const char* finalizer) {
    t.edit("apps", "deployments", "shop", name, [&](Document& object) {
      object_in(object.as_object(), "metadata")["finalizers"] = Items{finalizer};
    });
    (void)t.server.erase(t.type("apps", "deployments"), "shop", name);
    t.pass(20'000);
    EXPECT_EQ(text_of(t, "deployments", name), "gone");
  };
  end("cart", "orphan");
  EXPECT_EQ(sets_of("cart"), sets);
  EXPECT_FALSE(text_of(t, "replicasets", sets.front()).contains("ownerReferences"));
  end("catalogue", "foregroundDeletion");
  for (const std::string& left : sets_of("catalogue"))
    EXPECT_TRUE(left.starts_with("catalogue-i")) << left;
}

TEST(Workloads, a_stateful_set_that_does_not_come_up_stops_rolling) {
  Filled t("no-flux");
  set_image(t, "statefulsets", "ledger", "ledger-db", "new:1-crash");
  t.pass(60'000);
  EXPECT_EQ(image_of(t, "ledger", "ledger-db-2"), "new:1-crash");
  EXPECT_NE(image_of(t, "ledger", "ledger-db-1"), "new:1-crash");
  t.set_spec("apps", "statefulsets", "shop", "postgres", "replicas", 1);
  t.pass(5'000);
  EXPECT_FALSE(t.get("", "pods", "shop", "postgres-1"));
  EXPECT_TRUE(t.get("", "pods", "shop", "postgres-0"));
}

TEST(Workloads, a_daemon_set_has_one_pod_on_each_node_and_rolls_them) {
  Filled t("no-flux");
  set_image(t, "daemonsets", "platform", "ingress-node", "new:1");
  t.pass(30'000);
  std::map<std::string, std::string> images;
  for (const Document& pod : t.all("", "pods", "platform")) {
    const std::string name(text_at(pod, {"metadata", "name"}));
    if (name.starts_with("ingress-node-")) {
      images[std::string(text_at(pod, {"spec", "nodeName"}))] += image_of(t, "platform", name);
    }
  }
  EXPECT_EQ(images.size(), 4U);
  for (const auto& [node, image] : images) EXPECT_EQ(image, "new:1") << node;
}

// The names of a CronJob's Jobs.
std::set<std::string> jobs_of(Filled& t, const char* ns, const std::string& cron_job) {
  std::set<std::string> names;
  for (const Document& job : t.all("batch", "jobs", ns)) {
    const std::string name(text_at(job, {"metadata", "name"}));
    if (name.starts_with(cron_job + "-")) names.insert(name);
  }
  return names;
}

TEST(Workloads, a_cron_job_starts_jobs_on_time_and_keeps_a_few_that_ended) {
  Filled t("no-flux");
  t.set_spec("batch", "cronjobs", "shop", "stock-sync", "schedule", "*/2 * * * *");
  t.pass(11 * 60'000);
  const std::set<std::string> jobs = jobs_of(t, "shop", "stock-sync");
  EXPECT_EQ(jobs.size(), 3U);
  const auto last = t.get("batch", "jobs", "shop", *jobs.rbegin());
  EXPECT_EQ(Filled::words(*last, "Complete"), "True CompletionsReached");
  const auto cron = t.get("batch", "cronjobs", "shop", "stock-sync");
  EXPECT_NE(text_at(*cron, {"status", "lastScheduleTime"}), "");
  EXPECT_GT(text_at(*cron, {"status", "lastSuccessfulTime"}),
            text_at(*cron, {"status", "lastScheduleTime"}));
  t.set_spec("batch", "cronjobs", "shop", "stock-sync", "suspend", true);
  t.pass(5 * 60'000);
  EXPECT_EQ(jobs_of(t, "shop", "stock-sync"), jobs);
}

TEST(Workloads, a_job_that_fails_is_tried_again_until_its_limit) {
  Filled t("no-flux");
  const Fields container{{"name", "c"}, {"image", "import:1-crash"}};
  const Fields pods{{"restartPolicy", "Never"}, {"containers", Items{container}}};
  const ResourceTypePtr jobs = t.type("batch", "jobs");
  ASSERT_TRUE(t.server.create(
      jobs, "shop",
      make_object("shop", "import", {{"backoffLimit", 1}, {"template", Fields{{"spec", pods}}}}),
      "kubectl-create"));
  t.pass(60'000);
  const auto job = t.get("batch", "jobs", "shop", "import");
  EXPECT_EQ(Filled::words(*job, "Failed"), "True BackoffLimitExceeded");
  EXPECT_EQ(number_at(*job, {"status", "failed"}), 2);
}

TEST(Workloads, a_cron_job_that_forbids_two_at_once_waits_for_the_first) {
  Filled t("no-flux");
  t.edit("batch", "cronjobs", "shop", "stock-sync", [](Document& object) {
    Fields& spec = object_in(object.as_object(), "spec");
    spec["schedule"] = "* * * * *";
    spec["concurrencyPolicy"] = "Forbid";
    Fields& job = object_in(object_in(spec, "jobTemplate"), "spec");
    Fields& pods = object_in(object_in(job, "template"), "spec");
    pods["containers"].as_array().front().as_object()["image"] = "never:no-such-tag";
  });
  t.pass(4 * 60'000);
  size_t going = 0;
  for (const std::string& name : jobs_of(t, "shop", "stock-sync")) {
    going += condition(*t.get("batch", "jobs", "shop", name), "Complete") == nullptr ? 1 : 0;
  }
  EXPECT_EQ(going, 1U);
}

}  // namespace
}  // namespace masthead::sim
