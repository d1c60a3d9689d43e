#include "kube/kubeconfig.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "kube/kubeconfig_file.h"
#include "kube/url.h"

namespace masthead::kube {

using base::ErrorCode;

Environment process_environment() {
  Environment environment;
  environment.getenv = [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return std::string(value);
  };
  environment.home = environment.getenv("HOME").value_or("");
  char buffer[4096];
  if (::getcwd(buffer, sizeof buffer) != nullptr) environment.working_directory = buffer;
  return environment;
}

std::vector<std::string> KubeconfigOptions::default_allowed_exec() {
  return {"aws",
          "aws-iam-authenticator",
          "gke-gcloud-auth-plugin",
          "gcloud",
          "kubelogin",
          "kubectl-oidc_login",
          "kubectl",
          "doctl",
          "oci",
          "tsh",
          "ibmcloud",
          "linode-cli",
          "scw",
          "exo",
          "pinniped",
          "tanzu",
          "rancher",
          "omnictl",
          "vault",
          "yc",
          "civo"};
}

namespace {

std::string absolute(const std::string& path, const Environment& environment) {
  if (path.starts_with('/')) return path;
  return environment.working_directory + "/" + path;
}

// The files to read, in order: --kubeconfig alone, or $KUBECONFIG's list, or ~/.kube/config.
std::vector<std::string> kubeconfig_paths(const Environment& environment) {
  std::vector<std::string> paths;
  const auto add = [&](const std::string& path) {
    const std::string full = absolute(path, environment);
    if (std::find(paths.begin(), paths.end(), full) == paths.end()) paths.push_back(full);
  };
  const auto variable = environment.getenv("KUBECONFIG");
  if (variable && !variable->empty()) {
    std::string_view rest = *variable;
    while (true) {
      const size_t colon = std::min(rest.find(':'), rest.size());
      if (colon > 0) add(std::string(rest.substr(0, colon)));
      if (colon == rest.size()) break;
      rest.remove_prefix(colon + 1);
    }
  } else if (!environment.home.empty()) {
    add(environment.home + "/.kube/config");
  }
  return paths;
}

base::Result<KubeconfigData> read_all(const KubeconfigOptions& options,
                                      const Environment& environment) {
  KubeconfigData data;
  if (options.path) {
    const std::string path = absolute(*options.path, environment);
    auto text = read_small_file(path);
    if (!text) {
      base::Error error = text.error().within("kubeconfig");
      error.hint = "Check --kubeconfig.";
      return std::unexpected(std::move(error));
    }
    TRY_VOID(add_kubeconfig(*text, path, data));
    data.files.push_back(path);
    return data;
  }
  for (const auto& path : kubeconfig_paths(environment)) {
    auto text = read_small_file(path);
    // client-go skips files of $KUBECONFIG that do not exist, and nothing else.
    if (!text && text.error().code == ErrorCode::kNotFound) continue;
    if (!text) return std::unexpected(text.error().within("kubeconfig"));
    TRY_VOID(add_kubeconfig(*text, path, data));
    data.files.push_back(path);
  }
  return data;
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

base::Error no_kubeconfig(const Environment& environment) {
  const std::vector<std::string> paths = kubeconfig_paths(environment);
  return {ErrorCode::kNotFound,
          "no kubeconfig: " +
              (paths.empty()
                   ? "$KUBECONFIG and $HOME are not set"
                   : joined(paths) + (paths.size() == 1 ? " does not exist" : " do not exist")),
          "Set KUBECONFIG or pass --kubeconfig; `kubectl config view` shows what kubectl uses.",
          {{"paths", joined(paths)}},
          0};
}

base::Error unknown_context(const std::string& name, const KubeconfigData& data) {
  std::vector<std::string> names;
  for (const auto& [key, entry] : data.contexts) names.push_back(key);
  return {ErrorCode::kNotFound,
          name.empty() ? "the kubeconfig names no current context" : "unknown context " + name,
          names.empty() ? joined(data.files) + " holds no contexts."
                        : "There are: " + joined(names) + ".",
          {{"context", name}, {"contexts", joined(names)}},
          0};
}

base::Result<void> check_exec(const ExecConfig& exec, const std::string& mode,
                              const std::string& user) {
  if (exec.command.empty()) {
    return base::fail(ErrorCode::kInvalid, "user " + user + ": exec names no command");
  }
  if (exec.api_version != "client.authentication.k8s.io/v1" &&
      exec.api_version != "client.authentication.k8s.io/v1beta1") {
    return base::fail(ErrorCode::kUnsupported,
                      "user " + user + ": exec apiVersion " +
                          (exec.api_version.empty() ? "is missing" : exec.api_version) +
                          " is not supported",
                      "client.authentication.k8s.io/v1 and v1beta1 are.");
  }
  if (mode == "Always") {
    return base::fail(ErrorCode::kUnsupported,
                      "user " + user + ": the plugin " + exec.command +
                          " wants to ask questions in a terminal (interactiveMode: Always)",
                      "Log in with it once by hand, or use a plugin that works without asking.");
  }
  const std::string name = exec.command.substr(exec.command.rfind('/') + 1);
  for (const auto& allowed : exec.allowed) {
    if (allowed == (allowed.starts_with('/') ? exec.command : name)) return {};
  }
  return base::fail(ErrorCode::kForbidden,
                    "user " + user + " runs the command " + exec.command +
                        " to log in, which is not on the list of allowed plugins",
                    "If you trust it, allow it with --allow-exec=" + name + ".");
}

base::Result<TlsConfig> tls_of(const ClusterEntry& cluster, const std::string& name) {
  // restclient: "specifying a root certificates file with the insecure flag is not allowed".
  if (cluster.skip_verify && !(cluster.ca_file.empty() && cluster.ca_pem.empty())) {
    return base::fail(
        ErrorCode::kInvalid,
        "cluster " + name +
            ": insecure-skip-tls-verify and certificate-authority exclude each other");
  }
  return TlsConfig{cluster.ca_pem, cluster.ca_file, cluster.tls_server_name, cluster.skip_verify};
}

base::Result<void> check_proxy(const ClusterEntry& cluster, const std::string& name, const Url& url,
                               const Environment& environment) {
  if (!cluster.proxy_url.empty()) {
    return base::fail(ErrorCode::kUnsupported,
                      "cluster " + name +
                          " is reached through a proxy (proxy-url), which Masthead "
                          "does not support",
                      "Run Masthead where it reaches the API server directly, or tunnel to it.");
  }
  // net/http's ProxyFromEnvironment, which client-go uses: loopback is never proxied.
  if (url.is_loopback()) return {};
  const std::string kind = url.https ? "HTTPS_PROXY" : "HTTP_PROXY";
  const std::string lower = url.https ? "https_proxy" : "http_proxy";
  for (const auto& variable : {kind, lower}) {
    const auto proxy = environment.getenv(variable);
    if (!proxy || proxy->empty()) continue;
    const auto exempt = environment.getenv("NO_PROXY").value_or("") + "," +
                        environment.getenv("no_proxy").value_or("");
    if (is_exempt_from_proxy(url, exempt)) continue;
    return base::fail(ErrorCode::kUnsupported,
                      variable + " is set: the API server of cluster " + name +
                          " would be reached through a proxy, which Masthead does not support",
                      "Unset " + variable + ", or add " + url.host + " to NO_PROXY.");
  }
  return {};
}

// client-go's order: token before anything else, then certificates, basic, exec.
base::Result<AuthConfig> auth_of(UserEntry entry, const std::string& user,
                                 const KubeconfigOptions& options) {
  AuthConfig auth = std::move(entry.auth);
  const bool has_certificate =
      !auth.client_certificate_pem.empty() || !auth.client_certificate_file.empty();
  const bool has_key = !auth.client_key_pem.empty() || !auth.client_key_file.empty();
  if (has_certificate != has_key) {
    return base::fail(ErrorCode::kInvalid,
                      "user " + user + " has a client " +
                          (has_key ? "key without a certificate" : "certificate without a key"));
  }
  const bool has_other =
      !auth.token.empty() || !auth.token_file.empty() || has_certificate || !auth.username.empty();
  if (!entry.auth_provider.empty() && !has_other && !auth.exec) {
    return base::fail(ErrorCode::kUnsupported,
                      "user " + user + " logs in with the legacy auth-provider " +
                          entry.auth_provider + ", which Kubernetes has removed",
                      "Switch the user to an exec plugin; `kubectl` needs the same.");
  }
  // A plugin is asked only when nothing else authenticates (ConfigToExecCluster, transport.go).
  if (!auth.token.empty() || !auth.token_file.empty() || !auth.username.empty()) auth.exec.reset();
  if (auth.exec) {
    auth.exec->allowed = options.allowed_exec;
    TRY_VOID(check_exec(*auth.exec, entry.interactive_mode, user));
  }
  if (auth.as_user.empty() && !(auth.as_groups.empty() && auth.as_uid.empty())) {
    return base::fail(ErrorCode::kInvalid,
                      "user " + user + " impersonates groups without a user name (`as`)");
  }
  return auth;
}

base::Result<ClusterConfig> from_data(const KubeconfigData& data, const std::string& context_name,
                                      const KubeconfigOptions& options,
                                      const Environment& environment) {
  const auto context = data.contexts.find(context_name);
  if (context == data.contexts.end()) return std::unexpected(unknown_context(context_name, data));
  const auto cluster = data.clusters.find(context->second.cluster);
  if (cluster == data.clusters.end()) {
    return base::fail(ErrorCode::kNotFound,
                      "context " + context_name + " names cluster " + context->second.cluster +
                          ", which the kubeconfig does not have",
                      "Add it, or choose another context with --context.");
  }
  const auto user = data.users.find(context->second.user);
  if (user == data.users.end() && !context->second.user.empty()) {
    return base::fail(ErrorCode::kNotFound,
                      "context " + context_name + " names user " + context->second.user +
                          ", which the kubeconfig does not have",
                      "Add it, or choose another context with --context.");
  }
  ClusterConfig config;
  config.context = context_name;
  config.cluster_name = context->second.cluster;
  config.user_name = context->second.user;
  config.default_namespace = context->second.ns.empty() ? "default" : context->second.ns;
  for (const auto& [name, other] : data.contexts) {
    if (other.cluster == config.cluster_name && other.user == config.user_name &&
        !other.ns.empty()) {
      config.context_namespaces.push_back(other.ns);
    }
  }
  auto& namespaces = config.context_namespaces;
  std::sort(namespaces.begin(), namespaces.end());
  namespaces.erase(std::unique(namespaces.begin(), namespaces.end()), namespaces.end());
  auto url = parse_url(cluster->second.server);
  if (!url) return std::unexpected(url.error().within("cluster " + config.cluster_name));
  TRY_VOID(check_proxy(cluster->second, config.cluster_name, *url, environment));
  config.server = url->text();
  config.tls = TRY(tls_of(cluster->second, config.cluster_name));
  if (user != data.users.end()) {
    config.auth = TRY(auth_of(user->second, config.user_name, options));
  }
  if (!url->https) {
    // client-go drops credentials when the server is not https, and so do we.
    config.auth = {};
    config.warnings.push_back("The server " + config.server +
                              " is not https: no credentials are sent to it.");
  }
  if (config.tls.skip_verify) {
    config.warnings.push_back("The certificate of " + config.server +
                              " is not verified (insecure-skip-tls-verify): anybody on the way can "
                              "read and change what is exchanged with it.");
  }
  return config;
}

// rest.InClusterConfig.
std::optional<ClusterConfig> in_cluster(const Environment& environment) {
  const auto host = environment.getenv("KUBERNETES_SERVICE_HOST");
  const auto port = environment.getenv("KUBERNETES_SERVICE_PORT");
  const std::string& folder = environment.service_account_dir;
  const auto token = read_small_file(folder + "/token");
  if (!host || host->empty() || !port || port->empty() || !token) return std::nullopt;
  ClusterConfig config;
  config.context = config.cluster_name = "in-cluster";
  config.user_name = "service account";
  config.in_cluster = true;
  const bool is_v6 = host->find(':') != std::string::npos;
  config.server = "https://" + (is_v6 ? "[" + *host + "]" : *host) + ":" + *port;
  config.auth.token_file = folder + "/token";
  config.tls.ca_file = folder + "/ca.crt";
  const auto ns = read_small_file(folder + "/namespace");
  config.default_namespace = ns ? *ns : "default";
  while (config.default_namespace.ends_with('\n')) config.default_namespace.pop_back();
  if (ns) config.context_namespaces = {config.default_namespace};
  return config;
}

}  // namespace

base::Result<ClusterConfig> load_cluster_config(const KubeconfigOptions& options,
                                                const Environment& environment) {
  const KubeconfigData data = TRY(read_all(options, environment));
  const std::string name = options.context.value_or(data.current_context);
  if (data.files.empty() || (data.contexts.empty() && !options.path)) {
    if (auto config = in_cluster(environment); config && !options.context) return *config;
    if (data.files.empty()) return std::unexpected(no_kubeconfig(environment));
  }
  return from_data(data, name, options, environment);
}

base::Result<std::vector<ContextSummary>> list_contexts(const KubeconfigOptions& options,
                                                        const Environment& environment) {
  const KubeconfigData data = TRY(read_all(options, environment));
  std::vector<ContextSummary> contexts;
  for (const auto& [name, entry] : data.contexts) {
    const auto cluster = data.clusters.find(entry.cluster);
    contexts.push_back({name, entry.cluster, entry.user, entry.ns,
                        cluster == data.clusters.end() ? "" : cluster->second.server,
                        name == data.current_context});
  }
  return contexts;
}

}  // namespace masthead::kube
