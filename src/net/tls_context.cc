#include "net/tls_context.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace masthead::net {
namespace {

struct BioDeleter {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct X509Deleter {
  void operator()(X509* x) const { X509_free(x); }
};
struct KeyDeleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Bio = std::unique_ptr<BIO, BioDeleter>;
using Certificate = std::unique_ptr<X509, X509Deleter>;

Bio bio_of(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string last_reason() {
  const unsigned long code = ERR_peek_last_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "unknown error" : reason;
}

std::string name_text(const X509_NAME* name) {
  char text[256] = {};
  X509_NAME_oneline(name, text, sizeof text);
  return text[0] == '/' ? text + 1 : text;
}

std::string time_text(const ASN1_TIME* time) {
  const Bio bio(BIO_new(BIO_s_mem()));
  ASN1_TIME_print(bio.get(), time);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<size_t>(size)};
}

void append_name(std::string& out, const GENERAL_NAME* name) {
  std::string text;
  if (name->type == GEN_DNS) {
    text.assign(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                static_cast<size_t>(ASN1_STRING_length(name->d.dNSName)));
  } else if (name->type == GEN_IPADD) {
    char buffer[INET6_ADDRSTRLEN] = {};
    const int size = ASN1_STRING_length(name->d.iPAddress);
    const int family = size == 4 ? AF_INET : AF_INET6;
    if (size != 4 && size != 16) return;
    inet_ntop(family, ASN1_STRING_get0_data(name->d.iPAddress), buffer, sizeof buffer);
    text = buffer;
  } else {
    return;
  }
  if (out.size() > 500) return;
  out += (out.empty() ? "" : ", ") + text;
}

std::string subject_names(X509* certificate) {
  std::string out;
  auto* names = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names); ++i) {
    append_name(out, sk_GENERAL_NAME_value(names, i));
  }
  GENERAL_NAMES_free(names);
  return out;
}

int report_index() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

int on_verify(int ok, X509_STORE_CTX* store) {
  if (ok == 1) return 1;
  const auto* ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* report = static_cast<VerifyReport*>(SSL_get_ex_data(ssl, report_index()));
  X509* leaf = X509_STORE_CTX_get0_cert(store);
  X509* current = X509_STORE_CTX_get_current_cert(store);
  if (report == nullptr || report->error != 0) return 0;
  report->error = X509_STORE_CTX_get_error(store);
  if (current == nullptr) current = leaf;
  if (current != nullptr) {
    report->subject = name_text(X509_get_subject_name(current));
    report->issuer = name_text(X509_get_issuer_name(current));
    report->not_after = time_text(X509_get0_notAfter(current));
    report->not_before = time_text(X509_get0_notBefore(current));
  }
  if (leaf != nullptr) report->names = subject_names(leaf);
  return 0;
}

// A passphrase is never asked for: nobody sits at this terminal.
int no_passphrase(char*, int, int, void*) {
  return 0;
}

base::Result<void> use_certificate(SSL_CTX* context, const std::string& certificate_pem,
                                   const std::string& key_pem) {
  const auto fail = [](const std::string& what) {
    return base::fail(base::ErrorCode::kTls, what + ": " + last_reason());
  };
  const Bio bio = bio_of(certificate_pem);
  const Certificate leaf(PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr));
  if (!leaf || SSL_CTX_use_certificate(context, leaf.get()) != 1) {
    return fail("the certificate cannot be read");
  }
  while (X509* more = PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)) {
    SSL_CTX_add0_chain_cert(context, more);
  }
  ERR_clear_error();  // the end of the file
  const std::unique_ptr<EVP_PKEY, KeyDeleter> key(
      PEM_read_bio_PrivateKey(bio_of(key_pem).get(), nullptr, no_passphrase, nullptr));
  if (!key) return fail("the private key cannot be read");
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
    return fail("the private key does not belong to the certificate");
  }
  return {};
}

base::Result<void> trust(SSL_CTX* context, const std::string& ca_pem, const std::string& label) {
  if (ca_pem.empty()) {
    SSL_CTX_set_default_verify_paths(context);
    return {};
  }
  const Bio bio = bio_of(ca_pem);
  int count = 0;
  while (X509* one = PEM_read_bio_X509_AUX(bio.get(), nullptr, no_passphrase, nullptr)) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), one);
    X509_free(one);
    ++count;
  }
  ERR_clear_error();
  if (count == 0) {
    return base::fail(base::ErrorCode::kTls, label + " holds no certificate in PEM form",
                      "Check certificate-authority or certificate-authority-data.");
  }
  return {};
}

// RFC 7301: each protocol with its length in front.
std::string alpn_wire(const std::vector<std::string>& protocols) {
  std::string wire;
  for (const auto& protocol : protocols) {
    wire += static_cast<char>(protocol.size());
    wire += protocol;
  }
  return wire;
}

SslContext new_context(const SSL_METHOD* method) {
  SslContext context(SSL_CTX_new(method));
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_AUTO_RETRY);
  return context;
}

Ssl new_ssl(SSL_CTX* context) {
  Ssl ssl(SSL_new(context));
  SSL_set_bio(ssl.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  return ssl;
}

void expect_name(SSL* ssl, const std::string& name) {
  unsigned char address[16];
  X509_VERIFY_PARAM* param = SSL_get0_param(ssl);
  if (inet_pton(AF_INET, name.c_str(), address) == 1 ||
      inet_pton(AF_INET6, name.c_str(), address) == 1) {
    X509_VERIFY_PARAM_set1_ip_asc(param, name.c_str());
    return;  // RFC 6066 §3: literal addresses are not permitted in server_name
  }
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  SSL_set1_host(ssl, name.c_str());
  SSL_set_tlsext_host_name(ssl, name.c_str());
}

int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* offered, unsigned int offered_size, void* wanted) {
  const auto& wire = *static_cast<const std::string*>(wanted);
  unsigned char* chosen = nullptr;
  const int result =
      SSL_select_next_proto(&chosen, out_size, reinterpret_cast<const unsigned char*>(wire.data()),
                            static_cast<unsigned int>(wire.size()), offered, offered_size);
  *out = chosen;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

// The list a server chooses from lives as long as its context.
void keep_with(SSL_CTX* context, std::string* wire) {
  static const int index = SSL_CTX_get_ex_new_index(
      0, nullptr, nullptr, nullptr, [](void*, void* data, CRYPTO_EX_DATA*, int, long, void*) {
        delete static_cast<std::string*>(data);
      });
  SSL_CTX_set_ex_data(context, index, wire);
}

}  // namespace

void SslContextDeleter::operator()(ssl_ctx_st* context) const {
  SSL_CTX_free(context);
}
void SslDeleter::operator()(ssl_st* ssl) const {
  SSL_free(ssl);
}

base::Result<Ssl> make_client_ssl(const TlsClientOptions& options, VerifyReport& report) {
  ERR_clear_error();
  const SslContext context = new_context(TLS_client_method());
  const std::string label = options.ca_label.empty() ? "the CA" : options.ca_label;
  TRY_VOID(trust(context.get(), options.ca_pem, label));
  if (!options.certificate_pem.empty() || !options.key_pem.empty()) {
    auto used = use_certificate(context.get(), options.certificate_pem, options.key_pem);
    if (!used) return std::unexpected(used.error().within("client certificate"));
  }
  SSL_CTX_set_verify(context.get(), options.skip_verify ? SSL_VERIFY_NONE : SSL_VERIFY_PEER,
                     options.skip_verify ? nullptr : on_verify);
  Ssl ssl = new_ssl(context.get());
  report.options = options;
  report.options.key_pem.clear();
  report.options.ca_label = label;
  SSL_set_ex_data(ssl.get(), report_index(), &report);
  expect_name(ssl.get(), options.server_name);
  const std::string wire = alpn_wire(options.protocols);
  if (!wire.empty()) {
    SSL_set_alpn_protos(ssl.get(), reinterpret_cast<const unsigned char*>(wire.data()),
                        static_cast<unsigned int>(wire.size()));
  }
  SSL_set_connect_state(ssl.get());
  return ssl;
}

base::Result<Ssl> make_server_ssl(const TlsServerOptions& options) {
  ERR_clear_error();
  const SslContext context = new_context(TLS_server_method());
  TRY_VOID(use_certificate(context.get(), options.certificate_pem, options.key_pem));
  if (!options.client_ca_pem.empty()) {
    TRY_VOID(trust(context.get(), options.client_ca_pem, "the CA of client certificates"));
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    static constexpr unsigned char kSession[] = "masthead";
    SSL_CTX_set_session_id_context(context.get(), kSession, sizeof kSession - 1);
  }
  if (!options.protocols.empty()) {
    auto* wire = new std::string(alpn_wire(options.protocols));
    keep_with(context.get(), wire);
    SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, wire);
  }
  Ssl ssl = new_ssl(context.get());
  SSL_set_accept_state(ssl.get());
  return ssl;
}

namespace {

base::Error tls_error(std::string text, std::string hint) {
  return {base::ErrorCode::kTls, std::move(text), std::move(hint), {}, 0};
}

base::Error verify_error(const VerifyReport& report, const std::string& peer) {
  const std::string& name = report.options.server_name;
  const std::string ca =
      report.options.ca_pem.empty() ? "the system's trust store" : report.options.ca_label;
  switch (report.error) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return tls_error("the certificate of " + peer + " is for " +
                           (report.names.empty() ? report.subject : report.names) + ", not for " +
                           name,
                       "Use one of those names as the server's address, or set tls-server-name.");
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return tls_error("the certificate of " + peer + " (" + report.subject + ") has expired on " +
                           report.not_after,
                       "Renew the server's certificate, or check this machine's clock.");
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return tls_error("the certificate of " + peer + " (" + report.subject +
                           ") is not valid before " + report.not_before,
                       "Check this machine's clock.");
    default:
      return tls_error("the certificate of " + peer + " for " + name +
                           " is not trusted: signed by " + report.issuer + ", which " + ca +
                           " does not vouch for (" + X509_verify_cert_error_string(report.error) +
                           ")",
                       "Check that certificate-authority belongs to this cluster.");
  }
}

// Alerts of RFC 8446 §6.2 by which a server refuses our certificate.
bool is_client_certificate_alert(unsigned long code) {
  switch (ERR_GET_REASON(code)) {
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
      return true;
    default:
      return false;
  }
}

}  // namespace

base::Error handshake_error(const VerifyReport* report, const std::string& peer) {
  const unsigned long code = ERR_peek_error();
  const int reason = ERR_GET_REASON(code);
  ERR_clear_error();
  if (report != nullptr && report->error != 0) return verify_error(*report, peer);
  if (is_client_certificate_alert(code)) {
    return tls_error(peer + " refused our certificate: " + ERR_reason_error_string(code),
                     "Renew the client certificate of this user.");
  }
  if (reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST) {
    return tls_error(peer + " does not speak TLS", "Is its address http:// rather than https://?");
  }
  if (code == 0) {
    // Not a matter of TLS: what stands before a server that is gone does so.
    return {base::ErrorCode::kUnavailable,
            peer + " closed the connection before its TLS handshake was over",
            {},
            {},
            0};
  }
  const char* text = ERR_reason_error_string(code);
  return tls_error(
      "TLS handshake with " + peer + " failed: " + (text == nullptr ? "unknown error" : text), {});
}

base::Error stream_error(const std::string& peer) {
  const unsigned long code = ERR_peek_error();
  if (is_client_certificate_alert(code)) return handshake_error(nullptr, peer);
  ERR_clear_error();
  const char* text = code == 0 ? "the TLS stream is damaged" : ERR_reason_error_string(code);
  return {base::ErrorCode::kUnavailable,
          "connection to " + peer + ": " + (text ? text : "TLS error"),
          {},
          {},
          0};
}

}  // namespace masthead::net
