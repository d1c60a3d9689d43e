#include "kube/exec_plugin.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "json/value.h"
#include "kube/credentials.h"

namespace masthead::kube {
namespace {

using base::ErrorCode;

class ExecPlugin : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/exec-test-XXXXXX";
    folder_ = ::mkdtemp(name);
    config_.server = "https://h:6443";
    config_.auth.exec = ExecConfig{};
    config_.auth.exec->api_version = "client.authentication.k8s.io/v1";
    config_.auth.exec->command = folder_ + "/plugin";
    config_.auth.exec->install_hint = "get it\x1b[31m\nfrom here";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void script(const std::string& text) {
    std::ofstream(folder_ + "/plugin") << "#!/bin/sh\n" << text << "\n";
    ::chmod((folder_ + "/plugin").c_str(), 0755);
  }
  static std::string credential(const std::string& status) {
    return R"(echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":)" +
           status + "}'";
  }
  base::Result<ExecCredential> run(int64_t timeout_ms = 5'000) {
    std::optional<base::Result<ExecCredential>> result;
    ExecRun run(loop_, config_, [&](auto outcome) { result = std::move(outcome); }, timeout_ms);
    loop_.drive_until([&] { return result.has_value(); });
    return result ? *result : base::fail(ErrorCode::kInternal, "nothing");
  }
  int runs() const {
    std::ifstream file(folder_ + "/runs");
    std::string line;
    int count = 0;
    while (std::getline(file, line)) ++count;
    return count;
  }

  net::Loop loop_;
  std::string folder_;
  ClusterConfig config_;
};

TEST_F(ExecPlugin, gives_a_token_or_a_certificate) {
  script(credential(R"({"token":"t","expirationTimestamp":"2026-08-14T09:30:00Z"})"));
  const auto token = run();
  ASSERT_TRUE(token) << token.error().message();
  EXPECT_EQ(token->token, "t");
  EXPECT_EQ(token->expires_ms, 1786699800000);
  script(credential(R"({"clientCertificateData":"C","clientKeyData":"K"})"));
  EXPECT_EQ(run()->key_pem, "K");
}

TEST_F(ExecPlugin, gets_arguments_variables_and_its_info_but_no_input_and_no_files_of_ours) {
  config_.auth.exec->args = {"a b", "c"};
  config_.auth.exec->env = {{"FLAVOUR", "x y"}};
  config_.auth.exec->provide_cluster_info = true;
  const int ours = ::open("/dev/null", O_RDONLY);  // not close-on-exec
  script(
      "[ \"$1\" = 'a b' ] && [ \"$2\" = c ] && [ \"$FLAVOUR\" = 'x y' ] || exit 3\n"
      "[ -z \"$(cat)\" ] || exit 4\n[ ! -e /proc/self/fd/" +
      std::to_string(ours) + " ] || exit 5\necho \"$KUBERNETES_EXEC_INFO\" > " + folder_ +
      "/info\n" + credential(R"({"token":"t"})"));
  const auto result = run();
  ::close(ours);
  ASSERT_TRUE(result) << result.error().message();
  std::ifstream file(folder_ + "/info");
  std::string info;
  std::getline(file, info);
  const auto document = json::Document::parse(info).value();
  EXPECT_FALSE(document.root()["spec"]["interactive"].boolean(true));
  EXPECT_EQ(document.root()["spec"]["cluster"]["server"].str(), "https://h:6443");
}

TEST_F(ExecPlugin, says_when_it_is_not_installed_with_a_clean_hint) {
  config_.auth.exec->command = "no-such-plugin-anywhere";
  const auto result = run();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(result.error().text, "the credential plugin no-such-plugin-anywhere is not installed");
  EXPECT_EQ(result.error().hint, "get it [31m from here") << "no control characters";
}

TEST_F(ExecPlugin, says_how_it_failed_in_its_own_words) {
  script("echo secret; echo 'session expired,\n run: login' >&2; exit 7");
  const auto result = run();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kUnauthenticated);
  EXPECT_TRUE(result.error().text.ends_with("failed with exit code 7: session expired, run: login"))
      << result.error().text;
  EXPECT_TRUE(result.error().hint.starts_with("Run it by hand")) << result.error().hint;
}

TEST_F(ExecPlugin, is_ended_with_all_it_started_when_it_hangs) {
  script("sleep 600 & echo $! > " + folder_ + "/child\nsleep 600");
  const auto result = run(300);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kTimeout);
  EXPECT_NE(result.error().text.find("did not answer within 10 s"), std::string::npos);
  std::ifstream file(folder_ + "/child");
  int child = 0;
  file >> child;
  ASSERT_GT(child, 0);
  // Gone, or a zombie that its new parent has not collected yet; a busy kernel takes a moment.
  const auto state_of = [&] {
    std::ifstream stat("/proc/" + std::to_string(child) + "/stat");
    std::string pid, name, state = "gone";
    stat >> pid >> name >> state;
    return state;
  };
  std::string state = state_of();
  for (int i = 0; i < 100 && state != "gone" && state != "Z" && state != "X"; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    state = state_of();
  }
  EXPECT_TRUE(state == "gone" || state == "Z" || state == "X") << state;
}

TEST_F(ExecPlugin, is_ended_when_nobody_waits_any_more) {
  script("sleep 600");
  const auto begin = std::chrono::steady_clock::now();
  {
    ExecRun run(loop_, config_, [](auto) { ADD_FAILURE() << "cancelled"; });
    loop_.drive_for(50);
  }
  loop_.drive_for(20);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
}

TEST_F(ExecPlugin, does_not_wait_for_what_it_left_behind) {
  script("sleep 600 &\n" + credential(R"({"token":"t"})"));
  EXPECT_TRUE(run(3'000));
}

TEST_F(ExecPlugin, holds_the_output_limit_to_the_byte) {
  const auto with = [&](size_t size) {
    script("head -c " + std::to_string(size) + " /dev/zero | tr '\\0' ' '");
    return run(20'000).error();
  };
  EXPECT_EQ(with(limits::kExecPluginOutputBytes).code, ErrorCode::kInvalid) << "blank, not JSON";
  EXPECT_EQ(with(limits::kExecPluginOutputBytes + 1).code, ErrorCode::kTooLarge);
}

TEST_F(ExecPlugin, refuses_answers_that_are_not_credentials) {
  const auto refused = [&](const std::string& output) {
    return parse_exec_credential(output, *config_.auth.exec).error().text;
  };
  const std::string head =
      R"({"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",)";
  EXPECT_NE(refused("hello").find("did not print JSON"), std::string::npos);
  EXPECT_NE(refused("{}").find("did not print an ExecCredential"), std::string::npos);
  EXPECT_NE(
      refused(R"({"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential"})")
          .find("answered with apiVersion client.authentication.k8s.io/v1beta1"),
      std::string::npos);
  EXPECT_NE(refused(head + R"("status":{}})").find("neither a token nor"), std::string::npos);
  EXPECT_NE(refused(head + R"("status":{"clientKeyData":"k"}})").find("without the other"),
            std::string::npos);
  EXPECT_NE(refused(head + R"("status":{"token":"a\nb"}})").find("line breaks"), std::string::npos);
}

class CredentialsTest : public ExecPlugin {
 protected:
  base::Result<CredentialPtr> get(Credentials& credentials) {
    std::optional<base::Result<CredentialPtr>> result;
    credentials.get([&](auto got) { result = std::move(got); });
    loop_.drive_until([&] { return result.has_value(); });
    return *result;
  }
  static std::string token_of(const base::Result<CredentialPtr>& credential) {
    return credential ? std::string(proto::find_header((*credential)->headers, "authorization"))
                      : credential.error().text;
  }
  base::ManualClock clock_;
};

TEST_F(CredentialsTest, a_plugins_answer_is_kept_until_it_expires_or_a_401) {
  script("echo x >> " + folder_ + "/runs\n" +
         credential(R"({"token":"t'$(wc -l < )" + folder_ +
                    R"(/runs)'","expirationTimestamp":"2026-09-21T14:23:20Z"})"));
  Credentials credentials(loop_, config_, clock_);
  const auto first = get(credentials);
  EXPECT_EQ(token_of(first), "Bearer t1");
  EXPECT_EQ(token_of(get(credentials)), "Bearer t1");
  EXPECT_FALSE(credentials.rejected(**first)) << "not in a circle";
  clock_.advance(limits::kExecPluginRetryMs);
  EXPECT_TRUE(credentials.rejected(**first));
  EXPECT_EQ(token_of(get(credentials)), "Bearer t2");
  EXPECT_TRUE(credentials.rejected(**first)) << "replaced already";
  EXPECT_EQ(runs(), 2);
  clock_.advance(601'000);
  EXPECT_EQ(token_of(get(credentials)), "Bearer t3") << "expired";
}

TEST_F(CredentialsTest, many_who_wait_share_one_run_and_a_failure_is_kept_for_a_while) {
  script("echo x >> " + folder_ + "/runs\nexit 1");
  Credentials credentials(loop_, config_, clock_);
  int failed = 0;
  for (int i = 0; i < 20; ++i) credentials.get([&](auto got) { failed += !got; });
  loop_.drive_until([&] { return failed == 20; });
  EXPECT_FALSE(get(credentials));
  EXPECT_EQ(runs(), 1);
  clock_.advance(limits::kExecPluginRetryMs);
  EXPECT_FALSE(get(credentials));
  EXPECT_EQ(runs(), 2);
}

TEST_F(CredentialsTest, a_token_file_is_read_again_after_a_minute_and_after_a_401) {
  config_.auth.exec.reset();
  config_.auth.token_file = folder_ + "/token";
  std::ofstream(folder_ + "/token") << "one\n";
  Credentials credentials(loop_, config_, clock_);
  const auto one = get(credentials);
  EXPECT_EQ(token_of(one), "Bearer one");
  std::ofstream(folder_ + "/token") << "two\n";
  EXPECT_EQ(token_of(get(credentials)), "Bearer one");
  clock_.advance(limits::kTokenFileReloadMs);
  EXPECT_EQ(token_of(get(credentials)), "Bearer two");
  std::ofstream(folder_ + "/token") << "three\n";
  const auto two = get(credentials);
  EXPECT_TRUE(credentials.rejected(**two));
  EXPECT_EQ(token_of(get(credentials)), "Bearer three");
  const auto three = get(credentials);
  EXPECT_FALSE(credentials.rejected(**three)) << "nothing new to try";
  std::filesystem::remove(folder_ + "/token");
  clock_.advance(limits::kTokenFileReloadMs);
  EXPECT_NE(token_of(get(credentials)).find("No such file"), std::string::npos);
}

TEST_F(CredentialsTest, a_file_that_cannot_be_read_is_named_with_its_field_and_what_to_do) {
  config_.auth = {};
  config_.user_name = "jane";
  config_.auth.client_certificate_file = folder_ + "/crt";
  Credentials credentials(loop_, config_, clock_);
  const auto refused = get(credentials);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().text,
            "client-certificate of user jane: " + folder_ + "/crt: No such file or directory");
  EXPECT_TRUE(refused.error().hint.starts_with("Check the path")) << refused.error().hint;
}

TEST_F(CredentialsTest, carries_basic_authentication_and_impersonation) {
  config_.auth = {};
  config_.auth.username = "jane";
  config_.auth.password = "pw";
  config_.auth.as_user = "other";
  config_.auth.as_groups = {"a", "b"};
  Credentials credentials(loop_, config_, clock_);
  const auto credential = get(credentials).value();
  EXPECT_EQ(proto::find_header(credential->headers, "authorization"), "Basic amFuZTpwdw==");
  EXPECT_EQ(proto::find_header(credential->headers, "impersonate-user"), "other");
  EXPECT_EQ(proto::count_header(credential->headers, "impersonate-group"), 2u);
}

}  // namespace
}  // namespace masthead::kube
