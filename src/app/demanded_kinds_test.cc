// Kinds that no plugin describes, against an API server of which the test decides every word.
#include "app/demanded_kinds.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "base/random.h"
#include "kube/scripted_server.h"

namespace masthead::app {
namespace {

kube::ApiResource resource(const std::string& group, const std::string& kind,
                           const std::string& plural) {
  kube::ApiResource made;
  made.gvr = {group, "v1", plural};
  made.kind = kind;
  made.namespaced = true;
  made.verbs = {"get", "list", "watch"};
  return made;
}

class DemandedKindsTest : public testing::Test {
 protected:
  DemandedKindsTest() {
    server_.on_request([this](const kube::AnswerPtr& answer) { respond(answer); });
    discovery_.resources = {resource("", "Secret", "secrets"), resource("", "Pod", "pods"),
                            resource("networking.k8s.io", "Ingress", kPlural)};
    discovery_.server_version = "v1.36.3";
    // How a server lists is known by its version.
    bool known = false;
    client_->discover([&](auto) { known = true; });
    loop_.drive_until([&] { return known; });
    server_.log.clear();
    kinds_.on_discovery(discovery_, {"pods"}, {"shop"});
  }
  void respond(const kube::AnswerPtr& answer) {
    if (answer->path == "/version") return answer->reply(200, R"({"gitVersion":"v1.36.3"})");
    if (answer->path == "/api") {
      return answer->reply(200, R"({"kind":"APIVersions","versions":["v1"]})");
    }
    if (answer->path == "/apis") {
      return answer->reply(200, R"({"kind":"APIGroupList","groups":[]})");
    }
    if (answer->path == "/api/v1") {
      return answer->reply(200, R"({"kind":"APIResourceList","resources":[]})");
    }
    if (answer->path.ends_with("/selfsubjectaccessreviews")) {
      const bool everywhere = !answer->request_body.contains(R"("namespace":"shop")");
      const bool allowed = allowed_ && (everywhere_ || !everywhere);
      return answer->reply(
          201, allowed ? R"({"status":{"allowed":true}})" : R"({"status":{"allowed":false}})");
    }
    if (!answer->path.contains(kPlural)) return answer->reply(404, "");
    if (answer->path.contains("watch=1")) return answer->start(200);
    answer->reply(
        200, R"({"kind":"List","metadata":{"resourceVersion":"100"},"items":[)"
             R"({"metadata":{"namespace":"shop","name":"web","uid":"i","resourceVersion":"7"}}]})");
  }
  size_t rows() {
    size_t found = 0;
    for (const host::DemandedKind& one : kinds_.served()) {
      found += one.table->snapshot(one.partitions).size();
    }
    return found;
  }
  bool until(const std::function<bool()>& done) { return loop_.drive_until(done, 10'000); }
  size_t watches() const {
    return static_cast<size_t>(
        std::count_if(server_.answers.begin(), server_.answers.end(), [](const auto& answer) {
          return answer->open() && answer->path.contains("watch=1") &&
                 answer->path.contains("ingresses");
        }));
  }

  static constexpr const char* kPlural = "ingresses";
  const std::string table_ = "ingresses.networking.k8s.io";
  net::Loop loop_;
  kube::ScriptedServer server_{loop_};
  std::unique_ptr<kube::Client> client_ =
      kube::Client::create(loop_, server_.config(), base::system_clock(), base::system_random())
          .value();
  base::ManualClock clock_;
  kube::Discovery discovery_;
  int changed_ = 0;
  bool allowed_ = true, everywhere_ = true;
  DemandedKinds kinds_{*client_, clock_, [this] { ++changed_; }};
};

TEST_F(DemandedKindsTest, may_be_all_that_is_listed_and_watched_but_secrets_and_plugins_kinds) {
  const auto& demandable = *kinds_.demandable();
  ASSERT_EQ(demandable.size(), 1u);
  EXPECT_EQ(demandable.at({"networking.k8s.io", "Ingress"}), table_);
  kinds_.demand({"secrets", "pods", "no such"});
  loop_.drive_for(100);
  EXPECT_TRUE(kinds_.served().empty());
  EXPECT_TRUE(server_.log.empty()) << "nothing is asked";
}

TEST_F(DemandedKindsTest, are_watched_while_somebody_looks_and_a_little_longer) {
  loop_.drive_for(50);
  EXPECT_TRUE(server_.log.empty()) << "nobody looks yet";
  kinds_.demand({table_});
  ASSERT_TRUE(until([&] { return rows() == 1 && watches() == 1; }));
  EXPECT_EQ(server_.count("/apis/networking.k8s.io/v1/ingresses?watch=1"), 1u) << "one watch";
  kinds_.demand({});
  clock_.advance(limits::kDemandLingerMs - 1);
  kinds_.every_second();
  EXPECT_EQ(rows(), 1u);
  kinds_.demand({table_});
  clock_.advance(10 * limits::kDemandLingerMs);
  kinds_.every_second();
  EXPECT_EQ(rows(), 1u) << "somebody looks";
  kinds_.demand({});
  clock_.advance(limits::kDemandLingerMs);
  changed_ = 0;
  kinds_.every_second();
  EXPECT_TRUE(kinds_.served().empty());
  EXPECT_EQ(changed_, 1);
  EXPECT_TRUE(until([&] { return watches() == 0; })) << "the watch has ended";
}

TEST_F(DemandedKindsTest, so_many_are_watched_at_once_and_no_more) {
  std::set<std::string> tables;
  for (size_t i = 0; i <= limits::kDemandedKinds; ++i) {
    const std::string plural = fmt::format("things{:03}", i);
    discovery_.resources.push_back(resource("example.com", plural, plural));
    if (i < limits::kDemandedKinds) tables.insert(plural + ".example.com");
  }
  kinds_.on_discovery(discovery_, {"pods"}, {"shop"});
  kinds_.demand(tables);
  ASSERT_TRUE(until([&] { return kinds_.served().size() == limits::kDemandedKinds; }));
  tables.insert(fmt::format("things{:03}.example.com", limits::kDemandedKinds));
  kinds_.demand(tables);
  loop_.drive_for(100);
  EXPECT_EQ(kinds_.served().size(), limits::kDemandedKinds);
  EXPECT_EQ(server_.count(fmt::format("/things{:03}", limits::kDemandedKinds)), 0u);
}

// One that is demanded while a decision is on its way has not been decided about.
TEST_F(DemandedKindsTest, wait_for_a_decision_that_is_about_them) {
  discovery_.resources.push_back(resource("batch", "Other", "others"));
  kinds_.on_discovery(discovery_, {"pods"}, {"shop"});
  bool ever_denied = false;
  kinds_.demand({table_});
  kinds_.demand({table_, "others.batch"});
  ASSERT_TRUE(until([&] {
    const auto served = kinds_.served();
    for (const host::DemandedKind& one : served) ever_denied |= one.partitions.none();
    return served.size() == 2;
  }));
  EXPECT_FALSE(ever_denied);
}

TEST_F(DemandedKindsTest, tell_of_a_decision_only_when_it_changes_something) {
  kinds_.demand({table_});
  ASSERT_TRUE(until([&] { return watches() == 1; }));
  changed_ = 0;
  const size_t reviews = server_.count("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews");
  kinds_.on_discovery(discovery_, {"pods"}, {"shop"});
  ASSERT_TRUE(until([&] {
    return server_.count("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews") > reviews;
  }));
  loop_.drive_for(100);
  EXPECT_EQ(changed_, 0);
}

TEST_F(DemandedKindsTest, are_read_only_where_the_user_may_list_them) {
  everywhere_ = false;
  kinds_.demand({table_});
  ASSERT_TRUE(until([&] { return rows() == 1; }));
  EXPECT_EQ(server_.count("/apis/networking.k8s.io/v1/ingresses"), 0u);
  EXPECT_GT(server_.count("/apis/networking.k8s.io/v1/namespaces/shop/ingresses"), 0u);
  EXPECT_FALSE(kinds_.served().front().partitions.all);
  allowed_ = false;
  kinds_.on_discovery(discovery_, {"pods"}, {"shop"});
  ASSERT_TRUE(until([&] { return kinds_.served().front().partitions.none(); }));
  EXPECT_EQ(rows(), 0u);
  EXPECT_TRUE(until([&] { return watches() == 0; }));
}

}  // namespace
}  // namespace masthead::app
