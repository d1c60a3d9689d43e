// Ending in order: SIGINT and SIGTERM are waited for, not handled.
#pragma once

#include <signal.h>

namespace masthead::app {

// Blocks the signals that end the program in every thread made from now on, and waits for one. Made
// before the first thread.
class StopSignals {
 public:
  StopSignals() {
    ::sigemptyset(&set_);
    ::sigaddset(&set_, SIGINT);
    ::sigaddset(&set_, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
  }
  void wait() const {
    int signal = 0;
    ::sigwait(&set_, &signal);
  }

 private:
  sigset_t set_{};
};

}  // namespace masthead::app
