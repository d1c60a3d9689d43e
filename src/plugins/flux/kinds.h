// Flux's kinds, described once: sources.cc, charts.cc, kustomizations.cc, helm_releases.cc.
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

// What every Flux kind shares: status by the one rule, revision, references.
host::Kind flux_kind(std::string_view group, const char* kind, const char* resource,
                     const char* title);
void fill_flux(std::string_view kind, const json::Value& object, int64_t now_ms,
               cache::RowBuilder& row);
// Interval, timeout, suspend, last handled request: one section of every detail.
void write_reconciliation(const json::Value& object, host::DetailWriter& out);
void write_artifact(const json::Value& object, host::DetailWriter& out);
// "branch main", "tag v1.2.0", "semver >=1.0", "commit 4f2c9e1": by Flux's precedence.
std::string reference_text(const json::Value& ref, std::string_view fallback);

}  // namespace masthead::plugins::flux
