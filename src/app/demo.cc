// `masthead demo`: the console, unknowing, on an embedded cluster in the same process.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "app/commands.h"
#include "app/demo_hint.h"
#include "app/stop_signals.h"
#include "sim/embedded_cluster.h"

namespace masthead::app {
namespace {

// A folder that is gone when the demo is: what was seen of an embedded cluster is not worth
// keeping.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "masthead-demo-XXXXXX").string();
    if (::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

base::Result<void> write_private_file(const std::string& path, const std::string& text) {
  ::unlink(path.c_str());
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const bool written =
      file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (file >= 0) ::close(file);
  if (written) return {};
  return base::fail(base::ErrorCode::kUnavailable, "Cannot write " + path + ".",
                    "Its folder must exist and be writable.");
}

}  // namespace

int demo(const Config& config, const DemoOptions& options) {
  const StopSignals signals;
  const TemporaryFolder folder;
  if (folder.path().empty()) {
    return fail_with({base::ErrorCode::kUnavailable,
                      "Cannot make a temporary folder.",
                      "$TMPDIR names where.",
                      {},
                      0});
  }
  const auto cluster = sim::EmbeddedCluster::start({options.scenario, options.seed, options.large});
  if (!cluster) return fail_with(cluster.error());
  const auto kubeconfig = (*cluster)->kubeconfig(options.user);
  if (!kubeconfig) return fail_with(kubeconfig.error());
  Config own = config;
  own.state_dir = folder.path();
  own.kubeconfig = folder.path() + "/kubeconfig";
  own.context.clear();
  own.namespaces = sim::EmbeddedCluster::namespaces_of(options.user);
  if (auto done = write_private_file(own.kubeconfig, *kubeconfig); !done) {
    return fail_with(done.error());
  }
  if (!options.kubeconfig_out.empty()) {
    if (auto done = write_private_file(options.kubeconfig_out, *kubeconfig); !done) {
      return fail_with(done.error());
    }
  }
  own.embedded_hint =
      demo_hint(options, options.kubeconfig_out.empty() ? own.kubeconfig : options.kubeconfig_out);
  return serve(own);
}

}  // namespace masthead::app
