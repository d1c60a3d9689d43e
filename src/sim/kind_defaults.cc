// Defaults of built-in kinds, as k8s.io/kubernetes/pkg/apis/*/v1/defaults.go fills them in. What
// admission plugins add to pods (tokens, tolerations, priorities) is not.
#include <fmt/format.h>

#include "base/time_format.h"
#include "sim/kind_decoding.h"

namespace masthead::sim {
namespace {

constexpr std::string_view kRbac = "rbac.authorization.k8s.io";

void default_to(Fields& fields, std::string_view key, Document value) {
  Document& place = fields[{key.data(), key.size()}];
  if (place.is_null()) place = std::move(value);
}

// Each object of the list at `key`.
template <typename Do>
void each(Fields& fields, std::string_view key, const Do& act) {
  Document* list = fields.if_contains({key.data(), key.size()});
  if (list == nullptr || !list->is_array()) return;
  for (Document& item : list->get_array()) {
    if (item.is_object()) act(item.get_object());
  }
}

Fields* below(Fields& fields, std::string_view key) {
  Document* value = fields.if_contains({key.data(), key.size()});
  return value == nullptr ? nullptr : value->if_object();
}

void default_probe(Fields& probe) {
  default_to(probe, "timeoutSeconds", 1);
  default_to(probe, "periodSeconds", 10);
  default_to(probe, "successThreshold", 1);
  default_to(probe, "failureThreshold", 3);
  if (Fields* get = below(probe, "httpGet")) {
    default_to(*get, "path", "/");
    default_to(*get, "scheme", "HTTP");
  }
}

bool is_latest(std::string_view image) {
  if (image.find('@') != std::string_view::npos) return false;
  const std::string_view name = image.substr(image.rfind('/') + 1);
  const size_t colon = name.find(':');
  return colon == std::string_view::npos || name.substr(colon + 1) == "latest";
}

void default_container(Fields& container) {
  default_to(container, "resources", Fields());
  default_to(container, "terminationMessagePath", "/dev/termination-log");
  default_to(container, "terminationMessagePolicy", "File");
  const Document* image = container.if_contains("image");
  const bool latest = image == nullptr || !image->is_string() || is_latest(image->get_string());
  default_to(container, "imagePullPolicy", latest ? "Always" : "IfNotPresent");
  each(container, "ports", [](Fields& port) { default_to(port, "protocol", "TCP"); });
  each(container, "env", [](Fields& variable) {
    const Document* value = variable.if_contains("value");
    if (value != nullptr && value->is_string() && value->get_string().empty()) {
      variable.erase("value");
    }
  });
  for (const char* probe : {"livenessProbe", "readinessProbe", "startupProbe"}) {
    if (Fields* given = below(container, probe)) default_probe(*given);
  }
}

void default_pod_spec(Fields& spec) {
  default_to(spec, "restartPolicy", "Always");
  default_to(spec, "terminationGracePeriodSeconds", 30);
  default_to(spec, "dnsPolicy", "ClusterFirst");
  default_to(spec, "schedulerName", "default-scheduler");
  default_to(spec, "securityContext", Fields());
  each(spec, "initContainers", default_container);
  each(spec, "containers", default_container);
  each(spec, "volumes", [](Fields& volume) {
    for (const char* source : {"configMap", "secret", "projected", "downwardAPI"}) {
      if (Fields* given = below(volume, source)) default_to(*given, "defaultMode", 420);
    }
  });
}

void default_template(Fields& spec) {
  Fields& pod = object_in(spec, "template");
  object_in(pod, "metadata");
  default_pod_spec(object_in(pod, "spec"));
}

void default_rolling_update(Fields& spec, const char* key, const Fields& rolling) {
  Fields& strategy = object_in(spec, key);
  default_to(strategy, "type", "RollingUpdate");
  if (strategy["type"] != "RollingUpdate") return;
  Fields& how = object_in(strategy, "rollingUpdate");
  for (const auto& [name, value] : rolling) default_to(how, name, value);
}

void default_workload(const std::string& plural, Fields& spec) {
  default_template(spec);
  if (plural != "daemonsets") default_to(spec, "replicas", 1);
  if (plural == "replicasets") return;
  default_to(spec, "revisionHistoryLimit", 10);
  if (plural == "deployments") {
    default_to(spec, "progressDeadlineSeconds", 600);
    default_rolling_update(spec, "strategy", {{"maxUnavailable", "25%"}, {"maxSurge", "25%"}});
  } else if (plural == "daemonsets") {
    default_rolling_update(spec, "updateStrategy", {{"maxUnavailable", 1}, {"maxSurge", 0}});
  } else {
    default_to(spec, "podManagementPolicy", "OrderedReady");
    default_rolling_update(spec, "updateStrategy", {{"partition", 0}});
    Fields& claims = object_in(spec, "persistentVolumeClaimRetentionPolicy");
    default_to(claims, "whenDeleted", "Retain");
    default_to(claims, "whenScaled", "Retain");
  }
}

void default_job(Fields& spec) {
  default_template(spec);
  if (!spec.contains("completions") && !spec.contains("parallelism")) spec["completions"] = 1;
  default_to(spec, "parallelism", 1);
  default_to(spec, "backoffLimit", 6);
  default_to(spec, "completionMode", "NonIndexed");
  default_to(spec, "suspend", false);
  default_to(spec, "manualSelector", false);
  default_to(spec, "podReplacementPolicy", "TerminatingOrFailed");
}

void default_cron_job(Fields& spec) {
  default_to(spec, "concurrencyPolicy", "Allow");
  default_to(spec, "suspend", false);
  default_to(spec, "successfulJobsHistoryLimit", 3);
  default_to(spec, "failedJobsHistoryLimit", 1);
  Fields& job = object_in(spec, "jobTemplate");
  object_in(job, "metadata");
  default_template(object_in(job, "spec"));
}

void default_service(Fields& spec) {
  default_to(spec, "sessionAffinity", "None");
  default_to(spec, "type", "ClusterIP");
  const std::string type(spec["type"].is_string() ? spec["type"].get_string().c_str() : "");
  if (type == "NodePort" || type == "LoadBalancer") {
    default_to(spec, "externalTrafficPolicy", "Cluster");
  }
  if (type == "LoadBalancer") default_to(spec, "allocateLoadBalancerNodePorts", true);
  if (type != "ExternalName") default_to(spec, "internalTrafficPolicy", "Cluster");
  each(spec, "ports", [](Fields& port) {
    default_to(port, "protocol", "TCP");
    const Document* number = port.if_contains("port");
    if (number != nullptr) default_to(port, "targetPort", *number);
  });
}

void default_binding(Fields& fields) {
  default_to(object_in(fields, "roleRef"), "apiGroup", Document(kRbac));
  each(fields, "subjects", [](Fields& subject) {
    const Document* kind = subject.if_contains("kind");
    if (kind != nullptr && (*kind == "User" || *kind == "Group")) {
      default_to(subject, "apiGroup", Document(kRbac));
    }
  });
}

void default_definition(Fields& fields) {
  Fields& spec = object_in(fields, "spec");
  default_to(spec, "conversion", Fields{{"strategy", "None"}});
  Fields& names = object_in(spec, "names");
  if (const Document* kind = names.if_contains("kind"); kind != nullptr && kind->is_string()) {
    const std::string text(kind->get_string().c_str());
    default_to(names, "listKind", Document(text + "List"));
    std::string singular = text;
    for (char& c : singular) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    default_to(names, "singular", Document(singular));
  }
}

// The names controller of a real cluster says at once that a sound definition is established.
void establish(Fields& fields, int64_t now_ms) {
  Fields& status = object_in(fields, "status");
  status["acceptedNames"] = fields["spec"].as_object()["names"];
  Items conditions;
  const auto add = [&](const char* type, const char* reason, const char* message) {
    conditions.emplace_back(
        Fields{{"lastTransitionTime", base::format_rfc3339(now_ms / 1000 * 1000)},
               {"message", message},
               {"reason", reason},
               {"status", "True"},
               {"type", type}});
  };
  add("NamesAccepted", "NoConflicts", "no conflicts found");
  add("Established", "InitialNamesAccepted", "the initial names have been accepted");
  status["conditions"] = std::move(conditions);
  Items stored;
  each(fields["spec"].as_object(), "versions", [&](Fields& version) {
    if (version["storage"] == true) stored.push_back(version["name"]);
  });
  status["storedVersions"] = std::move(stored);
}

void give_addresses(Fields& spec, base::Random& random) {
  const std::string type(spec["type"].is_string() ? spec["type"].get_string().c_str() : "");
  if (type == "ExternalName") return;
  default_to(spec, "clusterIP",
             Document(fmt::format("10.96.{}.{}", random.below(250), random.below(250) + 1)));
  default_to(spec, "clusterIPs", Items{spec["clusterIP"]});
  default_to(spec, "ipFamilies", Items{"IPv4"});
  default_to(spec, "ipFamilyPolicy", "SingleStack");
  if (type != "NodePort" && type != "LoadBalancer") return;
  each(spec, "ports", [&](Fields& port) {
    default_to(port, "nodePort", static_cast<int64_t>(30'000 + random.below(2'768)));
  });
}

// A Job selects its own pods.
void select_own_pods(const Document& object, Fields& spec) {
  if (spec.contains("selector") || spec["manualSelector"] == true) return;
  const std::string uid(text_at(object, {"metadata", "uid"}));
  const std::string name(text_at(object, {"metadata", "name"}));
  spec["selector"] = Fields{{"matchLabels", Fields{{"batch.kubernetes.io/controller-uid", uid}}}};
  Fields& labels = object_in(object_in(object_in(spec, "template"), "metadata"), "labels");
  labels["batch.kubernetes.io/controller-uid"] = uid;
  labels["batch.kubernetes.io/job-name"] = name;
  labels["controller-uid"] = uid;
  labels["job-name"] = name;
}

}  // namespace

void set_defaults(const ResourceType& type, Document& object) {
  if (type.custom) return;
  Fields& fields = object.as_object();
  if (type.group == "apiextensions.k8s.io") return default_definition(fields);
  if (type.group == "apps") return default_workload(type.plural, object_in(fields, "spec"));
  if (type.plural == "jobs") return default_job(object_in(fields, "spec"));
  if (type.plural == "cronjobs") return default_cron_job(object_in(fields, "spec"));
  if (type.group == kRbac) {
    if (type.plural.ends_with("bindings")) return default_binding(fields);
    if (type.plural.ends_with("roles")) fields["rules"];
    return;
  }
  if (!type.group.empty()) return;
  if (type.plural == "namespaces") {
    const std::string name(text_at(object, {"metadata", "name"}));
    if (name.empty()) return;
    object_in(object_in(fields, "metadata"), "labels")["kubernetes.io/metadata.name"] = name;
  } else if (type.plural == "pods") {
    Fields& spec = object_in(fields, "spec");
    default_pod_spec(spec);
    default_to(spec, "enableServiceLinks", true);
  } else if (type.plural == "secrets") {
    default_to(fields, "type", "Opaque");
  } else if (type.plural == "services") {
    default_service(object_in(fields, "spec"));
  }
}

void set_beginnings(const ResourceType& type, Document& object, base::Random& random,
                    int64_t now_ms) {
  if (type.custom) return;
  Fields& fields = object.as_object();
  if (type.group == "apiextensions.k8s.io") return establish(fields, now_ms);
  if (type.group == "apps") {
    object_in(fields, "status");
    if (type.plural == "daemonsets") {
      object_in(object_in(fields, "metadata"),
                "annotations")["deprecated.daemonset.template.generation"] = "1";
    }
  } else if (type.plural == "jobs") {
    select_own_pods(object, object_in(fields, "spec"));
    object_in(fields, "status");
  } else if (type.group.empty() && type.plural == "namespaces") {
    default_to(object_in(fields, "spec"), "finalizers", Items{"kubernetes"});
    object_in(fields, "status")["phase"] = "Active";
  } else if (type.group.empty() && type.plural == "nodes") {
    const Fields taint{{"key", "node.kubernetes.io/not-ready"}, {"effect", "NoSchedule"}};
    default_to(object_in(fields, "spec"), "taints", Items{taint});
  } else if (type.group.empty() && type.plural == "pods") {
    default_to(object_in(fields, "status"), "phase", "Pending");
  } else if (type.group.empty() && type.plural == "services") {
    give_addresses(object_in(fields, "spec"), random);
  }
}

}  // namespace masthead::sim
