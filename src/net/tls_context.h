// Setting OpenSSL up for one connection, and saying in words why a handshake failed. For tls.cc.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "net/tls.h"

struct ssl_ctx_st;
struct ssl_st;

namespace masthead::net {

struct SslContextDeleter {
  void operator()(ssl_ctx_st* context) const;
};
struct SslDeleter {
  void operator()(ssl_st* ssl) const;
};
using SslContext = std::unique_ptr<ssl_ctx_st, SslContextDeleter>;
using Ssl = std::unique_ptr<ssl_st, SslDeleter>;

// What verification saw, for the text of an error. Must outlive the Ssl it is attached to.
struct VerifyReport {
  TlsClientOptions options;  // keys and certificates cleared
  int error = 0;             // X509_V_ERR_…
  std::string subject, issuer, names, not_after, not_before;
};

base::Result<Ssl> make_client_ssl(const TlsClientOptions& options, VerifyReport& report);
base::Result<Ssl> make_server_ssl(const TlsServerOptions& options);

// Takes OpenSSL's queued errors of this thread.
base::Error handshake_error(const VerifyReport* report, const std::string& peer);
base::Error stream_error(const std::string& peer);

}  // namespace masthead::net
