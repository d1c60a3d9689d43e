#include "sim/shell.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/limits.h"

namespace masthead::sim {
namespace {

constexpr int kNotFound = 127;

bool is_shell(std::string_view program) {
  program.remove_prefix(program.rfind('/') + 1);
  return program == "sh" || program == "ash" || program == "bash";
}

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  bool open = false;
  for (const char c : line) {
    const bool space = c == ' ' || c == '\t' || c == '\r';
    if (space) {
      open = false;
    } else {
      if (!open) words.emplace_back();
      open = true;
      words.back() += c;
    }
  }
  return words;
}

std::string joined(const std::vector<std::string>& words, size_t from) {
  std::string text;
  for (size_t i = from; i < words.size(); ++i) text += (i == from ? "" : " ") + words[i];
  return text;
}

}  // namespace

std::optional<int> Shell::start(const std::vector<std::string>& command) {
  if (command.size() >= 3 && is_shell(command[0]) && command[1] == "-c") {
    return run_line(command[2]).value_or(last_code_);
  }
  if (command.size() == 1 && is_shell(command[0])) return std::nullopt;
  if (command.size() == 1 && command[0] == "cat") {
    echoes_ = true;
    return std::nullopt;
  }
  return run(command).value_or(last_code_);
}

std::optional<int> Shell::input(std::string_view bytes) {
  if (echoes_) {
    output_.out(bytes);
    return std::nullopt;
  }
  for (const char c : bytes) {
    if (c != '\n' && c != '\r') {
      if (line_.size() < limits::kRequestHeaderBytes) line_ += c;
      continue;
    }
    if (const auto code = run_line(std::exchange(line_, {}))) return code;
  }
  return std::nullopt;
}

// Commands one after the other. The exit code when the shell has ended.
std::optional<int> Shell::run_line(std::string_view line) {
  while (!line.empty()) {
    const size_t end = std::min(line.find(';'), line.size());
    if (const auto code = run(words_of(line.substr(0, end)))) return code;
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return std::nullopt;
}

std::optional<int> Shell::run(const std::vector<std::string>& words) {
  if (words.empty()) return std::nullopt;
  const std::string& program = words.front();
  if (program == "exit") {
    int code = last_code_;
    if (words.size() > 1) {
      std::from_chars(words[1].data(), words[1].data() + words[1].size(), code);
    }
    return code & 0xff;
  }
  last_code_ = 0;
  if (program == "echo") {
    output_.out(joined(words, 1) + "\n");
  } else if (program == "hostname") {
    output_.out(host_ + "\n");
  } else if (program == "false") {
    last_code_ = 1;
  } else if (program != "true") {
    output_.err("sh: " + program + ": not found\n");
    last_code_ = kNotFound;
  }
  return std::nullopt;
}

}  // namespace masthead::sim
