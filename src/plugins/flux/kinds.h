// Flux's kinds, described once: sources.cc, kustomizations.cc, helm_releases.cc, notification.cc,
// images.cc, generated_artifacts.cc, flux_operator.cc.
#pragma once

#include "host/kind.h"

namespace masthead::plugins::flux {

host::Kind git_repositories();
host::Kind helm_repositories();
host::Kind oci_repositories();
host::Kind buckets();
host::Kind helm_charts();
host::Kind kustomizations();
host::Kind helm_releases();
host::Kind alerts();
host::Kind providers();
host::Kind receivers();
host::Kind image_repositories();
host::Kind image_policies();
host::Kind image_update_automations();
host::Kind external_artifacts();
host::Kind artifact_generators();
host::Kind flux_instances();
host::Kind flux_reports();
host::Kind resource_sets();
host::Kind input_providers();

host::Kind flux_kind(std::string_view group, const char* kind, const char* resource,
                     const char* title);
// For kinds whose status.inventory says what they have applied.
void keeps_inventory(host::Kind& kind, std::string_view ownership_labels);
host::Applied applied_of(const json::Value& object);
// What every Flux kind shares: status by the one rule, revision, references.
void fill_state(std::string_view kind, const json::Value& object, int64_t now_ms,
                cache::RowBuilder& row);
// And what those share that are reconciled: columns revision, interval, synced, suspended.
void fill_flux(std::string_view kind, const json::Value& object, int64_t now_ms,
               cache::RowBuilder& row);
// Interval, timeout, suspend, last handled request: one section of every detail.
void write_reconciliation(const json::Value& object, host::DetailWriter& out);
void write_artifact(const json::Value& object, host::DetailWriter& out);
// What the object names in that relation.
std::vector<k8s::ObjectRef> named(std::string_view kind, const json::Value& object,
                                  std::string_view relation);
// The ConfigMaps and Secrets that it names, each once.
std::vector<k8s::ObjectRef> inputs_of(std::string_view kind, const json::Value& object);
// "Kustomization flux-system/apps", "every HelmRelease in prod with app=web": one line a reference.
std::vector<std::string> said(const std::vector<k8s::ObjectRef>& refs, std::string_view own_ns);
std::vector<std::string> texts_of(const json::Value& list);
// The texts of a list of texts, "a, b".
std::string joined(const json::Value& list);
std::string joined(const std::vector<std::string>& list);
// "branch main", "tag v1.2.0", "semver >=1.0", "commit 4f2c9e1": by Flux's precedence.
std::string reference_text(const json::Value& ref, std::string_view fallback);

}  // namespace masthead::plugins::flux
