// What answers `kubectl exec`: a shell with a handful of commands, enough to see that input,
// output, errors and exit codes go where they belong. Plain values, no I/O.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace masthead::sim {

class Shell {
 public:
  struct Output {
    std::function<void(std::string_view)> out, err;
  };
  Shell(std::string host, Output output) : host_(std::move(host)), output_(std::move(output)) {}

  // The exit code when it ended at once; nothing while it reads its input.
  std::optional<int> start(const std::vector<std::string>& command);
  std::optional<int> input(std::string_view bytes);
  int input_ended() const { return last_code_; }

 private:
  std::optional<int> run(const std::vector<std::string>& words);
  std::optional<int> run_line(std::string_view line);

  std::string host_;
  Output output_;
  bool echoes_ = false;  // cat
  std::string line_;     // not ended yet
  int last_code_ = 0;
};

}  // namespace masthead::sim
