#include "app/log_texts.h"

#include "app/cluster_texts.h"
#include "kube/url.h"

namespace masthead::app {
std::string log_path(const std::string& ns, const std::string& pod, const std::string& container) {
  return "/api/v1/namespaces/" + kube::escape_component(ns) + "/pods/" +
         kube::escape_component(pod) + "/log?container=" + kube::escape_component(container);
}

LogTrouble trouble_of(int status, const base::Error& error) {
  using Kind = LogTrouble::Kind;
  const std::string& said = error.text;
  switch (status) {
    case 400:
      if (said.contains("previous terminated container")) {
        return {Kind::kOver, "There is no log of a run before this one.",
                "The container has not been restarted, or its node has removed the old log."};
      }
      if (said.contains("waiting to start") || said.contains("is not available") ||
          said.contains("ContainerCreating") || said.contains("PodInitializing")) {
        return {Kind::kNotYet, said,
                "It is read as soon as the container starts. The pod's events say what it waits "
                "for."};
      }
      return {Kind::kOver, said, "Choose another container of this pod."};
    case 401:
    case 403:
      return {Kind::kOver, said, "The right that is missing: get pods/log."};
    case 404:
      return {Kind::kOver, "The pod is gone.", "A pod that took its place has a log of its own."};
    case 410:
      return {Kind::kOver, "The log is gone: its node keeps it no longer.",
              "Look where the cluster's logs are collected."};
    default:
      break;
  }
  if (status == 429 || status >= 500) {
    return {Kind::kTryAgain, said, "The API server reads logs from the pod's node; is that Ready?"};
  }
  return {Kind::kOver, said, error.hint};
}

host::Missing missing_log_right(const std::string& ns) {
  host::Missing missing;
  missing.table = "pods";
  missing.ns = ns;
  missing.text = "You may not read the logs of pods in " + ns + ".";
  missing.right = "get pods/log in " + ns;
  missing.role = role_for("", "pods/log", ns, {"get"});
  return missing;
}

}  // namespace masthead::app
