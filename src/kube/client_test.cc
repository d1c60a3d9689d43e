#include "kube/client.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "kube/scripted_server.h"

namespace masthead::kube {
namespace {

using base::ErrorCode;

class ClientTest : public testing::TestWithParam<std::string> {
 protected:
  ClientTest() : server_(loop_, {GetParam()}) {}
  void create(ClusterConfig config) {
    client_ = Client::create(loop_, std::move(config), clock_, random_).value();
  }
  base::Result<Response> get(const std::string& path, int64_t timeout_ms = 5'000) {
    return send({"GET", path, {}, {}, timeout_ms});
  }
  base::Result<Response> send(Request request) {
    std::optional<base::Result<Response>> answer;
    client_->request(std::move(request), [&](auto result) { answer = std::move(result); });
    // 64 MiB take their time under a sanitizer on a busy machine.
    loop_.drive_until(
        [&] {
          clock_.advance(2);
          return answer.has_value();
        },
        60'000);
    return answer ? std::move(*answer) : base::fail(ErrorCode::kInternal, "no answer");
  }
  Discovery discover() {
    std::optional<base::Result<Discovery>> found;
    client_->discover([&](auto result) { found = std::move(result); });
    loop_.drive_until([&] { return found.has_value(); });
    EXPECT_TRUE(*found) << (*found ? "" : found->error().message());
    return *found ? **found : Discovery{};
  }

  base::ManualClock clock_;
  base::SeededRandom random_{3};
  net::Loop loop_{clock_};
  ScriptedServer server_;
  std::unique_ptr<Client> client_;
};
INSTANTIATE_TEST_SUITE_P(, ClientTest, testing::Values("h2", "http/1.1"),
                         [](const auto& info) { return info.param == "h2" ? "h2" : "http1"; });

TEST_P(ClientTest, answers_once_with_what_the_server_says) {
  server_.on_request([](const AnswerPtr& answer) {
    answer->reply(201, answer->method + answer->request_body, {{"audit-id", "7"}});
  });
  create(server_.config());
  const auto answer = send({"POST", "/x", {{"content-type", "text/plain"}}, "body", 5'000});
  ASSERT_TRUE(answer) << answer.error().message();
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->body, "POSTbody");
  EXPECT_EQ(answer->header("Audit-Id"), "7");
  EXPECT_TRUE(client_->reachability().reachable);
}

TEST_P(ClientTest, carries_many_requests_at_once) {
  std::vector<AnswerPtr> held;
  server_.on_request([&](const AnswerPtr& answer) { answer->reply(200, answer->path); });
  create(server_.config());
  int good = 0;
  for (int i = 0; i < 300; ++i) {
    const std::string path = "/r" + std::to_string(i);
    client_->request({"GET", path, {}, {}, 30'000},
                     [&good, path](auto answer) { good += answer && answer->body == path; });
  }
  EXPECT_TRUE(loop_.drive_until([&] { return good == 300; })) << good;
  EXPECT_LE(server_.accepted, GetParam() == "h2" ? 5 : 9);
}

TEST_P(ClientTest, the_prefix_of_the_servers_url_is_kept) {
  server_.on_request([](const AnswerPtr& answer) { answer->reply(200, answer->path); });
  ClusterConfig config = server_.config();
  config.server += "/k8s/clusters/c-1";
  create(config);
  EXPECT_EQ(get("/api?x=1")->body, "/k8s/clusters/c-1/api?x=1");
}

TEST_P(ClientTest, waits_as_long_as_429_asks_and_tries_again) {
  int asked = 0;
  server_.on_request([&](const AnswerPtr& answer) {
    if (answer->path != "/x" || ++asked == 3) return answer->reply(200, "ok");
    answer->refuse(429, "TooManyRequests", "busy", {{"retry-after", "1"}});
  });
  create(server_.config());
  const int64_t before = clock_.monotonic_ms();
  EXPECT_EQ(send({"POST", "/x", {}, "b", 60'000})->body, "ok");
  EXPECT_GE(clock_.monotonic_ms() - before, 2'000);
  asked = -1'000'000;
  const auto tired = get("/x", 2'500);
  ASSERT_FALSE(tired);
  EXPECT_EQ(tired.error().code, ErrorCode::kTooManyRequests);
}

TEST_P(ClientTest, a_write_is_not_repeated_on_a_server_error) {
  int asked = 0;
  server_.on_request([&](const AnswerPtr& answer) {
    if (answer->path == "/x") ++asked;
    answer->refuse(503, "ServiceUnavailable", "later", {{"retry-after", "1"}});
  });
  create(server_.config());
  EXPECT_EQ(send({"POST", "/x", {}, "b", 60'000}).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(get("/x", 60'000).error().text, "later");
  EXPECT_EQ(asked, 1 + 11) << "a read: ten times more";
}

TEST_P(ClientTest, gives_up_at_the_deadline) {
  server_.on_request([](const AnswerPtr&) {});
  create(server_.config());
  const auto answer = get("/slow", 3'000);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kTimeout);
  EXPECT_NE(answer.error().text.find("has not answered within 3 s"), std::string::npos);
}

TEST_P(ClientTest, an_answer_cut_short_is_read_again_once) {
  int asked = 0;
  server_.on_request([&](const AnswerPtr& answer) {
    if (answer->path != "/x") return answer->reply(404, "");
    if (++asked == 2) return answer->reply(200, "whole");
    answer->start(200);
    answer->write("ha");
    answer->cut();
  });
  create(server_.config());
  EXPECT_EQ(get("/x")->body, "whole");
}

TEST_P(ClientTest, holds_the_body_limit) {
  server_.on_request([](const AnswerPtr& answer) {
    answer->reply(200, std::string(limits::kResponseBytes + (answer->path == "/past"), 'x'));
  });
  create(server_.config());
  EXPECT_EQ(get("/at", 60'000)->body.size(), limits::kResponseBytes);
  EXPECT_EQ(get("/past", 60'000).error().code, ErrorCode::kTooLarge);
}

TEST_P(ClientTest, a_server_that_is_not_there_is_said_with_its_address_and_the_reason) {
  create(server_.config());
  server_.stop();
  const auto answer = get("/x");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(answer.error().text.starts_with("cannot reach the API server https://127.0.0.1:"));
  EXPECT_TRUE(answer.error().text.ends_with("Connection refused")) << answer.error().text;
  EXPECT_FALSE(answer.error().hint.empty());
  EXPECT_FALSE(client_->reachability().reachable);
  EXPECT_GT(client_->reachability().next_try_ms, 0);
}

TEST_P(ClientTest, in_an_outage_requests_are_answered_with_what_the_probe_knows) {
  server_.on_request([](const AnswerPtr& answer) { answer->reply(200, "ok"); });
  create(server_.config());
  server_.stop();
  const auto first = get("/x");
  server_.start();
  const int accepted = server_.accepted;
  EXPECT_EQ(get("/x").error().text, first.error().text);
  EXPECT_EQ(server_.accepted, accepted) << "nobody but the probe tries";
  clock_.advance(limits::kProbeEveryMs);
  ASSERT_TRUE(loop_.drive_until([&] { return client_->reachability().reachable; }));
  EXPECT_TRUE(get("/x"));
}

TEST_P(ClientTest, a_name_or_ca_that_does_not_fit_is_said) {
  ClusterConfig config = server_.config();
  config.tls.server_name = "kubernetes.example";
  create(config);
  EXPECT_NE(get("/x").error().text.find("is for 127.0.0.1, not for kubernetes.example"),
            std::string::npos);
  EXPECT_EQ(get("/x").error().code, ErrorCode::kTls);
  config = server_.config();
  config.tls.ca_pem = net::make_authority("other").certificate_pem;
  create(config);
  const auto answer = get("/x");
  EXPECT_NE(
      answer.error().text.find("signed by CN=scripted-ca, which certificate-authority-data of "
                               "cluster scripted does not vouch for"),
      std::string::npos)
      << answer.error().text;
  config.tls.ca_pem.clear();
  config.tls.ca_file = "/nonexistent/ca.crt";
  create(config);
  EXPECT_NE(get("/x").error().text.find("/nonexistent/ca.crt: No such file"), std::string::npos);
}

TEST_P(ClientTest, what_is_no_api_server_is_asked_about) {
  server_.on_request([](const AnswerPtr& answer) { answer->reply(404, "404 page not found"); });
  create(server_.config());
  std::optional<base::Result<Discovery>> found;
  client_->discover([&](auto result) { found = std::move(result); });
  ASSERT_TRUE(loop_.drive_until([&] { return found.has_value(); }));
  ASSERT_FALSE(*found);
  EXPECT_NE(found->error().hint.find("the address of a Kubernetes API server?"), std::string::npos);
}

TEST_P(ClientTest, a_401_reads_the_token_file_again_and_asks_once_more) {
  const std::string path = testing::TempDir() + "client-test-token-" + GetParam().substr(0, 2);
  std::ofstream(path) << "old";
  int asked = 0;
  server_.on_request([&](const AnswerPtr& answer) {
    if (answer->path != "/x") return answer->reply(404, "");
    ++asked;
    if (proto::find_header(answer->headers, "authorization") == "Bearer new") {
      return answer->reply(200, "in");
    }
    answer->refuse(401, "Unauthorized", "Unauthorized");
  });
  ClusterConfig config = server_.config();
  config.auth = {};
  config.auth.token_file = path;
  create(config);
  EXPECT_EQ(get("/x").error().code, ErrorCode::kUnauthenticated);
  EXPECT_EQ(asked, 1) << "the same token again would be pointless";
  std::ofstream(path) << "new";
  EXPECT_EQ(get("/x")->body, "in");
  EXPECT_EQ(asked, 3);
  std::filesystem::remove(path);
}

TEST_P(ClientTest, presents_a_client_certificate) {
  const net::Certificate ca = net::make_authority("users");
  const net::Certificate jane = net::issue_certificate(ca, {"jane", {}, {}, {}});
  server_.tls.client_ca_pem = ca.certificate_pem;
  server_.on_request([](const AnswerPtr& answer) { answer->reply(200, "in"); });
  ClusterConfig config = server_.config();
  config.auth.client_certificate_pem = jane.certificate_pem;
  config.auth.client_key_pem = jane.key_pem;
  create(config);
  EXPECT_EQ(get("/x")->body, "in");
  const net::Certificate eve =
      net::issue_certificate(net::make_authority("x"), {"eve", {}, {}, {}});
  config.auth.client_certificate_pem = eve.certificate_pem;
  config.auth.client_key_pem = eve.key_pem;
  create(config);
  const auto refused = get("/x");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().text.find("refused our certificate"), std::string::npos)
      << refused.error().text;
}

TEST_P(ClientTest, a_missing_plugin_is_the_answer) {
  ClusterConfig config = server_.config();
  config.auth = {};
  config.auth.exec = ExecConfig{};
  config.auth.exec->command = "no-such-plugin-anywhere";
  config.auth.exec->api_version = "client.authentication.k8s.io/v1";
  create(config);
  // The clock runs while a real process is looked for: far longer than that takes.
  EXPECT_EQ(get("/x", 3'600'000).error().text,
            "the credential plugin no-such-plugin-anywhere is not installed");
}

TEST_P(ClientTest, discovers_group_by_group_where_there_is_no_aggregated_form) {
  server_.on_request([](const AnswerPtr& answer) {
    const std::string& path = answer->path;
    if (path == "/version") return answer->reply(200, R"({"gitVersion":"v1.20.0"})");
    if (path == "/api") return answer->reply(200, R"({"kind":"APIVersions","versions":["v1"]})");
    if (path == "/apis") {
      return answer->reply(200, R"({"kind":"APIGroupList","groups":[
        {"name":"apps","preferredVersion":{"version":"v1"},"versions":[{"version":"v1beta1"},{"version":"v1"}]},
        {"name":"broken","versions":[{"version":"v1"}]}]})");
    }
    if (path == "/apis/broken/v1") return answer->refuse(503, "ServiceUnavailable", "no");
    const std::string kind = path == "/api/v1" ? "Pod" : "Deployment";
    answer->reply(200, R"({"kind":"APIResourceList","resources":[{"name":"things","kind":")" +
                           kind + R"(","namespaced":true,"verbs":["list"]}]})");
  });
  create(server_.config());
  const Discovery found = discover();
  EXPECT_EQ(found.server_version, "v1.20.0");
  ASSERT_NE(found.find("apps", "Deployment"), nullptr);
  EXPECT_EQ(found.find("apps", "Deployment")->served_versions,
            (std::vector<std::string>{"v1", "v1beta1"}));
  EXPECT_NE(found.find("", "Pod"), nullptr);
  EXPECT_EQ(found.stale_groups, std::vector<std::string>{"broken"});
}

TEST_P(ClientTest, asks_whether_something_is_allowed_and_fails_closed) {
  std::string body = R"({"status":{"allowed":true}})";
  server_.on_request([&](const AnswerPtr& answer) { answer->reply(201, body); });
  create(server_.config());
  const auto ask = [&] {
    std::optional<base::Result<AccessAnswer>> answer;
    client_->review_access({"list", "apps", "deployments", "", "team-a", ""},
                           [&](auto result) { answer = std::move(result); });
    loop_.drive_until([&] { return answer.has_value(); });
    return *answer;
  };
  EXPECT_TRUE(ask()->allowed);
  EXPECT_EQ(server_.answers.front()->request_body,
            R"({"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","spec":)"
            R"({"resourceAttributes":{"verb":"list","group":"apps","resource":"deployments",)"
            R"("namespace":"team-a"}}})");
  body = R"({"status":{"allowed":true,"denied":true}})";
  EXPECT_FALSE(ask()->allowed);
  body = "{}";
  EXPECT_FALSE(ask());
}

TEST_P(ClientTest, refuses_paths_and_headers_that_would_become_another_request) {
  create(server_.config());
  for (const char* path : {"", "x", "/a b", "/a\r\nX: y"}) {
    EXPECT_EQ(get(path).error().code, ErrorCode::kInvalid) << path;
  }
  EXPECT_EQ(send({"GET", "/x", {{"a", "b\r\nc: d"}}, {}, 5'000}).error().code, ErrorCode::kInvalid);
}

TEST_P(ClientTest, what_is_outstanding_at_the_end_is_cancelled_once) {
  server_.on_request([](const AnswerPtr&) {});
  create(server_.config());
  int cancelled = 0;
  for (int i = 0; i < 5; ++i) {
    client_->request({"GET", "/x", {}, {}, 5'000}, [&](auto answer) {
      cancelled += answer.error().code == ErrorCode::kCancelled;
    });
  }
  client_->discover(
      [&](auto answer) { cancelled += answer.error().code == ErrorCode::kCancelled; });
  loop_.drive_for(50);
  client_->request({"GET", "/x", {}, {}, 5'000},
                   [&](auto answer) { cancelled += answer.error().code == ErrorCode::kCancelled; });
  client_.reset();
  EXPECT_EQ(cancelled, 6);
  loop_.drive_for(5);
  EXPECT_EQ(cancelled, 7);
}

class Reader final : public StreamHandler {
 public:
  void on_headers(int, const proto::Headers&) override {}
  void on_data(std::string_view bytes) override { got += bytes.size(); }
  void on_end() override { ended = true; }
  void on_failure(const base::Error&) override { failed = true; }
  size_t got = 0;
  bool ended = false, failed = false;
};

TEST_P(ClientTest, a_stream_that_is_held_back_gets_no_more_than_its_window_and_later_all) {
  constexpr size_t kBytes = 32 * limits::kMiB;
  server_.on_request([&](const AnswerPtr& answer) {
    if (answer->path == "/other") return answer->reply(200, "well");
    answer->start(200);
    answer->write(std::string(kBytes, 'x'));
    answer->end();
  });
  create(server_.config());
  Reader reader;
  auto stream = client_->stream(Lane::kLogs, {"GET", "/log", {}, {}, 5'000}, reader);
  stream->hold_back(true);
  for (int i = 0; i < 5; ++i) loop_.drive_for(20);
  const size_t held = reader.got;
  EXPECT_LE(held, 2 * limits::kMiB);
  loop_.drive_for(50);
  EXPECT_EQ(reader.got, held) << "nothing more comes";
  Reader other;
  auto beside = client_->stream(Lane::kLogs, {"GET", "/other", {}, {}, 5'000}, other);
  EXPECT_TRUE(loop_.drive_until([&] { return other.ended; })) << "others go on";
  stream->hold_back(false);
  EXPECT_TRUE(loop_.drive_until([&] { return reader.ended; }, 20'000));
  EXPECT_EQ(reader.got, kBytes);
}

}  // namespace
}  // namespace masthead::kube
