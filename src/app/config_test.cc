#include "app/config.h"

#include <gtest/gtest.h>

#include <fstream>

#include "app/cluster_texts.h"
#include "base/limits.h"

namespace masthead::app {
namespace {

std::string file_with(const std::string& text) {
  const std::string path = testing::TempDir() + "masthead-config.yaml";
  std::ofstream(path) << text;
  return path;
}

TEST(Config, reads_every_kind_of_setting) {
  Config config;
  ASSERT_TRUE(apply_config_file(
      file_with("context: prod\nread-only: true\nnamespace: [a, b]\nplugins: {flux: false}\n"),
      config));
  EXPECT_EQ(config.context, "prod");
  EXPECT_TRUE(config.read_only);
  EXPECT_EQ(config.namespaces, (std::vector<std::string>{"a", "b"}));
  EXPECT_FALSE(config.plugins.at("flux"));
}

TEST(Config, an_unknown_setting_is_an_error_with_file_and_line) {
  Config config;
  const auto result = apply_config_file(file_with("context: prod\nlissten: x\n"), config);
  ASSERT_FALSE(result.has_value());
  EXPECT_NE(result.error().text.find("masthead-config.yaml:2:"), std::string::npos);
  EXPECT_NE(result.error().text.find("lissten"), std::string::npos);
  EXPECT_FALSE(apply_config_file(file_with("plugins: {fluxx: true}\n"), config));
  EXPECT_FALSE(apply_config_file(file_with("read-only: perhaps\n"), config));
  EXPECT_FALSE(apply_config_file(file_with("a: [\n"), config));
  EXPECT_FALSE(apply_config_file("/nonexistent/config.yaml", config));
}

TEST(Config, nothing_of_a_wrong_type_is_taken_in_silence) {
  const auto refusal = [](const std::string& text) {
    Config config;
    const auto result = apply_config_text(text, "c.yaml", config);
    return result ? std::string("taken") : result.error().text;
  };
  EXPECT_EQ(refusal(""), "taken");
  EXPECT_EQ(refusal("# only a comment\n"), "taken");
  EXPECT_EQ(refusal("context\n"), "c.yaml does not hold settings.");
  EXPECT_EQ(refusal("- context\n"), "c.yaml does not hold settings.");
  EXPECT_EQ(refusal("listen: a\nnamespace: [a, 1]\n"),
            "c.yaml:2: namespace must be a list of texts.");
  EXPECT_EQ(refusal("context: 7\n"), "c.yaml:1: context must be a text.");
  EXPECT_EQ(refusal("plugins: off\n"), "c.yaml:1: plugins must be a map.");
  EXPECT_EQ(refusal("plugins:\n  core: true\n  flux: maybe\n"),
            "c.yaml:3: flux must be true or false.");
  EXPECT_EQ(refusal("listen: x\nlist: y\n"), "c.yaml:2: there is no setting 'list'.");
}

TEST(Config, a_file_has_a_limit_and_a_folder_is_no_file) {
  Config config;
  const std::string room(limits::kConfigBytes - 13, ' ');
  EXPECT_TRUE(apply_config_file(file_with("context: prod" + room), config));
  const auto past = apply_config_file(file_with("context: prod " + room), config);
  ASSERT_FALSE(past);
  EXPECT_EQ(past.error().code, base::ErrorCode::kTooLarge);
  EXPECT_NE(past.error().text.find("larger than 1 MiB"), std::string::npos);
  const auto folder = apply_config_file(testing::TempDir(), config);
  ASSERT_FALSE(folder);
  EXPECT_NE(folder.error().text.find("cannot be read"), std::string::npos);
}

TEST(Config, the_environment_overrides_the_file) {
  Config config;
  config.context = "file";
  const auto getenv = [](const std::string& name) -> std::optional<std::string> {
    if (name == "MASTHEAD_CONTEXT") return "environment";
    if (name == "MASTHEAD_READ_ONLY") return "true";
    return std::nullopt;
  };
  ASSERT_TRUE(apply_environment(getenv, config));
  EXPECT_EQ(config.context, "environment");
  EXPECT_TRUE(config.read_only);
}

TEST(Config, names_that_no_namespace_has_are_refused) {
  Config config;
  config.namespaces = {"team-a", "0", std::string(63, 'n')};
  EXPECT_TRUE(check_namespaces(config));
  for (const std::string& bad :
       {std::string("Team"), std::string("a b"), std::string(), std::string("-a"),
        std::string("a-"), std::string("a/b"), std::string(64, 'n')}) {
    config.namespaces = {"team-a", bad};
    const auto refused = check_namespaces(config);
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().text, "'" + bad + "' is no name of a namespace.");
  }
}

TEST(Config, what_is_not_yaml_is_told_how_it_is_written) {
  Config config;
  const auto refused = apply_config_text("listen: [1\n", "c.yaml", config);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().text.starts_with("c.yaml: line 2")) << refused.error().text;
  EXPECT_NE(refused.error().hint.find("`name: value`"), std::string::npos);
}

TEST(Config, listen_addresses_and_base_paths) {
  EXPECT_EQ(parse_listen("127.0.0.1:0")->port, 0);
  EXPECT_EQ(parse_listen("[::1]:8765")->address, "::1");
  EXPECT_EQ(parse_listen("localhost:1")->address, "127.0.0.1");
  for (const char* text : {"", "8765", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:70000"}) {
    EXPECT_FALSE(parse_listen(text).has_value()) << text;
  }
  EXPECT_EQ(parse_base_path("tools/masthead").value(), "/tools/masthead/");
  for (const char* text : {"/a b/", "/\"><script>", "//evil", "/../x", "/a?b"}) {
    EXPECT_FALSE(parse_base_path(text).has_value()) << text;
  }
}

TEST(ClusterTexts, a_role_names_the_right_that_is_missing) {
  const std::string role = role_for("apps", "deployments", "shop");
  EXPECT_NE(role.find("kind: Role\n"), std::string::npos);
  EXPECT_NE(role.find("namespace: shop"), std::string::npos);
  EXPECT_NE(role.find("resources: [\"deployments\"]"), std::string::npos);
  EXPECT_NE(role_for("", "pods", "").find("kind: ClusterRole\n"), std::string::npos);
}

TEST(ClusterTexts, an_embedded_cluster_says_so_and_a_real_one_does_not) {
  host::ClusterSnapshot real;
  describe_embedded("", real);
  EXPECT_TRUE(real.guidance.empty());
  host::ClusterSnapshot embedded;
  describe_embedded("Mend the outage", embedded);
  ASSERT_EQ(embedded.guidance.size(), 1u);
  EXPECT_EQ(embedded.guidance[0].id, "embedded");
  EXPECT_EQ(embedded.guidance[0].hint, "Mend the outage");
}

TEST(ClusterTexts, no_flux_gives_guidance_and_some_flux_says_what_is_not_there) {
  kube::Discovery discovery;
  host::ClusterSnapshot none;
  describe_guidance({}, discovery, none);
  ASSERT_EQ(none.guidance.size(), 1u);
  EXPECT_EQ(none.guidance[0].id, "no-flux");
  kube::ApiResource resource;
  resource.gvr = {"kustomize.toolkit.fluxcd.io", "v1", "kustomizations"};
  resource.kind = "Kustomization";
  discovery.resources.push_back(resource);
  host::ClusterSnapshot some;
  describe_guidance({}, discovery, some);
  ASSERT_EQ(some.guidance.size(), 1u);
  EXPECT_EQ(some.guidance[0].id, "no-helm-controller");
}

}  // namespace
}  // namespace masthead::app
