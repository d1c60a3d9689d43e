// Who is in the embedded cluster: the teams, what their folders deploy, the charts they use. Plain
// tables; what happens to them is scenario.cc's and incidents.cc's business.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/document.h"
#include "sim/fleet/world.h"

namespace masthead::sim {

struct Team {
  const char* user;
  const char* namespaces;  // separated by commas
};

// One Kustomization and what its folder deploys: "kind:name:image:replicas" separated by spaces.
struct App {
  const char* ns;
  const char* name;
  const char* repository;
  const char* depends_on;  // separated by commas
  const char* deploys;
  bool wait;
  bool suspended;
};

struct Release {
  const char* ns;
  const char* name;
  const char* chart;
  const char* versions;    // oldest first, separated by commas: what ran in the past days
  const char* next;        // what the scenario "upgrade" brings; empty: nothing
  const char* drift_mode;  // empty: not looked for
};

std::span<const Team> teams();
std::span<const App> apps();
// Two tenants that a large fleet is made of copies of: one that is well and one that is not.
std::span<const App> tenants();
inline constexpr const char* kWellTenant = "amber-heron";
inline constexpr const char* kIllTenant = "brisk-otter";
std::span<const Release> releases();

// "deploy:web:payments/web:9.1:6": the image has a colon of its own.
Workload read_workload(const std::string& text);
// What the folder deploys: its workloads, their Services, its settings.
std::vector<Workload> folder_of(const App& app);
std::string path_of(const App& app);
std::string repository_url(std::string_view repository);
// "payments/base,cart" as spec.dependsOn.
Items references(std::string_view list);

}  // namespace masthead::sim
