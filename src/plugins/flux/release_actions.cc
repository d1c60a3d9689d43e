#include "plugins/flux/release_actions.h"

#include "flux/remediation.h"

namespace masthead::plugins::flux {
namespace {

namespace rules = masthead::flux;
constexpr std::string_view kByDefault = ", as it is by default";

std::string strategy_of(const json::Value& strategy) {
  const auto name = strategy["name"].str();
  if (name == "RetryOnFailure") {
    return "RetryOnFailure: what failed stays as it is and is tried again every " +
           std::string(strategy["retryInterval"].str_or("5m"));
  }
  if (name == "RemediateOnFailure") {
    return "RemediateOnFailure: what failed is undone before it is tried again";
  }
  return std::string(name);
}

// What becomes of the failure after which no retry is left.
std::string last_failure_of(std::string_view action, const json::Value& remediation) {
  const bool is_set = remediation["remediateLastFailure"].is_bool();
  const bool has_last = remediation["retries"].integer_or(0) >= 0;
  if (!is_set && (!remediation.exists() || !has_last)) return {};
  std::string text = rules::undoes_last_failure(action, remediation) ? "is undone too" : "stays";
  if (!is_set) text += kByDefault;
  return text;
}

// Whether tests that fail make the action a failed one.
std::string failed_tests_of(const json::Value& remediation, const json::Value& test) {
  const auto own = remediation["ignoreTestFailures"];
  if (!own.is_bool() && !test["enable"].boolean()) return {};
  const auto general = test["ignoreFailures"];
  std::string text = own.boolean(general.boolean()) ? "are ignored" : "make it a failed one";
  if (!own.is_bool() && !general.is_bool()) text += kByDefault;
  return text;
}

void write_action(const json::Value& spec, bool is_upgrade, host::DetailWriter& out) {
  const std::string action = is_upgrade ? "upgrade" : "install";
  const std::string title = is_upgrade ? "Upgrade" : "Install";
  const auto strategy = spec[action]["strategy"];
  const auto remediation = spec[action]["remediation"];
  out.text(action + "_strategy", title + " strategy", strategy_of(strategy));
  out.number(action + "_retries", title + " retries", remediation["retries"]);
  if (is_upgrade) out.text("strategy", "Upgrade remediation", remediation["strategy"].str());
  // By that strategy nothing is undone, whatever the remediation says.
  if (strategy["name"].str() == "RetryOnFailure") return;
  if (is_upgrade && remediation.exists() && remediation["strategy"].str().empty()) {
    out.text("strategy", "Upgrade remediation", "rollback" + std::string(kByDefault));
  }
  out.text(action + "_last_failure", "Last failed " + action, last_failure_of(action, remediation));
  out.text(action + "_failed_tests", "Failed tests of an " + action,
           failed_tests_of(remediation, spec["test"]));
}

}  // namespace

void write_remediation(const json::Value& spec, host::DetailWriter& out) {
  write_action(spec, /*is_upgrade=*/false, out);
  write_action(spec, /*is_upgrade=*/true, out);
  out.text("tests", "Helm tests",
           spec["test"]["enable"].boolean() ? "run after each install and upgrade"
                                            : "do not run" + std::string(kByDefault));
}

void write_rollback(const json::Value& spec, host::DetailWriter& out) {
  const auto rollback = spec["rollback"];
  out.section("rollback", "Rollback");
  if (const auto own = rollback["timeout"].str(); !own.empty()) {
    out.duration("timeout", "Timeout", own);
  } else {
    out.duration("timeout", "Timeout, as of all actions", spec["timeout"].str_or("5m"));
  }
  if (!rollback["disableWait"].boolean()) {
    out.text("wait", "Waits", "until all objects are ready" + std::string(kByDefault));
  }
  out.flag("disable_wait", "Does not wait", rollback["disableWait"]);
  out.flag("disable_wait_for_jobs", "Does not wait for Jobs", rollback["disableWaitForJobs"]);
  out.flag("disable_hooks", "Runs no hooks", rollback["disableHooks"]);
  out.flag("force", "Replaces objects by force", rollback["force"]);
  out.flag("recreate", "Restarts pods (not since Helm 4)", rollback["recreate"]);
  out.flag("cleanup", "Deletes what is new when it fails", rollback["cleanupOnFail"]);
}

}  // namespace masthead::plugins::flux
