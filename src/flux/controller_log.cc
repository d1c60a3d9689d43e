#include "flux/controller_log.h"

#include "json/value.h"

namespace masthead::flux {

bool tells_of(std::string_view line, const k8s::ObjectRef& object) {
  // Most lines are about others: those are not parsed.
  if (!line.starts_with('{') || !line.contains(object.name)) return false;
  const auto document = json::Document::parse(line);
  if (!document) return false;
  const json::Value root = document->root();
  if (root["controllerKind"].str() == object.kind) {
    return root["name"].str() == object.name && root["namespace"].str() == object.ns;
  }
  // Some lines, as those of events and webhooks, name their object alone.
  const json::Value named = root[object.kind];
  return named.is_object() && named["name"].str() == object.name &&
         named["namespace"].str() == object.ns;
}

}  // namespace masthead::flux
