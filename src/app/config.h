// Configuration: one YAML file, environment variables, flags; the later wins. Every key of the file
// is also a flag (`--base-path`) and a variable (`MASTHEAD_BASE_PATH`). Unknown keys are errors
// with file and line.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace masthead::app {

struct Config {
  std::string kubeconfig;               // empty: as kubectl finds it
  std::string context;                  // empty: the current one
  std::vector<std::string> namespaces;  // to try where nothing may be listed everywhere
  std::string listen = "127.0.0.1:8765";
  std::string base_path = "/";
  std::string state_dir;  // empty: $XDG_STATE_HOME/masthead or ~/.local/state/masthead
  std::string log_level = "warn";
  std::vector<std::string> allow_exec;  // credential plugins beyond the well-known ones
  bool read_only = false;
  bool no_browser = false;
  // Set by `masthead demo` alone: that the cluster is embedded, and what to try with it.
  std::string embedded_hint;
  std::map<std::string, bool> plugins{{"core", true}, {"flux", true}};
};

using Getenv = std::function<std::optional<std::string>(const std::string&)>;

// Applies the file's keys. `path` is for texts.
base::Result<void> apply_config_text(const std::string& text, const std::string& path,
                                     Config& config);
base::Result<void> apply_config_file(const std::string& path, Config& config);
base::Result<void> apply_environment(const Getenv& getenv, Config& config);

// What no namespace can be called is a slip of the pen, not an empty answer.
base::Result<void> check_namespaces(const Config& config);

// "127.0.0.1:8765", "[::1]:0" → address and port.
struct ListenAddress {
  std::string address;
  uint16_t port = 0;
};
base::Result<ListenAddress> parse_listen(const std::string& text);

// "/" or "/tools/masthead/": letters, digits, '-', '_', '.', '~' and '/'.
base::Result<std::string> parse_base_path(const std::string& text);

// Where what must survive a restart is kept; made when missing with mode 0700.
base::Result<std::string> state_directory(const Config& config, const Getenv& getenv);

}  // namespace masthead::app
