// What one probe for all knows of the API server, seen through a reflector that waits on it.
#include "kube/outage.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "kube/recording_sink.h"
#include "kube/reflector.h"
#include "kube/scripted_server.h"

namespace masthead::kube {
namespace {

using State = k8s::Freshness::State;

class OutageTest : public testing::Test {
 protected:
  OutageTest() : server_(loop_, {"h2"}) {
    server_.identity_is_scripted = true;
    server_.on_request([this](const AnswerPtr& answer) { serve(answer); });
  }
  void serve(const AnswerPtr& answer) {
    if (answer->path == "/readyz") return answer->reply(200, "ok");
    if (answer->path.starts_with("/api/v1/namespaces")) return held_.push_back(answer);
    if (refused_ == 429) return answer->refuse(429, "TooManyRequests", "storage is initializing");
    if (refused_ == 403) return answer->refuse(403, "Forbidden", "pods is forbidden");
    answer->start(200);
    answer->write(bookmark_line(10, true));
    watch_ = answer;
  }
  // Lets so much time pass at the most; what is on its way by then still comes.
  bool pass_until(const std::function<bool()>& done, int64_t limit_ms) {
    for (int64_t passed = 0; passed < limit_ms && !done(); passed += 100) {
      clock_.advance(100);
      loop_.wake();
      loop_.drive_for(3);
    }
    return loop_.drive_until(done, 5'000);
  }

  base::ManualClock clock_;
  base::SeededRandom random_{7};
  net::Loop loop_{clock_};
  ScriptedServer server_;
  int refused_ = 0;
  AnswerPtr watch_;
  std::vector<AnswerPtr> held_;  // who asked which cluster this is, and waits
  RecordingSink sink_;
};

TEST_F(OutageTest, asks_whether_the_server_is_ready_though_it_is_asking_who_it_is) {
  auto client = Client::create(loop_, server_.config(), clock_, random_).value();
  const Reflector reflector(*client, {pods_resource(), "", false}, sink_);
  ASSERT_TRUE(loop_.drive_until([&] { return !held_.empty() && watch_ != nullptr; }, 5'000));
  refused_ = 429;
  watch_->end();
  EXPECT_TRUE(pass_until([&] { return server_.count("/readyz") > 0; }, 2 * limits::kProbeEveryMs));
  // It is ready: what it refuses from now on is refused.
  refused_ = 403;
  EXPECT_TRUE(pass_until([&] { return sink_.freshness.state == State::kForbidden; },
                         limits::kRecoveryGraceMs + limits::kBackoffMaxMs));
}

}  // namespace
}  // namespace masthead::kube
