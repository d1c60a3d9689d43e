#include "kube/exec_plugin.h"

#include "base/base64.h"
#include "base/time_format.h"
#include "json/value.h"
#include "json/writer.h"

namespace masthead::kube {

using base::ErrorCode;

namespace {

// Hints and messages of plugins go to terminals and pages: one line, no control characters.
std::string printable(std::string_view text, size_t limit = 500) {
  std::string out;
  for (const char c : text.substr(0, limit)) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_space = byte <= 0x20 || byte == 0x7F;
    if (is_space && (out.empty() || out.back() == ' ')) continue;
    out += is_space ? ' ' : c;
  }
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

constexpr const char* kTryPlugin = "Run it by hand to see what it needs; kubectl runs the same.";

std::unexpected<base::Error> plugin_error(ErrorCode code, const ExecConfig& exec,
                                          const std::string& what, const std::string& hint = {}) {
  return base::fail(code, "the credential plugin " + exec.command + " " + what,
                    hint.empty() ? printable(exec.install_hint) : hint);
}

}  // namespace

std::string exec_info(const ClusterConfig& config) {
  const ExecConfig& exec = *config.auth.exec;
  json::Writer w;
  w.begin_object();
  w.key("apiVersion").string(exec.api_version);
  w.key("kind").string("ExecCredential");
  w.key("spec").begin_object();
  if (exec.provide_cluster_info) {
    w.key("cluster").begin_object();
    w.key("server").string(config.server);
    if (!config.tls.server_name.empty()) w.key("tls-server-name").string(config.tls.server_name);
    if (config.tls.skip_verify) w.key("insecure-skip-tls-verify").boolean(true);
    if (!config.tls.ca_pem.empty()) {
      w.key("certificate-authority-data").string(base::encode_base64(config.tls.ca_pem));
    }
    w.end_object();
  }
  w.key("interactive").boolean(false);
  w.end_object();
  w.end_object();
  return std::move(w).finish();
}

base::Result<ExecCredential> parse_exec_credential(std::string_view output,
                                                   const ExecConfig& exec) {
  const auto document = json::Document::parse(output);
  if (!document) return plugin_error(ErrorCode::kInvalid, exec, "did not print JSON");
  const json::Value root = document->root();
  if (root["kind"].str() != "ExecCredential") {
    return plugin_error(ErrorCode::kInvalid, exec, "did not print an ExecCredential");
  }
  // exec.go: "exec plugin is configured to use API version %s, plugin returned version %s".
  if (root["apiVersion"].str() != exec.api_version) {
    return plugin_error(ErrorCode::kInvalid, exec,
                        "answered with apiVersion " + printable(root["apiVersion"].str(), 100) +
                            ", the kubeconfig asks for " + exec.api_version);
  }
  const json::Value status = root["status"];
  ExecCredential credential;
  credential.token = status["token"].str();
  credential.certificate_pem = status["clientCertificateData"].str();
  credential.key_pem = status["clientKeyData"].str();
  credential.expires_ms = base::rfc3339_or_zero(status["expirationTimestamp"].str());
  if (credential.token.find_first_of("\r\n") != std::string::npos) {
    return plugin_error(ErrorCode::kInvalid, exec, "printed a token with line breaks");
  }
  if (credential.certificate_pem.empty() != credential.key_pem.empty()) {
    return plugin_error(ErrorCode::kInvalid, exec,
                        "printed a certificate or key without the other");
  }
  if (credential.token.empty() && credential.key_pem.empty()) {
    return plugin_error(ErrorCode::kInvalid, exec, "printed neither a token nor a certificate");
  }
  return credential;
}

base::Result<ExecCredential> read_exec_outcome(const base::Result<ProcessOutcome>& outcome,
                                               const ExecConfig& exec) {
  if (!outcome) {
    if (outcome.error().code != ErrorCode::kNotFound) return std::unexpected(outcome.error());
    auto error = plugin_error(ErrorCode::kNotFound, exec, "is not installed");
    if (error.error().hint.empty()) {
      error.error().hint = "Install it, or put it on the PATH that Masthead is started with.";
    }
    return error;
  }
  if (outcome->cancelled) return plugin_error(ErrorCode::kCancelled, exec, "was stopped");
  if (outcome->timed_out) {
    return plugin_error(ErrorCode::kTimeout, exec,
                        "did not answer within " +
                            std::to_string(limits::kExecPluginTimeoutMs / 1000) +
                            " s and was ended; it may be waiting for a login",
                        kTryPlugin);
  }
  if (outcome->output_too_large) {
    return plugin_error(
        ErrorCode::kTooLarge, exec,
        "printed more than " + std::to_string(limits::kExecPluginOutputBytes) + " bytes");
  }
  if (outcome->exit_code != 0) {
    const std::string said = printable(outcome->errors);
    return plugin_error(ErrorCode::kUnauthenticated, exec,
                        "failed with exit code " + std::to_string(outcome->exit_code) +
                            (said.empty() ? "" : ": " + said),
                        kTryPlugin);
  }
  return parse_exec_credential(outcome->output, exec);
}

ExecRun::ExecRun(net::Loop& loop, const ClusterConfig& config, Callback callback,
                 int64_t timeout_ms)
    : callback_(std::make_shared<Callback>(std::move(callback))) {
  const ExecConfig exec = *config.auth.exec;
  std::vector<std::string> command = {exec.command};
  command.insert(command.end(), exec.args.begin(), exec.args.end());
  std::vector<std::string> environment = {"KUBERNETES_EXEC_INFO=" + exec_info(config)};
  for (const auto& [name, value] : exec.env) environment.push_back(name + "=" + value);
  worker_ = std::thread([this, &loop, exec, command, environment, timeout_ms,
                         to = std::weak_ptr<Callback>(callback_)] {
    const auto outcome = run_process(command, environment, timeout_ms,
                                     limits::kExecPluginOutputBytes, cancellation_);
    auto result = read_exec_outcome(outcome, exec);
    loop.post([to, result = std::move(result)]() mutable {
      if (const auto call = to.lock()) (*call)(std::move(result));
    });
  });
}

ExecRun::~ExecRun() {
  callback_.reset();
  cancellation_.cancel();
  worker_.join();
}

}  // namespace masthead::kube
