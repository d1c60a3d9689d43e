// The console's server: routes, local access and the live hub on one listener.
//
//   GET /                 the page, and every path that is not a file (the page's own addresses)
//   GET /login?secret=…   exchanges the secret of this console for the cookie
//   GET /api/meta /api/search /api/yaml /api/licenses   (api/openapi.yaml)
//   GET /api/audit        the audit log
//   GET /api/release/… POST /api/release/reveal   releases of HelmReleases (releases_api.h)
//   GET /api/log          the whole log of a container (log_file.h)
//   POST /api/offers /api/operations /api/operations/give-up   actions (operations_api.h)
//   GET /api/live         the live socket
//   GET /healthz          200 as soon as the server answers; says nothing about the cluster
//
// Threading: create and destroy while the loop is stopped or on it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "host/console_view.h"
#include "host/releases.h"
#include "net/loop.h"

namespace masthead::server {

struct YamlAnswer {
  std::string yaml;
  std::string resource_version;
  bool live = false;
};

struct ConsoleOptions {
  std::string address = "127.0.0.1";  // loopback only: anything else is refused
  uint16_t port = 8765;               // 0 picks one
  std::string base_path = "/";        // begins and ends with '/'
  std::string secret;
  std::string version;
  std::string licenses;
  // Reads one object as YAML text; the callback is called later, on any thread.
  using YamlCallback = std::move_only_function<void(base::Result<YamlAnswer>)>;
  std::function<void(const std::string& table, const std::string& ns, const std::string& name,
                     bool full, base::Result<std::string> cached, YamlCallback)>
      read_yaml;
  host::Logs* logs = nullptr;              // outlives the console; none: there are none to read
  host::Operations* operations = nullptr;  // outlives the console; none: nothing can be done
  host::Releases* releases = nullptr;      // outlives the console; none: none are read
};

class Console {
 public:
  static base::Result<std::unique_ptr<Console>> open(net::Loop& loop, host::ClusterSource& source,
                                                     std::vector<const host::Plugin*> plugins,
                                                     history::History* history,
                                                     ConsoleOptions options);
  virtual ~Console() = default;
  virtual uint16_t port() const = 0;
};

}  // namespace masthead::server
