// Any bytes as a kubeconfig, a server address, base64, an ExecCredential: no crash.
#include "kube/base64.h"
#include "kube/exec_plugin.h"
#include "kube/kubeconfig_file.h"
#include "kube/url.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace masthead::kube;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  KubeconfigData config;
  (void)add_kubeconfig(bytes, "/x/config", config);
  (void)parse_url(bytes);
  (void)decode_base64(bytes);
  ExecConfig exec;
  exec.api_version = "client.authentication.k8s.io/v1";
  (void)parse_exec_credential(bytes, exec);
  return 0;
}
