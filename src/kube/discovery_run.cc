#include "kube/discovery_run.h"

#include <utility>

#include "json/value.h"
#include "kube/url.h"

namespace masthead::kube {

using base::ErrorCode;

namespace {

constexpr const char* kIsItKubernetes =
    "Is that the address of a Kubernetes API server? kubectl cluster-info asks it too.";

// KEP-3352: newest first, plain JSON for servers that know neither.
constexpr char kAccept[] =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,"
    "application/json";
constexpr int kAtOnce = 8;

}  // namespace

DiscoveryRun::DiscoveryRun(Client::Core& core, Client::DiscoveryCallback callback)
    : core_(core), callback_(std::move(callback)) {}

DiscoveryRun::~DiscoveryRun() {
  if (callback_) {
    callback_(base::fail(ErrorCode::kCancelled, "the connection to the cluster is being closed"));
  }
}

void DiscoveryRun::begin() {
  // One step for each answer; the last one to come finishes.
  outstanding_ = 3;
  ask("/api", kAccept, [this](auto response) { on_root(true, std::move(response)); });
  ask("/apis", kAccept, [this](auto response) { on_root(false, std::move(response)); });
  ask("/version", "application/json", [this](base::Result<Response> response) {
    if (response) {
      const auto document = json::Document::parse(response->body);
      if (document) found_.server_version = document->root()["gitVersion"].str();
    }
    step_done();
  });
}

void DiscoveryRun::ask(const std::string& path, const std::string& accept,
                       std::move_only_function<void(base::Result<Response>)> then) {
  Request request;
  request.path = path;
  request.headers = {{"accept", accept}};
  core_.request(std::move(request), [alive = std::weak_ptr<bool>(alive_),
                                     then = std::move(then)](auto response) mutable {
    if (!alive.expired()) then(std::move(response));
  });
}

void DiscoveryRun::on_root(bool core_group, base::Result<Response> response) {
  if (!response) {
    base::Error error = response.error().within("discovery");
    if (error.code == base::ErrorCode::kNotFound && error.hint.empty()) {
      error.hint = kIsItKubernetes;
    }
    failure_ = std::unexpected(std::move(error));
    return step_done();
  }
  // "Decide by response Content-Type."
  if (response->header("content-type").find("as=APIGroupDiscoveryList") != std::string_view::npos) {
    const auto added = add_aggregated_discovery(response->body, found_);
    if (!added) failure_ = std::unexpected(added.error());
    return step_done();
  }
  const auto groups =
      core_group ? parse_core_versions(response->body) : parse_group_list(response->body);
  if (!groups) {
    base::Error error = groups.error().within("discovery");
    error.hint = kIsItKubernetes;
    failure_ = std::unexpected(std::move(error));
    return step_done();
  }
  for (const GroupVersions& group : *groups) {
    for (const std::string& version : group.versions) {
      pending_.push_back(std::make_unique<Pending>(Pending{group.group, version, {}, false}));
    }
  }
  while (outstanding_ < 3 + kAtOnce && next_ < pending_.size()) ask_next();
  step_done();
}

void DiscoveryRun::ask_next() {
  Pending& one = *pending_[next_++];
  ++outstanding_;
  const std::string path = one.group.empty() ? "/api/" + escape_component(one.version)
                                             : "/apis/" + escape_component(one.group) + "/" +
                                                   escape_component(one.version);
  ask(path, "application/json", [this, &one](base::Result<Response> response) {
    // One broken APIService must never empty the menu.
    const auto added = response
                           ? add_resource_list(response->body, one.group, one.version, one.answer)
                           : base::Result<void>(std::unexpected(response.error()));
    one.done = added.has_value();
    if (next_ < pending_.size()) ask_next();
    step_done();
  });
}

void DiscoveryRun::step_done() {
  if (--outstanding_ > 0) return;
  for (const auto& one : pending_) {
    if (one->done) {
      add_resources(std::move(one->answer), found_);
    } else {
      found_.stale_groups.push_back(one->group);
    }
  }
  finish(std::move(failure_));
}

void DiscoveryRun::finish(base::Result<void> result) {
  auto callback = std::exchange(callback_, nullptr);
  auto owned = std::move(*self);
  core_.discoveries.erase(self);
  if (!result) return callback(std::unexpected(std::move(result).error()));
  finish_discovery(found_, core_.known);
  core_.known = found_;
  callback(std::move(found_));
}

}  // namespace masthead::kube
