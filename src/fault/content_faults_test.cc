// What objects may hold: wrong types, nulls for lists, and too much.
#include <fmt/format.h>

#include "base/limits.h"
#include "fault/fault_fixture.h"

namespace masthead::fault {
namespace {

class ContentFaults : public FaultTest {
 protected:
  // Past every check of the API server.
  static void store(sim::ApiServer& server, const char* group, const char* plural,
                    const std::string& json) {
    auto object = sim::parse_document(json);
    ASSERT_TRUE(object) << json;
    server.store().put(server.types().find(group, plural), *object);
  }
  static std::string pod_of(const std::string& name, size_t bytes) {
    return fmt::format(
        R"({{"kind":"Pod","apiVersion":"v1","metadata":{{"name":"{}","namespace":"one","uid":"{}",)"
        R"("annotations":{{"a":"{}"}}}}}})",
        name, name, std::string(bytes, 'x'));
  }
};

TEST_F(ContentFaults, objects_with_wrong_types_are_shown_in_lists_and_from_watches) {
  const std::vector<std::string> odd = {
      R"("spec":"text","status":[])",
      R"("spec":[],"status":{"conditions":null})",
      R"("spec":null,"status":{"conditions":{"type":"Ready"}})",
      R"("spec":{"interval":7,"sourceRef":[],"dependsOn":"x"},"status":{"conditions":[1,null,"x"]})",
      R"("status":{"conditions":[{"type":5,"status":true,"lastTransitionTime":{}}],"inventory":3})",
      R"("status":{"inventory":{"entries":[{"id":null},7,{"id":"_"}]},"observedGeneration":"x"})"};
  const auto put_all = [&](sim::ApiServer& server, const char* prefix) {
    for (size_t i = 0; i < odd.size(); ++i) {
      const std::string name = fmt::format("{}-{}", prefix, i);
      const std::string metadata = fmt::format(
          R"("metadata":{{"name":"{}","namespace":"two","uid":"{}","labels":{},"generation":"x"}})",
          name, name, i % 2 == 0 ? "7" : R"({"a":null,"b":[1]})");
      store(server, kKustomize, "kustomizations",
            fmt::format(R"({{"kind":"Kustomization","apiVersion":"{}/v1",{},{}}})", kKustomize,
                        metadata, odd[i]));
      store(server, "", "pods",
            fmt::format(R"({{"kind":"Pod","apiVersion":"v1",{},{}}})", metadata, odd[i]));
    }
  };
  Setting setting;
  setting.fill = [&](sim::ApiServer& server) { put_all(server, "listed"); };
  begin(std::move(setting));
  const uint64_t listed_at = revision();
  on_server([&](sim::ApiServer& server) { put_all(server, "watched"); });
  EXPECT_TRUE(eventually([&] { return caught_up(); }));
  EXPECT_NE(row("kustomizations." + std::string(kKustomize), "two", "watched-5"), nullptr);
  expect_each_asked(0, {"list limit=0", fmt::format("watch rv={}", listed_at)});
}

TEST_F(ContentFaults, null_for_a_list_of_objects_is_an_empty_list) {
  const char* const path = "/apis/batch/v1/cronjobs";
  Setting setting;
  setting.wait = false;
  begin(std::move(setting));
  const uint64_t now = revision();
  faults().add({"list", path, 0, 1}, sim::answer_with(fmt::format(
                                         R"({{"kind":"CronJobList","apiVersion":"batch/v1",)"
                                         R"("metadata":{{"resourceVersion":"{}"}},"items":null}})",
                                         now)));
  EXPECT_TRUE(eventually([&] { return caught_up(); }));
  expect_each_asked(0, {"list limit=0", fmt::format("watch rv={}", now)});
}

TEST_F(ContentFaults, an_inventory_of_fifty_thousand_entries_is_taken_in) {
  begin();
  const size_t from = mark();
  constexpr size_t kEntries = 50'000;
  std::string entries;
  for (size_t i = 0; i < kEntries; ++i) {
    entries += fmt::format(R"({}{{"id":"n_object-{}__ConfigMap","v":"v1"}})", i == 0 ? "" : ",", i);
  }
  on_server([&](sim::ApiServer& server) {
    store(server, kKustomize, "kustomizations",
          fmt::format(
              R"({{"kind":"Kustomization","apiVersion":"{}/v1","metadata":{{"name":"huge",)"
              R"("namespace":"two","uid":"huge"}},"status":{{"inventory":{{"entries":[{}]}}}}}})",
              kKustomize, entries));
  });
  EXPECT_TRUE(eventually([&] { return caught_up(); }, 20'000));
  touch_pod("pod-0", "afterwards");
  EXPECT_TRUE(eventually([&] { return caught_up(); }, 5'000));
  expect_nothing_asked(from);
}

TEST_F(ContentFaults, bodies_of_three_mebibytes_are_shown_and_larger_ones_left_out_alone) {
  constexpr size_t kRoom = 1'024;
  Setting setting;
  setting.fill = [](sim::ApiServer& server) {
    store(server, "", "pods", pod_of("listed-largest", limits::kObjectBytes - kRoom));
  };
  begin(std::move(setting));
  const size_t from = mark();
  too_large_ = "pods one/too-large ";
  on_server([&](sim::ApiServer& server) {
    store(server, "", "pods", pod_of("largest", limits::kObjectBytes - kRoom));
    store(server, "", "pods", pod_of("too-large", limits::kWatchLineBytes + kRoom));
    touch(server, "", "pods", "one", "pod-0", "afterwards");
  });
  EXPECT_TRUE(eventually([&] { return caught_up(); }, 20'000));
  EXPECT_NE(row("pods", "one", "largest"), nullptr);
  EXPECT_NE(row("pods", "one", "listed-largest"), nullptr);
  EXPECT_EQ(row("pods", "one", "too-large"), nullptr);
  EXPECT_TRUE(eventually([&] {
    return row("pods", "one", "pod-0")->labels().find("afterwards") != std::string_view::npos;
  }));
  EXPECT_TRUE(all(k8s::Freshness::State::kLive)) << "one object more would stop nobody";
  expect_nothing_asked(from);
}

}  // namespace
}  // namespace masthead::fault
