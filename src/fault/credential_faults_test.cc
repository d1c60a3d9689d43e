// Tokens and certificates that change while they are used, and clocks that jump.
#include <fmt/format.h>
#include <openssl/sha.h>

#include <fstream>

#include "base/base64.h"
#include "fault/fault_fixture.h"
#include "net/certificates.h"

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
  const std::string watch = fmt::format("watch rv={}", revision());
  const size_t from = mark();
  cluster_->run([](sim::ApiServer&, sim::Front& front) { front.drop_connections(); });
  pass(6'000);
  EXPECT_TRUE(all(State::kStale)) << "the old token is worth nothing";
  expect_each_backed_off(from, watch);
  const size_t then = mark();
  write("token", "rotated");
  EXPECT_TRUE(eventually([&] { return caught_up(); }, 15'000));
  // Two, where the first had the old token still.
  expect_each_asked(then, {watch, "?" + watch});
  // For the fresh list.
  on_server(
      [&](sim::ApiServer& server) { server.add_user(token, {"admin", "", {"system:masters"}}); });
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
  const uint64_t before = revision();
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
  expect_each_asked(from, {fmt::format("watch rv={}", before)});
}

// Accounts that show a certificate from a file instead of a token.
class ClientCertificates : public CredentialFaults {
 protected:
  net::Certificate issue(int64_t seconds) const {
    return net::issue_certificate(authority_, {"admin", {"system:masters"}, {}, {}, -60, seconds});
  }
  static std::string fingerprint(const net::Certificate& certificate) {
    std::string base64 = certificate.certificate_pem;
    base64.erase(base64.rfind("-----END"));
    base64.erase(0, base64.find('\n'));
    std::erase(base64, '\n');
    const std::string der = base::decode_base64(base64).value();
    unsigned char digest[SHA256_DIGEST_LENGTH];
    ::SHA256(reinterpret_cast<const unsigned char*>(der.data()), der.size(), digest);
    std::string text;
    for (const unsigned char byte : digest) text += fmt::format("{:02x}", byte);
    return text;
  }
  void put_in_files(const net::Certificate& certificate) const {
    write("client.key", certificate.key_pem);
    write("client.crt", certificate.certificate_pem);
  }
  void let_in(const net::Certificate& certificate) {
    on_server([&](sim::ApiServer& server) {
      server.add_user(fingerprint(certificate), {"admin", "", {"system:masters"}});
    });
  }
  void begin_with(const net::Certificate& certificate) {
    put_in_files(certificate);
    Setting setting;
    setting.client_authority_pem = authority_.certificate_pem;
    setting.adjust = [&](kube::ClusterConfig& config) {
      let_in(certificate);
      config.auth.token.clear();
      config.auth.client_certificate_file = file("client.crt");
      config.auth.client_key_file = file("client.key");
    };
    begin(std::move(setting));
  }
  void drop_connections() {
    cluster_->run([](sim::ApiServer&, sim::Front& front) { front.drop_connections(); });
  }

  const net::Certificate authority_ = net::make_authority("users");
};

// As the API server answers who shows an expired certificate on a connection of long ago.
TEST_F(ClientCertificates, one_that_is_rotated_in_flight_is_shown_on_new_connections) {
  const net::Certificate first = issue(3'600), second = issue(7'200);
  begin_with(first);
  let_in(second);
  put_in_files(second);
  on_server([&](sim::ApiServer& server) { server.remove_user(fingerprint(first)); });
  const size_t from = mark();
  // Rights are asked every ten seconds; nobody is to notice.
  const int64_t until_ms = base::system_clock().monotonic_ms() + 11'000;
  while (base::system_clock().monotonic_ms() < until_ms) {
    pass(100);
    ASSERT_TRUE(all(State::kLive));
    ASSERT_EQ(session_->snapshot()->connection.state, State::kLive);
  }
  expect_nothing_asked(from);  // watches that run go on
  const uint64_t before = revision();
  drop_connections();
  touch_pod("pod-0", "afterwards");
  EXPECT_TRUE(eventually([&] { return !requests(from, kPods).empty() && caught_up(); }, 5'000));
  expect_each_asked(from, {fmt::format("watch rv={}", before)});
}

// As everything does that ends TLS itself: it says no when a connection is made.
TEST_F(ClientCertificates, an_expired_one_is_said_and_a_new_one_is_believed_within_five_seconds) {
  constexpr int64_t kSeconds = 6;
  const int64_t made_ms = base::system_clock().monotonic_ms();
  begin_with(issue(kSeconds));
  pass(made_ms + (kSeconds + 1) * 1'000 - base::system_clock().monotonic_ms());
  EXPECT_TRUE(all(State::kLive)) << "connections outlive the certificate";
  const size_t from = mark();
  const uint64_t before = revision();
  drop_connections();
  ASSERT_TRUE(eventually([&] { return all(State::kStale); }, 5'000));
  pass(5'000);
  const base::Error cause = session_->snapshot()->connection.cause;
  EXPECT_EQ(cause.code, base::ErrorCode::kTls) << cause.text;
  EXPECT_EQ(cause.hint, "Renew the client certificate of this user.");
  const net::Certificate renewed = issue(3'600);
  let_in(renewed);
  // First the one file, then the other: for a while they do not belong together.
  write("client.crt", renewed.certificate_pem);
  pass(1'500);
  write("client.key", renewed.key_pem);
  EXPECT_TRUE(eventually([&] { return caught_up(); }, 5'000));
  expect_each_asked(from, {fmt::format("watch rv={}", before)});
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
  expect_nothing_asked(from);
  expect_fresh_list(2'000);
  session_.reset();  // before its clock goes
}

}  // namespace
}  // namespace masthead::fault
