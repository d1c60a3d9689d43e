// What a LiveSession sends for each of its subscriptions, when it is due and there is credit.
#include <algorithm>

#include "base/limits.h"
#include "server/live_subscription.h"

namespace masthead::server {
namespace {

bool about_plugin(const host::ConsoleView& view, const LiveRequest& request,
                  const host::Missing& missing) {
  const host::Plugin* plugin = view.plugin(request.plugin);
  if (plugin == nullptr) return false;
  const auto also = plugin->controllers_read();
  if (request.type == LiveRequest::Type::kControllers &&
      std::ranges::find(also, missing.table) != also.end()) {
    return true;
  }
  return std::ranges::any_of(
      plugin->kinds(), [&](const host::Kind& kind) { return kind.table_id() == missing.table; });
}

std::string no_such_plugin(int64_t id) {
  return error_frame(id, {base::ErrorCode::kNotFound, "There is no such plugin.", "", {}, 0});
}

std::string answer_frame(int64_t id, int64_t seq, const LiveRequest& request,
                         const std::optional<std::string>& answer) {
  switch (request.type) {
    case LiveRequest::Type::kHome:
      return home_frame(id, seq, *answer);
    case LiveRequest::Type::kDashboard:
      return answer ? dashboard_frame(id, seq, *answer) : no_such_plugin(id);
    case LiveRequest::Type::kControllers:
      return answer ? controllers_frame(id, seq, *answer) : no_such_plugin(id);
    case LiveRequest::Type::kTree:
      return tree_frame(id, seq, answer);
    default:
      return detail_frame(id, seq, answer);
  }
}

}  // namespace

bool LiveSession::may_send() const {
  return credit_ > 0 && queued_bytes_ < limits::kSessionQueueBytes && !closing_ && !closed_;
}

void LiveSession::flush() {
  if (view_ == nullptr || closing_ || closed_) return;
  for (auto& [id, subscription] : subscriptions_) {
    if (!may_send()) {
      subscription->starved = true;
      continue;
    }
    if (subscription->request.type == LiveRequest::Type::kOperations) {
      flush_operations(id, *subscription);
      continue;
    }
    if (subscription->request.type == LiveRequest::Type::kLogs) {
      flush_logs(id, *subscription);
      continue;
    }
    flush_state(id, *subscription);
    if (subscription->request.type == LiveRequest::Type::kList) {
      flush_list(id, *subscription);
    } else if (subscription->request.type == LiveRequest::Type::kGraph) {
      flush_graph(id, *subscription);
    } else {
      flush_answer(id, *subscription);
    }
  }
}

void LiveSession::flush_state(int64_t id, Subscription& subscription) {
  const LiveRequest& request = subscription.request;
  k8s::Freshness freshness;
  std::vector<host::Missing> missing;
  const auto& snapshot = view_->snapshot();
  if (request.type == LiveRequest::Type::kHome) {
    freshness = snapshot.connection;
    missing = snapshot.missing;
  } else if (request.type == LiveRequest::Type::kDashboard ||
             request.type == LiveRequest::Type::kControllers ||
             request.type == LiveRequest::Type::kGraph) {
    freshness = snapshot.connection;
    for (const host::Missing& one : snapshot.missing) {
      if (about_plugin(*view_, request, one)) missing.push_back(one);
    }
  } else if (!snapshot.ready) {
    freshness = snapshot.connection;
    if (freshness.state == k8s::Freshness::State::kLive) {
      freshness.state = k8s::Freshness::State::kSyncing;
    }
  } else {
    freshness = view_->freshness(request.table);
    for (const host::Missing& one : snapshot.missing) {
      if (one.table == request.table) missing.push_back(one);
    }
  }
  // When it was last confirmed moves all the time while nothing else does.
  if (freshness.state == k8s::Freshness::State::kLive) freshness.confirmed_ms = 0;
  std::string frame = state_frame(id, freshness, missing);
  if (frame == subscription.sent_state) return;
  subscription.sent_state = frame;
  send(std::move(frame), /*costs_credit=*/true);
}

void LiveSession::flush_list(int64_t id, Subscription& subscription) {
  if (!may_send()) return;
  if (!subscription.error.text.empty()) {
    send(error_frame(id, std::exchange(subscription.error, {})), /*costs_credit=*/true);
    return;
  }
  const auto* table = view_->view(subscription.request.table);
  if (subscription.query == nullptr || table == nullptr) return;
  // Rows of a list that has not been read completely are not "all there is". Those on the page stay
  // meanwhile, unless some of them may not be seen any more.
  if (!table->confidence().complete) {
    if (!subscription.shown || table->partitions().covers(*subscription.shown)) return;
    subscription.shown.reset();
    cache::ListFrame nothing;
    nothing.reset = true;
    return send(list_frame(id, ++subscription.seq, nothing, table->table().schema(), {}),
                /*costs_credit=*/true);
  }
  const bool starved = std::exchange(subscription.starved, false);
  auto list = subscription.query->flush();
  if (!list) return;
  if (starved && !list->reset) {
    subscription.query->restart();
    list = subscription.query->flush();
  }
  subscription.shown = table->partitions();
  std::optional<size_t> elsewhere;
  if (subscription.everywhere != nullptr) elsewhere = subscription.everywhere->size();
  send(list_frame(id, ++subscription.seq, *list, table->table().schema(), elsewhere),
       /*costs_credit=*/true);
}

// Home, details and their like are made anew as a whole: at most a few times a second, and once in
// a while for what time alone changes.
bool LiveSession::due(const Subscription& subscription) const {
  if (!subscription.answered) return true;
  const int64_t age_ms = loop_.clock().monotonic_ms() - subscription.seen_ms;
  const bool changed = subscription.seen_version != view_->version();
  const int64_t rests_ms = std::max(limits::kAnswerEveryMs, subscription.rests_ms);
  return (changed && age_ms >= rests_ms) || age_ms >= limits::kAnswerAtLeastEveryMs;
}

// Made anew as answers are; what is sent is what differs from what the page has.
void LiveSession::flush_graph(int64_t id, Subscription& subscription) {
  if (!due(subscription) || !may_send() || !view_->snapshot().ready) return;
  const LiveRequest& request = subscription.request;
  const int64_t began_ms = loop_.clock().monotonic_ms();
  const host::GraphPtr now = view_->graph(request.plugin, request.ns);
  subscription.seen_version = view_->version();
  subscription.seen_ms = loop_.clock().monotonic_ms();
  subscription.rests_ms = (subscription.seen_ms - began_ms) * limits::kAnswerRest;
  if (now == nullptr) {
    if (!subscription.answered) {
      send(no_such_plugin(id), /*costs_credit=*/true);
    }
    subscription.answered = true;
    return;
  }
  const host::Graph* sent = subscription.answered ? subscription.graph.get() : nullptr;
  const host::GraphChanges changes = host::graph_changes(sent, *now);
  if (!changes.empty()) {
    send(graph_frame(id, ++subscription.seq, changes), /*costs_credit=*/true);
  }
  subscription.answered = true;
  subscription.graph = now;
}

void LiveSession::flush_answer(int64_t id, Subscription& subscription) {
  if (!due(subscription) || !may_send() || !view_->snapshot().ready) return;
  const LiveRequest& request = subscription.request;
  const bool of_object =
      request.type == LiveRequest::Type::kDetail || request.type == LiveRequest::Type::kTree;
  if (of_object) {
    subscription.demands = {request.table};
    const auto* table = view_->view(request.table);
    const bool forbidden =
        table == nullptr || !table->partitions().allows(base::Interned(request.ns));
    // A table that is demanded only now will be there.
    const bool awaited = table == nullptr &&
                         view_->freshness(request.table).state == k8s::Freshness::State::kSyncing;
    if (awaited || (!forbidden && !table->confidence().complete)) return;
  }
  const int64_t began_ms = loop_.clock().monotonic_ms();
  std::optional<std::string> answer = answer_of(subscription);
  subscription.seen_version = view_->version();
  subscription.seen_ms = loop_.clock().monotonic_ms();
  subscription.rests_ms = (subscription.seen_ms - began_ms) * limits::kAnswerRest;
  if (subscription.answered && answer == subscription.sent_answer) return;
  subscription.answered = true;
  subscription.sent_answer = answer;
  send(answer_frame(id, ++subscription.seq, request, answer), /*costs_credit=*/true);
}

std::optional<std::string> LiveSession::answer_of(Subscription& subscription) const {
  const LiveRequest& request = subscription.request;
  switch (request.type) {
    case LiveRequest::Type::kHome:
      return view_->home_json(request.ns);
    case LiveRequest::Type::kDashboard:
      return view_->dashboard_json(request.plugin, request.ns);
    case LiveRequest::Type::kControllers:
      if (const host::Plugin* plugin = view_->plugin(request.plugin)) {
        const auto also = plugin->controllers_read();
        subscription.demands = {also.begin(), also.end()};
      }
      return view_->controllers_json(request.plugin);
    case LiveRequest::Type::kTree: {
      auto tree = view_->tree(request.tree);
      if (!tree) return std::nullopt;
      subscription.demands = std::move(tree->demands);
      return std::move(tree->json);
    }
    default:
      return view_->detail_json(request.table, request.ns, request.name);
  }
}

void LiveSession::flush_logs(int64_t id, Subscription& subscription) {
  if (!subscription.error.text.empty()) {
    subscription.logs.reset();
    send(error_frame(id, std::exchange(subscription.error, {})), /*costs_credit=*/true);
  }
  if (subscription.logs == nullptr) return;
  auto frame =
      subscription.logs->next(*view_, loop_.clock().monotonic_ms(), id, subscription.seq + 1);
  if (!frame) {
    subscription.error = frame.error();
    return flush_logs(id, subscription);
  }
  if (!*frame) return;
  ++subscription.seq;
  send(std::move(**frame), /*costs_credit=*/true);
  if (subscription.logs->more()) on_change_();
}

void LiveSession::add_demands(std::set<std::string>& tables) const {
  for (const auto& [id, subscription] : subscriptions_) {
    tables.insert(subscription->demands.begin(), subscription->demands.end());
  }
}

void LiveSession::flush_operations(int64_t id, Subscription& subscription) {
  const uint64_t version = services_.operations == nullptr ? 0 : services_.operations->version();
  if (!may_send() || (subscription.answered && subscription.seen_version == version)) return;
  subscription.answered = true;
  subscription.seen_version = version;
  send(operations_frame(id, ++subscription.seq, services_.operations), /*costs_credit=*/true);
}

}  // namespace masthead::server
