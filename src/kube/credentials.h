// What a request carries to be let in: an Authorization header, a client certificate, or both.
//
// client-go's rules: a token file is read again every minute and after a 401; a plugin's answer is
// kept until it expires or a 401, one run at a time. Certificate files are read when a token file
// is, and after each connection that did not come about. Threading: the loop. Lifetime: destroying
// it ends a running plugin and drops callbacks.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "kube/exec_plugin.h"
#include "kube/kubeconfig.h"
#include "net/loop.h"
#include "proto/headers.h"

namespace masthead::kube {

// Immutable; a new one is made when anything changes.
struct Credential {
  uint64_t generation = 0;
  proto::Headers headers;
  std::string certificate_pem, key_pem;  // of the client; empty: none
};
using CredentialPtr = std::shared_ptr<const Credential>;

class Credentials {
 public:
  Credentials(net::Loop& loop, const ClusterConfig& config, const base::Clock& clock);

  using Callback = std::move_only_function<void(base::Result<CredentialPtr>)>;
  // Calls at once when nothing has to be waited for.
  void get(Callback callback);

  // A request with `used` was answered 401. True when another try may go better: what was used has
  // been replaced since, or can be fetched anew.
  bool rejected(const Credential& used);
  // No connection came about: perhaps for a certificate that has been replaced since.
  void read_files_again();

 private:
  base::Result<CredentialPtr> build();
  base::Result<std::string> token();
  base::Result<CredentialPtr> remember(Credential credential);
  bool is_current() const;
  void start_plugin();
  void on_plugin(base::Result<ExecCredential> result);

  net::Loop& loop_;
  const ClusterConfig& config_;
  const base::Clock& clock_;
  CredentialPtr current_;
  int64_t good_until_ms_ = 0;  // monotonic
  ExecCredential exec_;
  bool has_exec_ = false;
  int64_t exec_good_until_ms_ = 0;  // wall time
  base::Error exec_error_;
  int64_t exec_ended_ms_ = INT64_MIN / 2;  // monotonic
  std::unique_ptr<ExecRun> running_;
  std::vector<Callback> waiting_;
};

}  // namespace masthead::kube
