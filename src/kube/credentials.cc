#include "kube/credentials.h"

#include <atomic>
#include <utility>

#include "base/base64.h"
#include "kube/kubeconfig_file.h"

namespace masthead::kube {
namespace {

// A file that the kubeconfig names, and who does when it cannot be read.
base::Result<std::string> read_file_of(const std::string& what, const std::string& path) {
  auto text = read_small_file(path);
  if (text) return text;
  base::Error error = text.error().within(what);
  error.hint = "Check the path in the kubeconfig, and that you may read the file.";
  return std::unexpected(std::move(error));
}

}  // namespace

Credentials::Credentials(net::Loop& loop, const ClusterConfig& config, const base::Clock& clock)
    : loop_(loop), config_(config), clock_(clock) {}

bool Credentials::is_current() const {
  return current_ != nullptr && clock_.monotonic_ms() < good_until_ms_ &&
         (!config_.auth.exec || clock_.wall_ms() < exec_good_until_ms_);
}

void Credentials::get(Callback callback) {
  if (is_current()) return callback(current_);
  if (!config_.auth.exec) return callback(build());
  if (has_exec_ && clock_.wall_ms() < exec_good_until_ms_) return callback(build());
  // A plugin that just failed is not run again for each of two hundred watches.
  if (running_ == nullptr && !exec_error_.text.empty() &&
      clock_.monotonic_ms() - exec_ended_ms_ < limits::kExecPluginRetryMs) {
    return callback(std::unexpected(exec_error_));
  }
  waiting_.push_back(std::move(callback));
  if (running_ == nullptr) start_plugin();
}

void Credentials::start_plugin() {
  running_ = std::make_unique<ExecRun>(loop_, config_, [this](base::Result<ExecCredential> result) {
    on_plugin(std::move(result));
  });
}

void Credentials::on_plugin(base::Result<ExecCredential> result) {
  // The run is over but for its thread's last instruction; it is joined here.
  running_.reset();
  exec_ended_ms_ = clock_.monotonic_ms();
  has_exec_ = result.has_value();
  exec_error_ = result ? base::Error{} : result.error();
  base::Result<CredentialPtr> built = std::unexpected(exec_error_);
  if (result) {
    exec_ = std::move(result).value();
    exec_good_until_ms_ = exec_.expires_ms == 0 ? INT64_MAX : exec_.expires_ms;
    current_.reset();
    built = build();
  }
  for (auto& callback : std::exchange(waiting_, {})) callback(built);
}

base::Result<std::string> Credentials::token() {
  const AuthConfig& auth = config_.auth;
  if (auth.exec) return exec_.token;
  if (auth.token_file.empty()) return auth.token;
  auto text = read_file_of("token file of user " + config_.user_name, auth.token_file);
  if (!text) {
    // client-go starts with the inline token and keeps what it had when the file is not readable.
    if (!auth.token.empty()) return auth.token;
    base::Error error = text.error();
    error.code = base::ErrorCode::kUnauthenticated;
    return std::unexpected(std::move(error));
  }
  while (!text->empty() && (text->back() == '\n' || text->back() == '\r' || text->back() == ' ')) {
    text->pop_back();
  }
  if (text->empty()) {
    return base::fail(base::ErrorCode::kUnauthenticated,
                      "the token file " + auth.token_file + " is empty");
  }
  return *text;
}

base::Result<CredentialPtr> Credentials::build() {
  const AuthConfig& auth = config_.auth;
  Credential credential;
  const std::string bearer = TRY(token());
  if (bearer.find_first_of("\r\n\0") != std::string::npos) {
    return base::fail(base::ErrorCode::kInvalid,
                      "the token of user " + config_.user_name + " holds line breaks");
  }
  if (!bearer.empty()) {
    credential.headers.emplace_back("authorization", "Bearer " + bearer);
  } else if (!auth.username.empty()) {
    credential.headers.emplace_back(
        "authorization", "Basic " + base::encode_base64(auth.username + ":" + auth.password));
  }
  if (!auth.as_user.empty()) credential.headers.emplace_back("impersonate-user", auth.as_user);
  if (!auth.as_uid.empty()) credential.headers.emplace_back("impersonate-uid", auth.as_uid);
  for (const auto& group : auth.as_groups)
    credential.headers.emplace_back("impersonate-group", group);
  credential.certificate_pem = auth.client_certificate_pem;
  credential.key_pem = auth.client_key_pem;
  if (!auth.client_certificate_file.empty()) {
    credential.certificate_pem = TRY(read_file_of("client-certificate of user " + config_.user_name,
                                                  auth.client_certificate_file));
  }
  if (!auth.client_key_file.empty())
    credential.key_pem =
        TRY(read_file_of("client-key of user " + config_.user_name, auth.client_key_file));
  if (auth.exec && !exec_.certificate_pem.empty()) {
    credential.certificate_pem = exec_.certificate_pem;
    credential.key_pem = exec_.key_pem;
  }
  return remember(std::move(credential));
}

base::Result<CredentialPtr> Credentials::remember(Credential credential) {
  const bool has_files = !config_.auth.token_file.empty() ||
                         !config_.auth.client_certificate_file.empty() ||
                         !config_.auth.client_key_file.empty();
  good_until_ms_ = has_files ? clock_.monotonic_ms() + limits::kTokenFileReloadMs : INT64_MAX;
  if (current_ != nullptr && current_->headers == credential.headers &&
      current_->certificate_pem == credential.certificate_pem &&
      current_->key_pem == credential.key_pem) {
    return current_;  // read again, and the same
  }
  static std::atomic<uint64_t> generations = 0;
  credential.generation = ++generations;
  current_ = std::make_shared<const Credential>(std::move(credential));
  return current_;
}

void Credentials::read_files_again() {
  if (good_until_ms_ != INT64_MAX) good_until_ms_ = 0;
}

bool Credentials::rejected(const Credential& used) {
  if (current_ != nullptr && current_->generation != used.generation) return true;
  if (config_.auth.exec) {
    if (running_ != nullptr) return true;
    // The plugin's cached answer is not good any more; but it is not run in a circle either.
    if (clock_.monotonic_ms() - exec_ended_ms_ < limits::kExecPluginRetryMs) return false;
    has_exec_ = false;
    exec_good_until_ms_ = 0;
    exec_error_ = {};
    return true;
  }
  if (good_until_ms_ == INT64_MAX) return false;
  good_until_ms_ = 0;
  const auto fresh = build();
  return fresh && (*fresh)->generation != used.generation;
}

}  // namespace masthead::kube
