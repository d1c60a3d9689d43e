// Credential plugins (client.authentication.k8s.io v1 and v1beta1): a command prints an
// ExecCredential. Never interactive, killed after limits::kExecPluginTimeoutMs.
//
// Threading: ExecRun belongs to the loop; the command is waited for on a thread of its own, which
// the destructor ends and joins. The rest are pure functions.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "base/limits.h"
#include "base/result.h"
#include "kube/kubeconfig.h"
#include "kube/process.h"
#include "net/loop.h"

namespace masthead::kube {

struct ExecCredential {
  std::string token, certificate_pem, key_pem;
  int64_t expires_ms = 0;  // wall time; 0: until the server says no
};

// Reads what the plugin printed.
base::Result<ExecCredential> parse_exec_credential(std::string_view output, const ExecConfig& exec);

// The value of KUBERNETES_EXEC_INFO.
std::string exec_info(const ClusterConfig& config);

// What went wrong, in words; never what it printed to standard output.
base::Result<ExecCredential> read_exec_outcome(const base::Result<ProcessOutcome>& outcome,
                                               const ExecConfig& exec);

class ExecRun {
 public:
  using Callback = std::move_only_function<void(base::Result<ExecCredential>)>;
  ExecRun(net::Loop& loop, const ClusterConfig& config, Callback callback,
          int64_t timeout_ms = limits::kExecPluginTimeoutMs);
  ~ExecRun();
  ExecRun(const ExecRun&) = delete;
  ExecRun& operator=(const ExecRun&) = delete;

 private:
  Cancellation cancellation_;
  std::shared_ptr<Callback> callback_;
  std::thread worker_;
};

}  // namespace masthead::kube
