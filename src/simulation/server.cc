#include "simulation/server.h"

#include <algorithm>

namespace masthead::simulation {

const std::vector<WatchedKind>& watched_kinds() {
  static const std::vector<WatchedKind> kinds = {
      {"", "v1", "configmaps", "ConfigMap", true, false},
      {"apps", "v1", "deployments", "Deployment", true, false},
      {"", "v1", "nodes", "Node", false, false},
      {"", "v1", "services", "Service", true, true},
  };
  return kinds;
}

const std::vector<std::string>& watched_namespaces() {
  static const std::vector<std::string> names = {"team-a", "team-b", "team-c"};
  return names;
}

namespace {

constexpr const char* kRbac = "rbac.authorization.k8s.io";
constexpr const char* kUser = "jane";
constexpr uint64_t kNames = 12;

sim::Document parsed(std::string_view text) {
  return *sim::parse_document(text);
}

std::string with_parameter(std::string target, const std::string& name, const std::string& value) {
  const size_t at = target.find(name + "=");
  if (at == std::string::npos) return target;
  const size_t from = at + name.size() + 1;
  const size_t end = target.find('&', from);
  return target.replace(from, end == std::string::npos ? end : end - from, value);
}

}  // namespace

Server::Server(net::Loop& loop, base::Random& random, Trace& trace, Habits habits)
    : loop_(loop),
      random_(random),
      trace_(trace),
      habits_(habits),
      api_(loop, random, {}),
      authorizer_(api_.store(), api_.types()) {
  front_ = sim::Front::without_listener(
      loop, [this](sim::ApiRequest request, const sim::ExchangePtr& exchange) {
        handle(std::move(request), exchange);
      });
  api_.add_user("secret", {kUser, "", {}});
  api_.store().listen([this](const sim::StoreEvent& event) { note_change(event); });
  grant_basics();
}

void Server::grant_basics() {
  const auto add = [this](const char* plural, std::string_view text) {
    sim::Document object = parsed(text);
    api_.store().put(api_.types().find(kRbac, plural), object);
  };
  add("clusterroles", R"({"metadata":{"name":"reader"},"rules":[
    {"apiGroups":["","apps"],"resources":["configmaps","deployments","nodes","services"],
     "verbs":["get","list","watch"]}]})");
  add("clusterroles", R"({"metadata":{"name":"basics"},"rules":[
    {"nonResourceURLs":["/readyz"],"verbs":["get"]},
    {"apiGroups":["authorization.k8s.io"],"resources":["selfsubjectaccessreviews"],
     "verbs":["create"]}]})");
  add("clusterrolebindings", R"({"metadata":{"name":"basics"},
    "roleRef":{"kind":"ClusterRole","name":"basics"},"subjects":[{"kind":"User","name":"jane"}]})");
  first_revision_ = api_.store().revision();
}

// --- Faults -------------------------------------------------------------------------------------

void Server::set_health(Health health, size_t kind) {
  health_ = health;
  broken_kind_ = kind;
}

int Server::fault_for(const sim::ApiRequest& request, const ScopeId& scope) {
  const bool watched = !scope.first.empty();
  switch (health_) {
    case Health::kWell:
      break;
    case Health::kUnready:
      return 503;
    case Health::kBroken: {
      static constexpr int kStatuses[] = {500, 503, 504};
      if (watched && watched_kinds()[broken_kind_].plural == scope.first) {
        return kStatuses[random_.below(3)];
      }
      break;
    }
    case Health::kBusy:
      if (watched) return 429;
      break;
  }
  if (!habits_.tells_version && request.target == "/version") return 403;
  if (watched && !habits_.streaming_lists && request.has_parameter("sendInitialEvents")) return 422;
  if (random_.below(100) >= flaky_percent_) return 0;
  static constexpr int kStatuses[] = {500, 503, 504, 429, 410, -1};
  return kStatuses[random_.below(6)];
}

void Server::handle(sim::ApiRequest request, const sim::ExchangePtr& exchange) {
  sim::ApiRequest read = request;
  sim::read_target(read);
  ScopeId scope;
  for (const WatchedKind& kind : watched_kinds()) {
    if (read.is_resource && read.plural == kind.plural) scope = {kind.plural, read.ns};
  }
  std::erase_if(exchanges_, [](const auto& one) { return one.expired(); });
  std::erase_if(watches_, [](const auto& one) { return one.expired(); });
  exchanges_.push_back(exchange);
  const int status = fault_for(read, scope);
  const bool asks_to_wait = status == 429 || (status == 503 && random_.below(2) == 0);
  const int64_t retry_after_s = asks_to_wait ? 1 + static_cast<int64_t>(random_.below(8)) : 0;
  const bool refused = status == 0 && !scope.first.empty() && !may_list(scope.first, scope.second);
  const bool misunderstood =
      status == 0 && !habits_.knows_streaming && read.has_parameter("sendInitialEvents");
  const int answered = refused ? 403 : misunderstood ? kMisunderstood : status;
  asked_by_anybody_.push_back({now_ms(), answered, retry_after_s});
  if (!scope.first.empty()) asked_[scope].push_back(asked_by_anybody_.back());
  trace_.note("{} {} -> {}", read.verb, read.target, status);
  if (status > 0) return answer_fault(status, retry_after_s, exchange);
  if (status < 0) {
    // It has taken the request and thinks about it.
    loop_
        .post_after(static_cast<int64_t>(random_.below(40'000)),
                    [this, alive = std::weak_ptr(alive_), request = std::move(request), exchange] {
                      if (!alive.expired() && exchange->open()) pass_on(request, exchange);
                    })
        .detach();
    return;
  }
  pass_on(std::move(request), exchange);
}

void Server::pass_on(sim::ApiRequest request, const sim::ExchangePtr& exchange) {
  const bool streaming = request.target.find("sendInitialEvents") != std::string::npos;
  if (request.target.find("watch=1") != std::string::npos) {
    watches_.push_back(exchange);
    if (habits_.watch_seconds > 0) {
      request.target =
          with_parameter(request.target, "timeoutSeconds", std::to_string(habits_.watch_seconds));
    }
    if (streaming && !habits_.knows_streaming) {
      request.target = with_parameter(request.target, "sendInitialEvents", "false");
    } else if (!streaming && !habits_.bookmarks) {
      request.target = with_parameter(request.target, "allowWatchBookmarks", "false");
    }
  }
  api_.handle(std::move(request), exchange);
}

void Server::answer_fault(int status, int64_t retry_after_s, const sim::ExchangePtr& exchange) {
  const char* reason = status == 429   ? "TooManyRequests"
                       : status == 410 ? "Expired"
                       : status == 422 ? "Invalid"
                       : status == 504 ? "Timeout"
                       : status == 503 ? "ServiceUnavailable"
                                       : "InternalError";
  proto::Headers headers{{"content-type", "application/json"}};
  if (retry_after_s > 0) headers.emplace_back("retry-after", std::to_string(retry_after_s));
  exchange->answer(status, headers,
                   fmt::format(R"({{"kind":"Status","apiVersion":"v1","status":"Failure",)"
                               R"("message":"a fault","reason":"{}","code":{}}})",
                               reason, status));
}

void Server::reset_some_stream() {
  stream_reset_ms_ = now_ms();
  std::erase_if(exchanges_, [](const auto& one) { return one.expired() || !one.lock()->open(); });
  if (exchanges_.empty()) return;
  if (const auto one = exchanges_[random_.below(exchanges_.size())].lock()) one->abort();
}

void Server::write_into_some_watch(const std::string& line) {
  std::erase_if(watches_, [](const auto& one) { return one.expired() || !one.lock()->open(); });
  if (watches_.empty()) return;
  if (const auto one = watches_[random_.below(watches_.size())].lock()) one->write(line);
}

void Server::compact() {
  const uint64_t behind = random_.below(30);
  const uint64_t now = api_.store().revision();
  api_.store().compact(now - std::min(behind, now - 1));
}

bool Server::restore() {
  const uint64_t now = api_.store().revision();
  const uint64_t oldest = std::max(api_.store().compacted(), first_revision_);
  if (now < oldest + 2) return false;
  const uint64_t to = now - 1 - random_.below(std::min<uint64_t>(now - oldest - 1, 60));
  if (!api_.store().restore(to)) return false;
  rights_.clear();
  restored_ms_ = now_ms();
  // What holds from now on, as a change of this moment.
  for (const WatchedKind& kind : watched_kinds()) {
    const auto& objects = api_.store().objects(*type_of(kind));
    for (auto& [key, versions] : history_[kind.plural]) {
      const auto found = objects.find(key);
      versions = {{restored_ms_, found == objects.end() ? 0 : found->second->revision}};
    }
  }
  return true;
}

// --- Who writes ---------------------------------------------------------------------------------

sim::Document Server::new_object(const WatchedKind& kind, const std::string& ns,
                                 const std::string& name) {
  static constexpr const char* kStates[] = {"Ready", "Failed", "Waiting", "Running"};
  const sim::StoredPtr old = api_.store().get(*type_of(kind), ns, name);
  // Mostly small; now and then larger than a flow-control window takes at once.
  const size_t note_bytes = random_.below(20) == 0 ? random_.below(90'000) : random_.below(40);
  sim::Fields metadata{{"name", name},
                       {"uid", old != nullptr ? old->uid : fmt::format("uid-{}", ++uids_)},
                       {"creationTimestamp", "2026-08-14T09:30:00Z"}};
  if (kind.namespaced) metadata["namespace"] = ns;
  if (random_.below(2) == 0) metadata["labels"] = sim::Fields{{"tier", "web"}};
  return sim::Fields{
      {"kind", kind.kind},
      {"apiVersion", kind.group.empty() ? kind.version : kind.group + "/" + kind.version},
      {"metadata", std::move(metadata)},
      {"spec", sim::Fields{{"size", random_.below(50)}, {"note", std::string(note_bytes, 'n')}}},
      {"status", sim::Fields{{"is", kStates[random_.below(4)]}}}};
}

void Server::put(const WatchedKind& kind, const std::string& ns, const std::string& name) {
  sim::Document object = new_object(kind, ns, name);
  api_.store().put(type_of(kind), object);
}

void Server::remove(const WatchedKind& kind, const sim::Store::Key& key) {
  api_.store().remove(type_of(kind), key.first, key.second);
}

void Server::write_something() {
  if (writes_held_) return;
  const WatchedKind& kind = watched_kinds()[random_.below(watched_kinds().size())];
  const auto some_namespace = [&] {
    return kind.namespaced ? watched_namespaces()[random_.below(watched_namespaces().size())] : "";
  };
  const std::string ns = some_namespace();
  const std::string name = fmt::format("o{}", random_.below(kNames));
  const sim::Store::Key key{ns, name};
  const bool there = api_.store().get(*type_of(kind), ns, name) != nullptr;
  switch (random_.below(8)) {
    case 0:
      if (there) remove(kind, key);
      return;
    case 1:  // Recreated at once: the same name, another object.
      if (there) remove(kind, key);
      return put(kind, ns, name);
    case 2:  // Moved: Kubernetes knows no such thing, so it goes here and comes there.
      if (there) remove(kind, key);
      return put(kind, some_namespace(), name);
    default:
      return put(kind, ns, name);
  }
}

void Server::set_right(const std::string& ns, bool granted) {
  if (writes_held_ || has_right(ns) == granted) return;
  const char* plural = ns.empty() ? "clusterrolebindings" : "rolebindings";
  const sim::ResourceTypePtr type = api_.types().find(kRbac, plural);
  if (!granted) return api_.store().remove(type, ns, "reader");
  sim::Document binding = parsed(R"({"metadata":{"name":"reader"},
    "roleRef":{"kind":"ClusterRole","name":"reader"},"subjects":[{"kind":"User","name":"jane"}]})");
  if (!ns.empty()) binding.as_object()["metadata"].as_object()["namespace"] = ns;
  api_.store().put(type, binding);
}

bool Server::has_right(const std::string& ns) const {
  const char* plural = ns.empty() ? "clusterrolebindings" : "rolebindings";
  auto& api = const_cast<sim::ApiServer&>(api_);
  return api.store().get(*api.types().find(kRbac, plural), ns, "reader") != nullptr;
}

// --- The truth ----------------------------------------------------------------------------------

sim::ResourceTypePtr Server::type_of(const WatchedKind& kind) {
  return api_.types().find(kind.group, kind.plural);
}

bool Server::may_list(const WatchedKind& kind, const std::string& ns) {
  const auto [known, is_new] = rights_.try_emplace({kind.plural, ns});
  if (is_new) {
    known->second = authorizer_.allows({kUser, "", {"system:authenticated"}},
                                       {"list", kind.group, kind.plural, "", ns, "", "", true});
  }
  return known->second;
}

bool Server::answered_well_between(int64_t from_ms, int64_t to_ms) const {
  return std::any_of(asked_by_anybody_.rbegin(), asked_by_anybody_.rend(), [&](const Asked& one) {
    return one.status == 0 && one.at_ms > from_ms && one.at_ms <= to_ms;
  });
}

bool Server::may_list(const std::string& plural, const std::string& ns) {
  for (const WatchedKind& kind : watched_kinds()) {
    if (kind.plural == plural) return may_list(kind, ns);
  }
  return false;
}

void Server::note_change(const sim::StoreEvent& event) {
  if (event.resource->group == "rbac.authorization.k8s.io") rights_.clear();
  const bool deleted = event.type == sim::StoreEvent::Type::kDeleted;
  history_[event.resource->plural][{event.now->ns, event.now->name}].push_back(
      {now_ms(), deleted ? 0 : event.revision});
}

bool Server::was(const WatchedKind& kind, const sim::Store::Key& key, uint64_t revision,
                 int64_t then_ms) const {
  const auto of_kind = history_.find(kind.plural);
  if (of_kind == history_.end()) return revision == 0;
  const auto found = of_kind->second.find(key);
  if (found == of_kind->second.end()) return revision == 0;
  uint64_t then = 0;
  for (const Version& version : found->second) {
    if (version.at_ms <= then_ms) then = version.revision;
    if (version.at_ms > then_ms && version.revision == revision) return true;
  }
  return then == revision;
}

std::vector<sim::Store::Key> Server::keys_ever(const WatchedKind& kind) const {
  std::vector<sim::Store::Key> keys;
  const auto of_kind = history_.find(kind.plural);
  if (of_kind == history_.end()) return keys;
  for (const auto& [key, versions] : of_kind->second) keys.push_back(key);
  return keys;
}

}  // namespace masthead::simulation
