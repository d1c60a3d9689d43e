#include "kube/kubeconfig.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "base/base64.h"
#include "base/limits.h"
#include "kube/kubeconfig_file.h"
#include "kube/url.h"

namespace masthead::kube {
namespace {

using base::ErrorCode;

class Kubeconfig : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/kubeconfig-test-XXXXXX";
    folder_ = ::mkdtemp(name);
    environment_.home = folder_ + "/home";
    environment_.working_directory = folder_;
    environment_.service_account_dir = folder_ + "/serviceaccount";
    environment_.getenv = [this](const std::string& key) -> std::optional<std::string> {
      const auto found = variables_.find(key);
      if (found == variables_.end()) return std::nullopt;
      return found->second;
    };
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) {
    const std::string path = folder_ + "/" + name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << text;
    return path;
  }
  base::Result<ClusterConfig> load(std::optional<std::string> context = {}) {
    KubeconfigOptions options;
    options.context = std::move(context);
    return load_cluster_config(options, environment_);
  }
  // A file with one context, whose user and cluster hold what is given.
  base::Result<ClusterConfig> load_with(const std::string& user, const std::string& cluster = {},
                                        const std::string& server = "https://h:6443") {
    variables_["KUBECONFIG"] =
        write("one",
              "current-context: c\ncontexts: [{name: c, context: {cluster: k, user: u}}]\n"
              "clusters:\n- name: k\n  cluster: {server: '" +
                  server + "', " + cluster +
                  "}\n"
                  "users:\n- name: u\n  user: {" +
                  user + "}\n");
    return load();
  }

  std::string folder_;
  Environment environment_;
  std::map<std::string, std::string> variables_;
};

constexpr char kPlain[] =
    "apiVersion: v1\nkind: Config\ncurrent-context: dev\n"
    "clusters:\n- name: c1\n  cluster: {server: 'https://one:6443/prefix/?x=1'}\n"
    "users:\n- name: u1\n  user: {token: t1}\n"
    "contexts:\n"
    "- name: dev\n  context: {cluster: c1, user: u1, namespace: apps}\n"
    "- name: ops\n  context: {cluster: c1, user: u1, namespace: ops}\n"
    "- name: other\n  context: {cluster: c1, user: u2, namespace: hidden}\n";

TEST_F(Kubeconfig, reads_the_current_context_from_the_home_folder) {
  write("home/.kube/config", kPlain);
  const auto config = load();
  ASSERT_TRUE(config) << config.error().message();
  EXPECT_EQ(config->context, "dev");
  EXPECT_EQ(config->server, "https://one:6443/prefix") << "prefix kept, query dropped";
  EXPECT_EQ(config->auth.token, "t1");
  EXPECT_EQ(config->default_namespace, "apps");
  EXPECT_EQ(config->context_namespaces, (std::vector<std::string>{"apps", "ops"}));
}

TEST_F(Kubeconfig, merges_files_as_client_go_does) {
  const std::string a = write("a/config",
                              "users: [{name: u, user: {tokenFile: tok}}]\n"
                              "clusters: [{name: k, cluster: {server: 'https://a'}}]\n");
  const std::string b = write("b/config",
                              "current-context: c\n"
                              "users: [{name: u, user: {token: loses, username: x}}]\n"
                              "clusters: [{name: k, cluster: {server: 'https://b', "
                              "tls-server-name: n}}]\n"
                              "contexts: [{name: c, context: {cluster: k, user: u}}]\n");
  variables_["KUBECONFIG"] = ":" + folder_ + "/missing:" + a + ":" + b + ":" + a;
  const auto config = load();
  ASSERT_TRUE(config) << config.error().message();
  EXPECT_EQ(config->server, "https://a");
  EXPECT_EQ(config->tls.server_name, "") << "an entry is taken whole from the first file";
  EXPECT_EQ(config->auth.token, "");
  EXPECT_EQ(config->auth.token_file, folder_ + "/a/tok") << "relative to its own file";
  EXPECT_EQ(config->default_namespace, "default");
}

TEST_F(Kubeconfig, an_explicit_path_must_exist) {
  KubeconfigOptions options;
  options.path = "nowhere";
  const auto config = load_cluster_config(options, environment_);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().text, "kubeconfig: " + folder_ + "/nowhere: No such file or directory");
}

TEST_F(Kubeconfig, says_where_it_looked_when_there_is_none) {
  EXPECT_EQ(load().error().text, "no kubeconfig: " + folder_ + "/home/.kube/config does not exist");
  variables_["KUBECONFIG"] = folder_ + "/x:" + folder_ + "/y";
  EXPECT_EQ(load().error().text,
            "no kubeconfig: " + folder_ + "/x, " + folder_ + "/y do not exist");
  EXPECT_EQ(load().error().code, ErrorCode::kNotFound);
  EXPECT_EQ(load().error().hint,
            "Set KUBECONFIG or pass --kubeconfig; `kubectl config view` shows what kubectl uses.");
}

TEST_F(Kubeconfig, names_file_and_line_of_what_is_malformed) {
  const std::string path = write("home/.kube/config", "clusters:\n- name: a\n  cluster: {x: [1\n");
  const auto config = load();
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code, ErrorCode::kInvalid);
  EXPECT_TRUE(config.error().text.starts_with(path + ": line 4, column ")) << config.error().text;
  write("home/.kube/config", "clusters: 5\n");
  EXPECT_EQ(load().error().text, path + ": clusters is not a list");
  write("home/.kube/config", "users: [{name: a, user: {client-key-data: '%'}}]\n");
  EXPECT_EQ(load().error().text, path + ": users[0].user.client-key-data is not base64");
  write("home/.kube/config", "users: [{name: a}, {name: a}]\n");
  EXPECT_EQ(load().error().text, path + ": users names a twice");
  write("home/.kube/config", "kind: Pod\n");
  EXPECT_EQ(load().error().text, path + ": kind is Pod, not Config");
}

TEST_F(Kubeconfig, lists_the_contexts_there_are_when_one_is_unknown) {
  write("home/.kube/config", kPlain);
  const auto config = load("prod");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().text, "unknown context prod");
  EXPECT_EQ(config.error().hint, "There are: dev, ops, other.");
  EXPECT_EQ(load("other").error().text,
            "context other names user u2, which the kubeconfig does not have");
  EXPECT_EQ(load("other").error().hint, "Add it, or choose another context with --context.");
}

TEST_F(Kubeconfig, holds_the_size_limit_to_the_byte) {
  const auto with_size = [&](size_t size) {
    std::string text = kPlain;
    text.append(size - text.size(), '\n');
    write("home/.kube/config", text);
    return load();
  };
  EXPECT_TRUE(with_size(limits::kKubeconfigBytes));
  EXPECT_EQ(with_size(limits::kKubeconfigBytes + 1).error().code, ErrorCode::kTooLarge);
}

TEST_F(Kubeconfig, credentials_are_dropped_when_the_server_is_not_https) {
  const auto config = load_with("token: t, username: u, password: p", "", "http://h:8080");
  ASSERT_TRUE(config);
  EXPECT_TRUE(config->auth.token.empty() && config->auth.username.empty());
  ASSERT_EQ(config->warnings.size(), 1u);
}

TEST_F(Kubeconfig, an_unverified_server_is_a_loud_warning) {
  const auto config = load_with("token: t", "insecure-skip-tls-verify: true");
  ASSERT_TRUE(config);
  EXPECT_TRUE(config->tls.skip_verify);
  EXPECT_EQ(config->warnings.size(), 1u);
  EXPECT_FALSE(load_with("token: t", "insecure-skip-tls-verify: true, certificate-authority: x"));
}

TEST_F(Kubeconfig, proxies_are_refused_with_a_clear_text) {
  const auto named = load_with("token: t", "proxy-url: 'http://p:3128'");
  ASSERT_FALSE(named);
  EXPECT_EQ(named.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(named.error().text.find("through a proxy (proxy-url)"), std::string::npos);
  variables_["HTTPS_PROXY"] = "http://p:3128";
  EXPECT_TRUE(load_with("token: t").error().text.starts_with("HTTPS_PROXY is set"));
  EXPECT_TRUE(load_with("token: t", "", "https://127.0.0.1:6443")) << "loopback is never proxied";
  variables_["NO_PROXY"] = "example.org, h";
  EXPECT_TRUE(load_with("token: t"));
}

TEST_F(Kubeconfig, knows_certificates_and_their_order_with_data_first) {
  const auto config = load_with(
      "client-certificate: crt, client-key: /k, client-key-data: " + base::encode_base64("KEY"),
      "certificate-authority: ca.crt");
  ASSERT_TRUE(config) << config.error().message();
  EXPECT_EQ(config->auth.client_certificate_file, folder_ + "/crt");
  EXPECT_EQ(config->auth.client_key_pem, "KEY");
  EXPECT_EQ(config->auth.client_key_file, "");
  EXPECT_EQ(config->tls.ca_file, folder_ + "/ca.crt");
  EXPECT_NE(load_with("client-key: k").error().text.find("key without a certificate"),
            std::string::npos);
}

TEST_F(Kubeconfig, plugins_run_only_when_they_are_on_the_list) {
  const std::string v1 = "apiVersion: client.authentication.k8s.io/v1";
  const auto aws = load_with("exec: {" + v1 + ", command: /opt/bin/aws, args: [eks, get-token]}");
  ASSERT_TRUE(aws) << aws.error().message();
  EXPECT_EQ(aws->auth.exec->args, (std::vector<std::string>{"eks", "get-token"}));
  const auto evil = load_with("exec: {" + v1 + ", command: ./evil.sh}");
  ASSERT_FALSE(evil);
  EXPECT_EQ(evil.error().code, ErrorCode::kForbidden);
  EXPECT_NE(evil.error().text.find("evil.sh to log in, which is not on the list"),
            std::string::npos);
  EXPECT_EQ(evil.error().hint, "If you trust it, allow it with --allow-exec=evil.sh.");
  KubeconfigOptions options;
  options.allowed_exec = {folder_ + "/./evil.sh"};
  EXPECT_TRUE(load_cluster_config(options, environment_)) << "by absolute path";
}

TEST_F(Kubeconfig, plugins_that_would_ask_or_are_too_old_are_refused) {
  EXPECT_NE(load_with("exec: {apiVersion: client.authentication.k8s.io/v1, command: aws, "
                      "interactiveMode: Always}")
                .error()
                .text.find("wants to ask questions"),
            std::string::npos);
  EXPECT_NE(load_with("exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: aws}")
                .error()
                .text.find("v1alpha1 is not supported"),
            std::string::npos);
  EXPECT_NE(load_with("auth-provider: {name: gcp}").error().text.find("legacy auth-provider gcp"),
            std::string::npos);
}

TEST_F(Kubeconfig, a_pod_uses_its_service_account_when_there_is_no_kubeconfig) {
  write("serviceaccount/token", "tok");
  write("serviceaccount/ca.crt", "ca");
  write("serviceaccount/namespace", "flux-system\n");
  variables_["KUBERNETES_SERVICE_HOST"] = "fd00::1";
  variables_["KUBERNETES_SERVICE_PORT"] = "443";
  const auto config = load();
  ASSERT_TRUE(config) << config.error().message();
  EXPECT_TRUE(config->in_cluster);
  EXPECT_EQ(config->server, "https://[fd00::1]:443");
  EXPECT_EQ(config->default_namespace, "flux-system");
  EXPECT_EQ(config->auth.token_file, folder_ + "/serviceaccount/token");
  write("home/.kube/config", kPlain);
  EXPECT_EQ(load()->context, "dev") << "a kubeconfig comes first";
}

TEST_F(Kubeconfig, lists_all_contexts) {
  write("home/.kube/config", kPlain);
  const auto contexts = list_contexts({}, environment_).value();
  ASSERT_EQ(contexts.size(), 3u);
  EXPECT_EQ(contexts[0].name, "dev");
  EXPECT_TRUE(contexts[0].current);
  EXPECT_EQ(contexts[1].ns, "ops");
}

TEST(Url, is_read_and_written) {
  EXPECT_EQ(parse_url("https://h:443/")->text(), "https://h");
  EXPECT_EQ(parse_url("http://h:80")->text(), "http://h");
  EXPECT_EQ(parse_url("h:6443")->text(), "https://h:6443");
  EXPECT_EQ(parse_url("https://[::1]:6443/a/b/")->text(), "https://[::1]:6443/a/b");
  for (const char* bad :
       {"", "ftp://h", "https://", "https://u@h", "https://h:0", "https://h:x", "https://h:70000",
        "https://[::1", "https://h/a b", "https://h\r\nX: y"}) {
    EXPECT_FALSE(parse_url(bad)) << bad;
  }
  EXPECT_EQ(escape_component("a b/c%é~"), "a%20b%2Fc%25%C3%A9~");
}

}  // namespace
}  // namespace masthead::kube
