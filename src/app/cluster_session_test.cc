// A session against an API server of which the test decides every word.
#include "app/cluster_session.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "json/value.h"
#include "kube/scripted_server.h"
#include "plugins/core/plugin.h"

namespace masthead::app {
namespace {

using State = k8s::Freshness::State;

class ClusterSessionTest : public testing::Test {
 protected:
  ClusterSessionTest() {
    server_.on_request([this](const kube::AnswerPtr& answer) { respond(answer); });
    for (const char* name : {"pods", "namespaces", "events"}) denied_[name] = false;
  }
  ~ClusterSessionTest() override {
    if (session_ != nullptr) session_->stop();
  }
  using Objects = std::vector<std::string>;
  void respond(const kube::AnswerPtr& answer) {
    const std::string path = answer->path.substr(0, answer->path.find('?'));
    if (status_ != 200) return answer->refuse(status_, "Because", "because");
    if (path == "/version") return answer->reply(200, R"({"gitVersion":"v1.36.3"})");
    if (path == "/api") return answer->reply(200, R"({"kind":"APIVersions","versions":["v1"]})");
    if (path == "/apis") return answer->reply(200, R"({"kind":"APIGroupList","groups":[]})");
    if (path == "/api/v1") {
      const std::string verbs = R"(,"verbs":["get","list","watch"]})";
      return answer->reply(
          200, R"({"kind":"APIResourceList","resources":[{"name":"pods","kind":"Pod",)"
               R"("namespaced":true)" +
                   verbs + R"(,{"name":"namespaces","kind":"Namespace","namespaced":false)" +
                   verbs + "]}");
    }
    if (path.ends_with("/selfsubjectreviews")) {
      return answer->reply(201, R"({"status":{"userInfo":{"username":"jane"}}})");
    }
    if (path.ends_with("/selfsubjectaccessreviews")) {
      const auto review = json::Document::parse(answer->request_body);
      const auto asked = review->root()["spec"]["resourceAttributes"];
      const bool denied = denied_[std::string(asked["resource"].str())];
      return answer->reply(
          201, denied ? R"({"status":{"allowed":false}})" : R"({"status":{"allowed":true}})");
    }
    if (path == "/api/v1/pods" || path == "/api/v1/namespaces") {
      if (answer->path.contains("watch=1")) return answer->start(200);
      // As a server of this version is asked: one whole list, then a watch.
      std::string items;
      for (const std::string& object : path == "/api/v1/pods" ? objects_ : Objects()) {
        items += (items.empty() ? "" : ",") + object;
      }
      return answer->reply(
          200, R"({"kind":"List","metadata":{"resourceVersion":"100"},"items":[)" + items + "]}");
    }
    answer->reply(404, "");
  }
  void start(kube::ClusterConfig config) {
    ClusterOptions options;
    options.config = std::move(config);
    session_ = ClusterSession::create(options, plugins_, nullptr, base::system_clock(),
                                      base::system_random())
                   .value();
    session_->start();
  }
  bool until(const std::function<bool(const host::ClusterSnapshot&)>& done) {
    return loop_.drive_until([&] { return done(*session_->snapshot()); }, 10'000);
  }
  std::vector<cache::RowPtr> pods() const {
    k8s::Partitions all;
    all.all = true;
    for (const host::ServedKind& kind : session_->snapshot()->kinds) {
      if (kind.table->id() == "pods") return kind.table->snapshot(all);
    }
    return {};
  }

  net::Loop loop_;
  kube::ScriptedServer server_{loop_};
  int status_ = 200;
  std::map<std::string, bool> denied_;
  Objects objects_;
  std::unique_ptr<host::Plugin> core_ = plugins::core::make_plugin();
  std::vector<const host::Plugin*> plugins_{core_.get()};
  std::unique_ptr<ClusterSession> session_;
};

TEST_F(ClusterSessionTest, finds_out_who_and_what_and_lists_it) {
  objects_ = {kube::pod("one", 5)};
  start(server_.config());
  ASSERT_TRUE(until([&](const auto& now) { return now.ready && pods().size() == 1; }));
  const auto now = session_->snapshot();
  EXPECT_EQ(now->user, "jane");
  EXPECT_EQ(now->version, "v1.36.3");
  EXPECT_EQ(now->uid, "server:" + server_.url()) << "kube-system may not be read";
  EXPECT_TRUE(now->missing.empty());
  EXPECT_EQ(now->connection.state, State::kLive);
}

TEST_F(ClusterSessionTest, a_cluster_without_flux_says_so_and_what_to_do) {
  start(server_.config());
  ASSERT_TRUE(until([](const auto& now) { return now.ready; }));
  const auto now = session_->snapshot();
  ASSERT_EQ(now->guidance.size(), 1u);
  EXPECT_EQ(now->guidance[0].text, "This cluster has no Flux: none of its APIs is served.");
  EXPECT_NE(now->guidance[0].hint.find("flux bootstrap"), std::string::npos);
}

TEST_F(ClusterSessionTest, garbage_objects_are_shown_and_never_dropped) {
  objects_ = {R"({"kind":"Pod","metadata":{"name":"odd","namespace":"n","resourceVersion":"5",)"
              R"("labels":7},"spec":[],"status":"x"})",
              R"({"metadata":{"uid":"u","resourceVersion":"6"}})", kube::pod("good", 7)};
  start(server_.config());
  EXPECT_TRUE(until([&](const auto& now) { return now.ready && pods().size() == 3; }))
      << pods().size();
}

TEST_F(ClusterSessionTest, one_kind_that_may_not_be_listed_is_named_with_the_role_that_would_help) {
  denied_["pods"] = true;
  objects_ = {kube::pod("secret", 5)};
  start(server_.config());
  ASSERT_TRUE(until([](const auto& now) { return now.ready; }));
  loop_.drive_for(100);
  const auto now = session_->snapshot();
  ASSERT_EQ(now->missing.size(), 1u);
  EXPECT_EQ(now->missing[0].table, "pods");
  EXPECT_EQ(now->missing[0].text, "You may not list Pods in any namespace that was tried.");
  EXPECT_EQ(now->missing[0].right, "list pods");
  EXPECT_NE(now->missing[0].role.find("kind: ClusterRole"), std::string::npos);
  EXPECT_TRUE(pods().empty());
  EXPECT_EQ(server_.count("/api/v1/pods"), 0u) << "it is not even asked for";
}

TEST_F(ClusterSessionTest, an_account_that_may_list_nothing_is_told_of_every_kind) {
  denied_["pods"] = denied_["namespaces"] = true;
  start(server_.config());
  ASSERT_TRUE(until([](const auto& now) { return now.ready; }));
  EXPECT_EQ(session_->snapshot()->missing.size(), 2u);
  EXPECT_TRUE(session_->snapshot()->scope->of("pods").none());
}

TEST_F(ClusterSessionTest, a_401_and_a_403_on_everything_are_said_in_words) {
  for (const int refusal : {401, 403}) {
    status_ = refusal;
    start(server_.config());
    ASSERT_TRUE(until([](const auto& now) { return now.connection.state == State::kForbidden; }))
        << refusal;
    const auto now = session_->snapshot();
    EXPECT_FALSE(now->ready);
    EXPECT_TRUE(now->kinds.empty());
    EXPECT_FALSE(now->connection.cause.text.empty());
    EXPECT_FALSE(now->connection.cause.hint.empty()) << "what to do about " << refusal;
    session_.reset();
  }
}

TEST_F(ClusterSessionTest, a_server_that_is_not_there_is_named_and_found_when_it_comes) {
  server_.stop();
  start(server_.config());
  ASSERT_TRUE(until([](const auto& now) { return now.connection.state == State::kStale; }));
  const auto gone = session_->snapshot();
  EXPECT_NE(gone->connection.cause.text.find("cannot reach the API server https://127.0.0.1:"),
            std::string::npos);
  EXPECT_NE(gone->connection.cause.text.find("Connection refused"), std::string::npos);
  EXPECT_FALSE(gone->connection.cause.hint.empty());
  server_.start();
  EXPECT_TRUE(until([](const auto& now) { return now.ready; }));
}

TEST_F(ClusterSessionTest, a_certificate_of_another_authority_is_said) {
  kube::ClusterConfig config = server_.config();
  config.tls.ca_pem = net::make_authority("other").certificate_pem;
  start(std::move(config));
  ASSERT_TRUE(until([](const auto& now) { return !now.connection.cause.text.empty(); }));
  EXPECT_NE(session_->snapshot()->connection.cause.text.find("does not vouch for"),
            std::string::npos)
      << session_->snapshot()->connection.cause.text;
}

TEST_F(ClusterSessionTest, stops_at_any_moment) {
  for (int round = 0; round < 20; ++round) {
    objects_ = {kube::pod("one", 5)};
    start(server_.config());
    loop_.drive_for(round * 5);
    session_->stop();
    session_.reset();
  }
}

}  // namespace
}  // namespace masthead::app
