// create, update, patch, delete and scale.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/limits.h"
#include "base/time_format.h"
#include "sim/api_server.h"
#include "sim/patch.h"

namespace masthead::sim {
namespace {

constexpr const char* kJson = "application/json";

std::string manager_of(const ApiRequest& request) {
  const std::string_view named = request.parameter("fieldManager");
  if (!named.empty()) return std::string(named);
  // "prefixFromUserAgent": up to the first slash.
  const std::string_view agent = request.header("user-agent");
  return std::string(agent.substr(0, std::min(agent.find('/'), agent.size())));
}

WriteContext context_of(const ApiRequest& request, const ResourceType& type, int64_t now_ms,
                        base::Random& random) {
  return {type,   request.version, request.subresource, manager_of(request), "Update",
          now_ms, random};
}

ApiStatus options_invalid(const char* kind, std::string_view value) {
  ApiStatus status;
  status.code = 422;
  status.reason = "Invalid";
  const std::string problem =
      fmt::format("Unsupported value: \"{}\": supported values: \"All\"", value);
  status.message = fmt::format("{}.meta.k8s.io \"\" is invalid: dryRun: {}", kind, problem);
  status.group = "meta.k8s.io";
  status.kind = kind;
  status.causes = {{"FieldValueNotSupported", problem, "dryRun"}};
  return status;
}

Outcome<bool> dry_run_of(const ApiRequest& request, const char* options) {
  if (!request.has_parameter("dryRun")) return false;
  if (request.parameter("dryRun") == "All") return true;
  return refuse(options_invalid(options, request.parameter("dryRun")));
}

std::string_view media_type(const ApiRequest& request) {
  std::string_view type = request.header("content-type");
  type = type.substr(0, std::min(type.find(';'), type.size()));
  while (!type.empty() && type.back() == ' ') type.remove_suffix(1);
  return type;
}

Outcome<Document> json_body(const ApiRequest& request) {
  const std::string_view type = media_type(request);
  if (!type.empty() && type != kJson) return refuse(unsupported_media_type(kJson));
  std::string why;
  auto document = parse_document(request.body, &why);
  if (!document) {
    return refuse(bad_request(fmt::format(
        "the object provided is unrecognized (must be of type {}): couldn't get version/kind; json "
        "parse error: {}",
        request.plural, why)));
  }
  return std::move(*document);
}

bool has_finalizers(const Document& object) {
  const Items* finalizers = items_at(object, {"metadata", "finalizers"});
  return finalizers != nullptr && !finalizers->empty();
}

}  // namespace

// --- create -------------------------------------------------------------------------------------

Outcome<Document> ApiServer::store_created(const WriteContext& context, const ResourceTypePtr& type,
                                           std::string_view ns, Document object, bool dry_run) {
  if (type->namespaced) {
    const ResourceTypePtr namespaces = types_.find("", "namespaces");
    const StoredPtr home = store_.get(*namespaces, "", ns);
    if (home == nullptr) return refuse(not_found(*namespaces, ns));
    if (text_at(home->document(*namespaces), {"status", "phase"}) == "Terminating") {
      ApiStatus status =
          forbidden(*type, text_at(object, {"metadata", "name"}),
                    fmt::format("unable to create new content in namespace {} because it is being "
                                "terminated",
                                ns));
      status.causes = {{"NamespaceTerminating", fmt::format("namespace {} is being terminated", ns),
                        "metadata.namespace"}};
      return refuse(std::move(status));
    }
  }
  if (auto good = prepare_create(context, ns, object); !good) return refuse(good.error());
  const std::string_view name = text_at(object, {"metadata", "name"});
  if (store_.get(*type, ns, name) != nullptr) return refuse(already_exists(*type, name));
  set_defaults(*type, object);
  if (dry_run) return object;
  store_.put(type, object);
  return object;
}

Outcome<void> ApiServer::create(const ApiRequest& request, const ResourceTypePtr& type,
                                const ExchangePtr& exchange) {
  if (!request.subresource.empty()) return refuse(method_not_allowed());
  const Presentation as = TRY(presentation_of(request, type));
  const bool dry_run = TRY(dry_run_of(request, "CreateOptions"));
  Document body = TRY(json_body(request));
  const WriteContext context = context_of(request, *type, now_ms(), random_);
  Document made = TRY(store_created(context, type, request.ns, std::move(body), dry_run));
  answer_object(as, type, made, 201, exchange);
  return {};
}

Outcome<Document> ApiServer::create(const ResourceTypePtr& type, std::string_view ns,
                                    Document object, const std::string& manager) {
  const WriteContext context{*type,  type->storage_version(), "", manager, "Update", now_ms(),
                             random_};
  const Document* status = find(object, {"status"});
  std::optional<Document> wanted;
  if (status != nullptr && type->has_status) wanted = *status;
  Document made = TRY(store_created(context, type, ns, std::move(object), false));
  if (!wanted) return made;
  const std::string name(text_at(made, {"metadata", "name"}));
  return change(type, ns, name, "status", manager,
                [&](Document& now) { now.as_object()["status"] = *wanted; });
}

void ApiServer::answer_object(const Presentation& as, const ResourceTypePtr& type,
                              const Document& object, int code, const ExchangePtr& exchange) {
  exchange->answer(code, {{"content-type", kJson}},
                   present_one(as, *type, unstored(object), now_ms(), /*first=*/true));
}

// --- update and patch ---------------------------------------------------------------------------

Outcome<Document> ApiServer::store_updated(const WriteContext& context, const ResourceTypePtr& type,
                                           const StoredPtr& old, Document object, bool dry_run) {
  const Document before = old->document(*type);
  const bool changed = TRY(prepare_update(context, before, object));
  if (!changed || dry_run) return object;
  // The last finalizer taken from an object that is being deleted ends it.
  const bool ends = !text_at(object, {"metadata", "deletionTimestamp"}).empty() &&
                    !has_finalizers(object) &&
                    number_at(object, {"metadata", "deletionGracePeriodSeconds"}) == 0 &&
                    !(type->group.empty() && type->plural == "namespaces" &&
                      items_at(object, {"spec", "finalizers"}) != nullptr);
  if (ends) {
    store_.remove(type, old->ns, old->name);
  } else {
    store_.put(type, object);
  }
  return object;
}

Outcome<void> ApiServer::update(const ApiRequest& request, const ResourceTypePtr& type,
                                const ExchangePtr& exchange) {
  const Presentation as = TRY(presentation_of(request, type));
  const bool dry_run = TRY(dry_run_of(request, "UpdateOptions"));
  Document body = TRY(json_body(request));
  const StoredPtr old = store_.get(*type, request.ns, request.name);
  if (old == nullptr) return refuse(not_found(*type, request.name));
  const std::string_view ns = text_at(body, {"metadata", "namespace"});
  if (type->namespaced && !ns.empty() && ns != request.ns) {
    return refuse(bad_request(
        "the namespace of the provided object does not match the namespace sent on the request"));
  }
  const WriteContext context = context_of(request, *type, now_ms(), random_);
  Document now = TRY(store_updated(context, type, old, std::move(body), dry_run));
  answer_object(as, type, now, 200, exchange);
  return {};
}

Outcome<Document> ApiServer::patched(const ApiRequest& request, const ResourceTypePtr& type,
                                     Document object) const {
  const std::string_view kind = media_type(request);
  const bool strategic = kind == "application/strategic-merge-patch+json" && !type->custom;
  if (!strategic && kind != "application/json-patch+json" &&
      kind != "application/merge-patch+json") {
    return refuse(
        unsupported_media_type("application/json-patch+json, application/merge-patch+json"));
  }
  std::string why;
  const auto patch = parse_document(request.body, &why);
  if (!patch) return refuse(bad_request(fmt::format("error decoding patch: {}", why)));
  if (strategic) {
    if (auto applied = strategic_patch(object, *patch); !applied) {
      return refuse(bad_request("error decoding patch: " + applied.error()));
    }
  } else if (kind == "application/merge-patch+json") {
    if (!patch->is_object()) return refuse(bad_request("error decoding patch: not an object"));
    merge_patch(object, *patch);
  } else {
    if (!patch->is_array()) return refuse(bad_request("error decoding patch: not an array"));
    if (patch->get_array().size() > limits::kSimPatchOperations) {
      ApiStatus status =
          bad_request(fmt::format("The allowed maximum operations in a JSON patch is {}, got {}",
                                  limits::kSimPatchOperations, patch->get_array().size()));
      status.code = 413;
      status.reason = "RequestEntityTooLarge";
      return refuse(std::move(status));
    }
    if (auto applied = json_patch(object, patch->get_array()); !applied) {
      ApiStatus status;
      status.code = 422;
      status.reason = "Invalid";
      status.message = "the server rejected our request due to an error in our request";
      return refuse(std::move(status));
    }
  }
  if (!object.is_object()) return refuse(invalid(*type, request.name, {}));
  return object;
}

Outcome<void> ApiServer::patch(const ApiRequest& request, const ResourceTypePtr& type,
                               const ExchangePtr& exchange) {
  const Presentation as = TRY(presentation_of(request, type));
  const bool dry_run = TRY(dry_run_of(request, "PatchOptions"));
  const StoredPtr old = store_.get(*type, request.ns, request.name);
  if (old == nullptr) return refuse(not_found(*type, request.name));
  Document object = old->document(*type);
  object.as_object()["apiVersion"] = type->api_version(request.version);
  object = TRY(patched(request, type, std::move(object)));
  const WriteContext context = context_of(request, *type, now_ms(), random_);
  Document now = TRY(store_updated(context, type, old, std::move(object), dry_run));
  answer_object(as, type, now, 200, exchange);
  return {};
}

Outcome<Document> ApiServer::change(const ResourceTypePtr& type, std::string_view ns,
                                    std::string_view name, const std::string& subresource,
                                    const std::string& manager,
                                    const std::function<void(Document&)>& edit) {
  const StoredPtr old = store_.get(*type, ns, name);
  if (old == nullptr) return refuse(not_found(*type, name));
  Document object = old->document(*type);
  edit(object);
  const WriteContext context{
      *type, type->storage_version(), subresource, manager, "Update", now_ms(), random_};
  return store_updated(context, type, old, std::move(object), false);
}

// --- scale --------------------------------------------------------------------------------------

Outcome<void> ApiServer::scale(const ApiRequest& request, const ResourceTypePtr& type,
                               const ExchangePtr& exchange) {
  const StoredPtr old = store_.get(*type, request.ns, request.name);
  if (old == nullptr) return refuse(not_found(*type, request.name));
  Document object = old->document(*type);
  const bool dry_run = TRY(dry_run_of(request, "UpdateOptions"));
  if (request.verb == "update" || request.verb == "patch") {
    Document body;
    if (request.verb == "update") {
      body = TRY(json_body(request));
    } else {
      body = TRY(patched(request, type, scale_of(*type, object)));
    }
    const std::string_view version = text_at(body, {"metadata", "resourceVersion"});
    if (!version.empty() && version != std::to_string(old->revision)) {
      return refuse(conflict(*type, request.name,
                             "the object has been modified; please apply your changes to the "
                             "latest version and try again"));
    }
    const int64_t replicas = number_at(body, {"spec", "replicas"});
    if (replicas < 0) {
      return refuse(
          invalid(*type, request.name,
                  {{"FieldValueInvalid",
                    fmt::format("Invalid value: {}: must be greater than or equal to 0", replicas),
                    "spec.replicas"}}));
    }
    object_in(object.as_object(), "spec")["replicas"] = replicas;
    WriteContext context = context_of(request, *type, now_ms(), random_);
    context.subresource.clear();
    object = TRY(store_updated(context, type, old, std::move(object), dry_run));
  } else if (request.verb != "get") {
    return refuse(method_not_allowed());
  }
  exchange->answer(200, {{"content-type", kJson}}, to_text(scale_of(*type, object)));
  return {};
}

// --- delete -------------------------------------------------------------------------------------

Outcome<std::optional<Document>> ApiServer::store_deleted(const ResourceTypePtr& type,
                                                          const StoredPtr& old,
                                                          const DeleteOptions& options) {
  Document object = old->document(*type);
  if (!options.uid.empty() && options.uid != old->uid) {
    return refuse(conflict(*type, old->name,
                           fmt::format("Precondition failed: UID in precondition: {}, UID in "
                                       "object meta: {}",
                                       options.uid, old->uid)));
  }
  if (!options.revision.empty() && options.revision != std::to_string(old->revision)) {
    return refuse(conflict(
        *type, old->name,
        fmt::format("Precondition failed: ResourceVersion in precondition: {}, ResourceVersion in "
                    "object meta: {}",
                    options.revision, old->revision)));
  }
  Fields& metadata = object_in(object.as_object(), "metadata");
  const bool is_namespace = type->group.empty() && type->plural == "namespaces";
  const bool is_pod = type->group.empty() && type->plural == "pods";
  if (options.propagation == "Foreground" || options.propagation == "Orphan") {
    Document& finalizers = metadata["finalizers"];
    if (!finalizers.is_array()) finalizers = Items();
    finalizers.get_array().emplace_back(options.propagation == "Orphan" ? "orphan"
                                                                        : "foregroundDeletion");
  }
  // A pod on a node ends when its kubelet says so.
  const int64_t grace =
      is_pod && !text_at(object, {"spec", "nodeName"}).empty()
          ? options.grace.value_or(number_at(object, {"spec", "terminationGracePeriodSeconds"}, 30))
          : 0;
  if (!has_finalizers(object) && !is_namespace && grace == 0) {
    if (!options.dry_run) store_.remove(type, old->ns, old->name);
    return std::nullopt;
  }
  if (metadata.contains("deletionTimestamp")) return object;
  metadata["deletionTimestamp"] = base::format_rfc3339((now_ms() + grace * 1000) / 1000 * 1000);
  metadata["deletionGracePeriodSeconds"] = grace;
  if (type->has_generation) {
    metadata["generation"] = number_at(object, {"metadata", "generation"}, 1) + 1;
  }
  if (is_namespace) object_in(object.as_object(), "status")["phase"] = "Terminating";
  if (!options.dry_run) store_.put(type, object);
  return object;
}

Outcome<ApiServer::DeleteOptions> ApiServer::delete_options(const ApiRequest& request) const {
  DeleteOptions options;
  options.dry_run = TRY(dry_run_of(request, "DeleteOptions"));
  options.propagation = request.parameter("propagationPolicy");
  if (request.has_parameter("gracePeriodSeconds")) {
    int64_t seconds = 0;
    const std::string_view text = request.parameter("gracePeriodSeconds");
    std::from_chars(text.data(), text.data() + text.size(), seconds);
    options.grace = seconds;
  }
  if (!request.body.empty()) {
    const Document body = TRY(json_body(request));
    options.uid = text_at(body, {"preconditions", "uid"});
    options.revision = text_at(body, {"preconditions", "resourceVersion"});
    if (!text_at(body, {"propagationPolicy"}).empty()) {
      options.propagation = text_at(body, {"propagationPolicy"});
    }
    if (const Document* grace = find(body, {"gracePeriodSeconds"});
        grace != nullptr && grace->is_int64()) {
      options.grace = grace->get_int64();
    }
    const Items* dry = items_at(body, {"dryRun"});
    if (dry != nullptr && !dry->empty()) options.dry_run = true;
  }
  const bool known = options.propagation.empty() || options.propagation == "Background" ||
                     options.propagation == "Foreground" || options.propagation == "Orphan";
  if (!known) {
    ApiStatus status = options_invalid("DeleteOptions", options.propagation);
    const std::string problem = fmt::format(
        "Unsupported value: \"{}\": supported values: \"Background\", \"Foreground\", "
        "\"Orphan\", \"nil\"",
        options.propagation);
    status.message =
        fmt::format("DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: {}", problem);
    status.causes = {{"FieldValueNotSupported", problem, "propagationPolicy"}};
    return refuse(std::move(status));
  }
  return options;
}

Outcome<void> ApiServer::remove(const ApiRequest& request, const ResourceTypePtr& type,
                                const ExchangePtr& exchange) {
  const Presentation as = TRY(presentation_of(request, type));
  const DeleteOptions options = TRY(delete_options(request));
  const StoredPtr old = store_.get(*type, request.ns, request.name);
  if (old == nullptr) return refuse(not_found(*type, request.name));
  const auto left = TRY(store_deleted(type, old, options));
  // Pods, services and the like answer with the object, most with a Status.
  const bool with_object = left.has_value() || returns_deleted_object(*type);
  if (with_object) {
    answer_object(as, type, left ? *left : old->document(*type), 200, exchange);
    return {};
  }
  exchange->answer(200, {{"content-type", kJson}}, deleted_status(*type, *old));
  return {};
}

Outcome<void> ApiServer::remove_collection(const ApiRequest& request, const ResourceTypePtr& type,
                                           const ExchangePtr& exchange) {
  const Presentation as = TRY(presentation_of(request, type));
  const DeleteOptions options = TRY(delete_options(request));
  const Selector selector = TRY(selector_of(request, *type));
  std::vector<StoredPtr> doomed;
  for (const auto& [key, object] : store_.objects(*type)) {
    if (selector.matches(*type, *object)) doomed.push_back(object);
  }
  for (const StoredPtr& object : doomed) {
    if (auto gone = store_deleted(type, object, options); !gone) return refuse(gone.error());
  }
  exchange->answer(
      200, {{"content-type", kJson}},
      present_list(as, *type, doomed, {store_.revision(), "", std::nullopt}, now_ms()));
  return {};
}

Outcome<void> ApiServer::erase(const ResourceTypePtr& type, std::string_view ns,
                               std::string_view name) {
  const StoredPtr old = store_.get(*type, ns, name);
  if (old == nullptr) return refuse(not_found(*type, name));
  DeleteOptions options;
  options.grace = 0;
  auto gone = store_deleted(type, old, options);
  if (!gone) return refuse(gone.error());
  return {};
}

// Definitions change what is served, with the objects of what no longer is.
void ApiServer::after_write(const StoreEvent& event) {
  if (event.resource->group != "apiextensions.k8s.io") return;
  const Document crd = event.now->document(*event.resource);
  if (event.type != StoreEvent::Type::kDeleted) {
    types_.define(crd);
    return;
  }
  const std::string group(text_at(crd, {"spec", "group"}));
  const std::string plural(text_at(crd, {"spec", "names", "plural"}));
  const ResourceTypePtr type = types_.find(group, plural);
  if (type == nullptr) return;
  types_.undefine(group, plural);
  loop_.post([this, alive = std::weak_ptr(alive_), type] {
    if (alive.expired()) return;
    store_.remove_all(type);
    end_watches_of(*type);
  });
}

}  // namespace masthead::sim
