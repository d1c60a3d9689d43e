// Any bytes as a kubeconfig, a server address, base64, an ExecCredential: no crash, and an address
// reads back the same.
#include "base/base64.h"
#include "base/check.h"
#include "kube/exec_plugin.h"
#include "kube/kubeconfig_file.h"
#include "kube/url.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace masthead::kube;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  KubeconfigData config;
  (void)add_kubeconfig(bytes, "/x/config", config);
  if (const auto url = parse_url(bytes)) {
    const auto again = parse_url(url->text());
    CHECK(again && again->text() == url->text(), "an address reads back the same");
    (void)is_exempt_from_proxy(*url, bytes);
  }
  if (const auto plain = masthead::base::decode_base64(bytes)) {
    CHECK(plain->size() <= size, "decoding never grows");
  }
  ExecConfig exec;
  exec.api_version = "client.authentication.k8s.io/v1";
  (void)parse_exec_credential(bytes, exec);
  return 0;
}
