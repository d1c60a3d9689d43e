// Nodes, Namespaces, Services, ConfigMaps and Events in every state.
#include <gtest/gtest.h>

#include "base/time_format.h"
#include "host/kind_fixture.h"
#include "plugins/core/kinds.h"

namespace masthead::plugins::core {
namespace {

using host::fixture::Filled;
using k8s::Status;

const base::ManualClock kClock;

std::string condition(const std::string& type, const std::string& status) {
  return R"({"type":")" + type + R"(","status":")" + status +
         R"(","reason":"R","message":"said","lastTransitionTime":"2026-08-14T09:25:00Z"})";
}
std::string node(const std::string& conditions, const std::string& spec = "") {
  return R"({"metadata":{"name":"n"},"spec":{)" + spec + R"(},"status":{"conditions":[)" +
         conditions + "]}}";
}

TEST(Nodes, have_the_words_of_kubectl) {
  struct Case {
    const char* name;
    std::string object;
    const char* word;
    Status status;
    const char* message;
  };
  const std::string ready = condition("Ready", "True");
  const std::string cordoned = R"("unschedulable":true)";
  const Case cases[] = {
      {"ready", node(ready), "Ready", Status::kReady, "said"},
      {"not ready", node(condition("Ready", "False")), "NotReady", Status::kFailed, "said"},
      {"kubelet lost", node(condition("Ready", "Unknown")), "NotReady", Status::kFailed, "said"},
      {"cordoned", node(ready, cordoned), "Ready,SchedulingDisabled", Status::kSuspended, "said"},
      {"cordoned and lost", node(condition("Ready", "Unknown"), cordoned),
       "NotReady,SchedulingDisabled", Status::kFailed, "said"},
      {"pressure", node(condition("MemoryPressure", "True") + "," + ready), "Ready", Status::kReady,
       "MemoryPressure. said"},
      {"two pressures",
       node(ready + "," + condition("DiskPressure", "True") + "," +
            condition("PIDPressure", "True")),
       "Ready", Status::kReady, "DiskPressure, PIDPressure. said"},
      {"no pressure", node(ready + "," + condition("DiskPressure", "False")), "Ready",
       Status::kReady, "said"},
      {"not reported yet", node(""), "Unknown", Status::kUnknown, ""},
      {"a status nobody knows", node(condition("Ready", "Perhaps")), "NotReady", Status::kUnknown,
       "said"}};
  for (const Case& one : cases) {
    const Filled filled(nodes(), one.object, kClock);
    EXPECT_EQ(filled.status().word.text(), one.word) << one.name;
    EXPECT_EQ(k8s::status_name(filled.status().status), k8s::status_name(one.status)) << one.name;
    EXPECT_EQ(filled.status().message, one.message) << one.name;
  }
}

TEST(Nodes, name_their_roles_once_and_their_addresses) {
  const Filled filled(
      nodes(),
      R"({"metadata":{"name":"n","labels":{"node-role.kubernetes.io/worker":"",)"
      R"("kubernetes.io/role":"control-plane","node-role.kubernetes.io/control-plane":"",)"
      R"("node-role.kubernetes.io/":""}},"status":{"addresses":[)"
      R"({"type":"Hostname","address":"h"},{"type":"InternalIP","address":"10.0.0.1"}],)"
      R"("nodeInfo":{"kubeletVersion":"v1.36.3"}}})",
      kClock);
  EXPECT_EQ(filled.cell("roles"), R"("control-plane,worker")");
  EXPECT_EQ(filled.cell("internal_ip"), R"("10.0.0.1")");
  EXPECT_EQ(filled.cell("external_ip"), "null");
  EXPECT_EQ(filled.cell("version"), R"("v1.36.3")");
}

TEST(Namespaces, say_what_holds_one_that_does_not_go) {
  const Filled active(namespaces(), R"({"metadata":{"name":"a"},"status":{"phase":"Active"}})",
                      kClock);
  EXPECT_EQ(active.status().status, Status::kReady);
  EXPECT_EQ(active.status().word.text(), "Active");
  const Filled stuck(namespaces(),
                     R"({"metadata":{"name":"a","deletionTimestamp":"2026-08-14T09:00:00Z"},)"
                     R"("status":{"phase":"Terminating","conditions":[)" +
                         condition("NamespaceFinalizersRemaining", "True") + "," +
                         R"({"type":"Other","status":"False","message":"no"}]}})",
                     kClock);
  EXPECT_EQ(stuck.status().status, Status::kTerminating);
  EXPECT_EQ(stuck.status().message, "said");
  EXPECT_EQ(base::format_rfc3339(stuck.status().since_ms), "2026-08-14T09:00:00Z");
  EXPECT_EQ(Filled(namespaces(), R"({"metadata":{"name":"a"}})", kClock).status().status,
            Status::kUnknown);
}

TEST(Services, show_what_kubectl_shows) {
  struct Case {
    const char* name;
    const char* spec;
    const char* ingress;
    const char* external;
    Status status;
  };
  const Case cases[] = {
      {"cluster IP", R"("type":"ClusterIP")", "", "null", Status::kReady},
      {"type not written", "", "", "null", Status::kReady},
      {"external IPs", R"("type":"NodePort","externalIPs":["1.2.3.4","5.6.7.8"])", "",
       R"("1.2.3.4,5.6.7.8")", Status::kReady},
      {"pending", R"("type":"LoadBalancer")", "", R"("<pending>")", Status::kProgressing},
      {"balanced", R"("type":"LoadBalancer","externalIPs":["9.9.9.9"])",
       R"({"ip":"1.1.1.1"},{"ip":"","hostname":"lb.example"})", R"("1.1.1.1,lb.example,9.9.9.9")",
       Status::kReady},
      {"a name", R"("type":"ExternalName","externalName":"db.example")", "", R"("db.example")",
       Status::kReady}};
  for (const Case& one : cases) {
    const Filled filled(services(),
                        std::string(R"({"metadata":{"name":"s"},"spec":{)") + one.spec +
                            R"(},"status":{"loadBalancer":{"ingress":[)" + one.ingress + "]}}}",
                        kClock);
    EXPECT_EQ(filled.cell("external_ip"), one.external) << one.name;
    EXPECT_EQ(k8s::status_name(filled.status().status), k8s::status_name(one.status)) << one.name;
  }
  const Filled ports(services(),
                     R"({"metadata":{"name":"s"},"spec":{"clusterIP":"10.0.0.1","selector":)"
                     R"({"app":"web","tier":"a"},"ports":[{"port":80,"protocol":"TCP"},)"
                     R"({"port":53,"protocol":"UDP","nodePort":30053},{"port":8080}]}})",
                     kClock);
  EXPECT_EQ(ports.cell("ports"), R"("80/TCP,53:30053/UDP,8080/TCP")");
  EXPECT_EQ(ports.cell("selector"), R"("app=web,tier=a")");
  EXPECT_EQ(ports.cell("type"), R"("ClusterIP")");
}

TEST(ConfigMaps, are_watched_without_their_data) {
  EXPECT_TRUE(config_maps().metadata_only);
  EXPECT_FALSE(config_maps().has_status);
  EXPECT_EQ(Filled(config_maps(), R"({"metadata":{"name":"c"}})", kClock).cell("name"), R"("c")");
}

TEST(Events, of_the_old_and_of_the_new_kind_have_times_and_counts) {
  const auto ms = [](const char* time) { return std::to_string(base::rfc3339_or_zero(time)); };
  const std::string about =
      R"("involvedObject":{"apiVersion":"apps/v1","kind":"Deployment","namespace":"n",)"
      R"("name":"web","uid":"u1","fieldPath":"spec.containers{c}"})";
  const Filled old(events(),
                   R"({"metadata":{"name":"e"},"type":"Warning","reason":"BackOff","count":7,)"
                   R"("message":"again","firstTimestamp":"2026-08-14T09:00:00Z",)"
                   R"("lastTimestamp":"2026-08-14T09:20:00Z","source":{"component":"kubelet"},)" +
                       about + "}",
                   kClock);
  EXPECT_EQ(old.cell("count"), "7");
  EXPECT_EQ(old.cell("first"), ms("2026-08-14T09:00:00Z"));
  EXPECT_EQ(old.cell("last"), ms("2026-08-14T09:20:00Z"));
  EXPECT_EQ(old.cell("source"), R"("kubelet")");
  EXPECT_EQ(old.cell("subobject"), R"("spec.containers{c}")");
  EXPECT_NE(old.cell("object").find("deployments.apps"), std::string::npos) << "leads there";
  EXPECT_EQ(old.row()->owners(), "Deployment/u1\n");
  const Filled fresh(events(),
                     R"({"metadata":{"name":"e"},"eventTime":"2026-08-14T09:10:00.123456Z",)"
                     R"("series":{"count":3,"lastObservedTime":"2026-08-14T09:15:00Z"},)"
                     R"("firstTimestamp":null,"count":0,"reportingComponent":"scheduler"})",
                     kClock);
  EXPECT_EQ(fresh.cell("count"), "3");
  EXPECT_EQ(fresh.cell("last"), ms("2026-08-14T09:15:00Z"));
  EXPECT_EQ(fresh.cell("source"), R"("scheduler")");
  const Filled single(events(), R"({"metadata":{"name":"e"},"count":0})", kClock);
  EXPECT_EQ(single.cell("count"), "1") << "it happened";
}

TEST(Events, of_notification_keep_addresses_and_webhook_paths_to_themselves) {
  const base::ManualClock clock;
  const std::string said =
      R"(Post \"https://hooks.example.com/services/t0ken\": EOF, path /hook/0123abcd)";
  for (const char* group : {"notification", "kustomize"}) {
    const bool masked = std::string_view(group) == "notification";
    const host::fixture::Filled event(
        events(),
        R"({"metadata":{"namespace":"a","name":"e"},"involvedObject":{"apiVersion":")" +
            std::string(group) +
            R"(.toolkit.fluxcd.io/v1","kind":"Alert","name":"one"},"message":")" + said + R"("})",
        clock);
    EXPECT_EQ(event.object().contains("t0ken"), !masked) << group;
    EXPECT_EQ(event.object().contains("0123abcd"), !masked) << group;
    EXPECT_TRUE(event.cell("message").contains("hooks.example.com")) << group;
  }
}

}  // namespace
}  // namespace masthead::plugins::core
