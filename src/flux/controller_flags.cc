// What the flags of Flux's controllers mean for somebody who looks at a cluster.
#include <map>

#include "base/split.h"
#include "flux/controllers.h"
#include "flux/label_selector.h"

namespace masthead::flux {
namespace {

struct Argument {
  std::string name;  // without dashes
  std::string value;
  bool has_value = false;
};

// "--name=value", or "--name" and then "value".
std::vector<Argument> arguments_of(const json::Value& list) {
  std::vector<Argument> arguments;
  bool takes_value = false;
  for (const json::Value item : list.items()) {
    const std::string_view text = item.str();
    if (!text.starts_with("--")) {
      if (takes_value) {
        arguments.back().value = std::string(text);
        arguments.back().has_value = true;
      }
      takes_value = false;
      continue;
    }
    const size_t equals = text.find('=');
    Argument argument{
        std::string(text.substr(2, equals == std::string_view::npos ? equals : equals - 2)), "",
        false};
    takes_value = equals == std::string_view::npos;
    if (!takes_value) argument.value = std::string(text.substr(equals + 1));
    argument.has_value = !takes_value;
    arguments.push_back(std::move(argument));
  }
  return arguments;
}

bool is_on(const std::string& value) {
  return value.empty() || value == "true" || value == "1";
}

using Meaning = std::string (*)(const std::string& value);

std::string namespaces(const std::string& value) {
  return is_on(value) ? "It looks after objects in all namespaces."
                      : "It looks after objects in its own namespace alone.";
}
std::string no_cross_references(const std::string& value) {
  return is_on(value) ? "Objects may only refer to sources, and the like, in their own namespace."
                      : "Objects may refer to sources, and the like, in other namespaces.";
}
std::string service_account(const std::string& value) {
  return "What names no service account is applied as " + value + " of its namespace.";
}
std::string concurrent(const std::string& value) {
  return "Up to " + value + " objects of a kind are reconciled at a time.";
}
std::string requeue_dependency(const std::string& value) {
  return "What waits for a dependency is looked at again every " + value + ".";
}
std::string jitter(const std::string& value) {
  if (value == "0") return "Intervals are kept to the letter.";
  return "Intervals vary by up to " + value + " %, so that not everything is reconciled at once.";
}
std::string remote_bases(const std::string& value) {
  return is_on(value) ? "Kustomize overlays may not take bases from other places by URL."
                      : "Kustomize overlays may take bases from other places by URL.";
}
std::string override_manager(const std::string& value) {
  return "What the field manager " + value + " has set is taken over and set back to Git.";
}
std::string watch_selector(const std::string& value) {
  if (!LabelSelector::parse(value)) return "It looks after objects with certain labels alone.";
  return "It looks after objects that match " + value + " alone.";
}
std::string storage_address(const std::string&) {
  return "Artifacts are served to the other controllers at this address.";
}
std::string storage_advertised(const std::string&) {
  return "Other controllers are told to fetch artifacts from this address.";
}
std::string storage_path(const std::string&) {
  return "Artifacts are kept in this folder of its pod.";
}
std::string log_level(const std::string& value) {
  if (value == "info") return "Its log tells of changes and failures, not of details.";
  if (value == "error") return "Its log tells of failures alone.";
  return "Its log tells of " + value + " details too.";
}
std::string cache_size(const std::string& value) {
  return value == "0" ? "Indexes of Helm repositories are not kept in memory."
                      : "Up to " + value + " indexes of Helm repositories are kept in memory.";
}
std::string cache_ttl(const std::string& value) {
  return "A kept index of a Helm repository is used for " + value + ".";
}
std::string cache_purge(const std::string& value) {
  return "Kept indexes of Helm repositories are cleared every " + value + ".";
}
std::string decryption_account(const std::string& value) {
  return "What names no service account for decryption is decrypted as " + value + ".";
}
std::string decryption_secret(const std::string& value) {
  return "SOPS keys are taken from the Secret " + value + " where an object names none.";
}
std::string kubeconfig_account(const std::string& value) {
  return "Remote clusters are reached as the service account " + value + " by default.";
}
std::string leader_election(const std::string& value) {
  return is_on(value) ? "Of several replicas one works, the others wait."
                      : "Every replica works: more than one would do the same twice.";
}
std::string events(const std::string& value) {
  return value.empty() ? "No events are sent to notification-controller."
                       : "Events are sent to notification-controller at this address.";
}

const std::map<std::string_view, Meaning>& meanings() {
  static const std::map<std::string_view, Meaning> kMeanings = {
      {"watch-all-namespaces", namespaces},
      {"no-cross-namespace-refs", no_cross_references},
      {"default-service-account", service_account},
      {"default-decryption-service-account", decryption_account},
      {"default-kubeconfig-service-account", kubeconfig_account},
      {"sops-age-secret", decryption_secret},
      {"concurrent", concurrent},
      {"requeue-dependency", requeue_dependency},
      {"interval-jitter-percentage", jitter},
      {"no-remote-bases", remote_bases},
      {"override-manager", override_manager},
      {"watch-label-selector", watch_selector},
      {"storage-addr", storage_address},
      {"storage-adv-addr", storage_advertised},
      {"storage-path", storage_path},
      {"log-level", log_level},
      {"helm-cache-max-size", cache_size},
      {"helm-cache-ttl", cache_ttl},
      {"helm-cache-purge-interval", cache_purge},
      {"enable-leader-election", leader_election},
      {"events-addr", events}};
  return kMeanings;
}

struct Gate {
  const char* on;
  const char* off;
};

const std::map<std::string_view, Gate>& gates() {
  static const std::map<std::string_view, Gate> kGates = {
      {"OOMWatch",
       {"It ends releases in time when it is about to run out of memory.",
        "It does not watch its memory."}},
      {"DetectDrift",
       {"It looks whether what was released was changed by others.",
        "It does not look for drift unless a HelmRelease asks for it."}},
      {"CorrectDrift",
       {"Drift that it finds is set back.", "Drift that it finds is told, not set back."}},
      {"AllowDNSLookups",
       {"Charts may look up names in DNS while they are rendered.",
        "Charts may not look up names in DNS."}},
      {"AdoptLegacyReleases",
       {"It takes over releases of HelmReleases in v2beta1.",
        "It does not take over releases of HelmReleases in v2beta1."}},
      {"CacheSecretsAndConfigMaps",
       {"It keeps all Secrets and ConfigMaps in memory: fewer requests, more memory.",
        "Secrets and ConfigMaps are read when they are needed."}},
      {"DisableStatusPollerCache",
       {"Health checks keep nothing in memory: more requests, less memory.",
        "Health checks keep what they poll in memory."}},
      {"DisableFailFastBehavior",
       {"A health check waits for its timeout even when an object has failed.",
        "A health check ends as soon as an object has failed."}},
      {"StrictPostBuildSubstitutions",
       {"A Kustomization fails when a variable is not set.",
        "A variable that is not set becomes empty."}},
      {"GroupChangeLog", {"Its log groups the changes of a pass.", "Its log has a line a change."}},
      {"AdditiveCELDependencyCheck",
       {"readyExpr of a dependency counts beside its readiness.",
        "readyExpr of a dependency counts instead of its readiness."}},
      {"ExternalArtifact",
       {"ExternalArtifacts may be sources.", "ExternalArtifacts may not be sources."}},
      {"ObjectLevelWorkloadIdentity",
       {"An object may reach a cloud as a service account of its own.",
        "Clouds are reached as the controller alone."}},
      {"CancelHealthCheckOnNewRevision",
       {"A new revision ends the health checks of the one before.",
        "A new revision waits for the health checks of the one before."}},
      {"DirectSourceFetch",
       {"Sources are read from the API server, not from memory.", "Sources are read from memory."}},
      {"DisableConfigWatchers",
       {"A changed ConfigMap or Secret is seen at the next interval.",
        "A labelled ConfigMap or Secret that changes is applied at once."}},
      {"DisableChartDigestTracking",
       {"A chart that was pushed again under its version is no upgrade.",
        "A chart that was pushed again under its version is an upgrade."}},
      {"DefaultToRetryOnFailure",
       {"A failed release is tried again without being remediated first.",
        "A failed release is remediated before it is tried again."}},
      {"UseHelm3Defaults", {"Releases behave as with Helm 3.", "Releases behave as with Helm 4."}},
      {"GitForcePushBranch",
       {"It overwrites a push branch that has moved.",
        "It does not overwrite a push branch that has moved."}},
      {"GitShallowClone", {"It clones without history.", "It clones with history."}},
      {"GitSparseCheckout",
       {"It checks out only the folder it updates.", "It checks out whole repositories."}},
      {"GitAllBranchReferences", {"It fetches all branches.", "It fetches the branches it needs."}},
      {"GitOptimizedClones",
       {"A repository is cloned only when it has changed.",
        "A repository is cloned at each interval."}}};
  return kGates;
}

void add_gates(const Argument& argument, std::vector<ControllerFlag>& flags) {
  for (const std::string& gate : base::split(argument.value, ',')) {
    const size_t equals = gate.find('=');
    const auto known = gates().find(std::string_view(gate).substr(0, equals));
    const bool on = equals != std::string::npos && is_on(gate.substr(equals + 1));
    flags.push_back({"--feature-gates=" + gate, known == gates().end() ? ""
                                                : on                   ? known->second.on
                                                                       : known->second.off});
  }
}

}  // namespace

std::vector<ControllerFlag> flags_of(const json::Value& list) {
  std::vector<ControllerFlag> flags;
  for (const Argument& argument : arguments_of(list)) {
    if (argument.name == "feature-gates") {
      add_gates(argument, flags);
      continue;
    }
    const auto known = meanings().find(argument.name);
    const std::string text =
        "--" + argument.name + (argument.has_value ? "=" + argument.value : "");
    flags.push_back({text, known == meanings().end() ? "" : known->second(argument.value)});
  }
  // Those that mean something to the reader first.
  std::vector<ControllerFlag> sorted;
  for (const bool known : {true, false}) {
    for (const ControllerFlag& flag : flags) {
      if (flag.meaning.empty() != known) sorted.push_back(flag);
    }
  }
  return sorted;
}

std::optional<std::string> flag_value(const json::Value& list, std::string_view name) {
  std::optional<std::string> value;
  for (const Argument& argument : arguments_of(list)) {
    if (argument.name == name) value = argument.value;
  }
  return value;
}

}  // namespace masthead::flux
