#include "app/cluster_session.h"

#include <algorithm>
#include <map>
#include <set>

#include "access/gate.h"
#include "app/cluster_texts.h"
#include "app/demanded_kinds.h"
#include "app/event_outcomes.h"
#include "app/logs.h"
#include "app/operations.h"
#include "app/release_reader.h"
#include "app/scoped_reflectors.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mutex.h"
#include "host/masking.h"
#include "host/status_keeper.h"
#include "json/value.h"
#include "json/writer.h"
#include "k8s/known_kinds.h"
#include "kube/client.h"

namespace masthead::app {
namespace {

constexpr int64_t kRecheckEveryMs = 1'000;

// One table that a plugin describes and the cluster serves.
struct LiveKind {
  const host::Kind* kind = nullptr;
  kube::ApiResource resource;
  std::unique_ptr<cache::Schema> schema;
  std::shared_ptr<cache::Table> table;
  ScopedReflectors reflectors;
  int64_t missing_since_ms = 0;  // monotonic; 0: the last discovery had it
};

base::Result<std::string> without_secrets(const host::Kind& kind, std::string bytes) {
  const json::Document document = TRY(json::Document::parse(bytes));
  return host::without_secrets(kind, document.root()).value_or(std::move(bytes));
}

}  // namespace

struct ClusterSession::Impl {
  Impl(ClusterOptions the_options, const std::vector<const host::Plugin*>& the_plugins,
       history::History* the_history, const base::Clock& the_clock, base::Random& the_random)
      : options(std::move(the_options)),
        plugins(the_plugins),
        history(the_history),
        clock(the_clock),
        random(the_random),
        loop(the_clock) {}

  // --- The loop's own, in the order in which things happen ---
  void discover();
  void on_discovery(base::Result<kube::Discovery> found);
  void identify();
  void on_identity();
  void serve_kinds();
  void decide_rights();
  void start_over();
  void on_rights(access::Decision decision);
  void follow_rights();
  int64_t pause_after_failure();
  void again_later(int64_t delay_ms);
  void look_now();
  void recheck();
  void take_events();
  void publish(bool changed);
  void tear_down();
  std::vector<std::string> candidate_namespaces() const;
  host::SnapshotPtr latest() const {
    base::MutexLock lock(mutex);
    return published;
  }

  ClusterOptions options;
  std::vector<const host::Plugin*> plugins;
  history::History* history;
  const base::Clock& clock;
  base::Random& random;
  net::Loop loop;
  int64_t started_ms = 0;  // wall time

  std::unique_ptr<kube::Client> client;
  std::unique_ptr<access::Gate> gate;
  std::unique_ptr<OperationRunner> operations;
  std::unique_ptr<ReleaseReader> releases;
  std::unique_ptr<LogService> logs;
  std::unique_ptr<DemandedKinds> demanded;
  std::unique_ptr<host::StatusKeeper> keeper;
  // Of clusters that others have taken the place of: views may still hold their tables.
  std::vector<std::unique_ptr<host::StatusKeeper>> retired_keepers;
  std::map<std::string, LiveKind> live;  // by table id
  // Schemas of tables that are no longer served: views may still hold their rows.
  std::vector<std::unique_ptr<cache::Schema>> retired_schemas;
  kube::Discovery discovery;
  bool ended = false;  // the client answers what is outstanding as it goes
  // Discovery, identity and rights follow each other; what belongs to an earlier turn is dropped.
  uint64_t turn = 0;
  bool hurry = false;  // the next turn comes at once
  bool reachable = true;
  bool discovered = false;
  int failures = 0;  // of discovery or rights, one after another
  bool identified = false;
  bool decided = false;
  base::Error last_error;
  std::string uid, user;
  access::Decision rights;
  std::shared_ptr<cache::ChangeQueue> event_changes;
  net::Timer again, recheck_timer;
  uint64_t revision = 0;

  mutable base::Mutex mutex;
  host::SnapshotPtr published GUARDED_BY(mutex) = std::make_shared<host::ClusterSnapshot>();
  // Held while the listener runs, so that removing it waits.
  base::Mutex listener_mutex;
  std::function<void()> listener GUARDED_BY(listener_mutex);
};

base::Result<std::unique_ptr<ClusterSession>> ClusterSession::create(
    ClusterOptions options, const std::vector<const host::Plugin*>& plugins,
    history::History* history, const base::Clock& clock, base::Random& random) {
  auto impl = std::make_unique<Impl>(std::move(options), plugins, history, clock, random);
  impl->client = TRY(kube::Client::create(impl->loop, impl->options.config, clock, random));
  impl->gate = std::make_unique<access::Gate>(*impl->client, clock);
  impl->operations = std::make_unique<OperationRunner>(
      impl->loop, *impl->client, history, clock, random, [s = impl.get()] { return s->latest(); });
  impl->releases = std::make_unique<ReleaseReader>(impl->loop, *impl->client, history, clock,
                                                   [s = impl.get()] { return s->latest(); });
  impl->logs = std::make_unique<LogService>(
      LogReader::Surroundings{impl->loop, *impl->client, clock, random},
      [s = impl.get()] { return s->latest(); });
  impl->demanded = std::make_unique<DemandedKinds>(*impl->client, clock, [s = impl.get()] {
    if (s->decided) s->publish(false);
  });
  // Named before it is reached: whoever looks first sees which cluster this is.
  impl->publish(true);
  return std::unique_ptr<ClusterSession>(new ClusterSession(std::move(impl)));
}

ClusterSession::ClusterSession(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ClusterSession::~ClusterSession() {
  stop();
}

void ClusterSession::start() {
  Impl& s = *impl_;
  s.started_ms = s.clock.wall_ms();
  s.client->set_reachability_listener([&s](const kube::Reachability& now) {
    s.publish(false);
    // Rights may have changed meanwhile.
    if (!std::exchange(s.reachable, now.reachable) && now.reachable) s.look_now();
  });
  s.client->set_replaced_listener([&s] { s.start_over(); });
  s.loop.post([&s] {
    s.discover();
    s.recheck();
  });
  s.loop.start("cluster");
}

void ClusterSession::stop() {
  impl_->loop.stop();
  impl_->tear_down();
}

host::SnapshotPtr ClusterSession::snapshot() const {
  return impl_->latest();
}

host::Operations& ClusterSession::operations() {
  return *impl_->operations;
}

host::Releases& ClusterSession::releases() {
  return *impl_->releases;
}

host::Logs& ClusterSession::logs() {
  return *impl_->logs;
}

void ClusterSession::set_listener(std::function<void()> changed) {
  base::MutexLock lock(impl_->listener_mutex);
  impl_->listener = std::move(changed);
}

void ClusterSession::demand(std::set<std::string> tables) {
  impl_->loop.post([s = impl_.get(), tables = std::move(tables)] { s->demanded->demand(tables); });
}

void ClusterSession::get_object(const std::string& table, const std::string& ns,
                                const std::string& name, ObjectCallback callback) {
  impl_->loop.post([s = impl_.get(), table, ns, name, callback = std::move(callback)]() mutable {
    const auto found = s->live.find(table);
    const kube::ApiResource* resource =
        found == s->live.end() ? s->demanded->resource(table) : &found->second.resource;
    if (resource == nullptr) {
      callback(
          base::fail(base::ErrorCode::kNotFound, "This cluster does not serve " + table + "."));
      return;
    }
    const host::Kind& kind =
        found == s->live.end() ? *s->demanded->kind(table) : *found->second.kind;
    kube::Request request;
    request.path = resource->path(ns) + "/" + name;
    if (kind.metadata_only) {
      request.headers.emplace_back("accept",
                                   "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1");
    }
    s->client->request(std::move(request), [callback = std::move(callback), &kind](auto response) {
      if (response) {
        callback(without_secrets(kind, std::move(response->body)));
      } else {
        callback(std::unexpected(response.error()));
      }
    });
  });
}

void ClusterSession::Impl::tear_down() {
  ended = true;
  again.cancel();
  recheck_timer.cancel();
  for (auto& [id, kind] : live) kind.reflectors.clear();
  demanded->end_watches();
  operations.reset();
  releases.reset();
  logs.reset();
  gate.reset();
  client.reset();
}

void ClusterSession::Impl::discover() {
  client->discover([this, mine = ++turn](base::Result<kube::Discovery> found) {
    if (!ended && mine == turn) on_discovery(std::move(found));
  });
}

void ClusterSession::Impl::on_discovery(base::Result<kube::Discovery> found) {
  if (!found) {
    last_error = found.error();
    publish(true);
    // What is known stays. A first discovery is tried again soon: without a server that costs none
    // a request but the client's probe.
    again_later(discovered ? pause_after_failure() : limits::kRediscoverSoonMs);
    return;
  }
  discovery = std::move(*found);
  discovered = true;
  last_error = {};
  if (identified) {
    serve_kinds();
    decide_rights();
  } else {
    identify();
  }
}

// The cluster's identity is the UID of kube-system; an account that may not read it gets one made
// of the server's address. The user is whom the server takes us for.
void ClusterSession::Impl::identify() {
  kube::Request request;
  request.path = "/api/v1/namespaces/kube-system";
  client->request(std::move(request), [this, mine = turn](base::Result<kube::Response> response) {
    if (ended || mine != turn) return;
    if (response) {
      if (const auto document = json::Document::parse(response->body)) {
        uid = std::string(document->root()["metadata"]["uid"].str());
      }
    }
    kube::Request who;
    who.method = "POST";
    who.path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    who.headers.emplace_back("content-type", "application/json");
    who.body = R"({"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"})";
    client->request(std::move(who), [this, mine](base::Result<kube::Response> answer) {
      if (ended || mine != turn) return;
      if (answer) {
        if (const auto document = json::Document::parse(answer->body)) {
          user = std::string(document->root()["status"]["userInfo"]["username"].str());
        }
      }
      on_identity();
    });
  });
}

void ClusterSession::Impl::on_identity() {
  identified = true;
  if (uid.empty()) uid = "server:" + options.config.server;
  if (user.empty()) user = options.config.user_name;
  keeper = std::make_unique<host::StatusKeeper>(history, uid, clock);
  serve_kinds();
  decide_rights();
}

// Makes tables for kinds that appeared, and forgets those whose API went.
void ClusterSession::Impl::serve_kinds() {
  bool changed = false;
  std::set<std::string> served;
  for (const host::Plugin* plugin : plugins) {
    for (const host::Kind& kind : plugin->kinds()) {
      const kube::ApiResource* resource =
          discovery.find(kind.group_kind.group, kind.group_kind.kind);
      if (resource == nullptr || !resource->has_verb("list") || !resource->has_verb("watch")) {
        continue;
      }
      const std::string id = kind.table_id();
      served.insert(id);
      LiveKind& entry = live[id];
      if (entry.table != nullptr && entry.resource.gvr.version == resource->gvr.version) {
        changed = changed || entry.resource.served_versions != resource->served_versions;
        entry.resource.served_versions = resource->served_versions;
        continue;
      }
      // A new preferred version: the same rows by another address.
      entry.reflectors.clear();
      entry.resource = *resource;
      changed = true;
      if (entry.table != nullptr) continue;
      entry.kind = &kind;
      entry.schema = host::make_schema(kind);
      cache::Table::Options table;
      table.id = id;
      table.group_kind = kind.group_kind;
      table.schema = entry.schema.get();
      entry.table = std::make_shared<cache::Table>(
          table, clock, &keeper->settler(kind.group_kind, kind.keeps_history));
      if (id == "events") {
        event_changes =
            std::make_shared<cache::ChangeQueue>([this] { loop.post([this] { take_events(); }); });
        entry.table->add_listener(event_changes);
      }
    }
  }
  for (auto it = live.begin(); it != live.end();) {
    // A group that does not answer is not gone.
    const bool stale = std::find(discovery.stale_groups.begin(), discovery.stale_groups.end(),
                                 it->second.resource.gvr.group) != discovery.stale_groups.end();
    LiveKind& entry = it->second;
    if (served.contains(it->first) || stale) {
      entry.missing_since_ms = 0;
      ++it;
      continue;
    }
    // An API server that has just started serves its own kinds before it has read the definitions
    // of all others: a kind is gone when it stays away.
    if (entry.missing_since_ms == 0) entry.missing_since_ms = clock.monotonic_ms();
    if (clock.monotonic_ms() - entry.missing_since_ms < limits::kKindGoneAfterMs) {
      ++it;
      continue;
    }
    it->second.reflectors.clear();
    retired_schemas.push_back(std::move(it->second.schema));
    it = live.erase(it);
    changed = true;
  }
  demanded->on_discovery(discovery, served, candidate_namespaces());
  if (changed && decided) publish(true);
}

std::vector<std::string> ClusterSession::Impl::candidate_namespaces() const {
  std::set<std::string> names(options.namespaces.begin(), options.namespaces.end());
  const auto namespaces = live.find("namespaces");
  if (namespaces != live.end()) {
    k8s::Partitions everything;
    everything.all = true;
    // The session itself watches them only where the user may list them.
    for (const auto& row : namespaces->second.table->snapshot(everything)) {
      names.emplace(row->name());
    }
  }
  names.insert(options.config.context_namespaces.begin(), options.config.context_namespaces.end());
  if (!options.config.default_namespace.empty()) names.insert(options.config.default_namespace);
  return {names.begin(), names.end()};
}

void ClusterSession::Impl::decide_rights() {
  std::vector<access::Listable> kinds;
  for (const auto& [id, entry] : live) kinds.push_back({id, entry.resource});
  gate->decide(std::move(kinds), candidate_namespaces(),
               [this](access::Decision decision) { on_rights(std::move(decision)); });
}

void ClusterSession::Impl::on_rights(access::Decision decision) {
  const bool first = !decided;
  const bool asked = decision.asked;
  if (asked) {
    failures = 0;
  } else {
    last_error = decision.error;
  }
  decided = decided || decision.asked;
  const bool changed = first || decision.partitions != rights.partitions;
  rights = std::move(decision);
  if (decided) follow_rights();
  publish(changed);
  again_later(asked ? limits::kRediscoverEveryMs : pause_after_failure());
}

// The error stays on the page until discovery and rights are answered again: where the server is
// there and refuses for a moment, that is asked soon. When it comes back, look_now() asks.
int64_t ClusterSession::Impl::pause_after_failure() {
  if (!client->reachability().reachable) return limits::kRediscoverEveryMs;
  return std::min(limits::kRediscoverSoonMs << std::min(failures++, 4), limits::kRediscoverEveryMs);
}

void ClusterSession::Impl::follow_rights() {
  for (auto& [id, entry] : live) {
    const auto found = rights.partitions.find(id);
    entry.reflectors.follow(found == rights.partitions.end() ? k8s::Partitions() : found->second,
                            *client, entry.resource, entry.kind->metadata_only, *entry.table);
  }
}

void ClusterSession::Impl::again_later(int64_t delay_ms) {
  again = loop.post_after(std::exchange(hurry, false) ? 0 : delay_ms, [this] { discover(); });
}

void ClusterSession::Impl::look_now() {
  hurry = true;
  if (again.pending()) again_later(0);
}

// Another cluster answers. Nothing of the old one may be shown, held to be allowed, or, as its rows
// go, be forgotten by its history.
void ClusterSession::Impl::start_over() {
  operations->abandon_all();
  for (auto& [id, entry] : live) {
    entry.reflectors.clear();
    retired_schemas.push_back(std::move(entry.schema));
  }
  live.clear();
  event_changes.reset();
  if (keeper != nullptr) retired_keepers.push_back(std::move(keeper));
  gate = std::make_unique<access::Gate>(*client, clock);
  demanded->end_watches();
  rights = {};
  discovery = {};
  discovered = identified = decided = false;
  uid.clear();
  user.clear();
  publish(true);
  again.cancel();
  discover();
}

void ClusterSession::Impl::recheck() {
  for (auto& [id, entry] : live) entry.table->recheck(clock.wall_ms());
  demanded->every_second();
  recheck_timer = loop.post_after(kRecheckEveryMs, [this] { recheck(); });
}

// Events date failures: the first one that no success came after is where the spell began.
void ClusterSession::Impl::take_events() {
  const auto events = live.find("events");
  if (events == live.end()) return;
  const auto kind_of = [&](std::string_view table) -> const host::Kind* {
    const auto found = live.find(std::string(table));
    return found == live.end() ? nullptr : found->second.kind;
  };
  const auto drained = event_changes->drain();
  for (const EventOutcome& one : outcomes_of(drained.changes, *events->second.schema, kind_of)) {
    if (keeper->note_event(one.uid, one.event)) {
      live.at(one.table).table->settle_again(one.uid);
    }
  }
}

void ClusterSession::Impl::publish(bool changed) {
  auto next = std::make_shared<host::ClusterSnapshot>();
  if (changed) ++revision;
  next->revision = revision;
  next->ready = decided;
  next->uid = uid;
  next->name = options.config.cluster_name.empty() ? "cluster" : options.config.cluster_name;
  next->context = options.config.context;
  next->server = options.config.server;
  next->version = discovery.server_version;
  next->user = user;
  next->watched_since_ms = started_ms;
  next->read_only = options.read_only;
  next->scope = std::make_shared<const k8s::Scope>(rights.partitions);
  for (const host::Plugin* plugin : plugins) {
    next->sections.insert(next->sections.end(), plugin->sections().begin(),
                          plugin->sections().end());
    for (const host::Kind& kind : plugin->kinds()) {
      const auto found = live.find(kind.table_id());
      if (found == live.end() || found->second.table == nullptr) continue;
      const kube::ApiResource& resource = found->second.resource;
      next->kinds.push_back(
          {&kind, resource.gvr.version, found->second.table, resource.served_versions});
    }
  }
  next->demandable = demanded->demandable();
  next->demanded = demanded->served();
  if (decided) {
    describe_missing(rights.partitions, *next);
    describe_embedded(options.embedded_hint, *next);
    describe_guidance(options.config, discovery, *next);
  }
  next->connection = connection_of(client->reachability(), last_error, clock.wall_ms());
  {
    base::MutexLock lock(mutex);
    published = std::move(next);
  }
  base::MutexLock lock(listener_mutex);
  if (listener) listener();
}

}  // namespace masthead::app
