#include "plugins/core/pod_words.h"

#include <algorithm>

#include "base/time_format.h"

namespace masthead::plugins::core {
namespace {

constexpr size_t kExitMessageBytes = 300;

struct Verdict {
  std::string word;
  std::string message;
  int64_t since_ms = 0;
};

// Restarts of the pod, and of its sidecars alone: once it is initialized, what its init containers
// went through no longer counts.
struct Restarts {
  int64_t count = 0;
  int64_t last_ms = 0;
  void add(const json::Value& status) {
    count += std::max<int64_t>(0, status["restartCount"].integer_or(0));
    last_ms = std::max(
        last_ms, base::rfc3339_or_zero(status["lastState"]["terminated"]["finishedAt"].str()));
  }
};

bool is_sidecar(const json::Value& spec) {
  return spec["restartPolicy"].str() == "Always";
}

json::Value init_spec(const json::Value& pod, std::string_view name) {
  for (const json::Value spec : pod["spec"]["initContainers"].items()) {
    if (spec["name"].str() == name) return spec;
  }
  return {};
}

// A crash loop says why in what ended last.
Verdict of_waiting(const json::Value& status) {
  const auto waiting = status["state"]["waiting"];
  const auto last = status["lastState"]["terminated"];
  Verdict verdict{std::string(waiting["reason"].str()), std::string(waiting["message"].str()),
                  base::rfc3339_or_zero(last["finishedAt"].str())};
  if (!last.is_object()) return verdict;
  const auto reason = last["reason"].str();
  verdict.message += (verdict.message.empty() ? "" : "; ") + std::string("last exit: ") +
                     (reason.empty() ? "" : std::string(reason) + ", ") + "code " +
                     std::to_string(last["exitCode"].integer_or(0));
  if (const auto text = last["message"].str(); !text.empty()) {
    verdict.message += " (" + std::string(text.substr(0, kExitMessageBytes)) + ")";
  }
  return verdict;
}

Verdict of_terminated(const json::Value& terminated) {
  const auto reason = terminated["reason"].str();
  return {reason.empty() ? exit_word(terminated) : std::string(reason),
          std::string(terminated["message"].str()),
          base::rfc3339_or_zero(terminated["finishedAt"].str())};
}

// What keeps the pod from being initialized; false when nothing does. Counts ready sidecars.
bool find_initializing(const json::Value& pod, Verdict& verdict, int64_t& ready) {
  size_t at = 0;
  for (const json::Value status : pod["status"]["initContainerStatuses"].items()) {
    const size_t index = at++;
    const auto terminated = status["state"]["terminated"];
    const auto waiting = status["state"]["waiting"]["reason"].str();
    if (terminated.is_object() && terminated["exitCode"].integer_or(0) == 0) continue;
    if (is_sidecar(init_spec(pod, status["name"].str())) && status["started"].boolean()) {
      if (status["ready"].boolean()) ++ready;
      continue;
    }
    if (terminated.is_object()) {
      verdict = of_terminated(terminated);
    } else if (!waiting.empty() && waiting != "PodInitializing") {
      verdict = of_waiting(status);
    } else {
      verdict = {std::to_string(index) + "/" + std::to_string(pod["spec"]["initContainers"].size()),
                 {},
                 0};
    }
    verdict.word = "Init:" + verdict.word;
    return true;
  }
  return false;
}

// The first container's problem wins: printPod walks them from the last.
void judge_containers(const json::Value& pod, Verdict& verdict, int64_t& ready) {
  bool has_running = false;
  bool decided = false;
  Verdict error;
  for (const json::Value status : pod["status"]["containerStatuses"].items()) {
    const auto terminated = status["state"]["terminated"];
    Verdict one;
    if (!status["state"]["waiting"]["reason"].str().empty()) {
      one = of_waiting(status);
    } else if (terminated.is_object()) {
      one = of_terminated(terminated);
      if (terminated["exitCode"].integer_or(0) != 0 && error.word.empty()) error = one;
    } else {
      if (status["ready"].boolean() && status["state"]["running"].is_object()) {
        has_running = true;
        ++ready;
      }
      continue;
    }
    if (!decided) verdict = std::move(one);
    decided = true;
  }
  if (verdict.word != "Completed") return;
  if (has_running && pod_condition(pod, "Ready")["status"].str() == "True") {
    verdict.word = "Running";
  } else if (!error.word.empty()) {
    verdict = std::move(error);
  } else if (has_running) {
    verdict.word = "NotReady";
  }
}

Verdict first_word(const json::Value& pod) {
  Verdict verdict{std::string(pod["status"]["phase"].str()), {}, 0};
  if (const auto reason = pod["status"]["reason"].str(); !reason.empty()) {
    verdict = {std::string(reason), std::string(pod["status"]["message"].str()), 0};
  }
  if (pod_condition(pod, "PodScheduled")["reason"].str() == "SchedulingGated") {
    verdict.word = "SchedulingGated";
  }
  return verdict;
}

}  // namespace

json::Value pod_condition(const json::Value& pod, std::string_view type) {
  for (const json::Value item : pod["status"]["conditions"].items()) {
    if (item["type"].str() == type) return item;
  }
  return {};
}

std::string exit_word(const json::Value& terminated) {
  const int64_t signal = terminated["signal"].integer_or(0);
  return signal != 0 ? "Signal:" + std::to_string(signal)
                     : "ExitCode:" + std::to_string(terminated["exitCode"].integer_or(0));
}

PodWords pod_words(const json::Value& pod) {
  PodWords out;
  out.total = static_cast<int64_t>(pod["spec"]["containers"].size());
  for (const json::Value spec : pod["spec"]["initContainers"].items()) {
    if (is_sidecar(spec)) ++out.total;
  }
  Verdict verdict = first_word(pod);
  const bool initializing = find_initializing(pod, verdict, out.ready);
  const bool past_init =
      !initializing || pod_condition(pod, "Initialized")["status"].str() == "True";
  Restarts restarts;
  for (const json::Value status : pod["status"]["initContainerStatuses"].items()) {
    if (!past_init || is_sidecar(init_spec(pod, status["name"].str()))) restarts.add(status);
  }
  if (past_init) {
    judge_containers(pod, verdict, out.ready);
    for (const json::Value status : pod["status"]["containerStatuses"].items()) {
      restarts.add(status);
    }
  }
  if (pod["metadata"]["deletionTimestamp"].exists()) {
    const auto phase = pod["status"]["phase"].str();
    if (pod["status"]["reason"].str() == "NodeLost") {
      verdict.word = "Unknown";
    } else if (phase != "Succeeded" && phase != "Failed") {
      verdict.word = "Terminating";
    }
  }
  out.word = std::move(verdict.word);
  out.message = std::move(verdict.message);
  out.since_ms = verdict.since_ms;
  out.restarts = restarts.count;
  out.last_restart_ms = restarts.last_ms;
  return out;
}

}  // namespace masthead::plugins::core
