#include "kube/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "base/check.h"

namespace masthead::kube {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

class Fd {
 public:
  explicit Fd(int fd = -1) : fd_(fd) {}
  ~Fd() { reset(); }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  void reset(int fd = -1) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = fd;
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

struct Pipe {
  Pipe() {
    std::array<int, 2> ends;
    CHECK(::pipe2(ends.data(), O_CLOEXEC) == 0, "two file descriptors for a pipe");
    read.reset(ends[0]);
    write.reset(ends[1]);
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  }
  Fd read, write;
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (auto& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

// Our environment, with `added` in front: the first of two equal names counts nowhere, so ours is
// left out when `added` has it.
std::vector<std::string> merged_environment(const std::vector<std::string>& added) {
  std::vector<std::string> out = added;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::string name = text.substr(0, text.find('=') + 1);
    bool replaced = false;
    for (const auto& one : added) replaced = replaced || one.starts_with(name);
    if (!replaced) out.push_back(text);
  }
  return out;
}

base::Result<pid_t> spawn(const std::vector<std::string>& command,
                          const std::vector<std::string>& added, const Pipe& out, const Pipe& err) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out.write.get(), 1);
  posix_spawn_file_actions_adddup2(&actions, err.write.get(), 2);
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(
      &attributes,
      static_cast<short>(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
  std::vector<std::string> arguments = command, variables = merged_environment(added);
  pid_t pid = 0;
  const int error = posix_spawnp(&pid, command[0].c_str(), &actions, &attributes,
                                 pointers(arguments).data(), pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) {
    return base::fail(error == ENOENT ? base::ErrorCode::kNotFound : base::ErrorCode::kUnavailable,
                      "cannot run " + command[0] + ": " + std::strerror(error));
  }
  return pid;
}

// False at the end of the pipe; the rest of a text above the limit is dropped.
bool drain(int fd, std::string& into, size_t limit, bool& too_large) {
  char buffer[16 * 1024];
  while (true) {
    const ssize_t size = ::read(fd, buffer, sizeof buffer);
    if (size == 0) return false;
    if (size < 0) return errno == EAGAIN || errno == EINTR;
    const size_t room = limit - into.size();
    too_large = too_large || static_cast<size_t>(size) > room;
    into.append(buffer, std::min(static_cast<size_t>(size), room));
  }
}

int exit_code_of(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Cancellation::Cancellation() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  CHECK(fd_ >= 0, "a file descriptor for an event");
}
Cancellation::~Cancellation() {
  ::close(fd_);
}
void Cancellation::cancel() {
  const uint64_t one = 1;
  (void)!::write(fd_, &one, sizeof one);
}

base::Result<ProcessOutcome> run_process(const std::vector<std::string>& command,
                                         const std::vector<std::string>& environment,
                                         int64_t timeout_ms, size_t output_limit,
                                         const Cancellation& cancellation) {
  const auto end = steady_clock::now() + milliseconds(timeout_ms);
  Pipe out, err;
  const pid_t pid = TRY(spawn(command, environment, out, err));
  out.write.reset();
  err.write.reset();
  const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  ProcessOutcome outcome;
  bool out_open = true, err_open = true, ignored = false;
  while (true) {
    std::array<pollfd, 4> fds = {{{process.get(), POLLIN, 0},
                                  {cancellation.fd(), POLLIN, 0},
                                  {out_open ? out.read.get() : -1, POLLIN, 0},
                                  {err_open ? err.read.get() : -1, POLLIN, 0}}};
    const auto left = std::chrono::duration_cast<milliseconds>(end - steady_clock::now()).count();
    ::poll(fds.data(), fds.size(), static_cast<int>(std::max<int64_t>(left, 0)));
    if (out_open)
      out_open = drain(out.read.get(), outcome.output, output_limit, outcome.output_too_large);
    if (err_open) err_open = drain(err.read.get(), outcome.errors, 4096, ignored);
    outcome.cancelled = fds[1].revents != 0;
    outcome.timed_out = steady_clock::now() >= end && fds[0].revents == 0;
    // Its end counts, not that of its output: something it started may hold the pipe.
    if (fds[0].revents != 0 || outcome.cancelled || outcome.timed_out || outcome.output_too_large) {
      break;
    }
  }
  ::kill(-pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  outcome.exit_code = exit_code_of(status);
  return outcome;
}

}  // namespace masthead::kube
