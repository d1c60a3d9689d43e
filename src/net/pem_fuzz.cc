// Any text as a CA, a certificate or a key in PEM form: an answer or an error with a text, never a
// crash, never a question at the terminal.
#include "base/check.h"
#include "net/certificates.h"
#include "net/tls_context.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace masthead::net;
  static const Certificate good = make_authority("ca");
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto check = [](const TlsClientOptions& options) {
    VerifyReport report;
    const auto ssl = make_client_ssl(options, report);
    CHECK(ssl || !ssl.error().text.empty(), "a refusal says why");
  };
  TlsClientOptions options;
  options.server_name = "host";
  options.ca_label = "ca.crt";
  options.ca_pem = text;
  check(options);
  options.ca_pem = good.certificate_pem;
  options.certificate_pem = text;
  options.key_pem = good.key_pem;
  check(options);
  options.certificate_pem = good.certificate_pem;
  options.key_pem = text;
  check(options);
  return 0;
}
