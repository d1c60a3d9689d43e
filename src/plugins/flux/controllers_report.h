// What reconciles Flux's objects, how that is, and what the next upgrade of Flux needs: as far as
// one Scope sees Deployments, pods, definitions and Flux's objects.
//
// What may not be seen is not known, and never counts as not running. Made for one answer on the
// thread of its ConsoleView; linear in Flux's rows, and reads the Deployments of Flux as objects.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "flux/controllers.h"
#include "host/console_view.h"

namespace masthead::plugins::flux {

// The hidden column of Flux's lists that says in which version an object was applied.
inline constexpr const char* kWrittenColumn = "applied_in";

// What it reads beside Flux's own kinds.
inline constexpr const char* kDeployments = "deployments.apps";
inline constexpr const char* kPods = "pods";
inline constexpr const char* kDefinitions = "customresourcedefinitions.apiextensions.k8s.io";

struct LookedAfter {
  const host::Kind* kind = nullptr;
  std::optional<int64_t> total;  // nothing: not known
};

struct ControllerLine {
  std::string component;
  std::optional<k8s::ObjectRef> deployment;  // nothing: none is seen
  k8s::StatusValue status;
  masthead::flux::Controller told;  // of the Deployment
  std::optional<int> release;       // of Flux, that its version belongs to
  bool pods_known = false;
  masthead::flux::Restarts restarts;
  std::vector<std::pair<k8s::ObjectRef, k8s::Status>> pods;
  std::string shard;    // its key's values
  std::string watches;  // what it is told to look after; empty: everything
  std::vector<LookedAfter> kinds;
};

// Objects that no running controller looks after.
struct Unwatched {
  const host::Kind* kind = nullptr;
  size_t total = 0;
  std::string filter;                   // of the list that holds all of them
  std::vector<k8s::ObjectRef> objects;  // the first of them
  std::string text;
};

struct ServedApi {
  struct Version {
    std::string name;
    bool deprecated = false;
    std::optional<int> removed_in;
  };
  const host::Kind* kind = nullptr;
  std::vector<Version> versions;                   // preferred first
  std::optional<std::vector<std::string>> stored;  // nothing: not known
};

// Objects that are written in a version that a release does not serve any more.
struct UpgradeNeed {
  int release = 0;
  bool next = false;  // the release after this one, or this one
  const host::Kind* kind = nullptr;
  std::string version;
  std::optional<k8s::ObjectRef> by, source;
  size_t total = 0;
  std::string filter;                   // of the list that holds all of them
  std::vector<k8s::ObjectRef> objects;  // the first of them
  std::string text;
};

struct Installation {
  std::string ns;
  std::string version;  // "v2.7.3", "2.7"; empty: not known
  std::string known_by;
  std::optional<int> release;
};

struct ControllersReport {
  struct Note {
    bool attention = false;
    std::string text;
  };
  k8s::Status state = k8s::Status::kUnknown;  // of all of them in one word
  std::string summary;
  std::vector<Note> notes;
  std::vector<Installation> installations;
  std::vector<ControllerLine> controllers;
  std::vector<Unwatched> unwatched;
  std::vector<ServedApi> apis;
  std::optional<int> release;  // of Flux here, the oldest of several
  std::string upgrade;         // what the next release needs, in one sentence
  std::vector<UpgradeNeed> needs;
};

ControllersReport controllers_report(const host::ConsoleView& console);
// See Controllers in api/openapi.yaml.
std::string controllers_json(const ControllersReport& report);

// The parts of it: installed_controllers.cc and api_usage.cc.
std::vector<ControllerLine> installed_controllers(const host::ConsoleView& console);
std::vector<Unwatched> unwatched_objects(const host::ConsoleView& console,
                                         const std::vector<ControllerLine>& controllers);
std::vector<ServedApi> served_apis(const host::ConsoleView& console);
std::vector<UpgradeNeed> upgrade_needs(const host::ConsoleView& console,
                                       const std::vector<ServedApi>& apis,
                                       std::optional<int> release);
// "12 Kustomizations", "1 Kustomization".
std::string counted(int64_t total, const host::Kind& kind);

}  // namespace masthead::plugins::flux
