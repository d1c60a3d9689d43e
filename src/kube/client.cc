#include "kube/client.h"

#include <utility>

#include "base/check.h"
#include "json/value.h"
#include "json/writer.h"
#include "kube/call.h"
#include "kube/client_core.h"
#include "kube/discovery_run.h"

namespace masthead::kube {

using base::ErrorCode;

namespace {

// What would end up as another header or another request.
base::Result<void> check_request(const Request& request) {
  const auto has_control = [](std::string_view text, bool spaces) {
    for (const char raw : text) {
      const auto c = static_cast<unsigned char>(raw);
      if (c < 0x20 || c == 0x7F || (!spaces && c == 0x20)) return true;
    }
    return false;
  };
  bool good = request.path.starts_with('/') && !has_control(request.path, /*spaces=*/false);
  for (const auto& [name, value] : request.headers) {
    good = good && !name.empty() && !has_control(name, false) && !has_control(value, true);
  }
  if (good) return {};
  return base::fail(ErrorCode::kInvalid, "a malformed path or header in a request");
}

}  // namespace

Client::Core::Core(net::Loop& the_loop, ClusterConfig the_config, Url url,
                   const base::Clock& the_clock, base::Random& the_random, Dialer& dialer)
    : loop(the_loop),
      config(std::move(the_config)),
      clock(the_clock),
      random(the_random),
      outage(loop, clock, random),
      credentials(loop, config, clock),
      transport(loop, dialer, config, std::move(url), credentials, *this) {
  outage.set_transport(&transport);
  outage.set_description(config.server, config.context);
}

Client::Core::~Core() {
  ending = true;
  // Each answers kCancelled. New requests made from those answers are refused by `ending`.
  while (!discoveries.empty()) discoveries.pop_front();
  while (!calls.empty()) calls.pop_front();
  outage.end();
}

void Client::Core::request(Request request, ResponseCallback callback) {
  if (ending) {
    return callback(
        base::fail(ErrorCode::kCancelled, "the connection to the cluster is being closed"));
  }
  if (const auto good = check_request(request); !good) {
    return callback(std::unexpected(good.error()));
  }
  calls.push_back(std::make_unique<Call>(*this, std::move(request), std::move(callback)));
  calls.back()->self = std::prev(calls.end());
  calls.back()->begin();
}

base::Result<std::unique_ptr<Client>> Client::create(net::Loop& loop, ClusterConfig config,
                                                     const base::Clock& clock, base::Random& random,
                                                     Dialer& dialer) {
  const Url url = TRY(parse_url(config.server));
  return std::unique_ptr<Client>(
      new Client(std::make_shared<Core>(loop, std::move(config), url, clock, random, dialer)));
}

Client::Client(std::shared_ptr<Core> core) : core_(std::move(core)) {}

Client::~Client() {
  CHECK(core_->loop.on_loop(), "a Client is destroyed on its loop");
}

void Client::request(Request request, ResponseCallback callback) {
  core_->loop.post([core = std::weak_ptr<Core>(core_), request = std::move(request),
                    callback = std::move(callback)]() mutable {
    if (const auto strong = core.lock()) {
      strong->request(std::move(request), std::move(callback));
    } else {
      callback(base::fail(ErrorCode::kCancelled, "the connection to the cluster was closed"));
    }
  });
}

void Client::discover(DiscoveryCallback callback) {
  core_->loop.post([weak = std::weak_ptr<Core>(core_), callback = std::move(callback)]() mutable {
    const auto core = weak.lock();
    if (core == nullptr) {
      return callback(
          base::fail(ErrorCode::kCancelled, "the connection to the cluster was closed"));
    }
    core->discoveries.push_back(std::make_unique<DiscoveryRun>(*core, std::move(callback)));
    core->discoveries.back()->self = std::prev(core->discoveries.end());
    core->discoveries.back()->begin();
  });
}

namespace {

std::string review_body(const AccessQuestion& question) {
  json::Writer w;
  w.begin_object();
  w.key("apiVersion").string("authorization.k8s.io/v1");
  w.key("kind").string("SelfSubjectAccessReview");
  w.key("spec").begin_object();
  w.key("resourceAttributes").begin_object();
  const auto add = [&w](const char* key, const std::string& value) {
    if (!value.empty()) w.key(key).string(value);
  };
  add("verb", question.verb);
  add("group", question.group);
  add("resource", question.resource);
  add("subresource", question.subresource);
  add("namespace", question.ns);
  add("name", question.name);
  w.end_object();
  w.end_object();
  w.end_object();
  return std::move(w).finish();
}

base::Result<AccessAnswer> read_review(const Response& response) {
  const json::Document document = TRY(json::Document::parse(response.body));
  const json::Value status = document.root()["status"];
  if (!status["allowed"].is_bool()) {
    return base::fail(ErrorCode::kInternal, "the access review has no answer");
  }
  // `denied` wins over `allowed`: fail closed.
  return AccessAnswer{status["allowed"].boolean() && !status["denied"].boolean(),
                      std::string(status["reason"].str())};
}

}  // namespace

void Client::review_access(AccessQuestion question, AccessCallback callback) {
  Request post;
  post.method = "POST";
  post.path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  post.headers = {{"content-type", "application/json"}};
  post.body = review_body(question);
  request(std::move(post),
          [callback = std::move(callback)](base::Result<Response> response) mutable {
            if (!response) return callback(std::unexpected(response.error()));
            callback(read_review(*response));
          });
}

Reachability Client::reachability() const {
  return core_->outage.reachability();
}

bool Client::recovering() const {
  return core_->outage.recovering();
}

void Client::set_reachability_listener(std::function<void(const Reachability&)> listener) {
  core_->outage.set_listener(std::move(listener));
}

void Client::set_replaced_listener(std::function<void()> listener) {
  core_->outage.set_replaced_listener(std::move(listener));
}

std::unique_ptr<Stream> Client::stream(Lane lane, Request request, StreamHandler& handler) {
  return core_->transport.open(lane, std::move(request), handler);
}

const std::string& Client::context() const {
  return core_->config.context;
}
const std::string& Client::server() const {
  return core_->config.server;
}

}  // namespace masthead::kube
