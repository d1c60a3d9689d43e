// What `kubectl get pods` prints of a pod: printPod of Kubernetes 1.36, rule by rule, and beside
// the word the message and the time of the container that gave it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "json/value.h"

namespace masthead::plugins::core {

struct PodWords {
  std::string word;  // kubectl's STATUS
  std::string message;
  int64_t since_ms = 0;
  int64_t ready = 0;
  int64_t total = 0;
  int64_t restarts = 0;
  int64_t last_restart_ms = 0;
};

PodWords pod_words(const json::Value& pod);

// The condition of that type; absent when there is none.
json::Value pod_condition(const json::Value& pod, std::string_view type);
// "Signal:9" or "ExitCode:1" of a terminated container.
std::string exit_word(const json::Value& terminated);

}  // namespace masthead::plugins::core
