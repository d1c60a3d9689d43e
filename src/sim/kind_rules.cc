#include "sim/kind_rules.h"

#include "json/writer.h"

namespace masthead::sim {
namespace {

void default_to(Fields& fields, std::string_view key, Document value) {
  if (!fields.contains({key.data(), key.size()})) {
    fields[{key.data(), key.size()}] = std::move(value);
  }
}

void default_namespace(Document& object, Fields& fields) {
  const std::string name(text_at(object, {"metadata", "name"}));
  object_in(object_in(fields, "metadata"), "labels")["kubernetes.io/metadata.name"] = name;
  default_to(object_in(fields, "spec"), "finalizers", Items{"kubernetes"});
  object_in(fields, "status")["phase"] = "Active";
}

// The names controller of a real cluster says at once that a sound definition is established.
void default_definition(Fields& fields) {
  Fields& spec = object_in(fields, "spec");
  default_to(spec, "conversion", Fields{{"strategy", "None"}});
  Fields names = object_in(spec, "names");
  if (const Document* kind = names.if_contains("kind"); kind != nullptr && kind->is_string()) {
    const std::string text(kind->get_string().c_str());
    default_to(names, "listKind", Document(text + "List"));
    std::string singular = text;
    for (char& c : singular) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    default_to(names, "singular", Document(singular));
  }
  spec["names"] = names;
  Fields& status = object_in(fields, "status");
  status["acceptedNames"] = std::move(names);
  Items conditions;
  for (const char* type : {"NamesAccepted", "Established"}) {
    const bool names_accepted = std::string_view(type) == "NamesAccepted";
    conditions.emplace_back(
        Fields{{"type", type},
               {"status", "True"},
               {"reason", names_accepted ? "NoConflicts" : "InitialNamesAccepted"},
               {"message",
                names_accepted ? "no conflicts found" : "the initial names have been accepted"}});
  }
  status["conditions"] = std::move(conditions);
}

void default_pod(Fields& fields) {
  Fields& spec = object_in(fields, "spec");
  default_to(spec, "restartPolicy", "Always");
  default_to(spec, "terminationGracePeriodSeconds", 30);
  default_to(spec, "dnsPolicy", "ClusterFirst");
  object_in(fields, "status");
  default_to(object_in(fields, "status"), "phase", "Pending");
}

void default_workload(const ResourceType& type, Fields& fields) {
  Fields& spec = object_in(fields, "spec");
  if (type.has_scale) default_to(spec, "replicas", 1);
}

}  // namespace

void set_defaults(const ResourceType& type, Document& object) {
  Fields& fields = object.as_object();
  if (type.group == "apiextensions.k8s.io") {
    default_definition(fields);
  } else if (type.group.empty() && type.plural == "namespaces") {
    default_namespace(object, fields);
  } else if (type.group.empty() && type.plural == "pods") {
    default_pod(fields);
  } else if (type.group.empty() && type.plural == "secrets") {
    default_to(fields, "type", "Opaque");
  } else if (type.group == "apps") {
    default_workload(type, fields);
    object_in(fields, "status");
  }
}

Document scale_of(const ResourceType& type, const Document& object) {
  Fields scale{{"kind", "Scale"}, {"apiVersion", "autoscaling/v1"}};
  Fields& metadata = object_in(scale, "metadata");
  for (const char* key : {"name", "namespace", "uid", "resourceVersion", "creationTimestamp"}) {
    const Document* value = find(object, {"metadata", key});
    if (value != nullptr) metadata[key] = *value;
  }
  Fields& spec = object_in(scale, "spec");
  const int64_t replicas = number_at(object, {"spec", "replicas"});
  if (replicas != 0) spec["replicas"] = replicas;
  Fields& status = object_in(scale, "status");
  status["replicas"] = number_at(object, {"status", "replicas"});
  std::string selector;
  if (const Fields* labels = fields_at(object, {"spec", "selector", "matchLabels"})) {
    for (const auto& [key, value] : *labels) {
      if (!selector.empty()) selector += ",";
      selector += std::string(key) + "=" + (value.is_string() ? value.get_string().c_str() : "");
    }
  }
  if (!selector.empty() && !type.custom) status["selector"] = selector;
  return Document(std::move(scale));
}

bool returns_deleted_object(const ResourceType& type) {
  if (!type.group.empty()) return false;
  return type.plural == "pods" || type.plural == "services" || type.plural == "namespaces" ||
         type.plural == "serviceaccounts" || type.plural == "persistentvolumeclaims" ||
         type.plural == "persistentvolumes";
}

std::string deleted_status(const ResourceType& type, const Stored& object) {
  json::Writer out;
  out.begin_object().key("kind").string("Status").key("apiVersion").string("v1");
  out.key("metadata").begin_object().end_object().key("status").string("Success");
  out.key("details").begin_object().key("name").string(object.name);
  if (!type.group.empty()) out.key("group").string(type.group);
  out.key("kind").string(type.plural).key("uid").string(object.uid).end_object().end_object();
  return std::move(out).finish();
}

Stored unstored(const Document& object) {
  Stored out;
  out.ns = text_at(object, {"metadata", "namespace"});
  out.name = text_at(object, {"metadata", "name"});
  out.uid = text_at(object, {"metadata", "uid"});
  Fields rest = object.as_object();
  rest.erase("kind");
  rest.erase("apiVersion");
  out.rest = to_text(Document(std::move(rest))).substr(1);
  return out;
}

}  // namespace masthead::sim
