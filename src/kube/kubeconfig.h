// Which cluster, as whom: kubeconfig files merged as client-go merges them, or the service account
// of a pod.
//
// Threading: pure functions over files and an injected environment; plain values out.
// Secrets: a ClusterConfig holds tokens and keys. It is never logged and never sent to a page.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace masthead::kube {

// What of the process's surroundings is looked at, so that tests decide.
struct Environment {
  // Value of a variable; nothing when unset.
  std::function<std::optional<std::string>(const std::string&)> getenv;
  std::string home;
  std::string working_directory;
  // Where a pod finds its service account: "token", "ca.crt", "namespace".
  std::string service_account_dir = "/var/run/secrets/kubernetes.io/serviceaccount";
};
Environment process_environment();

struct KubeconfigOptions {
  std::optional<std::string> path;     // must exist; otherwise $KUBECONFIG, then ~/.kube/config
  std::optional<std::string> context;  // otherwise current-context
  // Commands that credential plugins may run: a base name, or an absolute path.
  std::vector<std::string> allowed_exec = default_allowed_exec();

  static std::vector<std::string> default_allowed_exec();
};

// The exec section of a user.
struct ExecConfig {
  std::string api_version;
  std::string command;  // absolute when it was written with a slash
  std::vector<std::string> args;
  std::vector<std::pair<std::string, std::string>> env;
  std::string install_hint;
  bool provide_cluster_info = false;
  std::vector<std::string> allowed;
};

struct AuthConfig {
  std::string token;
  std::string token_file;  // read again every limits::kTokenFileReloadMs and after a 401
  std::string username, password;
  std::string client_certificate_pem, client_certificate_file;
  std::string client_key_pem, client_key_file;
  std::optional<ExecConfig> exec;
  // Impersonation of the kubeconfig's own (`as`, `as-groups`, `as-uid`).
  std::string as_user, as_uid;
  std::vector<std::string> as_groups;
};

struct TlsConfig {
  std::string ca_pem, ca_file;  // both empty: the system's
  std::string server_name;      // empty: the host of the server's URL
  bool skip_verify = false;
};

struct ClusterConfig {
  std::string context, cluster_name, user_name;
  std::string server;             // "https://10.0.0.1:6443/prefix", no trailing slash
  std::string default_namespace;  // of the context; "default" when it names none
  // Namespaces of all contexts with the same cluster and user: where an account that may not list
  // namespaces probably works. Sorted, without duplicates; may be empty.
  std::vector<std::string> context_namespaces;
  bool in_cluster = false;
  AuthConfig auth;
  TlsConfig tls;
  // What a person should know: credentials dropped because the server is not https, TLS not
  // verified.
  std::vector<std::string> warnings;
};

// The named context, else the current one, else the service account of the pod we run in.
base::Result<ClusterConfig> load_cluster_config(const KubeconfigOptions& options,
                                                const Environment& environment);

struct ContextSummary {
  std::string name, cluster, user, ns, server;
  bool current = false;
};
// All contexts, sorted by name.
base::Result<std::vector<ContextSummary>> list_contexts(const KubeconfigOptions& options,
                                                        const Environment& environment);

}  // namespace masthead::kube
