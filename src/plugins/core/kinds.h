// The kinds of Kubernetes itself: one function a kind (or a family of kinds that one rule covers),
// each in the file of its name.
#pragma once

#include <string>
#include <string_view>

#include "host/kind.h"

namespace masthead::plugins::core {

host::Kind namespaces();
host::Kind nodes();
host::Kind pods();
host::Kind deployments();
host::Kind replica_sets();
host::Kind stateful_sets();
host::Kind daemon_sets();
host::Kind jobs();
host::Kind cron_jobs();
host::Kind services();
host::Kind events();
host::Kind config_maps();

// "nginx, sidecar" and their images, as `kubectl get -o wide` prints them.
void fill_containers(const json::Value& pod_spec, cache::RowBuilder& row);
void add_container_columns(host::Kind& kind);
// "app=web,tier in (a,b)" of a LabelSelector, "<none>" left unset.
std::string selector_text(const json::Value& selector);
// "a=b,c=d" of a plain map.
std::string map_text(const json::Value& map);

// deletionTimestamp → Terminating, for every kind of this plugin; true when it applies.
bool fill_terminating(const json::Value& object, k8s::StatusValue& status);

}  // namespace masthead::plugins::core
