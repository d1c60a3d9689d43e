#include "kube/kubeconfig_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/base64.h"
#include "base/limits.h"
#include "json/value.h"
#include "yaml/yaml.h"

namespace masthead::kube {

using base::ErrorCode;

base::Result<std::string> read_small_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    const ErrorCode code = errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kInvalid;
    return base::fail(code, path + ": " + std::strerror(errno));
  }
  std::string text;
  char buffer[64 * 1024];
  ssize_t size = 0;
  while ((size = ::read(fd, buffer, sizeof buffer)) > 0 &&
         text.size() <= limits::kKubeconfigBytes) {
    text.append(buffer, static_cast<size_t>(size));
  }
  const int error = errno;
  ::close(fd);
  if (size < 0) return base::fail(ErrorCode::kInvalid, path + ": " + std::strerror(error));
  if (text.size() > limits::kKubeconfigBytes) {
    return base::fail(
        ErrorCode::kTooLarge,
        path + " is larger than " + std::to_string(limits::kKubeconfigBytes) + " bytes");
  }
  return text;
}

namespace {

// Reads members of one file's entries; the first wrong type is kept as the error.
class Reader {
 public:
  explicit Reader(const std::string& path)
      : path_(path), folder_(path.substr(0, path.rfind('/') + 1)) {}

  std::string text(const json::Value& parent, const char* key, const std::string& where) {
    const json::Value value = parent[key];
    if (!value.exists() || value.is_null()) return {};
    if (value.is_string()) return std::string(value.str());
    // `name: 123` is a number to YAML and a name to its author.
    if (value.is_number() || value.is_bool()) return value.to_json();
    refuse(where + "." + key + " is not a text");
    return {};
  }
  bool boolean(const json::Value& parent, const char* key, const std::string& where) {
    const json::Value value = parent[key];
    if (!value.exists() || value.is_null()) return false;
    if (!value.is_bool()) refuse(where + "." + key + " is neither true nor false");
    return value.boolean();
  }
  // client-go: relative paths are relative to the file they stand in.
  std::string file(const json::Value& parent, const char* key, const std::string& where) {
    std::string name = text(parent, key, where);
    return name.empty() || name.starts_with('/') ? name : folder_ + name;
  }
  std::string base64(const json::Value& parent, const char* key, const std::string& where) {
    const std::string encoded = text(parent, key, where);
    const auto decoded = base::decode_base64(encoded);
    if (!decoded) refuse(where + "." + key + " is not base64");
    return decoded.value_or("");
  }
  const std::string& folder() const { return folder_; }
  void refuse(const std::string& what) {
    if (error_.empty()) error_ = path_ + ": " + what;
  }
  base::Result<void> result() const {
    if (error_.empty()) return {};
    return base::fail(ErrorCode::kInvalid, error_, "kubectl config view shows what is read.");
  }

 private:
  std::string path_, folder_, error_;
};

ClusterEntry read_cluster(Reader& reader, const json::Value& value, const std::string& where) {
  ClusterEntry entry;
  entry.server = reader.text(value, "server", where);
  entry.tls_server_name = reader.text(value, "tls-server-name", where);
  entry.proxy_url = reader.text(value, "proxy-url", where);
  entry.skip_verify = reader.boolean(value, "insecure-skip-tls-verify", where);
  entry.ca_file = reader.file(value, "certificate-authority", where);
  entry.ca_pem = reader.base64(value, "certificate-authority-data", where);
  if (!entry.ca_pem.empty()) entry.ca_file.clear();  // data overrides the file
  return entry;
}

ExecConfig read_exec(Reader& reader, const json::Value& value, const std::string& where) {
  ExecConfig exec;
  exec.api_version = reader.text(value, "apiVersion", where);
  exec.command = reader.text(value, "command", where);
  exec.install_hint = reader.text(value, "installHint", where);
  exec.provide_cluster_info = reader.boolean(value, "provideClusterInfo", where);
  // A command with a slash is a path relative to the file; one without is looked up in $PATH.
  if (exec.command.find('/') != std::string::npos && !exec.command.starts_with('/')) {
    exec.command = reader.folder() + exec.command;
  }
  for (const json::Value arg : value["args"].items()) exec.args.emplace_back(arg.str());
  for (const json::Value one : value["env"].items()) {
    exec.env.emplace_back(one["name"].str(), one["value"].str());
  }
  return exec;
}

UserEntry read_user(Reader& reader, const json::Value& value, const std::string& where) {
  UserEntry entry;
  AuthConfig& auth = entry.auth;
  auth.token = reader.text(value, "token", where);
  auth.token_file = reader.file(value, "tokenFile", where);
  auth.username = reader.text(value, "username", where);
  auth.password = reader.text(value, "password", where);
  auth.client_certificate_file = reader.file(value, "client-certificate", where);
  auth.client_certificate_pem = reader.base64(value, "client-certificate-data", where);
  auth.client_key_file = reader.file(value, "client-key", where);
  auth.client_key_pem = reader.base64(value, "client-key-data", where);
  if (!auth.client_certificate_pem.empty()) auth.client_certificate_file.clear();
  if (!auth.client_key_pem.empty()) auth.client_key_file.clear();
  auth.as_user = reader.text(value, "as", where);
  auth.as_uid = reader.text(value, "as-uid", where);
  for (const json::Value group : value["as-groups"].items()) {
    auth.as_groups.emplace_back(group.str());
  }
  entry.auth_provider = reader.text(value["auth-provider"], "name", where + ".auth-provider");
  if (value["exec"].is_object()) {
    auth.exec = read_exec(reader, value["exec"], where + ".exec");
    entry.interactive_mode = reader.text(value["exec"], "interactiveMode", where + ".exec");
  }
  return entry;
}

ContextEntry read_context(Reader& reader, const json::Value& value, const std::string& where) {
  return {reader.text(value, "cluster", where), reader.text(value, "user", where),
          reader.text(value, "namespace", where)};
}

// One of the three lists of {name, <member>: {…}}.
template <typename Entry, typename Read>
void add_list(Reader& reader, const json::Value& root, const char* list, const char* member,
              std::map<std::string, Entry>& out, const Read& read) {
  const json::Value entries = root[list];
  if (!entries.exists() || entries.is_null()) return;
  if (!entries.is_array()) return reader.refuse(std::string(list) + " is not a list");
  size_t index = 0;
  for (const json::Value entry : entries.items()) {
    const std::string where = std::string(list) + "[" + std::to_string(index++) + "]";
    if (!entry.is_object()) return reader.refuse(where + " is not a mapping");
    const std::string name = reader.text(entry, "name", where);
    const json::Value body = entry[member];
    if (body.exists() && !body.is_null() && !body.is_object()) {
      reader.refuse(where + "." + member + " is not a mapping");
    }
    // clientcmd's conversion: "duplicate name … in list" is an error within one file.
    if (!out.emplace(name, read(reader, body, where + "." + member)).second) {
      reader.refuse(std::string(list) + " names " + name + " twice");
    }
  }
}

template <typename Entry>
void keep_first(std::map<std::string, Entry>& into, std::map<std::string, Entry>&& from) {
  into.merge(std::move(from));
}

}  // namespace

base::Result<void> add_kubeconfig(std::string_view text, const std::string& path,
                                  KubeconfigData& data) {
  const auto converted = yaml::to_json(text);
  if (!converted) {
    base::Error error = converted.error().within(path);
    error.params.emplace_back("file", path);
    error.hint = "The file is not valid YAML. kubectl config view shows the same.";
    return std::unexpected(std::move(error));
  }
  const json::Document document = TRY(json::Document::parse(*converted));
  const json::Value root = document.root();
  if (root.is_null()) return {};  // an empty file
  Reader reader(path);
  if (!root.is_object()) reader.refuse("not a kubeconfig: its top is not a mapping");
  const std::string kind = reader.text(root, "kind", "kubeconfig");
  if (!kind.empty() && kind != "Config") reader.refuse("kind is " + kind + ", not Config");
  KubeconfigData own;
  own.current_context = reader.text(root, "current-context", "kubeconfig");
  add_list(reader, root, "clusters", "cluster", own.clusters, read_cluster);
  add_list(reader, root, "users", "user", own.users, read_user);
  add_list(reader, root, "contexts", "context", own.contexts, read_context);
  TRY_VOID(reader.result());
  if (data.current_context.empty()) data.current_context = own.current_context;
  keep_first(data.clusters, std::move(own.clusters));
  keep_first(data.users, std::move(own.users));
  keep_first(data.contexts, std::move(own.contexts));
  return {};
}

}  // namespace masthead::kube
