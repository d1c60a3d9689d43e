// The embedded API server: requests in, answers out, on the objects of a Store. It speaks enough of
// the Kubernetes API that kubectl, client-go and Masthead's own client do not know the difference;
// what it does not do it refuses with 405, 415 or 501 and a Status.
//
// Threading: everything on the loop given. Lifetime: destroy on the loop or while it is stopped;
// running watches are broken off.
//
//   api_server.cc     who asks, may he, and which handler answers
//   api_discovery.cc  /api, /apis, /version, /openapi
//   api_reads.cc      get, list with pages
//   api_watch.cc      watch
//   api_writes.cc     create, update, patch
//   api_deletes.cc    delete, of one and of many
//   api_reviews.cc    access and token reviews
//   api_pods.cc       logs
//   api_exec.cc       exec
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "net/loop.h"
#include "sim/api_request.h"
#include "sim/api_status.h"
#include "sim/authorizer.h"
#include "sim/kind_rules.h"
#include "sim/object_rules.h"
#include "sim/presentation.h"
#include "sim/resource_type.h"
#include "sim/selectors.h"
#include "sim/store.h"

namespace masthead::sim {

struct LogRequest {
  std::string ns, pod, container;
  bool previous = false;
  int64_t run = -1;  // how often it had been restarted when it was first looked at
};

// What runs in the pods: the fleet knows.
class PodRuntime {
 public:
  virtual ~PodRuntime() = default;
  // The lines written so far, oldest first, each with its time.
  struct Line {
    int64_t wall_ms;
    std::string text;
  };
  virtual std::vector<Line> log(const LogRequest& request) = 0;
};

class ApiServer {
 public:
  struct Options {
    std::string version = "v1.34.2";
    PodRuntime* pods = nullptr;
  };
  ApiServer(net::Loop& loop, base::Random& random, Options options);
  ~ApiServer();

  // A token, or the fingerprint of a client's certificate, and who it is.
  void add_user(const std::string& token, User user) { users_[token] = std::move(user); }
  void remove_user(const std::string& token) { users_.erase(token); }

  // `request` as it came, its target not read yet.
  void handle(ApiRequest request, const ExchangePtr& exchange);

  // What a controller does, without HTTP: as "system:masters", under the manager's name.
  Outcome<Document> create(const ResourceTypePtr& type, std::string_view ns, Document object,
                           const std::string& manager);
  Outcome<Document> change(const ResourceTypePtr& type, std::string_view ns, std::string_view name,
                           const std::string& subresource, const std::string& manager,
                           const std::function<void(Document&)>& edit);
  Outcome<void> erase(const ResourceTypePtr& type, std::string_view ns, std::string_view name);

  Store& store() { return store_; }
  ResourceTypes& types() { return types_; }
  net::Loop& loop() { return loop_; }
  base::Random& random() { return random_; }
  int64_t now_ms() const { return backdated_.value_or(loop_.clock().wall_ms()); }
  // Writes as of then: how the fleet gets a past.
  void backdate(std::optional<int64_t> wall_ms) { backdated_ = wall_ms; }
  bool backdated() const { return backdated_.has_value(); }
  // From hold() on, requests wait until release(): for a store that is still being filled, of which
  // nobody may see half.
  void hold() { held_ = true; }
  void release();
  // How many watches run now, by "plural.group namespace".
  std::map<std::string, size_t> watches() const;
  // The same for Prometheus, as a kube-apiserver tells it: the one metric there is.
  std::string metrics() const;
  // Expires with the server.
  std::weak_ptr<bool> alive() const { return alive_; }

 private:
  struct Watch;
  struct LogFollower;
  struct DeleteOptions {
    bool dry_run = false;
    std::string uid, revision;  // preconditions
    std::string propagation;    // "", Background, Foreground, Orphan
    std::optional<int64_t> grace;
  };

  // api_server.cc
  Outcome<User> authenticate(const ApiRequest& request) const;
  // Whom the user wants to be taken for, where that is allowed (impersonation.cc).
  Outcome<User> impersonated(const ApiRequest& request, User user) const;
  void dispatch(ApiRequest request, const ExchangePtr& exchange);
  Outcome<void> dispatch_resource(const ApiRequest& request, const ResourceTypePtr& type,
                                  const ExchangePtr& exchange);
  bool serves_built_in(std::string_view group) const;
  Outcome<Presentation> presentation_of(const ApiRequest& request,
                                        const ResourceTypePtr& type) const;
  // api_discovery.cc: false when the path is none of its.
  bool answer_discovery(const ApiRequest& request, const ExchangePtr& exchange);
  // api_reads.cc
  Outcome<void> get(const ApiRequest& request, const ResourceTypePtr& type,
                    const ExchangePtr& exchange);
  Outcome<void> list(const ApiRequest& request, const ResourceTypePtr& type,
                     const ExchangePtr& exchange);
  Outcome<Selector> selector_of(const ApiRequest& request, const ResourceType& type) const;
  // api_watch.cc
  Outcome<void> watch(const ApiRequest& request, const ResourceTypePtr& type,
                      const ExchangePtr& exchange);
  void end_watch(uint64_t id);
  void end_watches_of(const ResourceType& type);
  // api_writes.cc, api_deletes.cc
  Outcome<void> create(const ApiRequest& request, const ResourceTypePtr& type,
                       const ExchangePtr& exchange);
  Outcome<void> update(const ApiRequest& request, const ResourceTypePtr& type,
                       const ExchangePtr& exchange);
  Outcome<void> patch(const ApiRequest& request, const ResourceTypePtr& type,
                      const ExchangePtr& exchange);
  Outcome<void> remove(const ApiRequest& request, const ResourceTypePtr& type,
                       const ExchangePtr& exchange);
  Outcome<void> remove_collection(const ApiRequest& request, const ResourceTypePtr& type,
                                  const ExchangePtr& exchange);
  Outcome<void> scale(const ApiRequest& request, const ResourceTypePtr& type,
                      const ExchangePtr& exchange);
  Outcome<Document> store_created(const WriteContext& context, const ResourceTypePtr& type,
                                  std::string_view ns, Document object, bool dry_run);
  Outcome<Document> store_updated(const WriteContext& context, const ResourceTypePtr& type,
                                  const StoredPtr& old, Document object, bool dry_run);
  // The object as it is now: with a deletionTimestamp when something holds it; nothing when gone.
  Outcome<std::optional<Document>> store_deleted(const ResourceTypePtr& type, const StoredPtr& old,
                                                 const DeleteOptions& options);
  Outcome<DeleteOptions> delete_options(const ApiRequest& request) const;
  Outcome<void> check_patch_type(const ApiRequest& request, const ResourceTypePtr& type) const;
  Outcome<Document> patched(const ApiRequest& request, const ResourceTypePtr& type,
                            Document object) const;
  void answer_object(const Presentation& as, const ResourceTypePtr& type, const Document& object,
                     int code, const ExchangePtr& exchange);
  void after_write(const StoreEvent& event);
  // api_reviews.cc
  Outcome<void> review(const ApiRequest& request, const ResourceTypePtr& type,
                       const ExchangePtr& exchange);
  // api_pods.cc
  Outcome<void> pod_log(const ApiRequest& request, const ResourceTypePtr& type,
                        const ExchangePtr& exchange);
  bool has_ended(LogRequest& what);
  Outcome<void> pod_exec(const ApiRequest& request, const ResourceTypePtr& type,
                         const ExchangePtr& exchange);

  net::Loop& loop_;
  base::Random& random_;
  Options options_;
  Store store_;
  ResourceTypes types_;
  Authorizer authorizer_;
  std::map<std::string, User> users_;
  std::map<uint64_t, std::shared_ptr<Watch>> watches_;
  uint64_t next_watch_ = 1;
  std::optional<int64_t> backdated_;
  bool held_ = false;
  std::vector<std::pair<ApiRequest, ExchangePtr>> waiting_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace masthead::sim
