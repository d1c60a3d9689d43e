// Tokens and certificates that change while they are used, and clocks that jump.
#include <fstream>

#include "fault/fault_fixture.h"

namespace masthead::fault {
namespace {

using State = k8s::Freshness::State;

class CredentialFaults : public FaultTest {
 protected:
  std::string file(const std::string& name) const { return folder_ + "/" + name; }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(file(name) + ".new") << text;
    ASSERT_EQ(std::rename((file(name) + ".new").c_str(), file(name).c_str()), 0);
  }
};

TEST_F(CredentialFaults, a_token_that_is_rotated_in_flight_is_read_anew_and_costs_no_list) {
  Setting setting;
  std::string token;
  setting.adjust = [&](kube::ClusterConfig& config) {
    token = config.auth.token;
    write("token", token);
    config.auth.token.clear();
    config.auth.token_file = file("token");
  };
  begin(std::move(setting));
  on_server([&](sim::ApiServer& server) {
    server.add_user("rotated", {"admin", "", {"system:masters"}});
    server.remove_user(token);
  });
  const size_t from = mark();
  cluster_->run([](sim::ApiServer&, sim::Front& front) { front.drop_connections(); });
  pass(6'000);
  EXPECT_TRUE(all(State::kStale)) << "the old token is worth nothing";
  write("token", "rotated");
  EXPECT_TRUE(eventually([&] { return caught_up(); }, 15'000));
  for (const std::string& path : paths()) {
    const auto asked = requests(from, path);
    EXPECT_LE(asked.size(), 16u) << path;
    for (const std::string& text : asked) EXPECT_TRUE(text.starts_with("watch ")) << text;
  }
}

TEST_F(CredentialFaults,
       a_server_certificate_of_a_new_authority_is_believed_when_its_file_says_so) {
  Setting setting;
  setting.adjust = [&](kube::ClusterConfig& config) {
    write("ca.crt", cluster_->authority());
    config.tls.ca_pem.clear();
    config.tls.ca_file = file("ca.crt");
  };
  begin(std::move(setting));
  cluster_->kill();
  cluster_->renew_certificate();
  ASSERT_TRUE(cluster_->come_back());
  ASSERT_TRUE(eventually([&] { return all(State::kStale); }, 5'000));
  pass(2'000);
  EXPECT_EQ(session_->snapshot()->connection.cause.code, base::ErrorCode::kTls)
      << session_->snapshot()->connection.cause.text;
  const size_t from = mark();
  write("ca.crt", cluster_->authority());
  ASSERT_TRUE(eventually([&] { return all(State::kLive); }, 5'000));
  EXPECT_TRUE(shown() == stored());
  for (const std::string& path : paths()) EXPECT_EQ(requests(from, path).size(), 1u) << path;
}

TEST_F(CredentialFaults, clocks_that_jump_an_hour_make_nothing_stale_and_stop_nothing) {
  JumpingClock clock;
  Setting setting;
  setting.clock = &clock;
  begin(std::move(setting));
  const size_t from = mark();
  for (const int64_t hours : {1, -2, 1}) {
    clock.jump(hours * 3'600'000);
    touch_pod("pod-0", "h" + std::to_string(hours + 5));
    EXPECT_TRUE(eventually([&] { return caught_up(); }, 2'000)) << hours;
    const int64_t until_ms = base::system_clock().monotonic_ms() + 3'000;
    while (base::system_clock().monotonic_ms() < until_ms) {
      pass(100);
      ASSERT_TRUE(all(State::kLive)) << hours;
      ASSERT_EQ(session_->snapshot()->connection.state, State::kLive);
    }
  }
  for (const std::string& path : paths()) EXPECT_TRUE(requests(from, path).empty()) << path;
  session_->stop();  // before its clock goes
}

}  // namespace
}  // namespace masthead::fault
