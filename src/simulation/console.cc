#include "simulation/console.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "base/check.h"
#include "base/limits.h"

namespace masthead::simulation {
namespace {

constexpr const char* kNeverBack = "no object goes back in resourceVersion";

uint64_t number_of(std::string_view version) {
  uint64_t number = 0;
  std::from_chars(version.data(), version.data() + version.size(), number);
  return number;
}

kube::ApiResource resource_of(const WatchedKind& kind) {
  kube::ApiResource resource;
  resource.gvr = {kind.group, kind.version, kind.plural};
  resource.kind = kind.kind;
  resource.namespaced = kind.namespaced;
  resource.verbs = {"list", "watch"};
  return resource;
}

}  // namespace

Tap::Tap(Trace& trace, const base::Clock& clock, const ScopeId& scope, cache::Table& table)
    : trace_(trace),
      clock_(clock),
      scope_(scope),
      table_(table),
      sink_(table.sink(scope.second)),
      changes_(std::make_shared<cache::ChangeQueue>([] {})) {
  table_.add_listener(changes_);
}

Tap::~Tap() {
  table_.remove_listener(changes_.get());
}

void Tap::on_event(const k8s::ReflectorEvent& event) {
  using Type = k8s::ReflectorEvent::Type;
  changes_->drain();  // what other scopes of the table did
  sink_.on_event(event);
  const bool reset = event.type == Type::kResetEnd;
  if (event.type == Type::kFreshness) {
    trace_.note("{}/{} is {}: {}", scope_.first, scope_.second,
                k8s::freshness_name(event.freshness->state), event.freshness->cause.text);
  } else {
    trace_.note("{}/{} event {} {}", scope_.first, scope_.second, static_cast<int>(event.type),
                event.resource_version);
  }
  if (reset && may_go_back_) highest_.clear();
  const uint64_t told = number_of(event.resource_version);
  for (const cache::Change& change : changes_->drain().changes) check(change, told);
  if (reset) last_reset_ms_ = clock_.monotonic_ms();
}

void Tap::check(const cache::Change& change, uint64_t told) {
  const bool gone = change.after == nullptr;
  const uint64_t now = gone ? told : number_of(change.after->resource_version());
  const std::string key = gone ? change.before->key() : change.after->key();
  uint64_t& highest = highest_[key];
  if (now < highest) {
    trace_.violated(kNeverBack, "{} {} went from {} to {}", scope_.first, key, highest, now);
  }
  highest = std::max(highest, now);
}

Console::Console(net::Loop& loop, const base::Clock& clock, base::Random& random,
                 kube::Dialer& dialer, Server& server, Trace& trace)
    : loop_(loop), clock_(clock), server_(server), trace_(trace) {
  kube::ClusterConfig config;
  config.context = config.cluster_name = "simulated";
  config.server = "https://simulated:6443";
  config.auth.token = "secret";
  client_ = *kube::Client::create(loop_, std::move(config), clock_, random, dialer);
  client_->discover([](const auto&) {});  // the version, when it is told
  gate_ = std::make_unique<access::Gate>(*client_, clock_);
  for (const WatchedKind& watched : watched_kinds()) {
    Kind& kind = kinds_.emplace_back();
    kind.watched = watched;
    kind.table = std::make_shared<cache::Table>(
        cache::Table::Options{watched.plural, {watched.group, watched.kind}, &schema_, true},
        clock_, nullptr);
  }
  loop_.post([this] { decide(); });
  every_second();
}

Console::~Console() {
  ended_ = true;
  again_.cancel();
  second_.cancel();
  browsers_.clear();
  for (Kind& kind : kinds_) {
    kind.view.reset();
    kind.scopes.clear();
  }
  gate_.reset();
  client_.reset();
}

void Console::decide() {
  std::vector<access::Listable> listables;
  for (const Kind& kind : kinds_)
    listables.push_back({kind.watched.plural, resource_of(kind.watched)});
  deciding_since_ms_ = clock_.monotonic_ms();
  gate_->decide(std::move(listables), watched_namespaces(), [this](access::Decision decision) {
    if (!ended_) on_rights(std::move(decision));
  });
}

void Console::on_rights(access::Decision decision) {
  trace_.note("rights: {} tables, {}", decision.partitions.size(),
              decision.asked ? "asked" : decision.error.text);
  const bool changed = !decided_ || decision.partitions != rights_;
  decided_ = decided_ || decision.asked;
  rights_ = std::move(decision.partitions);
  if (decision.asked) {
    rights_asked_ms_ = deciding_since_ms_;
    rights_known_ms_ = clock_.monotonic_ms();
  }
  if (decided_) {
    for (Kind& kind : kinds_) watch(kind);
    if (changed) {
      for (size_t i = 0; i < kinds_.size(); ++i) show(kinds_[i], i);
      wake();
    }
  }
  again_ = loop_.post_after(limits::kRediscoverEveryMs, [this] { decide(); });
}

void Console::watch(Kind& kind) {
  std::set<std::string> wanted;
  if (const auto found = rights_.find(kind.watched.plural); found != rights_.end()) {
    if (found->second.all) {
      wanted.insert("");
    } else {
      for (const base::Interned ns : found->second.namespaces) wanted.emplace(ns.text());
    }
  }
  for (auto it = kind.scopes.begin(); it != kind.scopes.end();) {
    if (wanted.contains(it->first)) {
      ++it;
      continue;
    }
    const std::string ns = it->first;
    it = kind.scopes.erase(it);
    kind.table->remove_scope(ns);
  }
  for (const std::string& ns : wanted) {
    if (kind.scopes.contains(ns)) continue;
    Scope& scope = kind.scopes[ns];
    scope.kind = &kind.watched;
    scope.ns = ns;
    const ScopeId id{kind.watched.plural, ns};
    server_.forget_asked(id);
    scope.tap = std::make_unique<Tap>(trace_, clock_, id, *kind.table);
    scope.same_request_ms = clock_.monotonic_ms();
    scope.reflector = std::make_unique<kube::Reflector>(
        *client_,
        kube::Reflector::Options{resource_of(kind.watched), ns, kind.watched.metadata_only},
        *scope.tap);
  }
}

void Console::show(Kind& kind, size_t index) {
  k8s::Partitions partitions;
  if (const auto found = rights_.find(kind.watched.plural); found != rights_.end()) {
    partitions = found->second;
  }
  if (kind.view != nullptr && kind.view->partitions() == partitions) return;
  const auto old = std::move(kind.view);
  kind.view = std::make_unique<cache::TableView>(kind.table, partitions,
                                                 [this] { loop_.post([this] { wake(); }); });
  for (size_t i = 0; i < browsers_.size(); ++i) {
    if (looks_at_[i] == index) browsers_[i]->bind(kind.view.get());
  }
}

void Console::add_browser(size_t kind, Browser::Question question) {
  browsers_.push_back(std::make_unique<Browser>(trace_, static_cast<int>(browsers_.size())));
  looks_at_.push_back(kind);
  browsers_.back()->ask(std::move(question));
  browsers_.back()->bind(kinds_[kind].view.get());
}

void Console::thaw(Browser& browser) {
  browser.freeze(false);
  wake();
}

void Console::wake() {
  if (tick_.pending()) return;
  const int64_t since_ms = clock_.monotonic_ms() - ticked_ms_;
  tick_ =
      loop_.post_after(std::clamp<int64_t>(limits::kCoalesceMs - since_ms, 0, limits::kCoalesceMs),
                       [this] { tick(); });
}

void Console::tick() {
  ticked_ms_ = clock_.monotonic_ms();
  for (Kind& kind : kinds_) {
    if (kind.view != nullptr) kind.view->update();
  }
  for (const auto& browser : browsers_) browser->flush();
}

void Console::every_second() {
  tick();
  for (Kind& kind : kinds_) kind.table->recheck(clock_.wall_ms());
  second_ = loop_.post_after(1'000, [this] { every_second(); });
}

void Console::allow_going_back() {
  for (Kind& kind : kinds_) {
    for (auto& [ns, scope] : kind.scopes) scope.tap->allow_going_back();
  }
}

}  // namespace masthead::simulation
