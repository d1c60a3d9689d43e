#include "net/tls.h"

#include <gtest/gtest.h>

#include "net/certificates.h"
#include "net/memory_stream.h"

namespace masthead::net {
namespace {

class Tls : public testing::Test {
 protected:
  struct Outcome {
    base::Result<void> client = base::fail(base::ErrorCode::kInternal, "pending");
    base::Result<void> server = base::fail(base::ErrorCode::kInternal, "pending");
    bool client_done = false, server_done = false;
  };

  CertificateRequest request() {
    CertificateRequest request;
    request.common_name = "apiserver";
    request.dns_names = {"kubernetes", "*.example.org"};
    request.addresses = {"127.0.0.1", "::1"};
    return request;
  }
  TlsServerOptions server_options() {
    const Certificate certificate = issue_certificate(ca_, request());
    return {certificate.certificate_pem, certificate.key_pem, "", {"h2", "http/1.1"}};
  }
  TlsClientOptions client_options(const std::string& name) {
    return {name, ca_.certificate_pem, "ca.crt of cluster test", false, "", "", {"h2", "http/1.1"}};
  }
  Outcome shake(const TlsClientOptions& client, const TlsServerOptions& server) {
    auto [a, b] = memory_stream_pair(loop_);
    client_ = TlsStream::client(loop_, std::move(a), client).value();
    server_ = TlsStream::server(loop_, std::move(b), server).value();
    Outcome outcome;
    client_->handshake([&](auto result) {
      outcome.client = std::move(result);
      outcome.client_done = true;
    });
    server_->handshake([&](auto result) {
      outcome.server = std::move(result);
      outcome.server_done = true;
    });
    loop_.drive_until([&] { return outcome.client_done && outcome.server_done; }, 1000);
    return outcome;
  }

  Loop loop_;
  Certificate ca_ = make_authority("test-ca");
  std::unique_ptr<TlsStream> client_, server_;
};

TEST_F(Tls, agrees_on_a_protocol_and_carries_bytes) {
  const Outcome outcome = shake(client_options("127.0.0.1"), server_options());
  ASSERT_TRUE(outcome.client) << outcome.client.error().message();
  EXPECT_EQ(client_->protocol(), "h2");
  EXPECT_EQ(client_->peer_certificate_fingerprint().size(), 64u);
  EXPECT_EQ(server_->peer_certificate_fingerprint(), "");
  const std::string sent(2'000'000, 'x');
  std::string heard;
  bool written = false;
  server_->write(sent, [&](auto result) { written = result.has_value(); });
  std::function<void()> read = [&] {
    client_->read_some([&](auto bytes) {
      ASSERT_TRUE(bytes);
      heard += *bytes;
      if (heard.size() < sent.size()) read();
    });
  };
  read();
  EXPECT_TRUE(loop_.drive_until([&] { return written && heard.size() == sent.size(); }));
}

TEST_F(Tls, an_orderly_end_is_told_from_a_cut) {
  for (const bool orderly : {true, false}) {
    shake(client_options("kubernetes"), server_options());
    std::optional<base::Result<std::string>> heard;
    client_->read_some([&](auto bytes) {
      heard = bytes ? base::Result<std::string>(std::string(*bytes))
                    : base::Result<std::string>(std::unexpected(bytes.error()));
    });
    loop_.drive_for(10);
    if (orderly) server_->close();
    server_.reset();
    ASSERT_TRUE(loop_.drive_until([&] { return heard.has_value(); }));
    EXPECT_EQ(heard->has_value(), orderly);
  }
}

TEST_F(Tls, accepts_names_and_wildcards_of_the_certificate) {
  for (const char* name : {"kubernetes", "api.example.org", "::1"}) {
    const Outcome outcome = shake(client_options(name), server_options());
    EXPECT_TRUE(outcome.client) << name << ": " << outcome.client.error().message();
  }
}

TEST_F(Tls, says_which_names_the_certificate_has) {
  for (const char* name : {"10.0.0.1", "other"}) {
    const Outcome outcome = shake(client_options(name), server_options());
    ASSERT_FALSE(outcome.client);
    EXPECT_EQ(outcome.client.error().code, base::ErrorCode::kTls);
    EXPECT_EQ(
        outcome.client.error().text,
        "the certificate of memory is for kubernetes, *.example.org, 127.0.0.1, ::1, not for " +
            std::string(name));
  }
}

TEST_F(Tls, says_which_ca_was_expected) {
  TlsClientOptions options = client_options("kubernetes");
  options.ca_pem = make_authority("other-ca").certificate_pem;
  const Outcome outcome = shake(options, server_options());
  ASSERT_FALSE(outcome.client);
  EXPECT_NE(
      outcome.client.error().text.find(
          "is not trusted: signed by CN=test-ca, which ca.crt of cluster test does not vouch"),
      std::string::npos)
      << outcome.client.error().text;
}

TEST_F(Tls, says_when_a_certificate_expired) {
  CertificateRequest expired = request();
  expired.until_s = -60;
  const Certificate certificate = issue_certificate(ca_, expired);
  const Outcome outcome = shake(client_options("kubernetes"),
                                {certificate.certificate_pem, certificate.key_pem, "", {}});
  ASSERT_FALSE(outcome.client);
  EXPECT_NE(outcome.client.error().text.find("has expired on"), std::string::npos);
}

TEST_F(Tls, skips_verification_only_when_told_so) {
  TlsClientOptions options = client_options("other");
  options.skip_verify = true;
  EXPECT_TRUE(shake(options, server_options()).client);
}

TEST_F(Tls, presents_a_client_certificate) {
  TlsServerOptions server = server_options();
  server.client_ca_pem = ca_.certificate_pem;
  TlsClientOptions client = client_options("kubernetes");
  const Certificate mine = issue_certificate(ca_, {"jane", {"devs"}, {}, {}});
  client.certificate_pem = mine.certificate_pem;
  client.key_pem = mine.key_pem;
  EXPECT_TRUE(shake(client, server).server);
  EXPECT_EQ(server_->peer_certificate_fingerprint().size(), 64u);
  const Certificate stranger = issue_certificate(make_authority("x"), {"eve", {}, {}, {}});
  client.certificate_pem = stranger.certificate_pem;
  client.key_pem = stranger.key_pem;
  shake(client, server);
  std::optional<base::Error> error;
  client_->read_some([&](auto bytes) { error = bytes.error(); });
  ASSERT_TRUE(loop_.drive_until([&] { return error.has_value(); }));
  EXPECT_EQ(error->code, base::ErrorCode::kTls);
  EXPECT_NE(error->text.find("memory refused our certificate"), std::string::npos) << error->text;
}

TEST_F(Tls, refuses_keys_that_do_not_fit_before_connecting) {
  auto [a, b] = memory_stream_pair(loop_);
  TlsClientOptions options = client_options("kubernetes");
  options.certificate_pem = issue_certificate(ca_, {"jane", {}, {}, {}}).certificate_pem;
  options.key_pem = issue_certificate(ca_, {"jane", {}, {}, {}}).key_pem;
  const auto stream = TlsStream::client(loop_, std::move(a), options);
  ASSERT_FALSE(stream);
  EXPECT_NE(stream.error().text.find("client certificate: the private key does not belong"),
            std::string::npos);
  options = client_options("kubernetes");
  options.ca_pem = "no certificate";
  EXPECT_EQ(TlsStream::client(loop_, std::move(b), options).error().text,
            "ca.crt of cluster test holds no certificate in PEM form");
}

TEST_F(Tls, says_when_the_other_side_speaks_plain_http) {
  auto [a, b] = memory_stream_pair(loop_);
  client_ = TlsStream::client(loop_, std::move(a), client_options("kubernetes")).value();
  std::optional<base::Error> error;
  client_->handshake([&](auto result) { error = result.error(); });
  b->write("HTTP/1.1 400 Bad Request\r\n\r\n", [](auto) {});
  ASSERT_TRUE(loop_.drive_until([&] { return error.has_value(); }));
  EXPECT_EQ(error->text, "memory does not speak TLS");
}

TEST_F(Tls, takes_a_connection_that_ends_in_the_handshake_for_a_server_that_is_not_there) {
  auto [a, b] = memory_stream_pair(loop_);
  client_ = TlsStream::client(loop_, std::move(a), client_options("kubernetes")).value();
  std::optional<base::Error> error;
  client_->handshake([&](auto result) { error = result.error(); });
  b->close();
  ASSERT_TRUE(loop_.drive_until([&] { return error.has_value(); }));
  EXPECT_EQ(error->code, base::ErrorCode::kUnavailable) << error->text;
}

}  // namespace
}  // namespace masthead::net
