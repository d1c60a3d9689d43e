// One kubeconfig file, and several merged. For kubeconfig.cc.
//
// client-go's merge (clientcmd/loader.go): "the first file to set a value wins"; a cluster, user or
// context is taken whole from the first file that names it; relative paths resolve against the file
// they stand in.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "kube/kubeconfig.h"

namespace masthead::kube {

struct ClusterEntry {
  std::string server, tls_server_name, proxy_url, ca_file, ca_pem;
  bool skip_verify = false;
};
struct UserEntry {
  AuthConfig auth;
  std::string auth_provider;     // its name; refused
  std::string interactive_mode;  // of exec
};
struct ContextEntry {
  std::string cluster, user, ns;
};

struct KubeconfigData {
  std::string current_context;
  std::map<std::string, ClusterEntry> clusters;
  std::map<std::string, UserEntry> users;
  std::map<std::string, ContextEntry> contexts;
  std::vector<std::string> files;  // that were read
};

// Adds what `text` of file `path` names and `data` does not. Errors name the file and, where the
// text is not YAML, its line.
base::Result<void> add_kubeconfig(std::string_view text, const std::string& path,
                                  KubeconfigData& data);

// At most limits::kKubeconfigBytes.
base::Result<std::string> read_small_file(const std::string& path);

}  // namespace masthead::kube
