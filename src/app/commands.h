// The commands of the masthead program. Each returns the exit code of the process.
#pragma once

#include <string>

#include "app/config.h"

namespace masthead::app {

inline constexpr int kExitWell = 0;
inline constexpr int kExitBroken = 1;
inline constexpr int kExitUnknown = 2;

// Prints "masthead: text" and the hint to standard error.
int fail_with(const base::Error& error, int exit_code = kExitUnknown);

int serve(const Config& config);

struct StatusOptions {
  bool json = false;
  bool watch = false;
};
int status(const Config& config, const StatusOptions& options);

struct DemoOptions {
  std::string user = "admin";
  std::string scenario = "outage";
  std::string kubeconfig_out;  // empty: nowhere
  uint64_t seed = 1;
  bool large = false;  // 100,000 pods
};
// The console on an embedded cluster.
int demo(const Config& config, const DemoOptions& options);

int doctor(const Config& config);
int licenses();

// The notices of every third party, and Masthead's own licence.
std::string license_texts();
const char* version();

}  // namespace masthead::app
