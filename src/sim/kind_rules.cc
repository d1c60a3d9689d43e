#include "sim/kind_rules.h"

#include "json/writer.h"

namespace masthead::sim {

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
