// How a log is asked for, and the words for what the API server answers instead of one.
// Pure functions.
#pragma once

#include <string>

#include "base/result.h"
#include "host/cluster_snapshot.h"

namespace masthead::app {

// With its query begun: what follows starts with '&'.
std::string log_path(const std::string& ns, const std::string& pod, const std::string& container);

struct LogTrouble {
  enum class Kind {
    kNotYet,    // the container has not started: it is asked again
    kTryAgain,  // the server or the node does not answer
    kOver,      // there is nothing to read
  };
  Kind kind = Kind::kOver;
  std::string text, hint;
};
LogTrouble trouble_of(int status, const base::Error& error);

// The right to read logs in a namespace is missing.
host::Missing missing_log_right(const std::string& ns);

}  // namespace masthead::app
