// create, update, patch, delete and scale.
#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "sim/api_server.h"
#include "sim/kind_decoding.h"
#include "sim/patch.h"
#include "sim/write_requests.h"

namespace masthead::sim {
namespace {

// The root's replacement is lost on the way, and the name with it.
bool replaces_root(const Items& operations) {
  return std::any_of(operations.begin(), operations.end(), [](const Document& one) {
    const Document* path = find(one, {"path"});
    return text_at(one, {"op"}) == "replace" && path != nullptr && *path == "";
  });
}

}  // namespace

// --- create -------------------------------------------------------------------------------------

Outcome<Document> ApiServer::store_created(const WriteContext& context, const ResourceTypePtr& type,
                                           std::string_view ns, Document object, bool dry_run) {
  if (type->namespaced) {
    const ResourceTypePtr namespaces = types_.find("", "namespaces");
    const StoredPtr home = store_.get(*namespaces, "", ns);
    if (home == nullptr) return refuse(not_found(*namespaces, ns));
    if (text_at(*home->parsed(*namespaces), {"status", "phase"}) == "Terminating") {
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
  if (const StoredPtr there = store_.get(*type, ns, name); there != nullptr) {
    ApiStatus status = already_exists(*type, name);
    const auto old_kept = there->parsed(*type);
    const Document& old = *old_kept;
    if (!text_at(old, {"metadata", "deletionTimestamp"}).empty()) {
      status.message = "object is being deleted: " + status.message;
    }
    return refuse(std::move(status));
  }
  if (dry_run) return object;
  store_.put(type, object);
  return object;
}

Outcome<void> ApiServer::create(const ApiRequest& request, const ResourceTypePtr& type,
                                const ExchangePtr& exchange) {
  const Presentation as = TRY(presentation_of(request, type));
  const bool dry_run = TRY(dry_run_of(request, "CreateOptions"));
  if (auto good = check_write_options(request, "CreateOptions"); !good) return good;
  Document body = TRY(json_body(request, *type));
  const WriteContext context = context_of(request, *type, now_ms(), random_);
  Document made = TRY(store_created(context, type, request.ns, std::move(body), dry_run));
  answer_object(as, type, made, 201, exchange);
  return {};
}

Outcome<Document> ApiServer::create(const ResourceTypePtr& type, std::string_view ns,
                                    Document object, const std::string& manager) {
  // Applied in the version that it names, as far as it names one.
  std::string version(text_at(object, {"apiVersion"}));
  version.erase(0, version.find('/') + 1);
  if (version.empty()) version = type->storage_version();
  const WriteContext context{*type, version, "", manager, "Update", now_ms(), random_};
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
  const auto before_kept = old->parsed(*type);
  const Document& before = *before_kept;
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
  if (auto good = check_write_options(request, "UpdateOptions"); !good) return good;
  Document body = TRY(json_body(request, *type));
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

Outcome<void> ApiServer::check_patch_type(const ApiRequest& request,
                                          const ResourceTypePtr& type) const {
  const std::string_view kind = media_type(request);
  const bool strategic = kind == "application/strategic-merge-patch+json" && !type->custom;
  if (kind == kJson || kind.starts_with("text/")) {
    ApiStatus status = unsupported_media_type("");
    status.message = "415: Unsupported Media Type";
    status.empty_details = true;
    return refuse(std::move(status));
  }
  if (!strategic && kind != "application/json-patch+json" &&
      kind != "application/merge-patch+json") {
    return refuse(unsupported_media_type(type->custom ? "application/json-patch+json, "
                                                        "application/merge-patch+json, "
                                                        "application/apply-patch+yaml"
                                                      : "application/json-patch+json, "
                                                        "application/merge-patch+json"));
  }
  return {};
}

Outcome<Document> ApiServer::patched(const ApiRequest& request, const ResourceTypePtr& type,
                                     Document object) const {
  const std::string_view kind = media_type(request);
  if (auto good = check_patch_type(request, type); !good) return refuse(good.error());
  std::string why;
  const auto patch = parse_document(request.body, &why);
  const bool strategic = kind == "application/strategic-merge-patch+json";
  if (!patch) return refuse(bad_request((strategic ? "" : "error decoding patch: ") + why));
  if (strategic) {
    if (auto applied = strategic_patch(object, *patch); !applied) {
      return refuse(bad_request("error decoding patch: " + applied.error()));
    }
  } else if (kind == "application/merge-patch+json") {
    if (!patch->is_object()) {
      return refuse(bad_request(fmt::format(
          "error decoding patch: json: cannot unmarshal {} into Go value of type map[string]"
          "interface {{}}",
          go_name(*patch))));
    }
    merge_patch(object, *patch);
  } else {
    if (!patch->is_array()) {
      return refuse(
          bad_request(fmt::format("error decoding patch: json: cannot unmarshal {} into "
                                  "Go value of type []handlers.jsonPatchOp",
                                  go_name(*patch))));
    }
    if (patch->get_array().size() > limits::kSimPatchOperations) {
      ApiStatus status =
          bad_request(fmt::format("The allowed maximum operations in a JSON patch is {}, got {}",
                                  limits::kSimPatchOperations, patch->get_array().size()));
      status.code = 413;
      status.reason = "RequestEntityTooLarge";
      return refuse(std::move(status));
    }
    if (replaces_root(patch->get_array())) {
      return refuse(bad_request(fmt::format(
          "the name of the object ({} based on URL) was undeterminable: name must be provided",
          request.name)));
    }
    if (auto applied = json_patch(object, patch->get_array()); !applied) {
      ApiStatus status;
      status.code = 422;
      status.reason = "Invalid";
      status.message = "the server rejected our request due to an error in our request";
      status.empty_details = true;
      return refuse(std::move(status));
    }
  }
  if (!object.is_object()) return refuse(invalid(*type, request.name, {}));
  // Operations can nest what was flat: what is stored must be readable again.
  if (!parse_document(to_text(object), &why)) {
    return refuse(bad_request(fmt::format("error decoding patch: {}", why)));
  }
  return object;
}

Outcome<void> ApiServer::patch(const ApiRequest& request, const ResourceTypePtr& type,
                               const ExchangePtr& exchange) {
  const Presentation as = TRY(presentation_of(request, type));
  if (auto good = check_patch_type(request, type); !good) return good;
  const bool dry_run = TRY(dry_run_of(request, "PatchOptions"));
  if (auto good = check_write_options(request, "PatchOptions"); !good) return good;
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
      body = TRY(json_body(request, *type));
    } else {
      body = TRY(patched(request, type, scale_of(*type, object)));
    }
    const std::string_view name = text_at(body, {"metadata", "name"});
    if (name != request.name) {
      return refuse(bad_request(
          fmt::format("the name of the object ({}) does not match the name on the URL ({})", name,
                      request.name)));
    }
    const std::string_view version = text_at(body, {"metadata", "resourceVersion"});
    if (!version.empty() && version != std::to_string(old->revision)) {
      return refuse(conflict(*type, request.name,
                             "the object has been modified; please apply your changes to the "
                             "latest version and try again"));
    }
    const int64_t replicas = number_at(body, {"spec", "replicas"});
    if (replicas < 0) {
      ResourceType of_scale;
      of_scale.group = "autoscaling";
      of_scale.kind = "Scale";
      return refuse(invalid(type->custom ? *type : of_scale, request.name,
                            {{"FieldValueInvalid",
                              fmt::format("Invalid value: {}: {}", replicas,
                                          type->custom ? "should be a non-negative integer"
                                                       : "must be greater than or equal to 0"),
                              type->custom ? ".spec.replicas" : "spec.replicas"}}));
    }
    object_in(object.as_object(), "spec")["replicas"] = replicas;
    WriteContext context = context_of(request, *type, now_ms(), random_);
    context.subresource.clear();
    object = TRY(store_updated(context, type, old, std::move(object), dry_run));
  } else if (request.verb != "get") {
    return refuse(type->custom ? not_supported(*type, request.verb) : method_not_allowed());
  }
  exchange->answer(200, {{"content-type", kJson}}, to_text(scale_of(*type, object)));
  return {};
}

// Definitions change what is served, with the objects of what no longer is.
void ApiServer::after_write(const StoreEvent& event) {
  if (event.resource->group != "apiextensions.k8s.io") return;
  const auto crd_kept = event.now->parsed(*event.resource);
  const Document& crd = *crd_kept;
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
