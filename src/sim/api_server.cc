#include "sim/api_server.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "sim/protobuf.h"

namespace masthead::sim {
namespace {

void answer_status(const ExchangePtr& exchange, const ApiStatus& status) {
  proto::Headers headers{{"content-type", "application/json"}};
  if (status.retry_after_s > 0) {
    headers.emplace_back("retry-after", std::to_string(status.retry_after_s));
  }
  exchange->answer(status.code, headers, status.body());
}

Attributes attributes_of(const ApiRequest& request) {
  Attributes wanted;
  wanted.verb = request.verb;
  wanted.is_resource = request.is_resource;
  wanted.path = request.path;
  wanted.group = request.group;
  wanted.plural = request.plural;
  wanted.subresource = request.subresource;
  wanted.ns = request.ns;
  wanted.name = request.name;
  // "selectors by metadata.name" of one object are a request for that object.
  const std::string_view fields = request.parameter("fieldSelector");
  if (wanted.name.empty() && fields.starts_with("metadata.name=") &&
      fields.find(',') == std::string_view::npos) {
    wanted.name = fields.substr(14);
  }
  return wanted;
}

ApiStatus unauthorized() {
  ApiStatus status;
  status.code = 401;
  status.reason = "Unauthorized";
  status.message = "Unauthorized";
  return status;
}

// Handlers read JSON alone.
Outcome<void> read_protobuf(ApiRequest& request) {
  if (request.header("content-type") != kProtobuf || request.body.empty()) return {};
  auto object = from_protobuf(request.body);
  if (!object) {
    return refuse(object.error().unsupported
                      ? unsupported_media_type("application/json; protobuf has an unsupported " +
                                               object.error().text)
                      : bad_request("the protobuf body is malformed: " + object.error().text));
  }
  request.body = to_text(*object);
  for (auto& [name, value] : request.headers) {
    if (proto::equal_without_case(name, "content-type")) value = "application/json";
  }
  return {};
}

ApiStatus nothing_acceptable(std::string_view accept, bool collection) {
  // JSON, but as something that nobody knows.
  if (accept.find("application/json") != std::string_view::npos) {
    return not_acceptable(
        "only the following media types are accepted: application/json, application/yaml, "
        "application/vnd.kubernetes.protobuf");
  }
  std::string text =
      "406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, "
      "application/vnd.kubernetes.protobuf";
  if (collection) {
    text += ", application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch";
  }
  ApiStatus status = not_acceptable(std::move(text));
  status.empty_details = true;
  return status;
}

// "core.ConfigMapList", as it is called in the API server's own code.
std::string internal_type(const ResourceType& type, bool list) {
  if (type.custom) return list ? "unstructured.UnstructuredList" : "unstructured.Unstructured";
  const std::string group = type.group.substr(0, type.group.find('.'));
  return (group.empty() ? "core" : group) + "." + type.kind + (list ? "List" : "");
}

bool known_subresource(const ResourceType& type, const std::string& subresource) {
  if (subresource.empty()) return true;
  if (subresource == "status") return type.has_status;
  if (subresource == "scale") return type.has_scale;
  return type.plural == "pods" && type.group.empty() &&
         (subresource == "log" || subresource == "exec");
}

// Needs a kubelet, a network or a signer, of which there is none.
bool left_out(const ResourceType& type, std::string_view subresource) {
  static constexpr std::pair<std::string_view, std::string_view> kLeftOut[] = {
      {"pods", "attach"},          {"pods", "binding"}, {"pods", "ephemeralcontainers"},
      {"pods", "eviction"},        {"pods", "proxy"},   {"pods", "portforward"},
      {"pods", "resize"},          {"nodes", "proxy"},  {"services", "proxy"},
      {"serviceaccounts", "token"}};
  const std::string_view head = subresource.substr(0, subresource.find('/'));
  return type.group.empty() && std::ranges::any_of(kLeftOut, [&](const auto& one) {
           return one.first == type.plural && one.second == head;
         });
}

}  // namespace

ApiServer::ApiServer(net::Loop& loop, base::Random& random, Options options)
    : loop_(loop), random_(random), options_(std::move(options)), authorizer_(store_, types_) {
  store_.listen([this](const StoreEvent& event) { after_write(event); });
}

ApiServer::~ApiServer() = default;

void ApiServer::handle(ApiRequest request, const ExchangePtr& exchange) {
  if (held_) {
    waiting_.emplace_back(std::move(request), exchange);
    return;
  }
  read_target(request);
  auto user = authenticate(request);
  if (user) user = impersonated(request, std::move(*user));
  if (!user) {
    answer_status(exchange, user.error());
    return;
  }
  request.user = std::move(*user);
  const Attributes wanted = attributes_of(request);
  if (!authorizer_.allows(request.user, wanted)) {
    answer_status(exchange, forbidden_request(request.user, wanted));
    return;
  }
  if (auto read = read_protobuf(request); !read) {
    answer_status(exchange, read.error());
    return;
  }
  dispatch(std::move(request), exchange);
}

void ApiServer::release() {
  held_ = false;
  for (auto& [request, exchange] : std::exchange(waiting_, {})) {
    if (exchange->open()) handle(std::move(request), exchange);
  }
}

Outcome<User> ApiServer::authenticate(const ApiRequest& request) const {
  const std::string_view authorization = request.header("authorization");
  const bool by_certificate = authorization.empty() && !request.certificate.empty();
  // Other schemes say nothing to any authenticator.
  if (!by_certificate && !authorization.starts_with("Bearer ")) {
    return User{"system:anonymous", "", {"system:unauthenticated"}};
  }
  const auto found =
      users_.find(by_certificate ? request.certificate : std::string(authorization.substr(7)));
  if (found == users_.end()) return refuse(unauthorized());
  User user = found->second;
  user.groups.emplace_back("system:authenticated");
  return user;
}

void ApiServer::dispatch(ApiRequest request, const ExchangePtr& exchange) {
  const auto lost = [&] {
    exchange->answer(404, {{"content-type", "text/plain; charset=utf-8"}}, "404 page not found\n");
  };
  if (!request.is_resource) {
    if (!answer_discovery(request, exchange)) lost();
    return;
  }
  const ResourceTypePtr type = types_.find(request.group, request.version, request.plural);
  if (type == nullptr) {
    // Groups of definitions are answered by another handler, which knows no Status here.
    if (!serves_built_in(request.group)) return lost();
    return answer_status(exchange, no_such_resource());
  }
  if (left_out(*type, request.subresource)) {
    return answer_status(exchange, not_implemented(*type, request.subresource));
  }
  if (!known_subresource(*type, request.subresource)) {
    answer_status(exchange, type->custom ? not_found(*type, request.name) : no_such_resource());
    return;
  }
  if (!type->namespaced) {
    const bool is_namespace = type->group.empty() && type->plural == "namespaces";
    if (!is_namespace && !request.ns.empty()) {
      return answer_status(exchange, no_such_resource());
    }
    request.ns.clear();
  }
  const auto done = dispatch_resource(request, type, exchange);
  if (!done) answer_status(exchange, done.error());
}

bool ApiServer::serves_built_in(std::string_view group) const {
  const auto all = types_.all();
  return std::any_of(all.begin(), all.end(), [&](const ResourceTypePtr& type) {
    return !type->custom && type->group == group;
  });
}

Outcome<void> ApiServer::dispatch_resource(const ApiRequest& request, const ResourceTypePtr& type,
                                           const ExchangePtr& exchange) {
  const bool whole_cluster = type->namespaced && request.ns.empty();
  if (type->review) {
    if (!request.name.empty()) return refuse(no_such_resource());
    if (request.verb != "create") return refuse(method_not_allowed());
    return review(request, type, exchange);
  }
  if (request.subresource == "log" && request.verb == "get") {
    return pod_log(request, type, exchange);
  }
  if (request.subresource == "exec") return pod_exec(request, type, exchange);
  if (request.subresource == "scale") return scale(request, type, exchange);
  if (request.verb == "list") return list(request, type, exchange);
  if (request.verb == "watch") return watch(request, type, exchange);
  // Objects of a namespaced kind are written in their namespace.
  if (whole_cluster) {
    return refuse(request.name.empty() ? method_not_allowed() : no_such_resource());
  }
  if (request.verb == "get") return get(request, type, exchange);
  if (request.verb == "create") {
    if (!request.name.empty()) return refuse(method_not_allowed());
    return create(request, type, exchange);
  }
  if (request.name.empty() && request.verb != "deletecollection") {
    return refuse(method_not_allowed());
  }
  if (request.verb == "update") return update(request, type, exchange);
  if (request.verb == "patch") return patch(request, type, exchange);
  if (!request.subresource.empty()) {
    return refuse(type->custom ? not_supported(*type, request.verb) : method_not_allowed());
  }
  if (request.verb == "delete") return remove(request, type, exchange);
  if (request.verb == "deletecollection") {
    if (type->plural == "namespaces") return refuse(method_not_allowed());
    return remove_collection(request, type, exchange);
  }
  return refuse(method_not_allowed());
}

Outcome<Presentation> ApiServer::presentation_of(const ApiRequest& request,
                                                 const ResourceTypePtr& type) const {
  const bool list = request.verb == "list" || request.verb == "deletecollection";
  const bool collection = request.name.empty() && request.verb != "create";
  auto as = read_accept(request.header("accept"), request.version);
  if (!as) return refuse(nothing_acceptable(request.header("accept"), collection));
  if (as->form == Presentation::Form::kPartial && as->of_list != list) {
    return refuse(
        not_acceptable(fmt::format("you requested {}, but the requested object is {} (*{})",
                                   list ? "PartialObjectMetadata" : "PartialObjectMetadataList",
                                   list ? "a list" : "not a list", internal_type(*type, list))));
  }
  const std::string_view include = request.parameter("includeObject");
  if (as->form == Presentation::Form::kTable && !include.empty() && include != "None" &&
      include != "Object" && include != "Metadata") {
    return refuse(bad_request(fmt::format(
        "Unable to convert to Table as requested: includeObject: Invalid value: \"{}\": must be "
        "'Metadata', 'Object', 'None', or empty",
        include)));
  }
  if (include == "None") as->include = Presentation::Include::kNone;
  if (include == "Object") as->include = Presentation::Include::kObject;
  return *as;
}

}  // namespace masthead::sim
