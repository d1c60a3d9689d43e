// Running a command to its end, without a terminal and without our file descriptors.
//
// Threading: run_process() blocks; it is for a worker thread. cancel() may come from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace masthead::kube {

// Wakes a run_process() that waits. Any thread.
class Cancellation {
 public:
  Cancellation();
  ~Cancellation();
  Cancellation(const Cancellation&) = delete;
  Cancellation& operator=(const Cancellation&) = delete;
  void cancel();
  int fd() const { return fd_; }

 private:
  int fd_;
};

struct ProcessOutcome {
  int exit_code = -1;  // 128 + n when ended by signal n
  std::string output, errors;
  bool timed_out = false, cancelled = false, output_too_large = false;
};

// `environment` is added to ours. Standard input is empty. At its end, by itself or after
// `timeout_ms`, the whole process group is killed. Output is kept up to `output_limit` bytes; one
// more ends the process. kNotFound when the command cannot be started.
base::Result<ProcessOutcome> run_process(const std::vector<std::string>& command,
                                         const std::vector<std::string>& environment,
                                         int64_t timeout_ms, size_t output_limit,
                                         const Cancellation& cancellation);

}  // namespace masthead::kube
