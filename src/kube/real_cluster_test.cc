// Against a real API server: `eval "$(scripts/cluster env | sed 's/^/export /')"` first. Skipped
// without one.
#include <gtest/gtest.h>

#include <cstdlib>

#include "kube/client.h"
#include "kube/kubeconfig.h"
#include "kube/recording_sink.h"
#include "kube/reflector.h"

namespace masthead::kube {
namespace {

class RealCluster : public testing::Test {
 protected:
  void SetUp() override {
    if (std::getenv("MASTHEAD_CLUSTER_NAME") == nullptr) {
      GTEST_SKIP() << "no cluster: see docs/cluster.md";
    }
    const auto config = load_cluster_config({}, process_environment());
    ASSERT_TRUE(config) << config.error().message();
    client_ = Client::create(loop_, *config, base::system_clock(), base::system_random()).value();
  }
  Discovery discover() {
    std::optional<base::Result<Discovery>> found;
    client_->discover([&](auto result) { found = std::move(result); });
    loop_.drive_until([&] { return found.has_value(); });
    EXPECT_TRUE(found && *found) << (found ? found->error().message() : "no answer");
    return found && *found ? **found : Discovery{};
  }
  base::Result<Response> ask(const std::string& method, const std::string& path,
                             const std::string& body = {}) {
    std::optional<base::Result<Response>> answer;
    Request request{method, path, {}, body};
    if (!body.empty()) request.headers = {{"content-type", "application/json"}};
    client_->request(request, [&](auto result) { answer = std::move(result); });
    loop_.drive_until([&] { return answer.has_value(); });
    if (!answer) return base::fail(base::ErrorCode::kTimeout, "no answer in this test");
    return *answer;
  }

  net::Loop loop_;
  std::unique_ptr<Client> client_;
};

std::string config_map(const std::string& name) {
  return R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":")" + name + R"("}})";
}

TEST_F(RealCluster, is_discovered_in_the_versions_it_prefers) {
  const Discovery found = discover();
  EXPECT_TRUE(found.server_version.starts_with("v1.")) << found.server_version;
  EXPECT_TRUE(found.stale_groups.empty());
  const ApiResource* pods = found.find("", "Pod");
  ASSERT_NE(pods, nullptr);
  EXPECT_EQ(pods->path("x"), "/api/v1/namespaces/x/pods");
  EXPECT_TRUE(pods->namespaced && pods->has_verb("watch"));
  const ApiResource* autoscaler = found.find("autoscaling", "HorizontalPodAutoscaler");
  ASSERT_NE(autoscaler, nullptr);
  EXPECT_EQ(autoscaler->gvr.version, "v2");
  EXPECT_EQ(autoscaler->served_versions, (std::vector<std::string>{"v2", "v1"}));
}

TEST_F(RealCluster, a_reflector_lists_by_stream_and_sees_every_change) {
  const Discovery found = discover();
  RecordingSink sink;
  Reflector reflector(*client_, {*found.find("", "ConfigMap"), "default", false}, sink);
  ASSERT_TRUE(loop_.drive_until([&] {
    return sink.freshness.state == k8s::Freshness::State::kLive;
  })) << reflector.state_name()
      << ": " << sink.freshness.cause.message();
  EXPECT_EQ(reflector.counters().lists, 0u) << "no classic list was needed";
  EXPECT_EQ(sink.resets, 1);
  (void)ask("DELETE", "/api/v1/namespaces/default/configmaps/reflected");
  ASSERT_TRUE(ask("POST", "/api/v1/namespaces/default/configmaps", config_map("reflected")));
  EXPECT_TRUE(loop_.drive_until([&] { return sink.objects.contains("default/reflected"); }));
  ASSERT_TRUE(ask("DELETE", "/api/v1/namespaces/default/configmaps/reflected"));
  EXPECT_TRUE(loop_.drive_until([&] { return !sink.objects.contains("default/reflected"); }));
  EXPECT_EQ(sink.duplicates + sink.backwards, 0);
}

TEST_F(RealCluster, says_what_is_forbidden_in_the_servers_words) {
  auto options = KubeconfigOptions{};
  const char* nobody = std::getenv("KUBECONFIG_NOBODY");
  ASSERT_NE(nobody, nullptr);
  options.path = nobody;
  const auto config = load_cluster_config(options, process_environment());
  ASSERT_TRUE(config) << config.error().message();
  const Discovery found = discover();
  const auto other =
      Client::create(loop_, *config, base::system_clock(), base::system_random()).value();
  RecordingSink sink;
  Reflector reflector(*other, {*found.find("", "Pod"), "", false}, sink);
  ASSERT_TRUE(loop_.drive_until([&] {
    return sink.freshness.state == k8s::Freshness::State::kForbidden;
  })) << reflector.state_name();
  EXPECT_NE(sink.freshness.cause.text.find("pods is forbidden: User \"nobody\" cannot"),
            std::string::npos)
      << sink.freshness.cause.text;
  std::optional<base::Result<AccessAnswer>> answer;
  other->review_access({"list", "", "pods", "", "", ""}, [&](auto result) { answer = result; });
  ASSERT_TRUE(loop_.drive_until([&] { return answer.has_value(); }));
  ASSERT_TRUE(*answer) << answer->error().message();
  EXPECT_FALSE((*answer)->allowed);
}

TEST_F(RealCluster, metadata_only_objects_have_no_data) {
  const Discovery found = discover();
  RecordingSink sink;
  Reflector reflector(*client_, {*found.find("", "ConfigMap"), "kube-system", true}, sink);
  ASSERT_TRUE(
      loop_.drive_until([&] { return sink.freshness.state == k8s::Freshness::State::kLive; }));
  EXPECT_FALSE(sink.objects.empty());
  EXPECT_LT(sink.bytes / sink.objects.size(), 1000u);
}

}  // namespace
}  // namespace masthead::kube
