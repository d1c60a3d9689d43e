// Actions against an API server of which the test decides every word, on a clock that it moves.
#include "app/operations.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/limits.h"
#include "host/kind_fixture.h"
#include "kube/scripted_server.h"
#include "plugins/flux/plugin.h"

namespace masthead::app {
namespace {

using State = host::Operation::State;

constexpr const char* kTable = "kustomizations.kustomize.toolkit.fluxcd.io";

// A Kustomization as the API server has it: `more` are members of its spec, `status` of its status.
std::string kustomization(int version, const std::string& annotations = "",
                          const std::string& status = "", const std::string& spec = "") {
  return R"({"apiVersion":"kustomize.toolkit.fluxcd.io/v1","kind":"Kustomization","metadata":)"
         R"({"namespace":"shop","name":"web","uid":"u","generation":1,"resourceVersion":")" +
         std::to_string(version) + R"(","annotations":{)" + annotations + R"(}},"spec":{)" + spec +
         R"(},"status":{"observedGeneration":1)" + status + "}}";
}
std::string ready(const char* truth, const char* message) {
  return R"(,"conditions":[{"type":"Ready","status":")" + std::string(truth) +
         R"(","reason":"R","message":")" + message + R"("}])";
}

class OperationsTest : public testing::Test {
 protected:
  explicit OperationsTest(const char* table = kTable) : id_(table) {
    for (const host::Kind& kind : plugin_->kinds()) {
      if (kind.table_id() == id_) kind_ = &kind;
    }
    schema_ = host::make_schema(*kind_);
    table_ = std::make_shared<cache::Table>(
        cache::Table::Options{id_, kind_->group_kind, schema_.get(), true}, clock_, nullptr);
    event(k8s::ReflectorEvent::Type::kResetBegin);
    event(k8s::ReflectorEvent::Type::kUpsert, kustomization(5, "", ready("True", "Applied")));
    event(k8s::ReflectorEvent::Type::kResetEnd);
    snapshot_.ready = true;
    snapshot_.uid = "cluster";
    snapshot_.user = "jane";
    snapshot_.kinds.push_back({kind_, "v1", table_});
    std::map<std::string, k8s::Partitions, std::less<>> scope;
    scope[id_] = host::fixture::everything();
    snapshot_.scope = std::make_shared<const k8s::Scope>(std::move(scope));
    // What the API server makes of a patch: the object with the request's annotation.
    server_.on_request([this](const kube::AnswerPtr& answer) {
      if (refusal_ != 0) return answer->refuse(refusal_, "Because", "not you");
      const auto patch = json::Document::parse(answer->request_body);
      const auto annotations = patch->root()["metadata"]["annotations"].to_json();
      patched_ = annotations.size() < 2 ? "" : annotations.substr(1, annotations.size() - 2);
      const bool suspends = patch->root()["spec"]["suspend"].boolean();
      answer->reply(200, kustomization(patched_version_, patched_, patched_status_,
                                       suspends ? R"("suspend":true)" : ""));
    });
    client_ = kube::Client::create(loop_, server_.config(), clock_, random_).value();
    runner_ = std::make_unique<OperationRunner>(
        loop_, *client_, history_.get(), clock_, random_,
        [this] { return std::make_shared<const host::ClusterSnapshot>(snapshot_); });
  }

  void event(k8s::ReflectorEvent::Type type, const std::string& bytes = "") {
    table_->sink("").on_event({type, bytes, {}, nullptr});
  }
  host::OperationRequest ask(const char* action, const std::string& reason = "") const {
    return {action, {{id_, "shop", "web"}}, reason, 0};
  }
  host::Operations::Started start(host::OperationRequest request) {
    std::optional<host::Operations::Started> answer;
    runner_->start(std::move(request), [&](auto started) { answer = std::move(started); });
    EXPECT_TRUE(loop_.drive_until([&] { return answer.has_value(); }));
    return answer ? std::move(*answer) : base::fail(base::ErrorCode::kInternal, "no answer");
  }
  // Until it is at that state, or says that text.
  bool until(State state, const std::string& text = "") {
    return loop_.drive_until([&] {
      const auto list = runner_->list();
      return !list.empty() && list.front()->state == state && list.front()->text.contains(text);
    });
  }
  // The controller has handled the request that was made.
  void handled(const char* truth, const char* message) {
    const auto annotations = json::Document::parse("{" + patched_ + "}");
    const std::string token(annotations->root()["reconcile.fluxcd.io/requestedAt"].str());
    event(k8s::ReflectorEvent::Type::kUpsert,
          kustomization(7, patched_,
                        R"(,"lastHandledReconcileAt":")" + token +
                            R"(","lastAppliedRevision":"main@sha1:2")" + ready(truth, message)));
  }
  std::vector<history::AuditEntry> audit() {
    history_->flush();
    return history_->audit_entries("cluster", {}).entries;
  }

  std::string id_;
  base::ManualClock clock_;
  base::SeededRandom random_{3};
  net::Loop loop_{clock_};
  kube::ScriptedServer server_{loop_};
  int refusal_ = 0;
  std::string patched_;
  int patched_version_ = 6;
  std::string patched_status_ = ready("True", "Applied");
  std::unique_ptr<host::Plugin> plugin_ = plugins::flux::make_plugin();
  const host::Kind* kind_ = nullptr;
  std::unique_ptr<cache::Schema> schema_;
  std::shared_ptr<cache::Table> table_;
  host::ClusterSnapshot snapshot_;
  std::unique_ptr<history::History> history_ =
      history::History::open(":memory:", base::system_clock()).value();
  std::unique_ptr<kube::Client> client_;
  std::unique_ptr<OperationRunner> runner_;
};

TEST_F(OperationsTest, a_reconciliation_succeeds_when_the_pass_has_and_not_when_it_was_asked_for) {
  const auto started = start(ask("reconcile"));
  ASSERT_TRUE(started && started->front());
  ASSERT_TRUE(until(State::kRunning, "Waits for the controller."));
  EXPECT_EQ(audit().front().outcome, "running");
  EXPECT_EQ(server_.count("/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/shop/kustomizations/web"
                          "?fieldManager=masthead"),
            1u);
  handled("True", "Applied revision: main@sha1:2");
  ASSERT_TRUE(until(State::kSucceeded));
  const auto entry = audit().front();
  EXPECT_EQ(entry.id, started->front().value());
  EXPECT_EQ(entry.user, "jane");
  EXPECT_EQ(entry.before, "Ready");
  EXPECT_EQ(entry.outcome, "succeeded");
  EXPECT_EQ(entry.revision, "main@sha1:2");
}

TEST_F(OperationsTest, a_pass_that_fails_is_a_failure_though_the_request_was_handled) {
  ASSERT_TRUE(start(ask("reconcile")));
  ASSERT_TRUE(until(State::kRunning, "Waits"));
  handled("False", "kustomize build failed");
  ASSERT_TRUE(until(State::kFailed));
  EXPECT_EQ(audit().front().message, "kustomize build failed");
}

TEST_F(OperationsTest, past_the_timeout_it_is_still_running_and_no_outcome_is_guessed) {
  ASSERT_TRUE(start(ask("reconcile")));
  ASSERT_TRUE(until(State::kRunning, "Waits"));
  clock_.advance(limits::kOperationTimeoutMs - 1);
  loop_.wake();
  loop_.drive_for(50);
  EXPECT_EQ(runner_->list().front()->state, State::kRunning) << "not before";
  clock_.advance(1);
  loop_.wake();
  ASSERT_TRUE(
      until(State::kStillRunning, "Still running after 5 minutes: Waits for the controller."));
  handled("True", "Applied");
  loop_.drive_for(50);
  EXPECT_EQ(audit().front().outcome, "still running") << "nobody looks any more";
}

TEST_F(OperationsTest, an_object_with_a_timeout_of_its_own_is_given_a_minute_more) {
  event(k8s::ReflectorEvent::Type::kUpsert,
        kustomization(6, "", ready("True", "Applied"), R"("timeout":"10m")"));
  ASSERT_TRUE(start(ask("reconcile")));
  ASSERT_TRUE(until(State::kRunning, "Waits"));
  clock_.advance(11 * 60'000 - 1);
  loop_.wake();
  loop_.drive_for(50);
  EXPECT_EQ(runner_->list().front()->state, State::kRunning);
  clock_.advance(1);
  loop_.wake();
  EXPECT_TRUE(until(State::kStillRunning, "after 11 minutes"));
}

class SourceOperationsTest : public OperationsTest {
 protected:
  SourceOperationsTest() : OperationsTest("gitrepositories.source.toolkit.fluxcd.io") {}
  // A pass has ended that found this revision and noted the request.
  void found(const char* revision) {
    const auto annotations = json::Document::parse("{" + patched_ + "}");
    const std::string token(annotations->root()["reconcile.fluxcd.io/requestedAt"].str());
    patched_status_ = R"(,"lastHandledReconcileAt":")" + token + R"(","artifact":{"revision":")" +
                      revision + "\"}" + ready("True", "stored");
    event(k8s::ReflectorEvent::Type::kUpsert,
          kustomization(patched_version_ + 1, patched_, patched_status_));
    patched_version_ += 2;
  }
};

TEST_F(SourceOperationsTest,
       a_pass_that_may_have_looked_before_the_request_is_followed_by_another) {
  ASSERT_TRUE(start(ask("reconcile")));
  ASSERT_TRUE(until(State::kRunning, "Waits"));
  const std::string first = patched_;
  found("main@sha1:1");
  ASSERT_TRUE(loop_.drive_until([&] { return patched_ != first; })) << "asked once more";
  ASSERT_TRUE(until(State::kRunning, "Waits"));
  found("main@sha1:2");
  ASSERT_TRUE(until(State::kSucceeded)) << "and not a third time";
  EXPECT_EQ(audit().front().revision, "main@sha1:2");
  EXPECT_EQ(server_.count("fieldManager=masthead"), 2u);
}

TEST_F(OperationsTest, nobody_waits_longer_than_the_longest_timeout) {
  event(k8s::ReflectorEvent::Type::kUpsert,
        kustomization(6, "", ready("True", "Applied"), R"("timeout":"2h")"));
  ASSERT_TRUE(start(ask("reconcile")));
  ASSERT_TRUE(until(State::kRunning, "Waits"));
  clock_.advance(limits::kOperationTimeoutMaxMs - 1);
  loop_.wake();
  loop_.drive_for(50);
  EXPECT_EQ(runner_->list().front()->state, State::kRunning);
  clock_.advance(1);
  loop_.wake();
  EXPECT_TRUE(until(State::kStillRunning));
}

TEST_F(OperationsTest, so_many_that_have_ended_are_kept_and_not_for_ever) {
  refusal_ = 403;
  const auto run = [&](size_t count) {
    for (size_t i = 0; i < count; ++i) {
      const auto started = start(ask("reconcile"));
      ASSERT_TRUE(started);
      const int64_t id = *started->front();
      ASSERT_TRUE(loop_.drive_until([&] {
        return std::ranges::any_of(runner_->list(), [&](const auto& one) {
          return one->id == id && one->state == State::kFailed;
        });
      }));
    }
  };
  run(limits::kOperationsKept);
  EXPECT_EQ(runner_->list().size(), limits::kOperationsKept);
  run(1);
  EXPECT_EQ(runner_->list().size(), limits::kOperationsKept);
  clock_.advance(limits::kOperationShownMs + 1);
  run(1);
  EXPECT_EQ(runner_->list().size(), 1u) << "the others are too old";
}

TEST_F(OperationsTest, to_suspend_without_a_reason_is_refused_as_a_whole_and_nothing_is_asked) {
  for (const char* reason : {"", " \t\n"}) {
    const auto started = start(ask("suspend", reason));
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().code, base::ErrorCode::kInvalid);
    EXPECT_EQ(started.error().text, "A reason is missing.");
  }
  host::OperationRequest several = ask("suspend");
  several.objects.insert(several.objects.begin(), {"unheard.of", "", "x"});
  EXPECT_FALSE(start(several));
  EXPECT_TRUE(audit().empty());
  EXPECT_EQ(server_.count("/kustomizations/"), 0u);
  EXPECT_TRUE(start(ask("reconcile"))) << "which asks for none";
}

TEST_F(OperationsTest, a_suspension_stands_at_once_and_keeps_its_reason) {
  ASSERT_TRUE(start(ask("suspend", "a fair")));
  ASSERT_TRUE(until(State::kSucceeded, "Suspended."));
  EXPECT_TRUE(patched_.contains(R"("masthead/suspension-reason":"a fair")")) << patched_;
  EXPECT_EQ(audit().front().reason, "a fair");
}

TEST_F(OperationsTest, what_cannot_be_done_at_all_is_refused_before_the_audit_log) {
  host::OperationRequest request = ask("suspend", "why");
  request.until_ms = clock_.wall_ms();
  EXPECT_EQ(start(request).error().text, "The end lies in the past.");
  EXPECT_FALSE(start(ask("suspend", std::string(limits::kReasonBytes + 1, 'x'))));
  EXPECT_FALSE(start({"reconcile", {}, "", 0}));
  request = ask("reconcile");
  request.objects.resize(limits::kOperationObjects + 1, request.objects.front());
  EXPECT_EQ(start(request).error().code, base::ErrorCode::kTooLarge);
  snapshot_.read_only = true;
  EXPECT_EQ(start(ask("reconcile")).error().code, base::ErrorCode::kForbidden);
  EXPECT_TRUE(audit().empty());
}

TEST_F(OperationsTest, each_object_has_its_own_result) {
  host::OperationRequest request = ask("reconcile");
  request.objects.push_back(request.objects.front());
  request.objects.push_back({kTable, "shop", "nobody"});
  const auto started = start(request);
  ASSERT_TRUE(started);
  ASSERT_EQ(started->size(), 3u);
  EXPECT_TRUE(started->at(0));
  EXPECT_EQ(started->at(1).error().text, "This object is named twice.");
  EXPECT_EQ(started->at(2).error().code, base::ErrorCode::kNotFound);
}

TEST_F(OperationsTest, a_refused_patch_is_a_failure_with_the_servers_words) {
  refusal_ = 403;
  ASSERT_TRUE(start(ask("reconcile")));
  ASSERT_TRUE(until(State::kFailed, "not you"));
  EXPECT_EQ(audit().front().outcome, "failed");
}

TEST_F(OperationsTest, an_object_that_goes_while_it_is_followed_is_a_failure) {
  ASSERT_TRUE(start(ask("reconcile")));
  ASSERT_TRUE(until(State::kRunning, "Waits"));
  event(k8s::ReflectorEvent::Type::kDelete, kustomization(8));
  EXPECT_TRUE(until(State::kFailed, "It was deleted"));
}

TEST_F(OperationsTest, given_up_says_what_goes_on_and_later_news_change_nothing) {
  const auto started = start(ask("reconcile"));
  ASSERT_TRUE(until(State::kRunning, "Waits"));
  runner_->give_up(started->front().value());
  ASSERT_TRUE(until(State::kGivenUp, "its controller goes on"));
  handled("False", "broken");
  loop_.drive_for(50);
  EXPECT_EQ(audit().front().outcome, "given up");
}

TEST_F(OperationsTest, without_an_audit_log_nothing_is_done) {
  OperationRunner none(loop_, *client_, nullptr, clock_, random_,
                       [this] { return std::make_shared<const host::ClusterSnapshot>(snapshot_); });
  std::optional<host::Operations::Started> answer;
  none.start(ask("reconcile"), [&](auto started) { answer = std::move(started); });
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->error().code, base::ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace masthead::app
