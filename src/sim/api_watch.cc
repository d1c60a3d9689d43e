// watch: what happens after a resourceVersion, as lines of JSON until the time is up.
#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "json/writer.h"
#include "sim/api_server.h"

namespace masthead::sim {
namespace {

std::string event_line(std::string_view type, std::string_view object) {
  return fmt::format(R"({{"type":"{}","object":{}}})"
                     "\n",
                     type, object);
}

// Without a resourceVersion a watch begins with the present state, as if it had been asked for.
bool from_the_beginning(const ApiRequest& request) {
  const std::string_view version = request.parameter("resourceVersion");
  return version.empty() || version == "0";
}

Outcome<void> check_watch_options(const ApiRequest& request) {
  const std::string_view match = request.parameter("resourceVersionMatch");
  const bool initial = request.has_parameter("sendInitialEvents");
  std::vector<ApiStatus::Cause> causes;
  const auto forbidden = [&](const char* why) {
    causes.push_back(
        {"FieldValueForbidden", fmt::format("Forbidden: {}", why), "resourceVersionMatch"});
  };
  const bool unspoken = !initial && match.empty() && from_the_beginning(request);
  if (!request.parameter("continue").empty() && (unspoken || !match.empty())) {
    forbidden("resourceVersionMatch is forbidden when continue is provided");
  }
  if (initial && match.empty()) {
    forbidden("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
  }
  if (!match.empty()) {
    if (!initial) {
      forbidden("resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
    } else if (match != "NotOlderThan") {
      forbidden("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
    }
    if (match != "NotOlderThan") {
      causes.push_back(
          {"FieldValueNotSupported",
           fmt::format("Unsupported value: \"{}\": supported values: \"NotOlderThan\"", match),
           "resourceVersionMatch"});
    }
  }
  if (!causes.empty()) return refuse(options_invalid("ListOptions", std::move(causes)));
  return {};
}

}  // namespace

struct ApiServer::Watch {
  ApiServer& server;
  uint64_t id;
  ResourceTypePtr type;
  Selector selector;
  Presentation as;
  ExchangePtr exchange;

  Watch(ApiServer& owner, uint64_t number, ResourceTypePtr what, Selector which, Presentation form,
        ExchangePtr to)
      : server(owner),
        id(number),
        type(std::move(what)),
        selector(std::move(which)),
        as(std::move(form)),
        exchange(std::move(to)) {}

  bool bookmarks = false;
  bool first = true;
  bool ending = false;
  bool initial_events_end = false;  // a bookmark marks the end of the present state
  uint64_t revision = 0;            // nothing up to here is sent again
  uint64_t listener = 0;
  net::Timer deadline;
  net::Timer bookmark_timer;
  std::vector<StoredPtr> initial;  // the present state, sent as the client reads
  size_t sent = 0;

  ~Watch() {
    if (listener != 0) server.store_.unlisten(listener);
    exchange->on_closed = nullptr;
    exchange->on_drained = nullptr;
  }

  void pump() {
    while (sent < initial.size() && exchange->queued() < limits::kSimWatchQueueBytes / 4) {
      send("ADDED", *initial[sent++]);
    }
    if (sent < initial.size()) return;
    exchange->on_drained = nullptr;
    initial = {};
    if (initial_events_end) bookmark(/*ends_initial_events=*/true);
    go_live();
  }

  void go_live() {
    if (revision < server.store_.compacted()) {
      fail(expired(
          fmt::format("too old resource version: {} ({})", revision, server.store_.compacted())));
      return;
    }
    for (const StoreEvent& event : server.store_.since(*type, revision)) on_event(event);
    if (bookmarks) schedule_bookmark();
    listener = server.store_.listen([this](const StoreEvent& event) { on_event(event); });
  }

  void send(std::string_view what, const Stored& object) {
    write(event_line(what, present_one(as, *type, object, server.now_ms(), first)));
    first = false;
  }

  // "Slow watchers are terminated": a client that does not read must not fill our memory.
  void write(const std::string& line) {
    if (exchange->queued() + line.size() > limits::kSimWatchQueueBytes) {
      end();
      return;
    }
    exchange->write(line);
  }

  void bookmark(bool ends_initial_events) {
    const bool partial = as.form == Presentation::Form::kPartial;
    json::Writer out;
    out.begin_object().key("kind").string(partial ? "PartialObjectMetadata" : type->kind);
    out.key("apiVersion").string(partial ? "meta.k8s.io/v1" : type->api_version(as.version));
    out.key("metadata").begin_object();
    out.key("resourceVersion").string(std::to_string(server.store_.revision()));
    if (ends_initial_events) {
      out.key("annotations").begin_object();
      out.key("k8s.io/initial-events-end").string("true").end_object();
    }
    out.end_object().end_object();
    write(event_line("BOOKMARK", std::move(out).finish()));
  }

  void schedule_bookmark() {
    bookmark_timer = server.loop_.post_after(limits::kSimBookmarkEveryMs, [this] {
      bookmark(false);
      schedule_bookmark();
    });
  }

  // An object that stops matching leaves the watch, one that starts to enters it.
  void on_event(const StoreEvent& event) {
    if (event.revision <= revision) return;
    revision = event.revision;
    if (event.resource->group != type->group || event.resource->plural != type->plural) return;
    const bool deleted = event.type == StoreEvent::Type::kDeleted;
    const bool was = event.before != nullptr && selector.matches(*type, *event.before);
    const bool is = !deleted && selector.matches(*type, *event.now);
    if (was && is) send("MODIFIED", *event.now);
    if (!was && is) send("ADDED", *event.now);
    if (!was || is) return;
    if (deleted) return send("DELETED", *event.now);
    // What leaves the selection is shown as it was, at the revision that made it leave.
    send("DELETED", *restamped(*event.before, *type, event.revision));
  }

  void fail(const ApiStatus& status) {
    write(event_line("ERROR", status.body()));
    end();
  }

  void end() {
    if (std::exchange(ending, true)) return;
    server.loop_.post([&own = server, alive = std::weak_ptr(server.alive_), which = id] {
      if (!alive.expired()) own.end_watch(which);
    });
  }
};

std::map<std::string, size_t> ApiServer::watches() const {
  std::map<std::string, size_t> running;
  for (const auto& [id, watch] : watches_) {
    ++running[fmt::format("{} {}", watch->type->qualified(), watch->selector.ns)];
  }
  return running;
}

std::string ApiServer::metrics() const {
  std::map<std::string, size_t> running;
  for (const auto& [id, watch] : watches_) {
    const ResourceType& type = *watch->type;
    ++running[fmt::format(
        R"(component="apiserver",group="{}",resource="{}",scope="{}",subresource="",)"
        R"(verb="WATCH",version="{}")",
        type.group, type.plural, watch->selector.ns.empty() ? "cluster" : "namespace",
        watch->as.version)];
  }
  std::string text =
      "# HELP apiserver_longrunning_requests Gauge of all active long-running apiserver requests.\n"
      "# TYPE apiserver_longrunning_requests gauge\n";
  for (const auto& [labels, count] : running) {
    text += fmt::format("apiserver_longrunning_requests{{{}}} {}\n", labels, count);
  }
  return text;
}

void ApiServer::end_watch(uint64_t id) {
  const auto found = watches_.find(id);
  if (found == watches_.end()) return;
  const ExchangePtr exchange = found->second->exchange;
  watches_.erase(found);
  exchange->end();
}

void ApiServer::end_watches_of(const ResourceType& type) {
  std::vector<uint64_t> ids;
  for (const auto& [id, watch] : watches_) {
    if (watch->type->group == type.group && watch->type->plural == type.plural) ids.push_back(id);
  }
  for (const uint64_t id : ids) end_watch(id);
}

Outcome<void> ApiServer::watch(const ApiRequest& request, const ResourceTypePtr& type,
                               const ExchangePtr& exchange) {
  const Presentation as = TRY(presentation_of(request, type));
  if (auto good = check_watch_options(request); !good) return good;
  Selector selector = TRY(selector_of(request, *type));
  const int64_t asked_seconds = TRY(number_parameter(request, "timeoutSeconds"));
  const uint64_t from = TRY(read_revision(request.parameter("resourceVersion")));
  const bool initial_asked = request.truth("sendInitialEvents");
  if (initial_asked && from > store_.revision()) {
    return refuse(too_large_resource_version(from, store_.revision()));
  }
  const uint64_t id = next_watch_++;
  auto made = std::make_shared<Watch>(*this, id, type, std::move(selector), as, exchange);
  Watch& watch = *made;
  watches_.emplace(id, std::move(made));
  watch.bookmarks = request.truth("allowWatchBookmarks");
  exchange->on_closed = [this, alive = std::weak_ptr(alive_), id] {
    loop_.post([this, alive, id] {
      if (!alive.expired()) end_watch(id);
    });
  };
  exchange->begin(200, {{"content-type", "application/json"}});

  int64_t seconds = asked_seconds;
  if (seconds <= 0) seconds = limits::kSimWatchSeconds + static_cast<int64_t>(random_.below(1800));
  watch.deadline = loop_.post_after(seconds * 1000, [&watch] {
    if (watch.bookmarks) watch.bookmark(false);
    watch.end();
  });

  // "0", and nothing at all without sendInitialEvents=false: the present state comes first.
  const bool initial = initial_asked || (!request.has_parameter("sendInitialEvents") && from == 0);
  if (initial) {
    for (const auto& [key, object] : store_.objects(*type)) {
      if (watch.selector.matches(*type, *object)) watch.initial.push_back(object);
    }
    watch.revision = store_.revision();
    watch.initial_events_end = watch.bookmarks;
    exchange->on_drained = [&watch] { watch.pump(); };
    watch.pump();
    return {};
  }
  // A version of the future: nothing is said until it is reached.
  watch.revision = from == 0 ? store_.revision() : from;
  watch.go_live();
  return {};
}

}  // namespace masthead::sim
