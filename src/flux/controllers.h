// Flux's controllers as their Deployments tell of them: which one it is, in which version, and
// what its flags say. Found by labels, names and images, in whatever namespace.
//
// Pure; any thread. Views die with the Deployment's document.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/value.h"

namespace masthead::flux {

inline constexpr std::string_view kShardKey = "sharding.fluxcd.io/key";

// The names of all there are, in the order in which they are shown.
std::span<const std::string_view> controller_names();

// Whether a Deployment may be one of Flux's, by what a row keeps of it: spares reading the others.
bool may_be_controller(std::string_view name, std::string_view label_lines);

struct ControllerFlag {
  std::string text;     // "--concurrent=20", as it is on the command line
  std::string meaning;  // for the reader; empty: nothing that is known
};

struct Controller {
  std::string component;  // "source-controller"
  std::string version;    // its image's tag; without one, the digest or what a label says
  enum class VersionFrom : uint8_t { kNowhere, kTag, kDigest, kLabel };
  VersionFrom version_from = VersionFrom::kNowhere;
  std::string flux_version;  // what it was installed as; empty where no label says
  int64_t wanted = 1;
  int64_t ready = 0;
  bool all_namespaces = true;
  std::string watch_selector;
  std::vector<ControllerFlag> flags;
  std::vector<std::pair<std::string, std::string>> pod_labels;
};

// Nothing when the Deployment is none of Flux's controllers.
std::optional<Controller> controller_of(const json::Value& deployment);

// Container restarts of one of its pods, and how the last one ended.
struct Restarts {
  int64_t count = 0;
  int64_t last_ms = 0;
  std::string last_exit;  // "OOMKilled, exit code 137"
};
Restarts restarts_of(const json::Value& pod);

// What flags mean (controller_flags.cc). One line a gate of --feature-gates.
std::vector<ControllerFlag> flags_of(const json::Value& arguments);
// The value of a flag; nothing when it is not there. The last one counts.
std::optional<std::string> flag_value(const json::Value& arguments, std::string_view name);

}  // namespace masthead::flux
