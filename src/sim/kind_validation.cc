#include "sim/kind_validation.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

#include "sim/names.h"

namespace masthead::sim {
namespace {

using Causes = std::vector<ApiStatus::Cause>;
using Values = std::initializer_list<std::string_view>;

void required(Causes& causes, const std::string& field, const std::string& why = "") {
  causes.push_back(
      {"FieldValueRequired", why.empty() ? "Required value" : "Required value: " + why, field});
}

void invalid_value(Causes& causes, const std::string& field, const std::string& value,
                   const std::string& why) {
  causes.push_back({"FieldValueInvalid", fmt::format("Invalid value: {}: {}", value, why), field});
}

void one_of(Causes& causes, const std::string& field, std::string_view value, Values known) {
  if (std::find(known.begin(), known.end(), value) != known.end()) return;
  std::string list;
  for (const std::string_view one : known) {
    list += fmt::format("{}\"{}\"", list.empty() ? "" : ", ", one);
  }
  causes.push_back({"FieldValueNotSupported",
                    fmt::format("Unsupported value: \"{}\": supported values: {}", value, list),
                    field});
}

void not_negative(Causes& causes, const Document& spec, const char* key, const std::string& path) {
  const int64_t number = number_at(spec, {key});
  if (number >= 0) return;
  invalid_value(causes, path + "." + key, std::to_string(number),
                "must be greater than or equal to 0");
}

void check_port(Causes& causes, const Document* value, const std::string& field) {
  if (value == nullptr || !value->is_int64()) return;
  const int64_t port = value->get_int64();
  if (port >= 1 && port <= 65'535) return;
  invalid_value(causes, field, std::to_string(port), "must be between 1 and 65535, inclusive");
}

void check_container(Causes& causes, const Document& container, const std::string& path,
                     std::set<std::string>& names) {
  const std::string name(text_at(container, {"name"}));
  if (name.empty()) {
    required(causes, path + ".name");
  } else if (const std::string problem = label_name_problem(name); !problem.empty()) {
    invalid_value(causes, path + ".name", "\"" + name + "\"", problem);
  } else if (!names.insert(name).second) {
    causes.push_back(
        {"FieldValueDuplicate", fmt::format("Duplicate value: \"{}\"", name), path + ".name"});
  }
  if (text_at(container, {"image"}).empty()) required(causes, path + ".image");
  if (const Items* ports = items_at(container, {"ports"})) {
    for (size_t i = 0; i < ports->size(); ++i) {
      const std::string field = fmt::format("{}.ports[{}].containerPort", path, i);
      const Document* port = find((*ports)[i], {"containerPort"});
      if (port == nullptr) {
        required(causes, field);
      } else {
        check_port(causes, port, field);
      }
      one_of(causes, fmt::format("{}.ports[{}].protocol", path, i),
             text_at((*ports)[i], {"protocol"}), {"SCTP", "TCP", "UDP"});
    }
  }
  one_of(causes, path + ".imagePullPolicy", text_at(container, {"imagePullPolicy"}),
         {"Always", "IfNotPresent", "Never"});
}

void check_pod_spec(Causes& causes, const Document& spec, const std::string& path) {
  std::set<std::string> names;
  const Items* containers = items_at(spec, {"containers"});
  if (containers == nullptr || containers->empty()) required(causes, path + ".containers");
  for (const char* list : {"containers", "initContainers"}) {
    const Items* all = items_at(spec, {list});
    for (size_t i = 0; all != nullptr && i < all->size(); ++i) {
      check_container(causes, (*all)[i], fmt::format("{}.{}[{}]", path, list, i), names);
    }
  }
  one_of(causes, path + ".restartPolicy", text_at(spec, {"restartPolicy"}),
         {"Always", "OnFailure", "Never"});
  one_of(causes, path + ".dnsPolicy", text_at(spec, {"dnsPolicy"}),
         {"ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"});
}

bool expression_matches(const Document& expression, const Document* labels) {
  const std::string_view key = text_at(expression, {"key"});
  const std::string_view op = text_at(expression, {"operator"});
  const Document* value = labels == nullptr ? nullptr : find(*labels, {key});
  if (op == "Exists") return value != nullptr;
  if (op == "DoesNotExist") return value == nullptr;
  const Items* values = items_at(expression, {"values"});
  const bool listed = value != nullptr && values != nullptr &&
                      std::find(values->begin(), values->end(), *value) != values->end();
  return op == "In" ? listed : !listed;
}

bool selects(const Document& selector, const Document* labels) {
  if (const Fields* wanted = fields_at(selector, {"matchLabels"})) {
    for (const auto& [key, value] : *wanted) {
      const Document* label = labels == nullptr ? nullptr : find(*labels, {key});
      if (label == nullptr || *label != value) return false;
    }
  }
  const Items* expressions = items_at(selector, {"matchExpressions"});
  return expressions == nullptr ||
         std::all_of(expressions->begin(), expressions->end(),
                     [&](const Document& one) { return expression_matches(one, labels); });
}

// The selector is there and selects what the template makes.
void check_selection(Causes& causes, const Document& spec) {
  const Document* selector = find(spec, {"selector"});
  if (selector == nullptr) required(causes, "spec.selector");
  const Document* labels = find(spec, {"template", "metadata", "labels"});
  if (selector != nullptr && selects(*selector, labels)) return;
  invalid_value(causes, "spec.template.metadata.labels",
                labels == nullptr ? "null" : to_text(*labels),
                "`selector` does not match template `labels`");
}

void check_strategy(Causes& causes, const Document& spec) {
  const std::string_view type = text_at(spec, {"strategy", "type"});
  if (type == "Recreate" || type == "RollingUpdate") return;
  causes.push_back(
      {"FieldValueNotSupported",
       fmt::format("Unsupported value: {{\"Type\":\"{}\",\"RollingUpdate\":null}}: supported "
                   "values: \"Recreate\", \"RollingUpdate\"",
                   type),
       "spec.strategy"});
}

void check_workload(Causes& causes, const ResourceType& type, const Document& spec) {
  not_negative(causes, spec, "replicas", "spec");
  check_selection(causes, spec);
  if (const Document* pod = find(spec, {"template", "spec"})) {
    check_pod_spec(causes, *pod, "spec.template.spec");
    one_of(causes, "spec.template.spec.restartPolicy", text_at(*pod, {"restartPolicy"}),
           {"Always"});
  }
  if (type.plural == "deployments") check_strategy(causes, spec);
}

void check_job(Causes& causes, const Document& spec, const std::string& path) {
  for (const char* count : {"parallelism", "completions", "backoffLimit"}) {
    not_negative(causes, spec, count, path);
  }
  const Document* pod = find(spec, {"template", "spec"});
  if (pod == nullptr) return;
  const std::string pod_path = path + ".template.spec";
  check_pod_spec(causes, *pod, pod_path);
  const std::string_view policy = text_at(*pod, {"restartPolicy"});
  if (policy == "Always") {
    required(causes, pod_path + ".restartPolicy", "valid values: \"OnFailure\", \"Never\"");
  } else {
    one_of(causes, pod_path + ".restartPolicy", policy, {"OnFailure", "Never"});
  }
}

void check_cron_job(Causes& causes, const Document& spec) {
  const std::string schedule(text_at(spec, {"schedule"}));
  std::string fields;
  size_t count = 0;
  for (size_t at = 0; at < schedule.size();) {
    const size_t end = std::min(schedule.find(' ', at), schedule.size());
    if (end > at) {
      fields += (count == 0 ? "" : " ") + schedule.substr(at, end - at);
      ++count;
    }
    at = end + 1;
  }
  if (schedule.empty()) {
    required(causes, "spec.schedule");
  } else if (count != 5 && !schedule.starts_with('@')) {
    invalid_value(causes, "spec.schedule", "\"" + schedule + "\"",
                  fmt::format("expected exactly 5 fields, found {}: [{}]", count, fields));
  }
  one_of(causes, "spec.concurrencyPolicy", text_at(spec, {"concurrencyPolicy"}),
         {"Allow", "Forbid", "Replace"});
  if (const Document* job = find(spec, {"jobTemplate", "spec"})) {
    check_job(causes, *job, "spec.jobTemplate.spec");
  }
}

void check_service_port(Causes& causes, const Document& port, const std::string& path,
                        bool must_be_named) {
  if (must_be_named && text_at(port, {"name"}).empty()) required(causes, path + ".name");
  check_port(causes, find(port, {"port"}), path + ".port");
  one_of(causes, path + ".protocol", text_at(port, {"protocol"}), {"SCTP", "TCP", "UDP"});
  check_port(causes, find(port, {"targetPort"}), path + ".targetPort");
}

void check_service(Causes& causes, const Document& spec) {
  const std::string_view type = text_at(spec, {"type"});
  const Items* ports = items_at(spec, {"ports"});
  const size_t count = ports == nullptr ? 0 : ports->size();
  if (count == 0 && type != "ExternalName" && text_at(spec, {"clusterIP"}) != "None") {
    required(causes, "spec.ports");
  }
  for (size_t i = 0; i < count; ++i) {
    check_service_port(causes, (*ports)[i], fmt::format("spec.ports[{}]", i), count > 1);
  }
  one_of(causes, "spec.sessionAffinity", text_at(spec, {"sessionAffinity"}), {"ClientIP", "None"});
  one_of(causes, "spec.type", type, {"ClusterIP", "ExternalName", "LoadBalancer", "NodePort"});
}

void check_rules(Causes& causes, const Document& object) {
  const Items* rules = items_at(object, {"rules"});
  const auto none = [](const Document& rule, const char* list) {
    const Items* items = items_at(rule, {list});
    return items == nullptr || items->empty();
  };
  for (size_t i = 0; rules != nullptr && i < rules->size(); ++i) {
    const Document& rule = (*rules)[i];
    const std::string path = fmt::format("rules[{}].", i);
    if (none(rule, "verbs")) {
      required(causes, path + "verbs", "verbs must contain at least one value");
    }
    if (!none(rule, "nonResourceURLs")) continue;
    if (none(rule, "apiGroups")) {
      required(causes, path + "apiGroups", "resource rules must supply at least one api group");
    }
    if (none(rule, "resources")) {
      required(causes, path + "resources", "resource rules must supply at least one resource");
    }
  }
}

void check_role_reference(Causes& causes, const ResourceType& type, const Document& object) {
  const std::string_view kind = text_at(object, {"roleRef", "kind"});
  if (type.namespaced) {
    one_of(causes, "roleRef.kind", kind, {"Role", "ClusterRole"});
  } else {
    one_of(causes, "roleRef.kind", kind, {"ClusterRole"});
  }
  if (text_at(object, {"roleRef", "name"}).empty()) required(causes, "roleRef.name");
}

void check_keys(Causes& causes, const Document& object, const char* map) {
  const Fields* fields = fields_at(object, {map});
  if (fields == nullptr) return;
  for (const auto& [key, value] : *fields) {
    const std::string problem = config_key_problem(key);
    if (problem.empty()) continue;
    invalid_value(causes, fmt::format("{}[{}]", map, std::string_view(key)),
                  fmt::format("\"{}\"", std::string_view(key)), problem);
  }
}

void check_definition(Causes& causes, const Document& object) {
  const std::string name(text_at(object, {"metadata", "name"}));
  const std::string wanted = fmt::format("{}.{}", text_at(object, {"spec", "names", "plural"}),
                                         text_at(object, {"spec", "group"}));
  if (name == wanted) return;
  invalid_value(causes, "metadata.name", "\"" + name + "\"",
                "must be spec.names.plural+\".\"+spec.group");
}

}  // namespace

std::vector<ApiStatus::Cause> specification_problems(const ResourceType& type,
                                                     const Document& object) {
  Causes causes;
  if (type.custom) return causes;
  const Document* found = find(object, {"spec"});
  const Document spec = found == nullptr ? Document(Fields()) : *found;
  if (type.group == "apps") {
    check_workload(causes, type, spec);
  } else if (type.plural == "jobs") {
    check_job(causes, spec, "spec");
  } else if (type.plural == "cronjobs") {
    check_cron_job(causes, spec);
  } else if (type.group == "rbac.authorization.k8s.io") {
    if (type.plural.ends_with("bindings")) {
      check_role_reference(causes, type, object);
    } else {
      check_rules(causes, object);
    }
  } else if (type.group == "apiextensions.k8s.io") {
    check_definition(causes, object);
  } else if (type.group.empty() && type.plural == "pods") {
    check_pod_spec(causes, spec, "spec");
  } else if (type.group.empty() && type.plural == "services") {
    check_service(causes, spec);
  } else if (type.group.empty() && (type.plural == "configmaps" || type.plural == "secrets")) {
    check_keys(causes, object, "data");
    check_keys(causes, object, "binaryData");
  }
  return causes;
}

}  // namespace masthead::sim
