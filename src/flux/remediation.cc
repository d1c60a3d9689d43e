#include "flux/remediation.h"

#include "flux/conditions.h"

namespace masthead::flux {
namespace {

constexpr std::string_view kWaits =
    ", and waits for a change of its chart, its values or its spec, or for a reset.";

// The action that failed last, "install" or "upgrade"; Flux before 2.2 tells only the counts.
std::string_view failed_action(const json::Value& status) {
  const auto told = status["lastAttemptedReleaseAction"].str();
  const bool install = status["installFailures"].integer_or(0) > 0;
  const bool upgrade = status["upgradeFailures"].integer_or(0) > 0;
  if (!install && !upgrade) return {};
  if (told == "install" && install) return "install";
  if (told == "upgrade" && upgrade) return "upgrade";
  return upgrade ? "upgrade" : "install";
}

// What failed before Helm stored a release, as values do that the chart refuses: it is in no count
// of the remediation.
std::string next_without_release(const json::Value& helm_release) {
  const auto status = helm_release["status"];
  const std::string action(status["lastAttemptedReleaseAction"].str());
  const bool failed = status["failures"].integer_or(0) > 0;
  if (!failed || (action != "install" && action != "upgrade")) return {};
  const auto strategy = helm_release["spec"][action]["strategy"];
  const std::string pause = strategy["name"].str() == "RetryOnFailure"
                                ? " every " + std::string(strategy["retryInterval"].str_or("5m"))
                                : ", after longer and longer pauses";
  return "It failed before a release was stored, so that there is nothing to undo and no retry is "
         "used up: it tries the " +
         action + " again" + pause + ".";
}

}  // namespace

bool undoes_last_failure(std::string_view action, const json::Value& remediation) {
  // "Defaults to 'false' unless 'Retries' is greater than 0" for upgrades, to 'false' for installs.
  return remediation["remediateLastFailure"].boolean(action == "upgrade" &&
                                                     remediation["retries"].integer_or(0) > 0);
}

std::string next_remediation(const json::Value& helm_release) {
  const auto status = helm_release["status"];
  // The counts stay until the chart, the values or the spec change.
  if (condition_of(helm_release, "Ready").is_true()) return {};
  const std::string action(failed_action(status));
  if (action.empty()) return next_without_release(helm_release);
  const auto configuration = helm_release["spec"][action];
  if (configuration["strategy"]["name"].str() == "RetryOnFailure") {
    return "It leaves the failed release as it is and tries the " + action + " again every " +
           std::string(configuration["strategy"]["retryInterval"].str_or("5m")) + ".";
  }
  const auto remediation = configuration["remediation"];
  const int64_t retries = remediation["retries"].integer_or(0);
  const int64_t failures = status[action + "Failures"].integer_or(0);
  const bool uninstalls = action == "install" || remediation["strategy"].str() == "uninstall";
  const std::string undo = uninstalls ? "uninstalls the release" : "rolls back";
  if (retries < 0) {
    return "It " + undo + " and tries the " + action + " again, as often as it takes.";
  }
  if (failures <= retries) {
    const int64_t left = retries - failures + 1;
    return "It " + undo + " and tries the " + action + " again: " + std::to_string(left) +
           (left == 1 ? " retry is left." : " retries are left.");
  }
  const bool undone = undoes_last_failure(action, remediation);
  return "No retries are left: it " + (undone ? undo : "leaves the failed release as it is") +
         std::string(kWaits);
}

}  // namespace masthead::flux
