// What a session keeps of one subscription. Part of LiveSession.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>

#include "cache/live_query.h"
#include "server/live_logs.h"
#include "server/live_session.h"

namespace masthead::server {

struct LiveSession::Subscription {
  LiveRequest request;
  int64_t seq = 0;
  std::string sent_state;
  // Lists.
  std::unique_ptr<cache::LiveQuery> query;
  std::shared_ptr<cache::QueryIndex> everywhere;  // the filter without its namespaces
  base::Error error;                              // the query can't be answered
  bool starved = false;                           // something changed while there was no credit
  std::optional<k8s::Partitions> shown;           // where the rows on the page may be from
  // Home, dashboards, details and trees.
  std::optional<std::string> sent_answer;
  bool answered = false;
  host::GraphPtr graph;  // as the page has it
  uint64_t seen_version = 0;
  int64_t seen_ms = 0;
  std::unique_ptr<LiveLogs> logs;
  int64_t rests_ms = 0;           // after the last one
  std::set<std::string> demands;  // tables that would tell more
};

}  // namespace masthead::server
