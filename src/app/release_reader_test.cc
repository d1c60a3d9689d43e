// Releases read from an API server of which the test decides every word, on a clock that it moves.
#include "app/release_reader.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "base/base64.h"
#include "base/limits.h"
#include "host/kind_fixture.h"
#include "json/writer.h"
#include "kube/scripted_server.h"
#include "plugins/flux/plugin.h"

namespace masthead::app {
namespace {

using base::ErrorCode;

constexpr std::array kTables{"helmreleases.helm.toolkit.fluxcd.io",
                             "kustomizations.kustomize.toolkit.fluxcd.io"};
constexpr const char* kKustomization =
    R"({"metadata":{"namespace":"apps","name":"web"},"spec":{"postBuild":{"substitute":{"region":)"
    R"("north\n","tier":"gold"},"substituteFrom":[{"kind":"ConfigMap","name":"vars"},)"
    R"({"kind":"Secret","name":"keys"},{"kind":"ConfigMap","name":"more","optional":true},)"
    R"({"kind":"ConfigMap","name":"gone"}]}}})";
constexpr const char* kHelmRelease =
    R"({"metadata":{"namespace":"apps","name":"shop"},"spec":{"valuesFrom":[{"kind":"Secret",)"
    R"("name":"login","valuesKey":"password","targetPath":"auth.password"}],"values":)"
    R"({"replicas":2}},"status":{"history":[{"name":"shop","namespace":"apps","version":1}]}})";
constexpr const char* kStored =
    R"({"name":"shop","version":1,"config":{"auth":{"password":"swordfish"}},"chart":{"metadata":)"
    R"({"name":"shop","version":"2.0.0"}},"info":{"status":"deployed","notes":"Hello."},)"
    R"("manifest":"apiVersion: v1\nkind: Service\nmetadata: {name: shop}\n"})";

std::string secret(const std::string& key, const std::string& bytes, const char* type) {
  json::Writer out;
  out.begin_object().key("type").string(type).key("data").begin_object();
  out.key(key).string(base::encode_base64(bytes)).end_object().end_object();
  return std::move(out).finish();
}

class ReleaseReaderTest : public testing::Test {
 protected:
  ReleaseReaderTest() {
    auto snapshot = std::make_shared<host::ClusterSnapshot>();
    snapshot->ready = true;
    snapshot->uid = "cluster";
    snapshot->user = "jane";
    std::map<std::string, k8s::Partitions, std::less<>> scope;
    for (const host::Kind& kind : plugin_->kinds()) {
      const std::string table = kind.table_id();
      if (std::ranges::find(kTables, table) == kTables.end()) continue;
      schemas_.push_back(host::make_schema(kind));
      snapshot->kinds.push_back(
          {&kind, "v2",
           std::make_shared<cache::Table>(
               cache::Table::Options{table, kind.group_kind, schemas_.back().get(), true}, clock_,
               nullptr)});
      scope[table] = host::fixture::everything();
    }
    snapshot->scope = std::make_shared<const k8s::Scope>(std::move(scope));
    snapshot_ = snapshot;
    server_.on_request([this](const kube::AnswerPtr& answer) { respond(*answer); });
    client_ = kube::Client::create(loop_, server_.config(), clock_, random_).value();
    reader_ = std::make_unique<ReleaseReader>(loop_, *client_, history_.get(), clock_,
                                              [this] { return snapshot_; });
  }
  void respond(kube::Answer& answer) {
    const std::string path = answer.path.substr(0, answer.path.find('?'));
    if (silent_) return;
    if (path.ends_with("/helmreleases/shop")) return answer.reply(200, kHelmRelease);
    if (path.ends_with("/kustomizations/web")) return answer.reply(200, kKustomization);
    if (path.ends_with("/configmaps/vars")) {
      return answer.reply(200, R"({"data":{"region":"south","zone":"a","1st":"x"}})");
    }
    if (path.ends_with("/secrets/keys")) return answer.reply(200, secret("token", "hunter2", ""));
    if (path.ends_with("/selfsubjectaccessreviews")) {
      return answer.reply(
          201, denied_ ? R"({"status":{"allowed":false}})" : R"({"status":{"allowed":true}})");
    }
    if (path.ends_with("/secrets/login")) {
      return answer.reply(200, secret("password", "swordfish", "Opaque"));
    }
    if (path.ends_with("/secrets/sh.helm.release.v1.shop.v1") && stored_) {
      return answer.reply(200,
                          secret("release", base::encode_base64(kStored), "helm.sh/release.v1"));
    }
    if (path.ends_with("/secrets")) {
      std::string items;
      for (size_t i = 1; i <= revisions_; ++i) {
        items += fmt::format(R"({}{{"metadata":{{"labels":{{"version":"{}","status":"deployed",)"
                             R"("createdAt":"1700000000"}}}}}})",
                             i == 1 ? "" : ",", i);
      }
      return answer.reply(200, R"({"items":[)" + items + "]}");
    }
    answer.refuse(404, "NotFound", "nothing there");
  }
  template <typename T, typename Ask>
  base::Result<T> answered(Ask ask) {
    // The answer comes on the reader's own thread.
    std::atomic<bool> done = false;
    base::Result<T> result = base::fail(ErrorCode::kInternal, "no answer");
    ask([&](base::Result<T> answer) {
      result = std::move(answer);
      done = true;
    });
    EXPECT_TRUE(loop_.drive_until([&] {
      if (silent_) clock_.advance(100);
      return done.load();
    }));
    return result;
  }
  base::Result<host::ReleaseContents> contents(int64_t revision = 0) {
    return answered<host::ReleaseContents>(
        [&](auto done) { reader_->contents({"apps", "shop"}, revision, std::move(done)); });
  }
  base::Result<std::string> values() {
    return answered<std::string>(
        [&](auto done) { reader_->values({"apps", "shop"}, 0, std::move(done)); });
  }
  base::Result<std::string> substitutions(const std::string& name) {
    return answered<std::string>(
        [&](auto done) { reader_->substitutions({"apps", name}, std::move(done)); });
  }
  base::Result<std::string> reveal(ReleaseReader& reader) {
    return answered<std::string>([&](auto done) {
      host::RevealRequest request{{"apps", "shop"}, {"auth", "password"}, 0};
      reader.reveal(std::move(request), std::move(done));
    });
  }

  base::ManualClock clock_;
  base::SeededRandom random_{3};
  net::Loop loop_{clock_};
  kube::ScriptedServer server_{loop_};
  bool denied_ = false, stored_ = true;
  size_t revisions_ = 1;
  std::atomic<bool> silent_ = false;
  std::unique_ptr<host::Plugin> plugin_ = plugins::flux::make_plugin();
  std::vector<std::unique_ptr<cache::Schema>> schemas_;
  host::SnapshotPtr snapshot_;
  std::unique_ptr<history::History> history_ =
      history::History::open(":memory:", base::system_clock()).value();
  std::unique_ptr<kube::Client> client_;
  std::unique_ptr<ReleaseReader> reader_;
};

TEST_F(ReleaseReaderTest, reads_the_newest_release_that_is_stored) {
  const auto answer = contents();
  ASSERT_TRUE(answer) << answer.error().message();
  const auto json = json::Document::parse(answer->json);
  EXPECT_EQ(json->root()["revision"].integer_or(0), 1);
  EXPECT_EQ(json->root()["notes"].str(), "Hello.");
  ASSERT_EQ(answer->objects.size(), 1u);
  EXPECT_EQ(answer->objects[0], (k8s::ObjectRef{"", "Service", "apps", "shop"}));
}

TEST_F(ReleaseReaderTest, merges_values_and_masks_those_of_secrets) {
  const auto answer = values();
  ASSERT_TRUE(answer) << answer.error().message();
  EXPECT_TRUE(answer->contains("password")) << *answer;
  EXPECT_FALSE(answer->contains("swordfish")) << *answer;
}

TEST_F(ReleaseReaderTest,
       a_value_is_revealed_after_it_is_in_the_audit_log_whose_it_is_and_who_asks) {
  const auto answer = reveal(*reader_);
  ASSERT_TRUE(answer) << answer.error().message();
  EXPECT_EQ(*answer, R"({"value":"swordfish"})");
  history_->flush();
  const auto log = history_->audit_entries("cluster", {}).entries;
  ASSERT_EQ(log.size(), 1u);
  EXPECT_EQ(log[0].user, "jane");
  EXPECT_EQ(log[0].action, "reveal");
  EXPECT_EQ(log[0].ref, (k8s::ObjectRef{"", "Secret", "apps", "login"}));
  EXPECT_EQ(log[0].reason, "auth.password of HelmRelease apps/shop");
  EXPECT_EQ(log[0].at_ms, clock_.wall_ms());
}

TEST_F(ReleaseReaderTest, without_an_audit_log_nothing_is_revealed) {
  ReleaseReader none(loop_, *client_, nullptr, clock_, [this] { return snapshot_; });
  const auto answer = reveal(none);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(server_.log.empty()) << "not even asked for";
}

TEST_F(ReleaseReaderTest, a_missing_right_is_named_with_a_role_and_the_secret_is_not_asked_for) {
  denied_ = true;
  const auto answer = contents();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kForbidden);
  ASSERT_EQ(answer.error().params.size(), 2u);
  EXPECT_EQ(answer.error().params[0].second, "get secrets in apps");
  EXPECT_EQ(server_.count("/secrets/"), 0u);
  EXPECT_FALSE(reveal(*reader_));
  history_->flush();
  EXPECT_TRUE(history_->audit_entries("cluster", {}).entries.empty());
}

TEST_F(ReleaseReaderTest, a_revision_that_is_not_stored_any_more_is_told_with_where_it_was_sought) {
  stored_ = false;
  const auto answer = contents(1);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(answer.error().text.contains("Revision 1 of release 'shop' is not stored"));
}

TEST_F(ReleaseReaderTest, so_many_revisions_are_offered_the_newest) {
  for (const size_t more : {0, 1}) {
    revisions_ = limits::kRevisionsShown + more;
    const auto answer = contents(1);
    ASSERT_TRUE(answer) << answer.error().message();
    const auto document = json::Document::parse(answer->json);
    const json::Value revisions = document->root()["revisions"];
    EXPECT_EQ(revisions.size(), limits::kRevisionsShown);
    EXPECT_EQ(revisions.at(0)["revision"].integer_or(0), static_cast<int64_t>(revisions_));
  }
}

TEST_F(ReleaseReaderTest, each_variable_has_the_origin_that_wins_and_those_of_secrets_no_value) {
  const auto answer = substitutions("web");
  ASSERT_TRUE(answer) << answer.error().message();
  EXPECT_FALSE(answer->contains("hunter2"));
  EXPECT_FALSE(answer->contains(base::encode_base64("hunter2")));
  const auto document = json::Document::parse(*answer);
  ASSERT_TRUE(document);
  std::vector<std::string> told;
  for (const json::Value one : document->root()["variables"].items()) {
    told.push_back(fmt::format("{} {} of {}{}", one["name"].str(), one["value"].to_json(),
                               one["origin"].integer_or(-1),
                               one["overrides"].exists() ? one["overrides"].to_json() : ""));
  }
  EXPECT_EQ(told,
            (std::vector<std::string>{R"(1st "x" of 0)", R"(region "north" of 4[0])",
                                      R"(tier "gold" of 4)", "token  of 1", R"(zone "a" of 0)"}));
  std::string states;
  for (const json::Value origin : document->root()["origins"].items()) {
    states += std::string(origin["state"].str()) + " ";
  }
  EXPECT_EQ(states, "read read absent absent read ");
  EXPECT_EQ(document->root()["problems"].to_json(),
            R"(["substitute from 'ConfigMap/gone' error: configmaps \"gone\" not found",)"
            R"("'1st' var name is invalid, must match '^[_[:alpha:]][_[:alpha:][:digit:]]*$'"])");
}

TEST_F(ReleaseReaderTest, variables_that_may_not_be_got_are_told_with_a_role_and_not_asked_for) {
  denied_ = true;
  const auto answer = substitutions("web");
  ASSERT_TRUE(answer) << answer.error().message();
  EXPECT_EQ(server_.count("/secrets/") + server_.count("/configmaps/"), 0u);
  EXPECT_TRUE(answer->contains("The variables of Secret keys are not shown: you may not get it."));
  EXPECT_TRUE(answer->contains("kind: Role"));
  EXPECT_TRUE(answer->contains(R"("name":"tier","origin":4,"value":"gold")")) << *answer;
  const auto none = substitutions("missing");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kNotFound);
}

TEST_F(ReleaseReaderTest, a_server_that_says_nothing_is_a_timeout_and_the_next_answer_is_read) {
  silent_ = true;
  const int64_t began_ms = clock_.monotonic_ms();
  const auto answer = contents();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kTimeout) << answer.error().message();
  EXPECT_GE(clock_.monotonic_ms() - began_ms, limits::kRequestTimeoutMs);
  silent_ = false;
  EXPECT_TRUE(contents());
}

}  // namespace
}  // namespace masthead::app
