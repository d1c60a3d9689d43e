// delete and deletecollection: preconditions, policies of the garbage collector, finalizers.
#include <fmt/format.h>

#include "base/time_format.h"
#include "sim/api_server.h"
#include "sim/write_requests.h"

namespace masthead::sim {
namespace {

ApiStatus both_policies(std::string_view policy) {
  return options_invalid(
      "DeleteOptions",
      {{"FieldValueInvalid",
        fmt::format(
            "Invalid value: \"{}\": orphanDependents and deletionPropagation cannot be both "
            "set",
            policy),
        "propagationPolicy"}});
}

// The finalizers of the garbage collector are those of the last policy asked for.
void set_propagation(Document& object, std::string_view policy) {
  Fields& metadata = object_in(object.as_object(), "metadata");
  Items kept;
  if (const Items* finalizers = items_at(object, {"metadata", "finalizers"})) {
    for (const Document& one : *finalizers) {
      if (one != "orphan" && one != "foregroundDeletion") kept.push_back(one);
    }
  }
  if (policy == "Orphan") kept.emplace_back("orphan");
  if (policy == "Foreground") kept.emplace_back("foregroundDeletion");
  if (kept.empty()) {
    metadata.erase("finalizers");
  } else {
    metadata["finalizers"] = std::move(kept);
  }
}

Outcome<void> check_delete_preconditions(const ResourceType& type, const Stored& old,
                                         const std::string& uid, const std::string& revision) {
  if (!uid.empty() && uid != old.uid && type.group.empty() && type.plural == "namespaces") {
    return refuse(
        conflict(type, old.name,
                 fmt::format("Precondition failed: UID in precondition: {}, UID in object meta: {}",
                             uid, old.uid)));
  }
  // Here the conflict is about the kind, not about the resource.
  ResourceType kind = type;
  kind.plural = type.kind;
  const auto refusal = [&](const char* what, const std::string& asked, const std::string& is,
                           const char* perhaps) {
    return refuse(conflict(kind, old.name,
                           fmt::format("the {0} in the precondition ({1}) does not match the {0} "
                                       "in record ({2}). The object might have been {3}",
                                       what, asked, is, perhaps)));
  };
  if (!uid.empty() && uid != old.uid) {
    return refusal("UID", uid, old.uid, "deleted and then recreated");
  }
  const std::string now = std::to_string(old.revision);
  if (!revision.empty() && revision != now) {
    return refusal("ResourceVersion", revision, now, "modified");
  }
  return {};
}

}  // namespace

Outcome<std::optional<Document>> ApiServer::store_deleted(const ResourceTypePtr& type,
                                                          const StoredPtr& old,
                                                          const DeleteOptions& options) {
  Document object = old->document(*type);
  if (auto good = check_delete_preconditions(*type, *old, options.uid, options.revision); !good) {
    return refuse(good.error());
  }
  const bool is_namespace = type->group.empty() && type->plural == "namespaces";
  const bool is_pod = type->group.empty() && type->plural == "pods";
  if (!options.propagation.empty()) set_propagation(object, options.propagation);
  Fields& metadata = object_in(object.as_object(), "metadata");
  // A pod on a node ends when its kubelet says so.
  const int64_t grace =
      is_pod && !text_at(object, {"spec", "nodeName"}).empty()
          ? options.grace.value_or(number_at(object, {"spec", "terminationGracePeriodSeconds"}, 30))
          : 0;
  if (!has_finalizers(object) && !is_namespace && grace == 0) {
    if (!options.dry_run) store_.remove(type, old->ns, old->name);
    return std::nullopt;
  }
  if (metadata.contains("deletionTimestamp")) {
    if (!options.dry_run && object != old->document(*type)) store_.put(type, object);
    return object;
  }
  metadata["deletionTimestamp"] = base::format_rfc3339((now_ms() + grace * 1000) / 1000 * 1000);
  if (!is_namespace) metadata["deletionGracePeriodSeconds"] = grace;
  if (type->has_generation) {
    metadata["generation"] = number_at(object, {"metadata", "generation"}, 1) + 1;
  }
  if (is_namespace) object_in(object.as_object(), "status")["phase"] = "Terminating";
  if (!options.dry_run) store_.put(type, object);
  return object;
}

Outcome<ApiServer::DeleteOptions> ApiServer::delete_options(const ApiRequest& request) const {
  DeleteOptions options;
  // A body takes the place of all parameters.
  if (request.body.empty()) {
    options.dry_run = TRY(dry_run_of(request, "DeleteOptions"));
    options.propagation = request.parameter("propagationPolicy");
    if (request.has_parameter("gracePeriodSeconds")) {
      options.grace = TRY(number_parameter(request, "gracePeriodSeconds"));
    }
  } else {
    std::string why;
    if (!parse_document(request.body, &why)) {
      return refuse(bad_request("couldn't get version/kind; json parse error: " + why));
    }
    const Document body = TRY(json_body(request, *types_.find(request.group, request.plural)));
    const std::string_view kind = text_at(body, {"kind"});
    if (!kind.empty() && kind != "DeleteOptions") {
      return refuse(bad_request(fmt::format("no kind \"{}\" is registered for version \"{}\"", kind,
                                            text_at(body, {"apiVersion"}))));
    }
    options.uid = text_at(body, {"preconditions", "uid"});
    options.revision = text_at(body, {"preconditions", "resourceVersion"});
    if (!text_at(body, {"propagationPolicy"}).empty()) {
      options.propagation = text_at(body, {"propagationPolicy"});
    }
    if (const Document* grace = find(body, {"gracePeriodSeconds"});
        grace != nullptr && grace->is_int64()) {
      options.grace = grace->get_int64();
    }
    if (flag_at(body, {"orphanDependents"})) {
      if (!options.propagation.empty()) return refuse(both_policies(options.propagation));
      options.propagation = "Orphan";
    }
    const Items* dry = items_at(body, {"dryRun"});
    if (dry != nullptr && !dry->empty()) {
      const auto* text = dry->front().if_string();
      const std::string_view value =
          text == nullptr ? std::string_view() : std::string_view(text->data(), text->size());
      if (value != "All") return refuse(dry_run_invalid("DeleteOptions", value));
      options.dry_run = true;
    }
  }
  const bool known = options.propagation.empty() || options.propagation == "Background" ||
                     options.propagation == "Foreground" || options.propagation == "Orphan";
  if (!known) {
    return refuse(options_invalid(
        "DeleteOptions",
        {{"FieldValueNotSupported",
          fmt::format("Unsupported value: \"{}\": supported values: \"Foreground\", "
                      "\"Background\", \"Orphan\", \"nil\"",
                      options.propagation),
          "propagationPolicy"}}));
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
  const int64_t limit = TRY(number_parameter(request, "limit"));
  std::vector<StoredPtr> doomed;
  ListMeta meta{store_.revision(), "", std::nullopt};
  for (const auto& [key, object] : store_.objects(*type)) {
    if (!selector.matches(*type, *object)) continue;
    if (limit > 0 && static_cast<int64_t>(doomed.size()) == limit) {
      // What is left is the next page of the list that was deleted from.
      meta.continue_token = continue_text(meta.revision, doomed.back()->ns, doomed.back()->name);
      break;
    }
    doomed.push_back(object);
  }
  for (const StoredPtr& object : doomed) {
    if (auto gone = store_deleted(type, object, options); !gone) return refuse(gone.error());
  }
  if (meta.continue_token.empty()) meta.revision = store_.revision();
  exchange->answer(200, {{"content-type", kJson}}, present_list(as, *type, doomed, meta, now_ms()));
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

}  // namespace masthead::sim
