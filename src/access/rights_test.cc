#include "access/rights.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "json/value.h"
#include "kube/scripted_server.h"

namespace masthead::access {
namespace {

class RightsTest : public testing::Test {
 protected:
  RightsTest() {
    server_.on_request([this](const kube::AnswerPtr& answer) {
      if (!answer->path.ends_with("/selfsubjectaccessreviews")) return answer->reply(404, "");
      ++asked_;
      const auto review = json::Document::parse(answer->request_body);
      const auto spec = review->root()["spec"]["resourceAttributes"];
      last_ = std::string(spec["verb"].str()) + " " + std::string(spec["resource"].str()) + " " +
              std::string(spec["namespace"].str()) + "/" + std::string(spec["name"].str());
      if (status_ != 201) return answer->refuse(status_, "Because", "because");
      const std::string allowed = spec["namespace"].str() == "mine" ? "true" : "false";
      answer->reply(201, R"({"status":{"allowed":)" + allowed + "}}");
    });
    client_ = kube::Client::create(loop_, server_.config(), clock_, random_).value();
    rights_ = std::make_unique<Rights>(*client_, clock_, [this] { ++changes_; });
  }
  static Rights::Question patch(const std::string& ns) {
    return {"patch", "g", "things", ns, "one"};
  }
  Right right(const std::string& ns) {
    bool answered = false;
    rights_->ask({patch(ns)}, [&] { answered = true; });
    EXPECT_TRUE(loop_.drive_until([&] { return answered; }));
    return rights_->last(patch(ns));
  }

  base::ManualClock clock_;
  base::SeededRandom random_{3};
  net::Loop loop_{clock_};
  kube::ScriptedServer server_{loop_};
  int asked_ = 0, changes_ = 0, status_ = 201;
  std::string last_;
  std::unique_ptr<kube::Client> client_;
  std::unique_ptr<Rights> rights_;
};

TEST_F(RightsTest, are_those_the_server_names_for_the_very_object) {
  EXPECT_EQ(rights_->last(patch("mine")), Right::kUnknown);
  EXPECT_EQ(right("mine"), Right::kAllowed);
  EXPECT_EQ(last_, "patch things mine/one");
  EXPECT_EQ(right("theirs"), Right::kDenied);
  EXPECT_EQ(changes_, 2);
}

TEST_F(RightsTest, hold_for_ten_seconds_and_meanwhile_while_they_are_asked_again) {
  EXPECT_EQ(right("mine"), Right::kAllowed);
  clock_.advance(limits::kReviewCacheMs - 1);
  EXPECT_EQ(right("mine"), Right::kAllowed);
  EXPECT_EQ(asked_, 1);
  clock_.advance(1);
  EXPECT_EQ(rights_->last(patch("mine")), Right::kAllowed) << "until the answer has come";
  EXPECT_TRUE(loop_.drive_until([&] { return asked_ == 2; }));
}

TEST_F(RightsTest, that_could_not_be_asked_are_not_known) {
  status_ = 403;
  EXPECT_EQ(right("mine"), Right::kUnknown);
}

TEST_F(RightsTest, of_many_objects_are_answered_together_and_each_asked_once) {
  bool answered = false;
  rights_->ask({patch("mine"), patch("theirs"), patch("mine")}, [&] { answered = true; });
  EXPECT_TRUE(loop_.drive_until([&] { return answered; }));
  EXPECT_EQ(asked_, 2);
  answered = false;
  rights_->ask({}, [&] { answered = true; });
  EXPECT_TRUE(answered);
}

TEST_F(RightsTest, beyond_their_limit_those_that_are_too_old_are_forgotten) {
  const auto of = [](size_t i) {
    Rights::Question question = patch("mine");
    question.name = std::to_string(i);
    return question;
  };
  const auto ask = [&](const std::vector<Rights::Question>& questions) {
    bool answered = false;
    rights_->ask(questions, [&] { answered = true; });
    EXPECT_TRUE(loop_.drive_until([&] { return answered; }, 60'000));
  };
  std::vector<Rights::Question> all;
  for (size_t i = 0; i < limits::kRightsKept; ++i) all.push_back(of(i));
  ask(all);
  clock_.advance(limits::kReviewCacheMs);
  ask({of(0)});
  EXPECT_EQ(rights_->last(of(1)), Right::kAllowed) << "at the limit the old answer stands";
  ask({of(1)});
  ask({of(limits::kRightsKept)});
  EXPECT_EQ(rights_->last(of(2)), Right::kUnknown) << "one past it";
  EXPECT_EQ(rights_->last(of(0)), Right::kAllowed) << "what is fresh stays";
}

}  // namespace
}  // namespace masthead::access
