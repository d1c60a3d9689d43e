#include "access/gate.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "json/value.h"
#include "kube/scripted_server.h"

namespace masthead::access {
namespace {

using base::ErrorCode;

// An API server that answers access reviews as the test says.
class GateTest : public testing::Test {
 protected:
  GateTest() {
    server_.on_request([this](const kube::AnswerPtr& answer) {
      if (!answer->path.ends_with("/selfsubjectaccessreviews")) return answer->reply(404, "");
      const auto review = json::Document::parse(answer->request_body);
      const auto asked = review->root()["spec"]["resourceAttributes"];
      under_way_ = std::max(under_way_, ++now_under_way_);
      if (hold_) return;
      if (status_ != 201) return answer->refuse(status_, "Because", "because");
      const std::string key =
          std::string(asked["namespace"].str()) + "/" + std::string(asked["resource"].str());
      answer->reply(201, R"({"status":{"allowed":)" +
                             std::string(allowed_.contains(key) ? "true" : "false") + "}}");
      --now_under_way_;
    });
    client_ = kube::Client::create(loop_, server_.config(), clock_, random_).value();
    gate_ = std::make_unique<Gate>(*client_, clock_);
  }
  static Listable listable(const std::string& resource, bool namespaced = true) {
    kube::ApiResource made = kube::pods_resource();
    made.gvr.resource = resource;
    made.namespaced = namespaced;
    return {resource, made};
  }
  Decision decide(const std::vector<std::string>& namespaces = {"a", "b"}) {
    std::optional<Decision> decision;
    gate_->decide({listable("pods"), listable("nodes", false)}, namespaces,
                  [&](Decision made) { decision = std::move(made); });
    loop_.drive_until([&] {
      clock_.advance(20);
      return decision.has_value();
    });
    EXPECT_TRUE(decision.has_value()) << "it always answers";
    return decision.value_or(Decision{});
  }

  base::ManualClock clock_;
  base::SeededRandom random_{3};
  net::Loop loop_{clock_};
  kube::ScriptedServer server_{loop_};
  std::set<std::string> allowed_;
  int status_ = 201;
  bool hold_ = false;
  int now_under_way_ = 0, under_way_ = 0;
  std::unique_ptr<kube::Client> client_;
  std::unique_ptr<Gate> gate_;
};

TEST_F(GateTest, asks_everywhere_first_and_then_namespace_by_namespace) {
  allowed_ = {"/pods", "/nodes"};
  const Decision everything = decide();
  EXPECT_TRUE(everything.asked);
  EXPECT_TRUE(everything.partitions.at("pods").all);
  EXPECT_TRUE(everything.partitions.at("nodes").all);
  EXPECT_EQ(server_.count("accessreviews"), 2u);

  allowed_ = {"b/pods"};
  const Decision narrow = decide();
  EXPECT_FALSE(narrow.partitions.at("pods").all);
  EXPECT_TRUE(narrow.partitions.at("pods").allows(base::Interned("b")));
  EXPECT_FALSE(narrow.partitions.at("pods").allows(base::Interned("a")));
  EXPECT_FALSE(narrow.partitions.contains("nodes")) << "nothing is asked by namespace of nodes";
}

TEST_F(GateTest, what_was_revoked_is_gone_with_the_next_decision) {
  allowed_ = {"/pods"};
  EXPECT_TRUE(decide().partitions.contains("pods"));
  allowed_ = {};
  const Decision after = decide();
  EXPECT_TRUE(after.asked);
  EXPECT_TRUE(after.partitions.empty());
}

TEST_F(GateTest, an_error_is_no_denial_and_no_grant) {
  status_ = 500;
  const Decision first = decide();
  EXPECT_FALSE(first.asked);
  EXPECT_TRUE(first.partitions.empty()) << "nothing is known, nothing is shown";
  EXPECT_FALSE(first.error.text.empty());

  status_ = 201;
  allowed_ = {"/pods"};
  EXPECT_TRUE(decide().asked);
  status_ = 500;
  const Decision held = decide();
  EXPECT_FALSE(held.asked);
  EXPECT_TRUE(held.partitions.at("pods").all) << "what held goes on in an outage";
  EXPECT_EQ(held.error.text, "because");
}

TEST_F(GateTest, an_outage_ends_what_held_after_a_quarter_of_an_hour) {
  allowed_ = {"/pods"};
  decide();
  const int64_t decided = clock_.monotonic_ms();
  server_.stop();
  clock_.advance(limits::kReviewOutageMs / 2);
  EXPECT_TRUE(decide().partitions.contains("pods"));
  clock_.advance(decided + limits::kReviewOutageMs - clock_.monotonic_ms());
  EXPECT_TRUE(decide().partitions.empty());
}

TEST_F(GateTest, credentials_that_are_refused_end_it_at_once) {
  for (const int refusal : {401, 403}) {
    status_ = 201;
    allowed_ = {"/pods"};
    EXPECT_TRUE(decide().partitions.contains("pods"));
    status_ = refusal;
    const Decision after = decide();
    EXPECT_FALSE(after.asked);
    EXPECT_TRUE(after.partitions.empty()) << refusal;
  }
}

TEST_F(GateTest, an_answer_that_is_none_grants_nothing) {
  server_.on_request([](const kube::AnswerPtr& answer) { answer->reply(201, "{}"); });
  const Decision decision = decide();
  EXPECT_FALSE(decision.asked);
  EXPECT_TRUE(decision.partitions.empty());
}

TEST_F(GateTest, asks_about_as_many_namespaces_as_the_limit_and_a_few_at_once) {
  std::vector<std::string> namespaces;
  for (size_t i = 0; i <= limits::kNamespacesReviewed; ++i) {
    namespaces.push_back("ns" + std::to_string(i));
    allowed_.insert(namespaces.back() + "/pods");
  }
  const Decision decision = decide(namespaces);
  EXPECT_EQ(decision.partitions.at("pods").namespaces.size(), limits::kNamespacesReviewed);
  EXPECT_LE(under_way_, limits::kReviewsAtOnce);
}

TEST_F(GateTest, that_is_gone_answers_nobody) {
  hold_ = true;
  bool called = false;
  gate_->decide({listable("pods")}, {}, [&](const Decision&) { called = true; });
  loop_.drive_until([&] { return server_.count("accessreviews") == 1; });
  gate_.reset();
  for (const auto& answer : server_.answers) {
    if (answer->open()) answer->reply(201, R"({"status":{"allowed":true}})");
  }
  loop_.drive_for(50);
  EXPECT_FALSE(called);
}

}  // namespace
}  // namespace masthead::access
