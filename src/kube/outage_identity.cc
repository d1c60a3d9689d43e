// Whether who answers is the cluster that is known, in no earlier state than was seen of it.
//
// Rule 7 (docs/kubernetes-client.md §1): "detect an etcd restore or swapped cluster otherwise: … a
// new kube-system UID, or a state older than what was seen, drops the cache". A list of the one
// namespace tells both where it may be read. resourceVersions compare within one kind only, since
// any kind may have an etcd of its own: a kind that is further than the namespaces are is asked
// itself before it is believed.
#include <algorithm>
#include <utility>

#include "base/log.h"
#include "json/value.h"
#include "k8s/resource_version.h"
#include "kube/outage.h"

namespace masthead::kube {

namespace {
constexpr const char* kNobody = "-";

bool is_before(std::string_view version, std::string_view other) {
  const auto order = k8s::compare_resource_versions(version, other);
  return order && *order < 0;
}
}  // namespace

void Outage::read_identity() {
  const bool due = identity_.empty() || identity_due_;
  if (!due || !now_.reachable || identity_ == kNobody || probing_ != Probing::kNot) return;
  const int64_t now_ms = clock_.monotonic_ms();
  const int64_t wait_ms = identity_asked_ms_ + limits::kIdentityEveryMs - now_ms;
  if (wait_ms > 0) {
    identity_timer_ = loop_.post_after(wait_ms, [this] { read_identity(); });
    return;
  }
  identity_asked_ms_ = now_ms;
  identity_due_ = false;
  seen_.clear();
  for (const OutageWaiter* waiter : waiters_) {
    const std::string_view version = waiter->newest_version();
    std::string path = waiter->list_path();
    if (k8s::well_formed_resource_version(version) && !apart_.contains(path)) {
      seen_.push_back({std::move(path), std::string(version)});
    }
  }
  // The newest last.
  std::sort(seen_.begin(), seen_.end(),
            [](const Seen& a, const Seen& b) { return is_before(a.version, b.version); });
  ask(may_list_ ? Asking::kNamespaces : Asking::kNamespace,
      may_list_ ? "/api/v1/namespaces?fieldSelector=metadata.name%3Dkube-system"
                : "/api/v1/namespaces/kube-system");
}

void Outage::ask(Asking what, std::string path) {
  asking_ = what;
  probing_ = Probing::kIdentity;
  probe_body_.clear();
  probe_status_ = 0;
  Request request;
  request.path = std::move(path);
  if (what == Asking::kKind) {
    request.headers = {
        {"accept", "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"}};
  }
  probe_stream_ = transport_->open(Lane::kRequests, std::move(request), *this);
}

void Outage::finish_identity() {
  if (probe_status_ >= 500 || probe_status_ == 429) {
    // A kind that is refused is its reflector's affair: it asks by its own backoff.
    identity_due_ = asking_ != Asking::kKind;
    return;
  }
  auto document = json::Document::parse(probe_body_);
  const bool good = probe_status_ == 200 && document;
  if (!good && asking_ != Asking::kKind) return on_identity_refused();
  const json::Value answer = good ? document->root() : json::Value();
  const std::string version(answer["metadata"]["resourceVersion"].str());
  switch (asking_) {
    case Asking::kNamespaces:
      if (on_uid(answer["items"].at(0)["metadata"]["uid"].str())) compare_all(version);
      return;
    case Asking::kNamespace:
      // Its resourceVersion says when it was changed last, not where the cluster is.
      on_uid(answer["metadata"]["uid"].str());
      return;
    case Asking::kKind:
      return on_kind(version);
  }
}

void Outage::on_identity_refused() {
  if (asking_ == Asking::kNamespaces) {
    return ask(Asking::kNamespace, "/api/v1/namespaces/kube-system");
  }
  // An account that may not read it: asked once. Known before, it is only refused while the server
  // reads its roles.
  if (identity_.empty()) identity_ = kNobody;
  identity_due_ = true;
}

// Whether it is the cluster that was there before.
bool Outage::on_uid(std::string_view uid) {
  may_list_ = asking_ == Asking::kNamespaces;
  const std::string before = std::exchange(identity_, uid.empty() ? kNobody : std::string(uid));
  if (before.empty() || before == kNobody || before == identity_) return true;
  base::log::warn("kube", "another cluster answers at the address", {{"server", server_}});
  if (replaced_listener_) replaced_listener_();
  replace_all();
  return false;
}

// Kinds that are no further than the namespaces say nothing.
void Outage::compare_all(std::string_view version) {
  std::erase_if(seen_, [&](const Seen& one) { return !is_before(version, one.version); });
  ask_newest();
}

void Outage::ask_newest() {
  if (seen_.empty()) return;
  ask(Asking::kKind, seen_.back().path + "?limit=1");
}

void Outage::on_kind(std::string_view version) {
  const Seen asked = std::move(seen_.back());
  seen_.pop_back();
  if (is_before(version, asked.version)) {
    base::log::warn("kube", "the cluster's state has gone back in time", {{"server", server_}});
    return replace_all();
  }
  // It counts for itself, and others may too.
  apart_.insert(asked.path);
  ask_newest();
}

}  // namespace masthead::kube
