// What lies outside the embedded cluster: Git repositories with their commits and folders, charts.
// Controllers look here instead of over a network. Plain values.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace masthead::sim {

struct Commit {
  std::string sha, subject;
};

// What a folder or a chart deploys.
struct Workload {
  std::string kind;  // Deployment, StatefulSet, DaemonSet, Job, CronJob, Service, ConfigMap
  std::string name, image;
  int replicas = 1;
};

struct World {
  struct Repository {
    std::string branch = "main";
    std::vector<Commit> commits;                         // newest last
    std::map<std::string, std::vector<Workload>> paths;  // "./apps/web" → what it deploys
    std::string failure;                                 // why it cannot be reached; empty: it can
  };
  struct Chart {
    std::vector<std::string> versions;  // newest last
    std::string app_version;
    std::vector<Workload> workloads;
    std::string failing_version;  // the one that does not come up
  };
  std::map<std::string, Repository> repositories;  // by URL
  std::map<std::string, Chart> charts;             // by name
  std::map<std::string, int64_t> startup_ms;       // by image: those that take their time
};

}  // namespace masthead::sim
