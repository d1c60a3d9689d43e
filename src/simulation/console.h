// The client side of a schedule: production Client, Gate, reflectors, tables, views and live
// queries, wired as app/cluster_session.cc and server/live_hub.cc wire them, on the one loop.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "access/gate.h"
#include "base/clock.h"
#include "base/random.h"
#include "cache/cache_fixture.h"
#include "cache/table_view.h"
#include "kube/client.h"
#include "kube/reflector.h"
#include "simulation/browser.h"
#include "simulation/server.h"
#include "simulation/trace.h"

namespace masthead::simulation {

// Between a reflector and its table: sees each event and what the table makes of it.
class Tap final : public k8s::ReflectorSink {
 public:
  Tap(Trace& trace, const base::Clock& clock, const ScopeId& scope, cache::Table& table);
  ~Tap() override;
  void on_event(const k8s::ReflectorEvent& event) override;

  int64_t last_reset_ms() const { return last_reset_ms_; }
  // The cluster was restored from a snapshot: its next lists may show an older state.
  void allow_going_back() { may_go_back_ = true; }

 private:
  void check(const cache::Change& change, uint64_t told);

  Trace& trace_;
  const base::Clock& clock_;
  const ScopeId scope_;
  cache::Table& table_;
  k8s::ReflectorSink& sink_;
  std::shared_ptr<cache::ChangeQueue> changes_;
  std::map<std::string, uint64_t> highest_;  // by object, deleted ones too
  int64_t last_reset_ms_ = -1;
  bool may_go_back_ = false;
};

class Console {
 public:
  Console(net::Loop& loop, const base::Clock& clock, base::Random& random, kube::Dialer& dialer,
          Server& server, Trace& trace);
  ~Console();

  struct Scope {
    const WatchedKind* kind;
    std::string ns;
    std::unique_ptr<Tap> tap;
    std::unique_ptr<kube::Reflector> reflector;
    uint64_t requests = 0;        // as of the last look
    int64_t same_request_ms = 0;  // since when it asks nothing new
  };
  struct Kind {
    WatchedKind watched;
    std::shared_ptr<cache::Table> table;
    std::map<std::string, Scope> scopes;
    std::unique_ptr<cache::TableView> view;
  };
  std::vector<Kind>& kinds() { return kinds_; }
  std::vector<std::unique_ptr<Browser>>& browsers() { return browsers_; }
  void thaw(Browser& browser);
  bool is_about_to_show() const { return tick_.pending(); }
  void add_browser(size_t kind, Browser::Question question);
  Kind& kind_of(size_t browser) { return kinds_[looks_at_[browser]]; }
  kube::Client& client() { return *client_; }
  bool decided() const { return decided_; }
  // When the answers that hold were asked for, on the monotonic clock; of the last round they gave.
  int64_t rights_asked_ms() const { return rights_asked_ms_; }
  int64_t rights_known_ms() const { return rights_known_ms_; }
  void allow_going_back();

 private:
  void decide();
  void on_rights(access::Decision decision);
  void watch(Kind& kind);
  void show(Kind& kind, size_t index);
  void wake();
  void tick();
  void every_second();

  net::Loop& loop_;
  const base::Clock& clock_;
  Server& server_;
  Trace& trace_;
  cache::fixture::SmallSchema schema_;
  std::unique_ptr<kube::Client> client_;
  std::unique_ptr<access::Gate> gate_;
  std::vector<Kind> kinds_;
  std::vector<std::unique_ptr<Browser>> browsers_;
  std::vector<size_t> looks_at_;
  std::map<std::string, k8s::Partitions, std::less<>> rights_;
  bool decided_ = false;
  bool ended_ = false;
  int64_t deciding_since_ms_ = 0, rights_asked_ms_ = -1, rights_known_ms_ = -1;
  int64_t ticked_ms_ = 0;
  net::Timer again_, tick_, second_;
};

}  // namespace masthead::simulation
